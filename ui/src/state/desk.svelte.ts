// What the caseworker's desk holds: who we are, and what came in.
import type { DeskView, FetchView, Problem, ReportList } from '../lib/contract';
import { common, nothing, PAGE, type Wanted } from '../lib/search';
import { call, problemOf } from '../lib/ipc';
import { onForget } from './forget';

type Desk = { view: DeskView | null; wanted: Wanted; list: ReportList | null; fetched: FetchView | null; problem: Problem | null };

const empty = (): Desk => ({ view: null, wanted: nothing(), list: null, fetched: null, problem: null });
export const desk = $state<Desk>(empty());
let asked = 0;

export async function loadDesk(): Promise<void> {
  await trying(async () => {
    desk.view = await call('desk', {});
  });
}

/** Asks for what is wanted: as many lines as are shown, or some more. An answer that was overtaken is passed over. */
export async function loadReports(more = 0): Promise<void> {
  const mine = ++asked;
  const lines = Math.max(PAGE, (desk.list?.reports.length ?? 0) + more);
  const { wanted } = desk;
  await trying(async () => {
    const found = await call('reports', { query: { ...common(wanted, lines), unopened: wanted.state === 'unopened' } });
    if (mine === asked) desk.list = found;
  });
}

export const moreReports = (): Promise<void> => loadReports(PAGE);

async function trying(act: () => Promise<void>): Promise<void> {
  try {
    await act();
    desk.problem = null;
  } catch (thrown) {
    desk.problem = problemOf(thrown);
  }
}

onForget(() => {
  asked += 1;
  Object.assign(desk, empty());
});
