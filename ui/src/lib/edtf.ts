// Between the fields of the question "When?" and the text that is kept (EDTF). The shell judges; this only takes apart and puts together.
import { lengthOf } from './dates';

export type Precision = 'day' | 'month' | 'year' | 'range' | 'about' | 'unknown';
export type Parts = { year: string; month: string; day: string };
export type Fields = { precision: Precision; from: Parts; to: Parts; ongoing: boolean };

export const noParts = (): Parts => ({ year: '', month: '', day: '' });

export function read(edtf: string): Fields {
  const fields: Fields = { precision: 'unknown', from: noParts(), to: noParts(), ongoing: false };
  const [first = '', second] = edtf.split('/');
  fields.from = parts(first);
  if (second !== undefined) {
    const ongoing = second === '..' || second === '';
    return { ...fields, precision: 'range', to: ongoing ? noParts() : parts(second), ongoing };
  }
  if (edtf === '') return fields;
  if (/[~%]$/.test(edtf)) return { ...fields, precision: 'about' };
  const precision = fields.from.day !== '' ? 'day' : fields.from.month !== '' ? 'month' : 'year';
  return { ...fields, precision };
}

/** The kept text, or `null` while something that the chosen answer needs is still missing. */
export function write(fields: Fields): string | null {
  const { precision, from, to, ongoing } = fields;
  if (precision === 'unknown') return '';
  const start = date(from, precision);
  if (start === null) return null;
  if (precision === 'about') return `${start}~`;
  if (precision !== 'range') return start;
  const end = ongoing ? '..' : date(to, 'range');
  return end === null ? null : `${start}/${end}`;
}

/** Whether something of a date stands there, and no year that it could be kept by. */
export function lacksYear(...dates: Parts[]): boolean {
  return dates.some(({ year, month, day }) => (month !== '' || day !== '') && !/^\d{4}$/.test(year));
}

function parts(text: string): Parts {
  const [year = '', month = '', day = ''] = text.replace(/[~?%]$/, '').split('-');
  return { year, month: bareNumber(month), day: bareNumber(day) };
}

const bareNumber = (text: string): string => text.replace(/^0(?=\d$)/, '');

function date(parts: Parts, precision: Precision): string | null {
  if (!/^\d{4}$/.test(parts.year)) return null;
  if (precision === 'year') return parts.year;
  const wantsDay = precision === 'day' || (precision !== 'month' && parts.day !== '');
  if (parts.month === '') return precision === 'about' && parts.day === '' ? parts.year : null;
  const month = `${parts.year}-${parts.month.padStart(2, '0')}`;
  if (!wantsDay) return month;
  if (parts.day === '' || Number(parts.day) > lengthOf(Number(parts.year), Number(parts.month))) return null;
  return `${month}-${parts.day.padStart(2, '0')}`;
}
