// Which way a thing is played: in which container a track is handed on, and what may be handed on whole.

/** The container in which a track is handed to the engine. */
export type Container = 'mp4' | 'webm';

/**
 * The container for a codec as the demuxer names it, or `null` if there is none; uncompressed sound becomes FLAC in MP4.
 * AV1 has none on purpose: about one seek in ten through MediaSource never ends with the engine's decoder.
 */
export function containerFor(codec: string): Container | null {
  if (codec.startsWith('pcm-') || codec === 'ulaw' || codec === 'alaw') return 'mp4';
  switch (codec) {
    case 'avc':
    case 'hevc':
    case 'aac':
    case 'mp3':
    case 'flac':
      return 'mp4';
    case 'vp8':
    case 'vp9':
    case 'opus':
    case 'vorbis':
      return 'webm';
    default:
      return null;
  }
}

/** Files up to this size, in bytes, may be handed on whole; such a Blob lies in the network process until it is closed. */
export const WHOLE = 64 << 20;

const ASCII = new TextDecoder('latin1');

/**
 * Whether a file that begins with `start` (16 bytes are enough) may be handed to the engine whole. Only formats that
 * hold their content themselves: a playlist or a link would make the engine fetch what it names.
 */
export function mayBeWhole(start: Uint8Array): boolean {
  const text = ASCII.decode(start.subarray(0, 16));
  const riff = text.startsWith('RIFF') && /^(AVI |WAVE)$/.test(text.slice(8, 12));
  const iso = text.slice(4, 8) === 'ftyp';
  const ogg = text.startsWith('OggS');
  const amr = text.startsWith('#!AMR\n') || text.startsWith('#!AMR-WB\n');
  const matroska = text.startsWith('\x1aE\u00df\u00a3');
  const flac = text.startsWith('fLaC');
  const aiff = text.startsWith('FORM') && /^AIF[FC]$/.test(text.slice(8, 12));
  return riff || iso || ogg || amr || matroska || flac || aiff;
}

const BASICS = ['video/webm; codecs="vp8"', 'audio/webm; codecs="vorbis"', 'audio/mpeg', 'audio/mp4; codecs="mp4a.40.2"'];

/**
 * Whether the engine has its plugins for media at all. Without them it ends with the first element that gets a source, so
 * none may get one.
 */
export function engineReady(takes: (mime: string) => boolean): boolean {
  return BASICS.some(takes);
}
