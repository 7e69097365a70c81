// Dates as they are kept survive the way through the fields, and half-filled fields never become a wrong date.
import { describe, expect, it } from 'vitest';
import vectors from '../../crates/words/vectors/dates.json';
import { sayDate } from '../src/lib/dates';
import { noParts, read, write } from '../src/lib/edtf';

describe('the question "When?"', () => {
  it.each(['2026-03-14', '2026-03', '2026', '2026-03-14~', '2026-03~', '2026~', '2026-03-10/2026-03-16', '2026-03/..', '2026-01-05/2026-02', ''])('keeps %s', (edtf) => {
    expect(write(read(edtf))).toBe(edtf);
  });

  it.each([
    ['day', { year: '2026', month: '3', day: '' }],
    ['day', { year: '26', month: '3', day: '4' }],
    ['day', { year: '2026', month: '2', day: '30' }],
    ['month', { year: '2026', month: '', day: '' }],
    ['year', { year: '', month: '', day: '' }],
    ['about', { year: '2026', month: '', day: '4' }],
  ] as const)('%s with %o is not a date yet', (precision, from) => {
    expect(write({ precision, from, to: noParts(), ongoing: false })).toBeNull();
  });

  it('a span without its end is not a date yet', () => {
    expect(write({ precision: 'range', from: { year: '2026', month: '3', day: '1' }, to: noParts(), ongoing: false })).toBeNull();
  });
});

describe('dates in words', () => {
  it('agree with the shared vectors', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(20);
    for (const vector of vectors) {
      const said = sayDate(vector.function as 'DAY' | 'MONTH' | 'TIME', vector.input, vector.locale, vector.options as Record<string, string>);
      expect([vector, said]).toEqual([vector, vector.said]);
    }
  });
});
