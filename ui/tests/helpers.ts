// Starts the page on a shell in memory and finds things the way the real window's tests find them: by data-test.
import { cleanup, render } from '@testing-library/svelte';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { tick } from 'svelte';
import { vi } from 'vitest';
import App from '../src/App.svelte';
import { fakeShell, type Fake, type FakeOptions } from '../src/lib/fake-ipc';
import { useShell } from '../src/lib/ipc';
import { forgetAll } from '../src/state/forget';
import { session } from '../src/state/session.svelte';

export type Stage = { shell: Fake; user: UserEvent };

export async function start(options: FakeOptions): Promise<Stage> {
  const shell = fakeShell(options);
  useShell(shell);
  render(App);
  await settle();
  return { shell, user: userEvent.setup() };
}

/** The page as the shell puts a fresh one in the place of one that held a secret: nothing of the page is left. */
export async function beginAgain(): Promise<void> {
  cleanup();
  forgetAll();
  session.view = null;
  render(App);
  await settle();
}

/** Lets promises and effects run until nothing moves any more. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    await Promise.resolve();
    await tick();
  }
}

export function all(test: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-test="${test}"]`)];
}

export function get(test: string, at = 0): HTMLElement {
  const found = all(test)[at];
  if (found === undefined) throw new Error(`nothing is marked ${test}`);
  return found;
}

export const field = (test: string): HTMLInputElement => get(test) as HTMLInputElement;

export async function press(user: UserEvent, test: string, at = 0): Promise<void> {
  await user.click(get(test, at));
  await settle();
}

/** Waits until it holds, with a limit. */
export const until = (holds: () => void): Promise<void> => vi.waitFor(holds, { timeout: 3000, interval: 20 });

/** Text as a person reads it: without the marks that keep directions apart. */
export const read = (element: Element): string => (element.textContent ?? '').replaceAll(/[\u2066-\u2069]/g, '').replaceAll(/\s+/g, ' ').trim();

export const called = (shell: Fake, name: string): unknown[] => shell.calls.filter((one) => one.name === name).map((one) => one.args);
