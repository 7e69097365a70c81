// Something typed that is kept when the person pauses, and at once when it is left or the vault is about to be locked.
import { pause } from './editor.svelte';
import { onForget } from './forget';
import { onBeforeLock } from './session.svelte';

const waiting = new Set<Pausing>();

export class Pausing {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keep = async (): Promise<void> => {};

  later(keep: () => Promise<void>): void {
    this.drop();
    this.#keep = keep;
    waiting.add(this);
    this.#timer = setTimeout(() => void this.now(), pause);
  }

  async now(): Promise<void> {
    if (!waiting.has(this)) return;
    this.drop();
    await this.#keep();
  }

  drop(): void {
    clearTimeout(this.#timer);
    waiting.delete(this);
  }
}

onBeforeLock(async () => {
  await Promise.allSettled([...waiting].map((one) => one.now()));
});

// A vault that was locked from outside takes nothing any more.
onForget(() => waiting.forEach((one) => one.drop()));
