// What a track is made of, as far as handing it on needs it.
import type { InputAudioTrack, InputVideoTrack } from 'mediabunny';
import { containerFor, type Container } from './choice';
import { flacHeader } from './flac';
import { pcmOf, type Pcm } from './pcm';

export type Shape = {
  kind: 'video' | 'audio';
  /** As the muxer names it; what `pcm` describes is handed on as `flac`. */
  codec: string;
  container: Container;
  /** What MediaSource is asked for. */
  mime: string;
  config: VideoDecoderConfig | AudioDecoderConfig;
  /** How the picture is to be turned, in degrees clockwise. */
  rotation: 0 | 90 | 180 | 270;
  /** How uncompressed sound is stored, or `null`. */
  pcm: Pcm | null;
  /** Samples a second and channels of sound. */
  rate: number;
  channels: number;
};

/** The shape of a track; `null` if there is no container to hand it on in. */
export async function shapeOf(track: InputVideoTrack | InputAudioTrack): Promise<Shape | null> {
  const codec = await track.getCodec();
  const container = codec && containerFor(codec);
  const config = await track.getDecoderConfig();
  if (!codec || !container || !config) return null;
  if (track.isVideoTrack()) {
    const rotation = await track.getRotation();
    return { kind: 'video', codec, container, mime: `video/${container}; codecs="${config.codec}"`, config, rotation, pcm: null, rate: 0, channels: 0 };
  }
  const sound = track as InputAudioTrack;
  const [rate, channels] = [await sound.getSampleRate(), await sound.getNumberOfChannels()];
  const shape = { kind: 'audio', container, rotation: 0, rate, channels } as const;
  const pcm = pcmOf(codec);
  if (pcm) {
    const description = flacHeader(rate, channels, pcm.depth);
    const flac = { codec: 'flac', sampleRate: rate, numberOfChannels: channels, description };
    return { ...shape, codec: 'flac', mime: 'audio/mp4; codecs="flac"', config: flac, pcm };
  }
  // The name by which the engine knows MP3 within MP4.
  const named = codec === 'mp3' ? 'mp4a.6B' : config.codec;
  return { ...shape, codec, mime: `audio/${container}; codecs="${named}"`, config, pcm: null };
}
