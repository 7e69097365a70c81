// Opens each file that the address names, plays it, seeks in it, lets it end, and tells what came of it.
import { open, PlayFault, type Player } from '../../../ui/src/lib/playing';

type Shell = { webkit: { messageHandlers: { report: { postMessage: (text: string) => void } } } };
const tell = (report: object): void => (window as unknown as Shell).webkit.messageHandlers.report.postMessage(JSON.stringify(report));
const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const asked = new URLSearchParams(location.search);

window.addEventListener('error', (event) => tell({ stray: String(event.message) }));
window.addEventListener('unhandledrejection', (event) => tell({ stray: String(event.reason) }));
document.addEventListener('securitypolicyviolation', (event) => tell({ stray: `policy: ${event.violatedDirective} ${event.blockedURI}` }));

async function within(what: string, ms: number, held: () => boolean): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; await rest(20)) if (held()) return;
  throw new Error(`not within ${ms} ms: ${what}`);
}

/** Whether a picture of more than one colour stands there. */
function painted(video: HTMLVideoElement): boolean {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [32, 32];
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(video, 0, 0, 32, 32);
  return new Set(new Uint32Array(context.getImageData(0, 0, 32, 32).data.buffer)).size > 8;
}

async function runs(element: HTMLMediaElement, from: number): Promise<void> {
  await within(`goes on from ${from}`, 12000, () => !element.seeking && element.currentTime > from + 0.3 && element.currentTime < from + 6);
  if (element instanceof HTMLVideoElement && element.videoWidth > 0) await within(`a picture at ${from}`, 5000, () => painted(element));
}

async function seek(element: HTMLMediaElement, to: number): Promise<number> {
  const began = performance.now();
  element.currentTime = to;
  await within(`a seek to ${to}`, 20000, () => !element.seeking);
  await runs(element, to);
  return Math.round(performance.now() - began);
}

type Result = { name: string; way?: string; code?: string; fault?: string; [more: string]: unknown };

async function play(name: string, seeks: number[], dwell: number): Promise<Result> {
  const result: Result = { name };
  const element = document.createElement('video');
  element.muted = true;
  document.body.append(element);
  const size = Number(asked.get(`size:${name}`));
  let player: Player | null = null;
  try {
    const began = performance.now();
    player = await open(element, { url: `chronicle-media://localhost/owner/${name}`, size, mediaType: '' }, new AbortController().signal);
    result.opened = Math.round(performance.now() - began);
    result.way = player.way;
    [result.leftOut, result.turn] = [player.leftOut, player.turn];
    void player.failed.then((fault) => ([result.code, result.fault] = [fault.code, fault.message]));
    await element.play();
    await runs(element, 0);
    result.duration = element.duration;
    result.picture = [element.videoWidth, element.videoHeight];
    const took: number[] = [];
    for (const to of seeks.filter((at) => at < element.duration)) took.push(await seek(element, to));
    result.seeks = took;
    for (let left = dwell; left > 0; left -= 5) {
      await rest(5000);
      tell({ during: name, at: element.currentTime });
    }
    // Far enough from it: old formats have few places to begin at.
    element.currentTime = Math.max(0, element.duration - 2);
    await within('its end', 20000, () => element.ended);
    result.ended = element.currentTime;
  } catch (error) {
    if (error instanceof PlayFault) [result.code, result.fault] = [error.code, error.message];
    else result.error = String(error);
  }
  player?.close();
  result.closed = await within("closed", 5000, () => element.networkState === HTMLMediaElement.NETWORK_EMPTY).then(() => true, () => element.networkState);
  element.remove();
  return result;
}

const seeks = (asked.get('seeks') ?? '15,3').split(',').map(Number);
for (const name of (asked.get('files') ?? '').split(',')) tell(await play(name, seeks, Number(asked.get('dwell') ?? 0)));
tell({ players: true, frozen: Object.isFrozen(Object.prototype), end: true });
