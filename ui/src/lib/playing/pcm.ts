// Uncompressed sound, as recorders and cameras write it, sample by sample.

/** How one sample is stored and how many bits of it are handed on. */
export type Pcm = { bytes: number; depth: 16 | 24; read: (view: DataView, at: number) => number };

const round = (value: number, depth: number): number => {
  const top = 2 ** (depth - 1);
  return Number.isNaN(value) ? 0 : Math.max(-top, Math.min(top - 1, Math.round(value * top)));
};
const signed24 = (high: number, low: number): number => ((high << 24) >> 8) | low;

// ITU-T G.711: three bits say how far four bits are shifted.
function muLaw(stored: number): number {
  const bits = ~stored & 0xff;
  const size = (((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7);
  return bits & 0x80 ? 0x84 - size : size - 0x84;
}

function aLaw(stored: number): number {
  const bits = stored ^ 0x55;
  const shift = (bits >> 4) & 7;
  const low = ((bits & 0x0f) << 4) + 8;
  const size = shift === 0 ? low : (low + 0x100) << (shift - 1);
  return bits & 0x80 ? size : -size;
}

const KINDS: Readonly<Record<string, Pcm>> = {
  'pcm-u8': { bytes: 1, depth: 16, read: (view, at) => (view.getUint8(at) - 128) << 8 },
  'pcm-s8': { bytes: 1, depth: 16, read: (view, at) => view.getInt8(at) << 8 },
  'pcm-s16': { bytes: 2, depth: 16, read: (view, at) => view.getInt16(at, true) },
  'pcm-s16be': { bytes: 2, depth: 16, read: (view, at) => view.getInt16(at) },
  'pcm-s24': { bytes: 3, depth: 24, read: (view, at) => signed24(view.getUint8(at + 2), view.getUint16(at, true)) },
  'pcm-s24be': { bytes: 3, depth: 24, read: (view, at) => signed24(view.getUint8(at), view.getUint16(at + 1)) },
  'pcm-s32': { bytes: 4, depth: 24, read: (view, at) => view.getInt32(at, true) >> 8 },
  'pcm-s32be': { bytes: 4, depth: 24, read: (view, at) => view.getInt32(at) >> 8 },
  'pcm-f32': { bytes: 4, depth: 24, read: (view, at) => round(view.getFloat32(at, true), 24) },
  'pcm-f32be': { bytes: 4, depth: 24, read: (view, at) => round(view.getFloat32(at), 24) },
  'pcm-f64': { bytes: 8, depth: 24, read: (view, at) => round(view.getFloat64(at, true), 24) },
  'pcm-f64be': { bytes: 8, depth: 24, read: (view, at) => round(view.getFloat64(at), 24) },
  ulaw: { bytes: 1, depth: 16, read: (view, at) => muLaw(view.getUint8(at)) },
  alaw: { bytes: 1, depth: 16, read: (view, at) => aLaw(view.getUint8(at)) },
};

/** How the codec `name`, as the demuxer calls it, stores a sample; `null` if it is not uncompressed sound. */
export function pcmOf(name: string): Pcm | null {
  return Object.hasOwn(KINDS, name) ? (KINDS[name] ?? null) : null;
}
