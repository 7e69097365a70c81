// Uncompressed sound as FLAC frames that compress nothing (RFC 9639, verbatim subframes): the one lossless form that
// MediaSource takes, so that long recordings stream like everything else.
import { PlayFault } from './faults';
import type { Pcm } from './pcm';

/** The most channels and samples for each channel that one frame carries. */
const CHANNELS = 8;
const SAMPLES = 65535;

const crc8 = table(8, 0x07);
const crc16 = table(16, 0x8005);

function table(bits: number, polynomial: number): Uint16Array {
  const top = 1 << (bits - 1);
  const mask = 2 ** bits - 1;
  return Uint16Array.from({ length: 256 }, (_, index) => {
    let rest = index << (bits - 8);
    for (let step = 0; step < 8; step++) rest = rest & top ? ((rest << 1) ^ polynomial) & mask : (rest << 1) & mask;
    return rest;
  });
}

/** What a decoder must know first: the mark, and one STREAMINFO block. Throws `play-unsupported` outside of FLAC's limits. */
export function flacHeader(rate: number, channels: number, depth: number): Uint8Array {
  if (!(rate > 0 && rate <= 655350 && channels >= 1 && channels <= CHANNELS)) {
    throw new PlayFault('play-unsupported', `${channels} channels at ${rate} Hz`);
  }
  const header = new Uint8Array(4 + 4 + 34);
  header.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34]);
  const view = new DataView(header.buffer);
  view.setUint16(8, 16);
  view.setUint16(10, SAMPLES);
  // Rate in 20 bits, channels in 3, depth in 5; the length in samples stays unknown.
  view.setUint32(18, ((rate << 12) | ((channels - 1) << 9) | ((depth - 1) << 4)) >>> 0);
  return header;
}

/**
 * `data` (interleaved samples, `rate` a second) as one frame that begins with the sample of number `first`. Empty if there
 * is no whole sample.
 */
export function flacFrame(data: Uint8Array, pcm: Pcm, rate: number, channels: number, first: number): Uint8Array {
  const step = pcm.bytes * channels;
  const samples = Math.floor(data.byteLength / step);
  if (samples === 0) return new Uint8Array(0);
  if (samples > SAMPLES) throw new PlayFault('play-damaged', `${samples} samples in one packet`);
  const number = longNumber(first);
  // In hertz or tens of them: a parser of the engine takes no frame that leaves its rate to the header.
  const tens = rate > 0xffff;
  const hertz = tens ? Math.round(rate / 10) : rate;
  const wide = pcm.depth / 8;
  const start = 4 + number.length + 2 + 2 + 1;
  const frame = new Uint8Array(start + channels * (1 + samples * wide) + 2);
  // Sync and numbering by samples; size and rate in 16 bits each; channels; depth.
  const layout = [0xff, 0xf9, tens ? 0x7e : 0x7d, ((channels - 1) << 4) | (pcm.depth === 16 ? 8 : 12)];
  frame.set([...layout, ...number, (samples - 1) >> 8, (samples - 1) & 0xff, hertz >> 8, hertz & 0xff]);
  frame[start - 1] = remainder(frame.subarray(0, start - 1), crc8, 8);
  const source = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const target = new DataView(frame.buffer);
  let at = start;
  for (let channel = 0; channel < channels; channel++) {
    frame[at++] = 0x02;
    for (let sample = 0, from = channel * pcm.bytes; sample < samples; sample++, from += step, at += wide) {
      const value = pcm.read(source, from);
      if (wide === 2) target.setInt16(at, value);
      else {
        target.setInt16(at, value >> 8);
        target.setUint8(at + 2, value & 0xff);
      }
    }
  }
  target.setUint16(at, remainder(frame.subarray(0, at), crc16, 16));
  return frame;
}

function remainder(bytes: Uint8Array, of: Uint16Array, bits: number): number {
  let rest = 0;
  for (const byte of bytes) rest = (((rest << 8) & (2 ** bits - 1)) ^ (of[((rest >> (bits - 8)) ^ byte) & 0xff] ?? 0)) & (2 ** bits - 1);
  return rest;
}

// A number of at most 36 bits, coded like a character of UTF-8 but longer.
function longNumber(value: number): number[] {
  if (value < 0x80) return [value];
  const tail: number[] = [];
  let rest = value;
  let room = 0x40;
  while (rest >= room || tail.length === 0) {
    tail.unshift(0x80 | rest % 64);
    rest = Math.floor(rest / 64);
    room = 2 ** (6 - tail.length);
    if (tail.length === 6 && rest > 0) throw new PlayFault('play-unsupported', 'more samples than can be numbered');
    if (tail.length === 6) break;
  }
  return [(0xff << (7 - tail.length)) & 0xff | rest, ...tail];
}
