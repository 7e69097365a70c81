// The initialisation segment of a track. The muxer is given one packet and the beginning of what it writes is kept: so the
// boxes that describe a codec are its work, and the fragments that follow are ours, with their true times.
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
  type AudioCodec,
  type EncodedPacket,
  type VideoCodec,
} from 'mediabunny';
import { PlayFault } from './faults';
import type { Shape } from './shape';

export type Head = {
  bytes: Uint8Array<ArrayBuffer>;
  /** Units a second in which the fragments after it count. */
  scale: number;
};

/** The head for a track of this shape; `packet` is any key packet of it, `data` its bytes as they are handed on. */
export async function headFor(shape: Shape, packet: EncodedPacket, data: Uint8Array): Promise<Head> {
  const target = new BufferTarget();
  const mp4 = shape.container === 'mp4';
  const format = mp4 ? new Mp4OutputFormat({ fastStart: 'fragmented' }) : new WebMOutputFormat({ appendOnly: true });
  const output = new Output({ format, target });
  const first = packet.clone({ data, timestamp: 0 });
  if (shape.kind === 'video') {
    const source = new EncodedVideoPacketSource(shape.codec as VideoCodec);
    output.addVideoTrack(source, { rotation: shape.rotation });
    await output.start();
    await source.add(first, { decoderConfig: shape.config as VideoDecoderConfig });
  } else {
    const source = new EncodedAudioPacketSource(shape.codec as AudioCodec);
    output.addAudioTrack(source);
    await output.start();
    await source.add(first, { decoderConfig: shape.config as AudioDecoderConfig });
  }
  await output.finalize();
  if (!target.buffer) throw new PlayFault('play-damaged', 'no head');
  const written = new Uint8Array(target.buffer);
  return mp4 ? mp4Head(written) : { bytes: written.slice(0, find(written, [0x1f, 0x43, 0xb6, 0x75])), scale: 1000 };
}

function mp4Head(written: Uint8Array<ArrayBuffer>): Head {
  const view = new DataView(written.buffer);
  const media = find(written, [...'mdhd'].map((letter) => letter.charCodeAt(0)));
  // Version 1 has its two dates in eight bytes each.
  const scale = view.getUint32(media + (view.getUint8(media + 4) === 1 ? 24 : 16));
  for (let at = 0; at + 8 <= written.length; at += view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x6d6f6f66) return { bytes: written.slice(0, at), scale };
    if (view.getUint32(at) < 8) break;
  }
  throw new PlayFault('play-damaged', 'no head');
}

function find(bytes: Uint8Array, mark: readonly number[]): number {
  for (let at = 0; at + mark.length <= bytes.length; at++) if (mark.every((byte, index) => bytes[at + index] === byte)) return at;
  throw new PlayFault('play-damaged', 'no head');
}
