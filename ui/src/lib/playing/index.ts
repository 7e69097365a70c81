// Plays evidence in the page: sound and video out of the vault, by ranges, without any file. The one thing to use is `open`.
import { engineReady, mayBeWhole, WHOLE } from './choice';
import { openContainer, type Opened } from './container';
import { faultOf, PlayFault } from './faults';
import { RangeReader, type Fetch } from './ranges';
import { once, stream } from './stream';

export { PlayFault, type PlayCode } from './faults';

/** What is to be played: its address, its length in bytes, its media type as the shell found it. */
export type Source = { url: string; size: number; mediaType: string };

/** Something that plays; the element's own controls drive it. */
export type Player = {
  /** `streamed`: by ranges, memory stays flat. `whole`: small enough to be handed on in one piece. */
  readonly way: 'streamed' | 'whole';
  /** Kinds of tracks that are in the file and cannot be played here while the rest plays. */
  readonly leftOut: readonly ('video' | 'audio')[];
  /**
   * How the page must turn the picture to show it upright, in degrees clockwise: a streamed picture is shown as the camera
   * stored it. Nought for `whole`, which the engine turns by itself.
   */
  readonly turn: 0 | 90 | 180 | 270;
  /** Resolves if playing must end early, after all that could be played; never rejects and may stay open for ever. */
  readonly failed: Promise<PlayFault>;
  /** Gives everything back: requests, buffers, addresses. May be called more than once. */
  close(): void;
};

/** How long the engine may take to make something of a file that it was given whole, in milliseconds. */
const PATIENCE = 8000;

/**
 * Opens `source` in `element`, which must have no source of its own. Resolves when it can play from its start; throws a
 * `PlayFault`, or the reason of `signal` when that is aborted. Aborting it later is the same as `close()`.
 */
export async function open(element: HTMLMediaElement, source: Source, signal: AbortSignal, load?: Fetch): Promise<Player> {
  signal.throwIfAborted();
  const inner = new AbortController();
  const reader = new RangeReader(source.url, source.size, inner.signal, load);
  let opened: Opened | null = null;
  const close = (): void => {
    if (inner.signal.aborted) return;
    inner.abort(new DOMException('closed', 'AbortError'));
    signal.removeEventListener('abort', close);
    if (element.hasAttribute('src')) {
      element.removeAttribute('src');
      element.load();
    }
    opened?.dispose();
    reader.clear();
  };
  signal.addEventListener('abort', close);
  let report: (fault: PlayFault) => void = () => undefined;
  const failed = new Promise<PlayFault>((done) => (report = done));
  // Before any source is set: a decoder may give up while it is being opened.
  element.addEventListener('error', () => report(new PlayFault('play-damaged', element.error?.message)), { signal: inner.signal });
  try {
    if (source.size === 0) throw new PlayFault('play-cut', 'empty');
    const takes = (mime: string): boolean => MediaSource.isTypeSupported(mime);
    if (!engineReady(takes)) throw new PlayFault('play-unsupported', 'the engine has no plugins');
    opened = await openContainer(reader, takes);
    const complete = opened !== null && opened.leftOut.length === 0;
    const small = source.size <= WHOLE && mayBeWhole(await reader.read(0, Math.min(16, source.size)));
    if (opened && opened.feeds.length > 0 && (complete || !small)) {
      await Promise.race([stream(element, opened, inner.signal, report), thrown(failed)]);
      return { way: 'streamed', leftOut: opened.leftOut, turn: opened.turn, failed, close };
    }
    if (!small) throw new PlayFault('play-unsupported', source.mediaType);
    await whole(element, reader, source.mediaType, inner.signal, failed);
    return { way: 'whole', leftOut: [], turn: 0, failed, close };
  } catch (error) {
    const mine = !signal.aborted;
    close();
    throw mine ? faultOf(error, 'play-damaged') : signal.reason;
  }
}

async function whole(element: HTMLMediaElement, reader: RangeReader, mediaType: string, signal: AbortSignal, failed: Promise<PlayFault>): Promise<void> {
  const url = URL.createObjectURL(await reader.whole(mediaType));
  signal.addEventListener('abort', () => URL.revokeObjectURL(url));
  signal.throwIfAborted();
  const loaded = once(element, 'loadedmetadata', signal);
  element.src = url;
  // The engine says nothing at all about some files that it can make nothing of.
  const late = AbortSignal.timeout(PATIENCE);
  await Promise.race([loaded, once(late, 'abort', signal).then(unsupported), failed.then(unsupported)]);
}

function unsupported(): never {
  throw new PlayFault('play-unsupported', 'the engine can make nothing of it');
}

async function thrown(failed: Promise<PlayFault>): Promise<never> {
  throw await failed;
}
