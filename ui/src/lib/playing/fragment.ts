// Groups of packets as fragments for MediaSource: one movie fragment (ISO/IEC 14496-12) or one cluster (RFC 9559) each.
// Times stay those of the file, moved by `ORIGIN`, so that what begins before nought has a time too.

/** One packet to be handed on; times in seconds. */
export type Sample = { data: Uint8Array; time: number; duration: number; key: boolean };

/** Added to all times in what is handed on, in seconds; the SourceBuffer's offset takes it off again. */
export const ORIGIN = 10;
/** Pictures are decoded so much before they are shown, in seconds: with less, some would be due before they are decoded. */
const LEAD = 0.5;

type Part = readonly number[] | Uint8Array;

const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number): number[] => [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
const u64 = (value: number): number[] => [...u32(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)];

function box(name: string, content: readonly number[]): number[] {
  return [...u32(content.length + 8), ...[...name].map((letter) => letter.charCodeAt(0)), ...content];
}

/**
 * Movie fragments of the samples, which are in the order of decoding and begin a group; `scale` units are a second.
 * `number` is that of the first fragment; there are at most as many as samples. `reordered`: some may be shown in another
 * order, which is so for pictures and never for sound.
 */
export function movieFragments(samples: readonly Sample[], scale: number, number: number, reordered: boolean): Uint8Array<ArrayBuffer> {
  const units = (seconds: number): number => Math.round((seconds + ORIGIN) * scale);
  const shown = samples.map((sample) => units(sample.time));
  // Containers other than MP4 do not say when a picture is decoded: in the order in which they are shown, a while before.
  const ordered = [...shown].sort((one, other) => one - other);
  // None before nought: pictures without sound would all be shown at once.
  const lead = reordered ? Math.round(LEAD * scale) : 0;
  const decoded = ordered.map((time, index) => Math.max(time - lead, Math.min(time, units(0) + index)));
  const rows = samples.map((sample, index): Row => {
    const next = ordered[index + 1] ?? (ordered[index] ?? 0) + Math.round(sample.duration * scale);
    return { sample, decoded: decoded[index] ?? 0, shown: shown[index] ?? 0, length: next - (ordered[index] ?? 0) };
  });
  const parts: Part[] = [];
  for (let at = 0; at < rows.length; ) {
    const first = at++;
    // Within a fragment the times of decoding follow from the lengths: where they do not, another begins.
    while (at < rows.length && (rows[at]?.decoded ?? 0) === (rows[at - 1]?.decoded ?? 0) + (rows[at - 1]?.length ?? 0)) at++;
    parts.push(...movieFragment(rows.slice(first, at), number + first));
  }
  return joined(parts);
}

type Row = { sample: Sample; decoded: number; shown: number; length: number };

function movieFragment(rows: readonly Row[], number: number): Part[] {
  const table = rows.flatMap(({ sample, decoded, shown, length }) => [
    ...u32(length),
    ...u32(sample.data.byteLength),
    ...u32(sample.key ? 0x02000000 : 0x01010000),
    ...u32((shown - decoded) | 0),
  ]);
  const head = (offset: number): number[] => {
    // Offset of the data, then for each sample its length, size, flags and signed distance from decoding to showing.
    const run = box('trun', [1, 0, 0x0f, 0x01, ...u32(rows.length), ...u32(offset), ...table]);
    const time = box('tfdt', [1, 0, 0, 0, ...u64(Math.max(0, rows[0]?.decoded ?? 0))]);
    const track = box('traf', [...box('tfhd', [0, 2, 0, 0, ...u32(1)]), ...time, ...run]);
    return box('moof', [...box('mfhd', [0, 0, 0, 0, ...u32(number)]), ...track]);
  };
  const body = rows.reduce((sum, { sample }) => sum + sample.data.byteLength, 0);
  return [head(head(0).length + 8), [...u32(body + 8), 0x6d, 0x64, 0x61, 0x74], ...rows.map(({ sample }) => sample.data)];
}

/** Clusters of the samples: each spans less than half a minute, since a block counts from its cluster in 16 bits. */
export function clusters(samples: readonly Sample[]): Uint8Array<ArrayBuffer> {
  const parts: Part[] = [];
  for (let at = 0; at < samples.length; ) {
    const start = millis(samples[at]);
    const blocks: Part[] = [];
    const stamp = [0xe7, 0x88, ...u64(start)];
    let length = stamp.length;
    for (; at < samples.length && Math.abs(millis(samples[at]) - start) < 30000; at++) {
      const sample = samples[at];
      if (!sample) break;
      const head = [0xa3, ...wide(sample.data.byteLength + 4), 0x81, ...u16((millis(sample) - start) & 0xffff), sample.key ? 0x80 : 0];
      blocks.push(head, sample.data);
      length += head.length + sample.data.byteLength;
    }
    parts.push([0x1f, 0x43, 0xb6, 0x75, ...wide(length), ...stamp], ...blocks);
  }
  return joined(parts);
}

const millis = (sample: Sample | undefined): number => Math.round(((sample?.time ?? 0) + ORIGIN) * 1000);

/** A size of EBML in eight bytes. */
function wide(value: number): number[] {
  return [0x01, ...u64(value).slice(1)];
}

function joined(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
