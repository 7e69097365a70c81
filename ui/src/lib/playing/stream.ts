// Plays a file that was taken apart through MediaSource: the tracks are filled by turns, a little ahead of the playing place.
import type { Opened } from './container';
import { faultOf, PlayFault } from './faults';
import { Lane } from './lane';
import { heldUntil, nextHeld, spansOf } from './window';

/** Looks again after so many milliseconds when nothing was due. */
const REST = 250;
/** A hole of up to so many seconds in which a file holds nothing is passed over. */
const HOLE = 10;
/** An end this much before the announced one is a cut file, in seconds. */
const SHORT = 2;

/**
 * Connects `element` to the opened file and keeps it filled until `signal` is aborted. Resolves when the place that plays
 * is held. `report` is told once if playing must end early.
 */
export async function stream(element: HTMLMediaElement, opened: Opened, signal: AbortSignal, report: (fault: PlayFault) => void): Promise<void> {
  const media = new MediaSource();
  const url = URL.createObjectURL(media);
  signal.addEventListener('abort', () => URL.revokeObjectURL(url));
  const open = once(media, 'sourceopen', signal);
  element.src = url;
  await open;
  const lanes = opened.feeds.map((feed) => new Lane(buffer(media, feed.shape.mime), feed, signal));
  media.duration = opened.duration;
  const at = (): number => element.currentTime;
  element.addEventListener('seeking', () => lanes.forEach((lane) => lane.seek(at())), { signal });
  const wake = waker(element, signal);
  const begun = async (): Promise<boolean> => {
    const due = lanes.filter((lane) => lane.wants(at())).sort((one, other) => one.heldAhead(at()) - other.heldAhead(at()));
    for (const lane of due) if (await lane.step(at)) return true;
    return false;
  };
  let cut = false;
  const settle = (): void => {
    if (media.readyState !== 'open' || !lanes.every((lane) => lane.ended)) return;
    const end = Math.max(...lanes.map((lane) => lane.edge));
    media.endOfStream();
    if (cut || end > opened.duration - SHORT) return;
    cut = true;
    report(new PlayFault('play-cut', `ends at ${end.toFixed(1)} s of ${opened.duration.toFixed(1)} s`));
  };
  const ready = (): boolean => lanes.every((lane) => lane.ended || lane.heldAhead(at()) > 0) || spansOf(element.buffered).length > 0;
  while (!ready()) await begun();
  void keep();

  async function keep(): Promise<void> {
    try {
      while (!signal.aborted) {
        if (await begun()) continue;
        settle();
        pass(element, lanes);
        await wake();
      }
    } catch (error) {
      if (!signal.aborted) report(faultOf(error, 'play-damaged'));
    }
  }
}

function buffer(media: MediaSource, mime: string): SourceBuffer {
  try {
    return media.addSourceBuffer(mime);
  } catch (error) {
    throw faultOf(error, 'play-unsupported');
  }
}

/** Where the file itself holds nothing, playing would wait for ever. */
function pass(element: HTMLMediaElement, lanes: readonly Lane[]): void {
  const at = element.currentTime;
  const known = lanes.every((lane) => lane.ended || lane.edge > at);
  if (!known || lanes.every((lane) => heldUntil(lane.spans(), at) !== null)) return;
  const next = nextHeld(spansOf(element.buffered), at, HOLE);
  if (next !== null) element.currentTime = next;
}

function waker(element: HTMLMediaElement, signal: AbortSignal): () => Promise<void> {
  let go: () => void = () => undefined;
  for (const name of ['seeking', 'timeupdate', 'waiting']) element.addEventListener(name, () => go(), { signal });
  signal.addEventListener('abort', () => go());
  return () =>
    new Promise((done) => {
      const timer = setTimeout(done, REST);
      go = (): void => {
        clearTimeout(timer);
        done();
      };
    });
}

/** Waits for an event of `target`; throws the signal's reason when it is aborted. */
export function once(target: EventTarget, name: string, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    signal.throwIfAborted();
    const heard = new AbortController();
    target.addEventListener(
      name,
      () => {
        heard.abort();
        done();
      },
      { signal: heard.signal },
    );
    signal.addEventListener(
      'abort',
      () => {
        heard.abort();
        failed(signal.reason);
      },
      { signal: heard.signal },
    );
  });
}
