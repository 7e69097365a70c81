// The list of incidents, as the shell tells it.
import type { IncidentLine, Problem } from '../lib/contract';
import { call, problemOf } from '../lib/ipc';
import { onForget } from './forget';

export const incidents = $state<{ lines: IncidentLine[]; loaded: boolean; problem: Problem | null }>({
  lines: [],
  loaded: false,
  problem: null,
});

export async function loadIncidents(): Promise<void> {
  try {
    incidents.lines = await call('incidents', {});
    incidents.problem = null;
  } catch (thrown) {
    incidents.problem = problemOf(thrown);
  }
  incidents.loaded = true;
}

onForget(() => {
  incidents.lines = [];
  incidents.loaded = false;
  incidents.problem = null;
});
