// Who sits here: no vault yet, a locked one, or an open one; and in which language the page speaks.
import type { Problem, SessionView } from '../lib/contract';
import { call, problemOf } from '../lib/ipc';
import { useLocale } from '../lib/words.svelte';
import { forgetAll } from './forget';

export const session = $state<{ view: SessionView | null; problem: Problem | null }>({ view: null, problem: null });

const beforeLock: (() => Promise<void>)[] = [];

/** Something that wants a last chance to be kept before the vault is locked. It may take 400 ms, never more. */
export function onBeforeLock(keep: () => Promise<void>): void {
  beforeLock.push(keep);
}

export function take(view: SessionView): void {
  session.view = view;
  session.problem = null;
  useLocale(view.locale);
  if (view.state !== 'open') forgetAll();
}

export async function loadSession(): Promise<void> {
  try {
    take(await call('session', {}));
  } catch (thrown) {
    session.problem = problemOf(thrown);
  }
}

export async function setLocale(locale: string): Promise<void> {
  take(await call('set_locale', { locale }));
}

export async function lock(): Promise<void> {
  if (session.view?.state !== 'open') return;
  await keepEverything();
  session.view = { ...session.view, state: 'locked' };
  forgetAll();
  await loadAfter(() => call('lock', {}));
}

/** The window is being closed: keep what can be kept, then let it go. */
export async function close(): Promise<void> {
  await keepEverything();
  await call('close', {}).catch(() => null);
}

async function keepEverything(): Promise<void> {
  const kept = Promise.allSettled(beforeLock.map((keep) => keep()));
  await Promise.race([kept, new Promise((done) => setTimeout(done, 400))]);
}

/** The shell locked by itself (the lid was closed, say): the page only follows. */
export function lockedByShell(): void {
  if (session.view !== null) session.view = { ...session.view, state: 'locked' };
  forgetAll();
}

async function loadAfter(act: () => Promise<SessionView>): Promise<void> {
  try {
    take(await act());
  } catch (thrown) {
    session.problem = problemOf(thrown);
  }
}
