// Takes a file apart as far as playing needs it: which tracks can be handed on, how long it is.
import {
  ADTS,
  CustomSource,
  FLAC,
  Input,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  UnsupportedInputFormatError,
  WAVE,
  WEBM,
  type InputAudioTrack,
  type InputVideoTrack,
} from 'mediabunny';
import { faultOf, PlayFault } from './faults';
import { Feed } from './feed';
import type { RangeReader } from './ranges';
import { shapeOf, type Shape } from './shape';

// Named one by one: a playlist format among them would fetch what it names.
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, WAVE, OGG, FLAC, MP3, ADTS];
/** Kept by the demuxer itself, in bytes; the reader below it keeps blocks. */
const CACHE = 1 << 20;

/** What of a file can be handed on, track by track. */
export type Opened = {
  feeds: Feed[];
  /** In seconds; of what the file says, which may be more than it holds. */
  duration: number;
  /** Kinds of which there are tracks and none that the engine takes. */
  leftOut: ('video' | 'audio')[];
  /** How the picture is to be turned when it is shown, in degrees clockwise. */
  turn: 0 | 90 | 180 | 270;
  dispose: () => void;
};

/**
 * Opens what `reader` reads. `null` if its format is none that is taken apart here. Throws a `PlayFault`: `play-cut` if the
 * file ends before the part that describes it.
 */
export async function openContainer(reader: RangeReader, takes: (mime: string) => boolean): Promise<Opened | null> {
  const source = new CustomSource({
    getSize: () => reader.size,
    read: (start, end) => reader.read(start, end),
    maxCacheSize: CACHE,
    // A read that nobody waits for any more, after closing.
    handleUnhandledError: () => undefined,
  });
  const input = new Input({ source, formats: FORMATS });
  const dispose = (): void => input.dispose();
  try {
    const opened = await tracksOf(input, takes);
    return { ...opened, dispose };
  } catch (error) {
    dispose();
    if (error instanceof UnsupportedInputFormatError) return null;
    throw faultOf(error, 'play-damaged');
  }
}

type Track = { track: InputVideoTrack | InputAudioTrack; shape: Shape };

async function tracksOf(input: Input, takes: (mime: string) => boolean): Promise<Omit<Opened, 'dispose'>> {
  const pictures = await input.getVideoTracks();
  const sounds = await input.getAudioTracks();
  if (pictures.length + sounds.length === 0) {
    const iso = [MP4, QTFF].includes((await input.getFormat()) as typeof MP4);
    throw new PlayFault(iso ? 'play-cut' : 'play-unsupported', 'no tracks');
  }
  const chosen = [await first(pictures, takes), await first(sounds, takes)];
  const leftOut: Opened['leftOut'] = [];
  if (pictures.length > 0 && !chosen[0]) leftOut.push('video');
  if (sounds.length > 0 && !chosen[1]) leftOut.push('audio');
  const tracks = chosen.filter((track) => track !== null);
  if (tracks.length === 0) return { feeds: [], duration: 0, leftOut, turn: 0 };
  const shift = chosen[0] ? Math.max(0, -(await chosen[0].track.getFirstTimestamp())) : 0;
  const feeds = tracks.map(({ track, shape }) => new Feed(track, shape, shift));
  const lengths = await Promise.all(tracks.map(({ track }) => length(track)));
  return { feeds, duration: Math.max(...lengths) + shift, leftOut, turn: chosen[0]?.shape.rotation ?? 0 };
}

async function first(tracks: (InputVideoTrack | InputAudioTrack)[], takes: (mime: string) => boolean): Promise<Track | null> {
  for (const track of tracks) {
    const shape = await shapeOf(track);
    if (shape && takes(shape.mime)) return { track, shape };
  }
  return null;
}

async function length(track: InputVideoTrack | InputAudioTrack): Promise<number> {
  const told = await track.getDurationFromMetadata();
  return told !== null && told > 0 ? told : track.computeDuration();
}
