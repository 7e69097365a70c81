// The organisations that this journal knows, and invitations that wait.
import type { KeptInvitationView, OrganisationView, Problem } from '../lib/contract';
import { call, problemOf } from '../lib/ipc';
import { onForget } from './forget';

export const organisations = $state<{ all: OrganisationView[]; waiting: KeptInvitationView[]; loaded: boolean; problem: Problem | null }>({
  all: [],
  waiting: [],
  loaded: false,
  problem: null,
});

export async function loadOrganisations(): Promise<void> {
  try {
    organisations.all = await call('organisations', {});
    organisations.waiting = await call('kept_invitations', {});
    organisations.problem = null;
  } catch (thrown) {
    organisations.problem = problemOf(thrown);
  }
  organisations.loaded = true;
}

onForget(() => {
  organisations.all = [];
  organisations.waiting = [];
  organisations.loaded = false;
  organisations.problem = null;
});
