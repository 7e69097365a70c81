// A recording is taken apart and put together again: every sample comes out as it went in, with its time.
import { describe, expect, it } from 'vitest';
import { openContainer, type Opened } from '../src/lib/playing/container';
import { flacFrame, flacHeader } from '../src/lib/playing/flac';
import { clusters, movieFragments, ORIGIN, type Sample } from '../src/lib/playing/fragment';
import { pcmOf } from '../src/lib/playing/pcm';
import { RangeReader } from '../src/lib/playing/ranges';
import { shell } from './playing-shell';

const RATE = 8000;
const letters = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const little = (value: number, size: number): number[] => Array.from({ length: size }, (_, at) => (value >> (8 * at)) & 0xff);
const tone = (at: number): number => Math.round(20000 * Math.sin(at / 9));

function wav(seconds: number, told = seconds): Uint8Array<ArrayBuffer> {
  const size = (length: number): number[] => little(length * RATE * 2, 4);
  const format = [...little(16, 4), ...little(1, 2), ...little(1, 2), ...little(RATE, 4), ...little(RATE * 2, 4), ...little(2, 2), ...little(16, 2)];
  const head = [...letters('RIFF'), ...size(told + 1), ...letters('WAVEfmt '), ...format, ...letters('data'), ...size(told)];
  const samples = Array.from({ length: seconds * RATE }, (_, at) => little(tone(at), 2)).flat();
  return Uint8Array.from([...head, ...samples]);
}

const opened = (file: Uint8Array<ArrayBuffer>): Promise<Opened | null> =>
  openContainer(new RangeReader('media:', file.length, new AbortController().signal, shell(file).load), () => true);

/** The boxes of a level: name, where the content begins, where it ends. */
function boxes(bytes: Uint8Array, from = 0, to = bytes.length): [string, number, number][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const found: [string, number, number][] = [];
  for (let at = from; at < to; at += view.getUint32(at)) found.push([String.fromCharCode(...bytes.subarray(at + 4, at + 8)), at + 8, at + view.getUint32(at)]);
  return found;
}

function inside(bytes: Uint8Array, ...path: string[]): [number, number] {
  let place: [number, number] = [0, bytes.length];
  for (const name of path) {
    const box = boxes(bytes, ...place).find(([found]) => found === name);
    if (!box) throw new Error(`no ${name}`);
    place = [box[1], box[2]];
  }
  return place;
}

function crc(bytes: Uint8Array, bits: number, polynomial: number): number {
  let rest = 0n;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const out = (rest >> BigInt(bits - 1)) & 1n;
      rest = (rest << 1n) & ((1n << BigInt(bits)) - 1n);
      if (out !== BigInt((byte >> bit) & 1)) rest ^= BigInt(polynomial);
    }
  }
  return Number(rest);
}

describe('uncompressed sound', () => {
  it('comes out of its frames as it went in', async () => {
    const file = await opened(wav(3));
    const [feed] = file?.feeds ?? [];
    if (!file || !feed) throw new Error('not opened');
    expect([file.duration, file.leftOut, feed.shape.mime]).toEqual([3, [], 'audio/mp4; codecs="flac"']);
    expect(boxes(await feed.initial()).map(([name]) => name)).toEqual(['ftyp', 'moov']);
    await feed.seek(0);
    const heard: number[] = [];
    for (let piece = await feed.next(); piece; piece = await feed.next()) {
      const { bytes } = piece;
      const view = new DataView(bytes.buffer);
      const [run] = inside(bytes, 'moof', 'traf', 'trun');
      let [at] = inside(bytes, 'mdat');
      for (let row = 0; row < view.getUint32(run + 4); row++) {
        const size = view.getUint32(run + 12 + row * 16 + 4);
        const number = view.getUint8(at + 4);
        // The number in one to three bytes, then the size in two.
        const sizeAt = at + 4 + (number < 0x80 ? 1 : number < 0xe0 ? 2 : 3);
        const from = sizeAt + 2 + 2 + 1 + 1;
        for (let sample = 0; sample <= view.getUint16(sizeAt); sample++) heard.push(view.getInt16(from + sample * 2));
        at += size;
      }
    }
    expect(heard.length).toBe(3 * RATE);
    expect(heard.every((value, at) => value === tone(at))).toBe(true);
    file.dispose();
  });

  it('goes on from the middle', async () => {
    const file = await opened(wav(5));
    const [feed] = file?.feeds ?? [];
    await feed?.initial();
    await feed?.seek(3.3);
    const piece = await feed?.next();
    expect(piece?.from).toBeGreaterThan(2.9);
    expect(piece?.from).toBeLessThanOrEqual(3.3);
    expect(piece?.until).toBeGreaterThan(4);
    file?.dispose();
  });

  it('has frames with right checksums, at any number', () => {
    const pcm = pcmOf('pcm-s16');
    if (!pcm) throw new Error('no PCM');
    for (const first of [0, 127, 128, 2047, 2048, 65535, 65536, 2 ** 21, 2 ** 31, 2 ** 36 - 1]) {
      const frame = flacFrame(Uint8Array.from({ length: 64 }, (_, at) => at * 5), pcm, 44100, 2, first);
      const head = frame.length - 2 - 2 * 33;
      expect(crc(frame.subarray(0, head), 8, 0x07)).toBe(0);
      expect(crc(frame, 16, 0x8005)).toBe(0);
      const broken = frame.slice();
      broken[20] = (broken[20] ?? 0) ^ 1;
      expect(crc(broken, 16, 0x8005)).not.toBe(0);
    }
    expect(() => flacFrame(new Uint8Array(4), pcm, 44100, 1, 2 ** 36)).toThrow('play-unsupported');
    expect(() => flacHeader(44100, 9, 16)).toThrow('play-unsupported');
    expect(() => flacHeader(0, 1, 16)).toThrow('play-unsupported');
  });

  it.each([
    ['pcm-u8', [0x00], -32768],
    ['pcm-s16be', [0x80, 0x01], -32767],
    ['pcm-s24', [0xff, 0xff, 0xff], -1],
    ['pcm-s24be', [0x7f, 0xff, 0xff], 8388607],
    ['pcm-s32', [0x00, 0xff, 0xff, 0xff], -1],
    ['pcm-f32be', [0x3f, 0x80, 0, 0], 8388607],
    ['pcm-f32be', [0x7f, 0xc0, 0, 0], 0],
    ['ulaw', [0xff], 0],
    ['ulaw', [0x00], -32124],
    ['ulaw', [0x80], 32124],
    ['alaw', [0xd5], 8],
    ['alaw', [0x2a], -32256],
    ['alaw', [0xaa], 32256],
  ])('%s %j is %d', (codec, stored, value) => {
    expect(pcmOf(codec)?.read(new DataView(Uint8Array.from(stored).buffer), 0)).toBe(value);
  });
});

