// Who sits here: no vault yet, a locked one, or an open one; and in which language the page speaks.
import type { Problem, SessionView } from '../lib/contract';
import { call, problemOf } from '../lib/ipc';
import { useLocale } from '../lib/words.svelte';
import { forgetAll } from './forget';

/** `closing` says what would be lost or stopped by closing, while the person is asked. */
export const session = $state<{ view: SessionView | null; problem: Problem | null; closing: string[] }>({ view: null, problem: null, closing: [] });

const beforeLock: (() => Promise<void>)[] = [];

/** Something that wants a last chance to be kept before the vault is locked. It may take 400 ms, never more. */
export function onBeforeLock(keep: () => Promise<void>): void {
  beforeLock.push(keep);
}

const holds: (() => Promise<void>)[] = [];

/** What is still not kept when the vault is locked goes through here into the shell's memory, sealed. It reads everything at once. */
export function onHold(hold: () => Promise<void>): void {
  holds.push(hold);
}

export function take(view: SessionView): void {
  session.view = view;
  session.problem = null;
  useLocale(view.locale);
  if (view.state !== 'open') {
    session.closing = [];
    forgetAll();
  }
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

/** Locks an open vault. What is sealed and waits goes on being sent unless `sending` is false. The page ends with it. */
export async function lock(sending = true): Promise<void> {
  if (session.view?.state !== 'open') return;
  await keepEverything();
  const held = holdEverything();
  session.view = { ...session.view, state: 'locked' };
  forgetAll();
  await held;
  await loadAfter(() => call('lock', { sending }));
}

/** Ends what is still being sent for a locked vault. */
export async function stopSending(): Promise<void> {
  await loadAfter(() => call('lock', { sending: false }));
}

export function takeSending(left: number): void {
  if (session.view !== null) session.view = { ...session.view, sending: left };
}

const againstClosing: (() => string | null)[] = [
  () => (session.view?.state !== 'open' && session.view?.held ? 'closing-held' : null),
  () => ((session.view?.sending ?? 0) > 0 ? 'closing-sending' : null),
];

/** Something that may speak against closing: the key of its sentence, or `null`. */
export function beforeClosing(ask: () => string | null): void {
  againstClosing.push(ask);
}

/** The window is to be closed: keep what can be kept; where something would be lost or stopped, ask once. */
export async function closing(): Promise<void> {
  await keepEverything();
  const reasons = againstClosing.map((ask) => ask()).filter((reason) => reason !== null);
  if (reasons.length === 0) return close();
  await call('stay', {}).catch(() => null);
  session.closing = reasons;
}

export async function close(): Promise<void> {
  session.closing = [];
  await call('close', {}).catch(() => null);
}

const keepEverything = (): Promise<unknown> => shortly(beforeLock);
const holdEverything = (): Promise<unknown> => shortly(holds);

async function shortly(acts: (() => Promise<void>)[]): Promise<unknown> {
  const done = Promise.allSettled(acts.map((act) => act()));
  return Promise.race([done, new Promise((late) => setTimeout(late, 400))]);
}

/** Does something after which the shell puts a fresh page in the place of this one: what is typed must be kept before. */
export async function beginAnew<T>(act: () => Promise<T>): Promise<T> {
  await keepEverything();
  if (againstClosing.some((ask) => ask() === 'closing-unkept')) throw { code: 'text-unkept', args: {} };
  return act();
}

/** The window is gone from the screen already: keep what can be kept, and ask nothing. */
export async function leaving(): Promise<void> {
  await keepEverything();
  await close();
}

async function loadAfter(act: () => Promise<SessionView>): Promise<void> {
  try {
    take(await act());
  } catch (thrown) {
    session.problem = problemOf(thrown);
  }
}
