// Days, months and times of day in words, for the Fluent files: the same three functions as in crates/words, held to the same vectors.
// Each says a date as written; no zone is converted, no clock is read; text that is no such date comes back unchanged.

type Manner = { withYear: boolean; inside: boolean };
type Say = (text: string, russian: boolean, manner: Manner) => string | null;

const english = 'January February March April May June July August September October November December'.split(' ');
const russian = 'январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь'.split(' ');
const russianOf = 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря'.split(' ');
const russianIn = 'январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре'.split(' ');

export function sayDate(name: 'DAY' | 'MONTH' | 'TIME', text: string, locale: string, options: Record<string, string> = {}): string {
  const manner = { withYear: options.year !== 'no', inside: options.case === 'in' };
  return table[name](text, locale === 'ru', manner) ?? text;
}

/** Month names for a list to choose from. */
export function monthNames(locale: string): string[] {
  return locale === 'ru' ? russian : english;
}

const day: Say = (text, isRussian, { withYear }) => {
  const date = ymd(text);
  if (date === null || date.day === null) return null;
  const name = (isRussian ? russianOf : english)[date.month - 1];
  if (!withYear) return `${date.day} ${name}`;
  return isRussian ? `${date.day} ${name} ${date.year} г.` : `${date.day} ${name} ${date.year}`;
};

const month: Say = (text, isRussian, { withYear, inside }) => {
  const date = ymd(text);
  if (date === null) return null;
  const names = isRussian ? (inside ? russianIn : russian) : english;
  const name = names[date.month - 1] ?? '';
  if (!withYear) return name;
  return isRussian ? `${name} ${date.year} г.` : `${name} ${date.year}`;
};

const time: Say = (text) => {
  const clock = /^(?:[^T ]*[T ])?(\d\d):(\d\d)/.exec(text);
  if (clock === null) return null;
  const [, hour, minute] = clock;
  return Number(hour) < 24 && Number(minute) < 60 ? `${hour}:${minute}` : null;
};

const table: Record<'DAY' | 'MONTH' | 'TIME', Say> = { DAY: day, MONTH: month, TIME: time };

function ymd(text: string): { year: string; month: number; day: number | null } | null {
  const found = /^(\d{4})-(\d\d)(?:-(\d+))?(?:$|[T ])/.exec(text);
  if (found === null || (found[3] !== undefined && found[3].length !== 2)) return null;
  const year = found[1] ?? '';
  const month = Number(found[2]);
  const day = found[3] === undefined ? null : Number(found[3]);
  if (month < 1 || month > 12) return null;
  if (day !== null && (day < 1 || day > lengthOf(Number(year), month))) return null;
  return { year, month, day };
}

export function lengthOf(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 31;
}
