// One track in its SourceBuffer: filled ahead of the place that plays, given up behind it.
import { faultOf, PlayFault } from './faults';
import type { Feed, Piece } from './feed';
import { ORIGIN } from './fragment';
import { heldUntil, limits, SLACK, spansOf, surplus, type Limits, type Span } from './window';

/** How long the engine may take over one piece, in milliseconds. */
const PATIENCE = 10000;

/** Fills one SourceBuffer from one feed. Its steps must not overlap. */
export class Lane {
  /** Nothing follows in the file. */
  ended = false;
  /** Up to where the feed has been appended, in seconds. */
  edge = 0;
  private waiting: Piece | null = null;
  private rate = 0;
  private target: number | null = 0;
  private begun = false;

  constructor(
    private readonly buffer: SourceBuffer,
    private readonly feed: Feed,
    private readonly signal: AbortSignal,
  ) {}

  /** What is held, in seconds. */
  spans(): Span[] {
    return spansOf(this.buffer.buffered);
  }

  /** Playing goes on at `at` seconds: keeps what fits and goes there otherwise. */
  seek(at: number): void {
    const end = heldUntil(this.spans(), at);
    if (end === null) this.target = at;
    else if (this.target !== null || Math.abs(end - this.edge) > 1) this.target = end;
    if (this.target !== null) this.ended = false;
  }

  /** Whether a step is due while `at` plays. */
  wants(at: number): boolean {
    if (this.target !== null) return true;
    if (this.ended) return false;
    return this.heldAhead(at) < this.limits().ahead;
  }

  /** Seconds that are held from `at` on. */
  heldAhead(at: number): number {
    return (heldUntil(this.spans(), at) ?? at) - at;
  }

  /** Reads and appends one piece. False if there is no room before playing goes on. */
  async step(at: () => number): Promise<boolean> {
    if (!this.begun) {
      this.begun = true;
      this.buffer.timestampOffset = -ORIGIN;
      await this.tried(await this.feed.initial());
    }
    if (this.target !== null) {
      const { target } = this;
      this.target = null;
      this.waiting = null;
      await this.feed.seek(target);
    }
    this.waiting ??= await this.feed.next();
    const piece = this.waiting;
    // A seek came meanwhile: what was read belongs to the old place.
    if (this.target !== null) return true;
    if (!piece) {
      this.ended = true;
      return true;
    }
    if (!(await this.append(piece, at()))) return false;
    this.waiting = null;
    this.measure(piece);
    return true;
  }

  private measure(piece: Piece): void {
    const seconds = piece.until - piece.from;
    this.edge = piece.until;
    if (seconds < 0.2) return;
    const rate = piece.bytes.byteLength / seconds;
    this.rate = this.rate === 0 ? rate : Math.max(rate, this.rate * 0.9);
  }

  private limits(): Limits {
    return limits(this.rate, this.feed.group);
  }

  private async append(piece: Piece, at: number): Promise<boolean> {
    const { behind, ahead } = this.limits();
    const least = this.feed.group + 1;
    for (const [before, after] of [
      [behind, ahead * 1.5],
      [least, least * 2],
    ] as const) {
      await this.trim(at, before, after);
      if (await this.tried(piece.bytes)) return true;
    }
    if (this.heldAhead(at) < SLACK) throw new PlayFault('play-unsupported', 'one piece is more than the engine holds');
    return false;
  }

  /** Gives up what lies more than `behind` before or `ahead` after `at`, in seconds. */
  private async trim(at: number, behind: number, ahead: number): Promise<void> {
    for (const { from, to } of surplus(this.spans(), at, behind, ahead)) {
      this.buffer.remove(from, to);
      await this.settled();
    }
  }

  private async tried(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    try {
      this.buffer.appendBuffer(bytes);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'QuotaExceededError') return false;
      throw faultOf(error, 'play-damaged');
    }
    await this.settled();
    return true;
  }

  private settled(): Promise<void> {
    const { buffer, signal } = this;
    return new Promise((done, failed) => {
      if (!buffer.updating) return done();
      const heard = new AbortController();
      const end = (error?: unknown): void => {
        heard.abort();
        clearTimeout(timer);
        if (error === undefined) done();
        else failed(error);
      };
      // The engine never answers when it cannot find its way in what it was given.
      const timer = setTimeout(() => end(new PlayFault('play-damaged', 'the engine does not answer')), PATIENCE);
      buffer.addEventListener('updateend', () => end(), { signal: heard.signal });
      buffer.addEventListener('error', () => end(new PlayFault('play-damaged', 'the engine refused a piece')), { signal: heard.signal });
      signal.addEventListener('abort', () => end(signal.reason), { signal: heard.signal });
    });
  }
}
