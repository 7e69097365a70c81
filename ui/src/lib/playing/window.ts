// What is held of a track around the place that plays: arithmetic on ranges of seconds, nothing else.

/** A range of seconds, from (included) to (not included). */
export type Span = { from: number; to: number };

/** So much behind the playing place is kept, in seconds. */
export const BEHIND = 30;
/** So much ahead of it is filled, in seconds. */
export const AHEAD = 60;
/** A hole of this length, in seconds, is none: containers round their times. */
export const SLACK = 0.15;

/** The ranges of a `TimeRanges`, in order. */
export function spansOf(ranges: TimeRanges): Span[] {
  return Array.from({ length: ranges.length }, (_, index) => ({ from: ranges.start(index), to: ranges.end(index) }));
}

/** The end of what is held without a hole from `at` on; `null` if nothing is held there. */
export function heldUntil(spans: readonly Span[], at: number): number | null {
  let end: number | null = null;
  for (const span of spans) {
    const reached: number = end ?? at;
    if (span.from <= reached + SLACK && span.to > reached - (end === null ? 0 : SLACK)) end = Math.max(span.to, reached);
  }
  return end;
}

/** What is to be given up while `at` plays: all that lies more than `behind` before or `ahead` after it. */
export function surplus(spans: readonly Span[], at: number, behind: number, ahead: number): Span[] {
  const low = at - behind;
  const high = at + ahead;
  const given: Span[] = [];
  for (const { from, to } of spans) {
    if (from < low - SLACK) given.push({ from, to: Math.min(to, low) });
    if (to > high + SLACK) given.push({ from: Math.max(from, high), to });
  }
  return given;
}

/** Where the next held range after `at` begins, if it begins within `reach` seconds; `null` if `at` itself is held or nothing follows. */
export function nextHeld(spans: readonly Span[], at: number, reach: number): number | null {
  if (spans.some((span) => span.from <= at && at < span.to)) return null;
  const next = spans.find((span) => span.from > at);
  return next && next.from - at <= reach ? next.from : null;
}

/** How much is held around the playing place, in seconds. */
export type Limits = { behind: number; ahead: number };

/** So many bytes of one track are held at most, roughly: two thirds ahead, one behind. */
export const BUDGET = 24 << 20;

/**
 * The limits for a track of `rate` bytes a second whose key frames are up to `group` seconds apart. What is behind holds
 * at least one such group: giving up part of a group takes what depends on it along, up to the place that plays.
 */
export function limits(rate: number, group: number): Limits {
  const seconds = rate > 0 ? BUDGET / rate : Infinity;
  return {
    behind: Math.max(Math.min(BEHIND, seconds / 3), group + 1),
    ahead: Math.max(Math.min(AHEAD, (seconds * 2) / 3), group + 2),
  };
}
