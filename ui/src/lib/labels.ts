// Codes, sizes and days in the person's language. A code that has no words yet (of a newer version) is shown as it is.
import { bare, has, locale, plain, say, t, type Args } from './words.svelte';
import type { EvidenceView } from './contract';
import { sayDate } from './dates';

export type Option = { value: string; label: string };

export const keyOf = (prefix: string, code: string): string => `${prefix}-${code.replaceAll(/[._]/g, '-')}`;

export function label(prefix: string, code: string): string {
  const key = keyOf(prefix, code);
  return has(key) ? say(key) : code;
}

export function options(prefix: string, codes: string[]): Option[] {
  return codes.map((code) => ({ value: code, label: label(prefix, code) }));
}

/** A country by its code, or one of the answers that are no country: online, in transit, unknown. */
export const country = (code: string): string => label('country', code);

/** Titles of an incident: its kinds, or that none is chosen yet. */
export function title(kinds: string[]): string {
  const [first] = kinds;
  if (first === undefined) return t('incident-untitled');
  const name = label('kind', first);
  return kinds.length === 1 ? name : say('incident-title-more', { name: inner(name), more: kinds.length - 1 });
}

/** Takes the brackets of a pseudo-locale off words that go into other words. */
export const inner = (words: string): string => words.replace(/^⟦(.*)⟧$/s, '$1');

/** A file whose name was withheld is named by its number and by what its first bytes are. */
export function fileName(item: EvidenceView, number: number): string {
  if (item.name !== '') return item.name;
  const ending = endings[item.media_type];
  return bare('item-unnamed', { number: String(number) }) + (ending === undefined ? '' : `.${ending}`);
}

const endings: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'text/plain': 'txt',
  'application/pdf': 'pdf',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/m4a': 'm4a',
  'audio/x-wav': 'wav',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
};

export function size(bytes: number): string {
  const units: [number, string][] = [
    [1024 ** 3, 'size-gb'],
    [1024 ** 2, 'size-mb'],
    [1024, 'size-kb'],
  ];
  const [unit, key] = units.find(([least]) => bytes >= least) ?? [1, 'size-b'];
  const value = bytes / unit;
  const digits = unit > 1024 && value < 10 ? 1 : 0;
  const number = value.toLocaleString(locale() === 'ru' ? 'ru' : 'en-GB', { maximumFractionDigits: digits });
  return bare(key, { number });
}

export const day = (date: string): string => sayDate('DAY', date, locale());
export const clock = (instant: string): string => sayDate('TIME', instant, locale());

export function words(key: string, args: Record<string, string>): string {
  const known: Args = plain(args);
  return say(key, known);
}

/** Whether the window can show what is in a file of this kind. */
export function isShown(kind: string): boolean {
  return ['image', 'pdf', 'text', 'audio', 'video'].includes(kind);
}
