// The organisations that this journal knows.
import type { OrganisationView, Problem } from '../lib/contract';
import { call, problemOf } from '../lib/ipc';
import { onForget } from './forget';

export const organisations = $state<{ all: OrganisationView[]; loaded: boolean; problem: Problem | null }>({
  all: [],
  loaded: false,
  problem: null,
});

export async function loadOrganisations(): Promise<void> {
  try {
    organisations.all = await call('organisations', {});
    organisations.problem = null;
  } catch (thrown) {
    organisations.problem = problemOf(thrown);
  }
  organisations.loaded = true;
}

onForget(() => {
  organisations.all = [];
  organisations.loaded = false;
  organisations.problem = null;
});
