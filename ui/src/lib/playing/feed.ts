// One track as a stream of pieces that MediaSource takes, read group by group from any place on.
import { EncodedPacketSink, type EncodedPacket, type InputAudioTrack, type InputVideoTrack } from 'mediabunny';
import { PlayFault } from './faults';
import { flacFrame } from './flac';
import { clusters, movieFragments, type Sample } from './fragment';
import { headFor, type Head } from './head';
import { LONGEST } from './ranges';
import type { Shape } from './shape';

/** Bytes for the engine, and the place up to which they reach, in seconds. */
export type Piece = { bytes: Uint8Array<ArrayBuffer>; from: number; until: number };

/** A piece is at least so long, in seconds, if the file holds that much. */
const LEAST = 1;

/** Gives out one track in pieces. Calls must not overlap. */
export class Feed {
  /** The longest time between two key frames so far, in seconds. */
  group = 0;
  private readonly sink: EncodedPacketSink;
  private packet: EncodedPacket | null = null;
  private head: Head | null = null;
  private number = 0;
  private begins = true;

  constructor(
    track: InputVideoTrack | InputAudioTrack,
    readonly shape: Shape,
    /** Added to all times, in seconds: pictures of a track that begins before nought would not be shown. */
    private readonly shift: number,
  ) {
    this.sink = new EncodedPacketSink(track);
  }

  /** Goes on from the last key frame at or before `at` seconds. */
  async seek(at: number): Promise<void> {
    const found = await this.sink.getKeyPacket(at - this.shift, { verifyKeyPackets: this.shape.kind === 'video' });
    this.packet = found ?? (await this.sink.getFirstKeyPacket());
    this.begins = true;
  }

  /** What stands before the first piece. */
  async initial(): Promise<Uint8Array<ArrayBuffer>> {
    const packet = await this.sink.getFirstKeyPacket();
    if (!packet) throw new PlayFault('play-cut', 'a track without content');
    // The muxer takes the header of a bare AAC frame off by itself, and reads it.
    this.head = await headFor(this.shape, packet, this.shape.pcm ? this.handedOn(packet) : packet.data);
    return this.head.bytes;
  }

  /** The next piece; `null` at the end. */
  async next(): Promise<Piece | null> {
    const samples: Sample[] = [];
    let bytes = 0;
    let from = Infinity;
    let until = 0;
    const start = this.packet?.timestamp ?? 0;
    for (let packet = this.packet; packet; packet = this.packet) {
      if (packet.type === 'key' && samples.length > 0) {
        this.group = Math.max(this.group, this.shape.kind === 'video' ? packet.timestamp - start : 0);
        if (packet.timestamp - start >= LEAST) break;
      }
      // After a seek, pictures that are shown before the key frame need what stands before it.
      const shown = !(this.begins && packet.timestamp < start);
      const data = shown ? this.handedOn(packet) : new Uint8Array(0);
      if (data.byteLength > 0) {
        const time = packet.timestamp + this.shift;
        samples.push({ data, time, duration: packet.duration, key: packet.type === 'key' });
        from = Math.min(from, time);
        until = Math.max(until, time + packet.duration);
      }
      bytes += data.byteLength;
      if (bytes > LONGEST) throw new PlayFault('play-unsupported', 'key frames too far apart');
      this.packet = await this.sink.getNextPacket(packet);
    }
    this.begins = false;
    return samples.length === 0 ? null : { bytes: this.fragment(samples), from, until };
  }

  private fragment(samples: readonly Sample[]): Uint8Array<ArrayBuffer> {
    if (this.shape.container === 'webm') return clusters(samples);
    const first = this.number + 1;
    this.number += samples.length;
    return movieFragments(samples, this.head?.scale ?? 1, first, this.shape.kind === 'video');
  }

  private handedOn(packet: EncodedPacket): Uint8Array {
    const { pcm, rate, channels, codec, config } = this.shape;
    if (pcm) return flacFrame(packet.data, pcm, rate, channels, Math.max(0, Math.round(packet.timestamp * rate)));
    // Each frame of a bare AAC file has a header of its own, which has no place in a container.
    if (codec === 'aac' && !config.description) return packet.data.subarray((packet.data[1] ?? 0) & 1 ? 7 : 9);
    return packet.data;
  }
}
