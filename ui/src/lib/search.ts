// What is looked for in a list, as the person sets it, and as the shell is asked.
import type { Stage } from './contract';
import { noParts, type Parts } from './edtf';

export type Wanted = {
  text: string;
  kind: string;
  country: string;
  /** A stage of an incident, or `unopened` for reports. */
  state: string;
  from: Parts;
  to: Parts;
};

/** How many lines a list asks for at once. */
export const PAGE = 100;

export const nothing = (): Wanted => ({
  text: '',
  kind: '',
  country: '',
  state: '',
  from: noParts(),
  to: noParts(),
});

/** How many of the filters are set, words not counted. */
export function narrowed(wanted: Wanted): number {
  return [wanted.kind, wanted.country, wanted.state, wanted.from.year, wanted.to.year].filter((one) => one !== '').length;
}

/** The part of a question that incidents and reports have in common. */
export function common(wanted: Wanted, lines: number): {
  text: string;
  kinds: string[];
  countries: string[];
  acting: string[];
  from: string | null;
  to: string | null;
  offset: number;
  limit: number;
} {
  return {
    text: wanted.text,
    kinds: some(wanted.kind),
    countries: some(wanted.country),
    acting: [],
    from: edge(wanted.from, false),
    to: edge(wanted.to, true),
    offset: 0,
    limit: lines,
  };
}

export const stages = (wanted: Wanted): Stage[] => some(wanted.state) as Stage[];

const some = (code: string): string[] => (code === '' ? [] : [code]);

/** The first or last day of a year, or of a month of it; `null` for what is no year. */
export function edge({ month, year }: Parts, last: boolean): string | null {
  if (!/^\d{4}$/.test(year)) return null;
  const of = month === '' ? (last ? 12 : 1) : Number(month);
  const day = last ? new Date(Date.UTC(Number(year), of, 0)).getUTCDate() : 1;
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${year}-${two(of)}-${two(day)}`;
}
