// What is held around the place that plays, and which way a file goes.
import { describe, expect, it } from 'vitest';
import { containerFor, engineReady, mayBeWhole } from '../src/lib/playing/choice';
import { BUDGET, heldUntil, limits, nextHeld, surplus } from '../src/lib/playing/window';

const span = (from: number, to: number): { from: number; to: number } => ({ from, to });

describe('held ranges', () => {
  it.each([
    [[span(0, 10)], 3, 10],
    [[span(0, 10), span(10.1, 20)], 3, 20],
    [[span(0, 10), span(12, 20)], 3, 10],
    [[span(0, 10), span(12, 20)], 12, 20],
    [[span(0.1, 10)], 0, 10],
    [[span(1, 10)], 0, null],
    [[span(0, 10)], 11, null],
    [[], 0, null],
  ])('%j from %d on reach to %s', (spans, at, end) => {
    expect(heldUntil(spans, at)).toBe(end);
  });

  it.each([
    [[span(0, 100)], 50, [span(0, 40), span(80, 100)]],
    [[span(45, 70)], 50, []],
    [[span(0, 20), span(45, 60)], 50, [span(0, 20)]],
    [[span(200, 230)], 50, [span(200, 230)]],
  ])('of %j at %d, too much is %j', (spans, at, given) => {
    expect(surplus(spans, at, 10, 30)).toEqual(given);
  });

  it.each([
    [[span(2, 9)], 0, 2],
    [[span(2, 9)], 3, null],
    [[span(20, 30)], 0, null],
    [[], 0, null],
  ])('in %j, from %d playing goes on at %s', (spans, at, next) => {
    expect(nextHeld(spans, at, 10)).toBe(next);
  });
});

describe('limits', () => {
  it('are seconds for what is small and bytes for what is large', () => {
    expect(limits(0, 0)).toEqual({ behind: 30, ahead: 60 });
    expect(limits(16_000, 0)).toEqual({ behind: 30, ahead: 60 });
    const { behind, ahead } = limits(1 << 20, 2);
    expect((behind + ahead) * (1 << 20)).toBeLessThanOrEqual(BUDGET);
    expect(ahead).toBeGreaterThan(behind);
  });

  it('hold a whole group of pictures however large it is', () => {
    const { behind, ahead } = limits(50 << 20, 12);
    expect([behind > 12, ahead > 12]).toEqual([true, true]);
  });
});

describe('the way', () => {
  it.each([
    ['avc', 'mp4'],
    ['hevc', 'mp4'],
    ['aac', 'mp4'],
    ['mp3', 'mp4'],
    ['pcm-s16', 'mp4'],
    ['ulaw', 'mp4'],
    ['vp9', 'webm'],
    ['opus', 'webm'],
    ['vorbis', 'webm'],
    ['av1', null],
    ['ac3', null],
    ['', null],
  ])('of %s is %s', (codec, container) => {
    expect(containerFor(codec)).toBe(container);
  });

  it('is none without the engine\'s plugins', () => {
    expect(engineReady(() => false)).toBe(false);
    expect(engineReady((mime) => mime === 'audio/mpeg')).toBe(true);
  });

  const start = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

  it.each(['RIFF....AVI LIST', '#!AMR\n<', '....ftyp3gp4', 'OggS', '\x1aE\u00df\u00a3', 'FORM....AIFF'])('may be whole: %j', (text) => {
    expect(mayBeWhole(start(text))).toBe(true);
  });

  it.each(['#EXTM3U\nhttps://a', '<?xml version="1', '[playlist]\nFile1', 'v=0\r\no=- 0 0 IN', 'RTSPtext', '', 'RIFF....WEBP'])('may not be whole: %j', (text) => {
    expect(mayBeWhole(start(text))).toBe(false);
  });
});
