// What the caseworker's desk holds: who we are, and what came in.
import type { DeskView, FetchView, Problem, ReportList } from '../lib/contract';
import { call, problemOf } from '../lib/ipc';
import { onForget } from './forget';

type Desk = { view: DeskView | null; list: ReportList | null; fetched: FetchView | null; problem: Problem | null };

const empty = (): Desk => ({ view: null, list: null, fetched: null, problem: null });
export const desk = $state<Desk>(empty());

export async function loadDesk(): Promise<void> {
  await trying(async () => {
    desk.view = await call('desk', {});
  });
}

export async function loadReports(): Promise<void> {
  await trying(async () => {
    desk.list = await call('reports', {});
  });
}

async function trying(act: () => Promise<void>): Promise<void> {
  try {
    await act();
    desk.problem = null;
  } catch (thrown) {
    desk.problem = problemOf(thrown);
  }
}

onForget(() => {
  Object.assign(desk, empty());
});
