// Reads pieces of an item by ranges. Blocks of a fixed size are asked for and some are kept, since what takes a
// container apart asks for a few kilobytes at a time, in two or three places by turns.
import { PlayFault } from './faults';

/** The most that one answer carries, in bytes; the shell gives no more. */
export const PIECE = 1 << 20;
/** One block, in bytes. */
const BLOCK = 512 << 10;
/** So many blocks are kept: 4 MiB. */
const KEPT = 8;
/** The longest single read, in bytes: what a file claims about itself does not make the page take more. */
export const LONGEST = 64 << 20;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Reads ranges of `size` bytes at `url`. Every fault is a `PlayFault`; an abort throws the signal's reason. */
export class RangeReader {
  private readonly blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();

  constructor(
    private readonly url: string,
    readonly size: number,
    private readonly signal: AbortSignal,
    private readonly load: Fetch = (url, init) => fetch(url, init),
  ) {}

  /** The bytes from `start` (included) to `end` (not included), which lie inside; at most `LONGEST`. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!(start >= 0 && start < end && end <= this.size)) throw new PlayFault('play-damaged', `bytes ${start} to ${end} of ${this.size}`);
    if (end - start > LONGEST) throw new PlayFault('play-damaged', `one piece of ${end - start} bytes`);
    const first = Math.floor(start / BLOCK);
    const last = Math.floor((end - 1) / BLOCK);
    if (first === last) return (await this.block(first)).slice(start - first * BLOCK, end - first * BLOCK);
    const whole = new Uint8Array(end - start);
    for (let index = first; index <= last; index++) {
      const block = await this.block(index);
      const from = Math.max(start - index * BLOCK, 0);
      const to = Math.min(end - index * BLOCK, block.length);
      whole.set(block.subarray(from, to), index * BLOCK + from - start);
    }
    return whole;
  }

  /** All of it as one Blob; nothing of it is kept here. The caller has judged the size. */
  async whole(mediaType: string): Promise<Blob> {
    const parts: BlobPart[] = [];
    for (let at = 0; at < this.size; at += PIECE) {
      // A Blob of each piece at once: its bytes then lie with the network process and not twice in the page.
      parts.push(new Blob([await this.piece(at, Math.min(at + PIECE, this.size))]));
    }
    return new Blob(parts, { type: mediaType });
  }

  /** Forgets what was kept. */
  clear(): void {
    this.blocks.clear();
  }

  private block(index: number): Promise<Uint8Array<ArrayBuffer>> {
    let block = this.blocks.get(index);
    // Deleted and set again, so that the map's order is the order of use.
    if (block) this.blocks.delete(index);
    else {
      block = this.piece(index * BLOCK, Math.min((index + 1) * BLOCK, this.size));
      block.catch(() => this.blocks.delete(index));
    }
    this.blocks.set(index, block);
    const [oldest] = this.blocks.keys();
    if (this.blocks.size > KEPT && oldest !== undefined) this.blocks.delete(oldest);
    return block;
  }

  private async piece(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await this.answer(start, end);
    if (answer.status !== 206) throw new PlayFault('play-unread', `status ${answer.status}`);
    const bytes = new Uint8Array(await this.body(answer));
    if (bytes.length !== end - start) throw new PlayFault('play-unread', `${bytes.length} bytes instead of ${end - start}`);
    return bytes;
  }

  private async answer(start: number, end: number): Promise<Response> {
    this.signal.throwIfAborted();
    try {
      return await this.load(this.url, { headers: { Range: `bytes=${start}-${end - 1}` }, signal: this.signal });
    } catch (error) {
      this.signal.throwIfAborted();
      throw new PlayFault('play-unread', String(error));
    }
  }

  private async body(answer: Response): Promise<ArrayBuffer> {
    try {
      return await answer.arrayBuffer();
    } catch (error) {
      this.signal.throwIfAborted();
      throw new PlayFault('play-unread', String(error));
    }
  }
}
