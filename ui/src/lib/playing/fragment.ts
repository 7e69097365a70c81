// Groups of packets as fragments for MediaSource: one movie fragment (ISO/IEC 14496-12) or one cluster (RFC 9559) each.
// Times stay those of the file, moved by `ORIGIN`, so that what begins before nought has a time too.

/** One packet to be handed on; times in seconds. */
export type Sample = { data: Uint8Array; time: number; duration: number; key: boolean };

/** Added to all times in what is handed on, in seconds; the SourceBuffer's offset takes it off again. */
export const ORIGIN = 10;
/** Pictures are decoded so much before they are shown, in seconds: with less, some would be due before they are decoded. */
const LEAD = 2;

type Part = number | readonly number[] | Uint8Array | Part[];

const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number): number[] => [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
const u64 = (value: number): number[] => [...u32(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)];

function box(name: string, content: readonly number[]): number[] {
  return [...u32(content.length + 8), ...[...name].map((letter) => letter.charCodeAt(0)), ...content];
}

/** A movie fragment of the samples, which are in the order of decoding and begin a group; `scale` units are a second. */
export function movieFragment(samples: readonly Sample[], scale: number, number: number): Uint8Array<ArrayBuffer> {
  const units = (seconds: number): number => Math.round((seconds + ORIGIN) * scale);
  const shown = samples.map((sample) => units(sample.time));
  // Containers other than MP4 do not say when a picture is decoded: in the order in which they are shown, a while before.
  const decoded = [...shown].sort((one, other) => one - other).map((time) => time - LEAD * scale);
  const last = samples.at(-1);
  const lengths = decoded.map((time, index) => (decoded[index + 1] ?? time + Math.round((last?.duration ?? 0) * scale)) - time);
  const rows: number[] = [];
  samples.forEach((sample, index) => {
    const flags = sample.key ? 0x02000000 : 0x01010000;
    rows.push(...u32(lengths[index] ?? 0), ...u32(sample.data.byteLength), ...u32(flags), ...u32(((shown[index] ?? 0) - (decoded[index] ?? 0)) | 0));
  });
  const head = (offset: number): number[] => {
    // Offset of the data, then for each sample its length, size, flags and signed distance from decoding to showing.
    const run = box('trun', [1, 0, 0x0f, 0x01, ...u32(samples.length), ...u32(offset), ...rows]);
    const time = box('tfdt', [1, 0, 0, 0, ...u64(Math.max(0, decoded[0] ?? 0))]);
    const track = box('traf', [...box('tfhd', [0, 2, 0, 0, ...u32(1)]), ...time, ...run]);
    return box('moof', [...box('mfhd', [0, 0, 0, 0, ...u32(number)]), ...track]);
  };
  const size = head(0).length;
  const body = samples.reduce((sum, sample) => sum + sample.data.byteLength, 0);
  return joined([head(size + 8), [...u32(body + 8), 0x6d, 0x64, 0x61, 0x74], samples.map((sample) => sample.data)], size + 8 + body);
}

/** Clusters of the samples: each spans less than half a minute, since a block counts from its cluster in 16 bits. */
export function clusters(samples: readonly Sample[]): Uint8Array<ArrayBuffer> {
  const parts: Part[] = [];
  let size = 0;
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
    const head = [0x1f, 0x43, 0xb6, 0x75, ...wide(length), ...stamp];
    parts.push(head, blocks);
    size += head.length + length - stamp.length;
  }
  return joined(parts, size);
}

const millis = (sample: Sample | undefined): number => Math.round(((sample?.time ?? 0) + ORIGIN) * 1000);

/** A size of EBML in eight bytes. */
function wide(value: number): number[] {
  return [0x01, ...u64(value).slice(1)];
}

function joined(parts: Part[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  const put = (part: Part): void => {
    if (typeof part === 'number') whole[at++] = part;
    else if (part instanceof Uint8Array || typeof part[0] === 'number') {
      whole.set(part as Uint8Array, at);
      at += part.length;
    } else (part as Part[]).forEach(put);
  };
  parts.forEach(put);
  return whole;
}
