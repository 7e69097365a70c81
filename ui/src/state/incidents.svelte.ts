// The list of incidents, as the shell tells it.
import type { IncidentLine, Problem } from '../lib/contract';
import { call, problemOf } from '../lib/ipc';
import { common, nothing, PAGE, stages, type Wanted } from '../lib/search';
import { onForget } from './forget';

type Incidents = { wanted: Wanted; lines: IncidentLine[]; total: number; loaded: boolean; problem: Problem | null };

const empty = (): Incidents => ({ wanted: nothing(), lines: [], total: 0, loaded: false, problem: null });
export const incidents = $state<Incidents>(empty());
let asked = 0;

/** Asks for what is wanted: as many lines as are shown, or some more. An answer that was overtaken is passed over. */
export async function loadIncidents(more = 0): Promise<void> {
  const mine = ++asked;
  const lines = Math.max(PAGE, incidents.lines.length + more);
  const { wanted } = incidents;
  try {
    const found = await call('incidents', { query: { ...common(wanted, lines), stages: stages(wanted) } });
    if (mine !== asked) return;
    incidents.lines = found.incidents;
    incidents.total = found.total;
    incidents.problem = null;
  } catch (thrown) {
    if (mine !== asked) return;
    incidents.problem = problemOf(thrown);
  }
  incidents.loaded = true;
}

export const moreIncidents = (): Promise<void> => loadIncidents(PAGE);

onForget(() => {
  asked += 1;
  Object.assign(incidents, empty());
});
