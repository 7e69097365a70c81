// Evidence is read by ranges: right bytes, small pieces, few of them kept, and every fault by its code.
import { describe, expect, it } from 'vitest';
import { LONGEST, PIECE, RangeReader, type Fetch } from '../src/lib/playing/ranges';
import { shell, type Shell } from './playing-shell';

const never = new AbortController().signal;
const bytes = (size: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 9)) & 0xff);
const reader = (file: Uint8Array<ArrayBuffer>, load: Fetch): RangeReader => new RangeReader('media:', file.length, never, load);

describe('a reader of ranges', () => {
  it.each([
    [0, 1],
    [0, 3_000_000],
    [524_287, 524_289],
    [524_288, 1_048_576],
    [1_048_570, 2_097_160],
    [2_999_999, 3_000_000],
  ])('gives the bytes from %i to %i', async (start, end) => {
    const file = bytes(3_000_000);
    const { load } = shell(file);
    // Compared as a whole: element by element takes seconds.
    expect(Buffer.compare(await reader(file, load).read(start, end), file.slice(start, end))).toBe(0);
  });

  it('asks for no more than a piece, and for nothing twice while it is kept', async () => {
    const file = bytes(3_000_000);
    const { load, asked } = shell(file);
    const ranges = reader(file, load);
    await Promise.all([ranges.read(0, 10), ranges.read(5, 2000), ranges.read(0, 3_000_000)]);
    await ranges.read(700_000, 700_001);
    expect(Math.max(...asked.map(([from, to]) => to - from))).toBeLessThanOrEqual(PIECE);
    expect(new Set(asked.map(String)).size).toBe(asked.length);
    ranges.clear();
    await ranges.read(0, 10);
    expect(asked.length).toBe(new Set(asked.map(String)).size + 1);
  });

  it('keeps only what was used last', async () => {
    const file = bytes(8_000_000);
    const { load, asked } = shell(file);
    const ranges = reader(file, load);
    for (let at = 0; at < file.length; at += 524_288) await ranges.read(at, at + 1);
    const before = asked.length;
    await ranges.read(file.length - 1, file.length);
    expect(asked.length).toBe(before);
    await ranges.read(0, 1);
    expect(asked.length).toBe(before + 1);
  });

  it('makes one Blob of all', async () => {
    const file = bytes(2_500_000);
    const whole = await reader(file, shell(file).load).whole('audio/x-test');
    expect([whole.size, whole.type]).toEqual([file.length, 'audio/x-test']);
  });

  it.each<[string, Shell['fault'], string]>([
    ['is refused', 'refused', 'play-unread: status 422'],
    ['gets less than it asked for', 'short', 'play-unread: 9 bytes instead of 10'],
    ['cannot ask', 'gone', 'play-unread: TypeError: gone'],
  ])('says so when it %s, and asks again next time', async (_, fault, told) => {
    const file = bytes(10);
    const served = shell(file);
    const ranges = reader(file, served.load);
    served.fault = fault;
    await expect(ranges.read(0, 10)).rejects.toThrow(told);
    served.fault = null;
    expect(await ranges.read(0, 10)).toEqual(file);
  });

  it.each([
    [-1, 5],
    [5, 5],
    [0, 11],
    [Number.NaN, 4],
  ])('refuses the range from %d to %d', async (start, end) => {
    const file = bytes(10);
    await expect(reader(file, shell(file).load).read(start, end)).rejects.toThrow('play-damaged');
  });

  it('takes no piece that is larger than a file may make it', async () => {
    const huge = new RangeReader('media:', LONGEST * 2, never, shell(bytes(10)).load);
    await expect(huge.read(0, LONGEST + 1)).rejects.toThrow('play-damaged');
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const file = bytes(10);
    const { load, asked } = shell(file);
    const ranges = new RangeReader('media:', file.length, stop.signal, load);
    stop.abort(new Error('enough'));
    await expect(ranges.read(0, 1)).rejects.toThrow('enough');
    expect(asked).toEqual([]);
  });
});
