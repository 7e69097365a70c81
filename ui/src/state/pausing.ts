// Something typed that is kept when the person pauses, and at once when it is left or the vault is about to be locked.
import { problemOf } from '../lib/ipc';
import { again, pause } from './editor.svelte';
import { onForget } from './forget';
import { beforeClosing, onBeforeLock } from './session.svelte';

const waiting = new Set<Pausing>();

export class Pausing {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keep = async (): Promise<void> => {};

  /** `keep` is called after a pause, and again until it does not throw. */
  later(keep: () => Promise<void>): void {
    this.#keep = keep;
    this.#wait(pause);
  }

  async now(): Promise<void> {
    if (!waiting.has(this)) return;
    this.drop();
    const keep = this.#keep;
    try {
      await keep();
    } catch (thrown) {
      // What was typed since then comes by itself; what is gone, or locked, takes no words any more.
      const last = ['not-found', 'locked', 'text-too-long'].includes(problemOf(thrown).code);
      if (!waiting.has(this) && keep === this.#keep && !last) this.#wait(again);
    }
  }

  drop(): void {
    clearTimeout(this.#timer);
    waiting.delete(this);
  }

  #wait(time: number): void {
    this.drop();
    waiting.add(this);
    this.#timer = setTimeout(() => void this.now(), time);
  }
}

onBeforeLock(async () => {
  await Promise.allSettled([...waiting].map((one) => one.now()));
});

beforeClosing(() => (waiting.size > 0 ? 'closing-unkept' : null));

// A vault that was locked from outside takes nothing any more.
onForget(() => waiting.forEach((one) => one.drop()));