describe('fragments', () => {
  const sample = (time: number, key = false): Sample => ({ data: Uint8Array.of(1, 2, 3), time, duration: 0.04, key });
  const samples = [sample(0, true), sample(0.12), sample(0.04), sample(0.08)];

  it('show each picture at its time, decode none after it and none before nought', () => {
    const group = (from: number): Sample[] => samples.map((one) => ({ ...one, time: one.time + from }));
    for (const from of [0, 0.6, 30]) {
      const pictures = group(from);
      const bytes = movieFragments(pictures, 1000, 7, true);
      const view = new DataView(bytes.buffer);
      const shown: number[] = [];
      let before = -1;
      const level = boxes(bytes);
      level.forEach(([name, start, end], index) => {
        if (name !== 'moof') return;
        const part = bytes.subarray(start, end);
        const time = start + inside(part, 'traf', 'tfdt')[0];
        const run = start + inside(part, 'traf', 'trun')[0];
        let decoded = Number(view.getBigUint64(time + 4));
        for (let row = 0; row < view.getUint32(run + 4); row++) {
          const at = run + 12 + row * 16;
          expect(view.getInt32(at + 12)).toBeGreaterThanOrEqual(0);
          expect(decoded).toBeGreaterThan(before);
          expect(decoded).toBeGreaterThanOrEqual(ORIGIN * 1000);
          before = decoded;
          shown.push(decoded + view.getInt32(at + 12));
          decoded += view.getUint32(at);
        }
        // The data begins where the run says.
        expect(start - 8 + view.getUint32(run + 8)).toBe(level[index + 1]?.[1]);
      });
      expect(shown).toEqual(pictures.map(({ time }) => Math.round((time + ORIGIN) * 1000)));
    }
  });

  it('are clusters that end before their times do not fit', () => {
    const bytes = clusters([sample(-0.5, true), sample(0.1), sample(40, true)]);
    const starts = [...bytes.keys()].filter((at) => [0x1f, 0x43, 0xb6, 0x75].every((byte, index) => bytes[at + index] === byte));
    const view = new DataView(bytes.buffer);
    expect(starts.map((at) => Number(view.getBigUint64(at + 14)))).toEqual([9500, 50000]);
    expect(starts.map((at) => view.getUint32(at + 8))).toEqual([10 + 2 * 16, 10 + 16]);
    expect(bytes.length).toBe(2 * 12 + 20 + 3 * 16);
  });
});

describe('what cannot be played', () => {
  it('is told apart: nothing known, a playlist, a video without its description, a damaged start', async () => {
    expect(await opened(Uint8Array.from({ length: 4000 }, (_, at) => (at * 7919) & 0x7f))).toBeNull();
    expect(await opened(Uint8Array.from(letters('#EXTM3U\nhttps://example.org/a.ts\n'.repeat(20))))).toBeNull();
    const bare = [0, 0, 0, 16, ...letters('ftypisom'), 0, 0, 0, 0, 0, 0, 15, 160, ...letters('mdat')];
    await expect(opened(Uint8Array.from([...bare, ...new Array<number>(2000).fill(0)]))).rejects.toThrow('play-cut');
  });

  it('a cut recording gives what is there', async () => {
    const file = await opened(wav(2, 9));
    const [feed] = file?.feeds ?? [];
    await feed?.initial();
    await feed?.seek(0);
    let until = 0;
    for (let piece = await feed?.next(); piece; piece = await feed?.next()) until = piece.until;
    expect(until).toBeCloseTo(2, 1);
    file?.dispose();
  });
});
