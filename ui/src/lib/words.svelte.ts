// Everything a person reads comes from here. The .ftl files are shared with the other programs; the locale is decided by the shell.
// A missing id shows as [id] and never as nothing. Two pseudo-locales help to find forgotten and clipped text.
import { FluentBundle, type FluentFunction, FluentResource, type FluentValue, type FluentVariable } from '@fluent/bundle';
import type { Key } from './bindings/keys';
import type { Problem, TimeWords } from './contract';
import { sayDate } from './dates';

export type Args = Record<string, FluentVariable>;

const files: Record<string, string> = import.meta.glob(['../../../crates/words/ftl/*/*.ftl', '!../../../crates/words/ftl/*/cli.ftl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

export const locales = ['en', 'ru'];
const pseudo = ['qps-ploc', 'qps-plocm'];

const current = $state({ locale: 'en' });
const bundles: Record<string, FluentBundle> = {};

export function useLocale(locale: string): void {
  const known = [...locales, ...pseudo].includes(locale) ? locale : 'en';
  current.locale = known;
  document.documentElement.lang = pseudo.includes(known) ? 'en' : known;
  document.documentElement.dir = known === 'qps-plocm' ? 'rtl' : 'ltr';
}

export const locale = (): string => current.locale;

/** The locale for dates and numbers: always a real one, whatever the desktop says. */
export const numberLocale = (): string => (current.locale === 'ru' ? 'ru' : 'en-GB');

/** Says a sentence whose name is known when the page is built. */
export function t(key: Key, args?: Args): string {
  return say(key, args);
}

/** Says a sentence whose name came from the shell or is put together from a code; an unknown one comes out as `[key]`. */
export function say(key: string, args?: Args): string {
  const said = bare(key, args);
  return pseudo.includes(current.locale) ? `⟦${said}⟧` : said;
}

/** The same without the brackets of a pseudo-locale: for words that are set into other words. */
export function bare(key: string, args?: Args): string {
  return speak(bundleOf(current.locale), key, args) ?? speak(bundleOf('en'), key, args) ?? `[${key}]`;
}

export function has(key: string): boolean {
  return speak(bundleOf('en'), key) !== null;
}

/** Ids that begin with a prefix, for lists that are born in the words (countries). */
export function idsWith(prefix: string): string[] {
  const text = Object.entries(files).filter(([path]) => path.includes('/ftl/en/')).map(([, file]) => file);
  return [...text.join('\n').matchAll(/^([a-zA-Z][\w-]*) *=/gm)].flatMap(([, id]) => (id?.startsWith(prefix) ? [id] : []));
}

/** A time as the shell understood it. Arguments that are themselves keys of words are said first. */
export function tTime(when: TimeWords): string {
  return capital(when.key === '' ? t('time-none') : say(when.key, plain(when.args)));
}

/** A first letter at the beginning becomes a capital; a sentence that begins with a number stays as it is. */
const capital = (text: string): string => text.replace(/^[^\p{L}\p{N}]*\p{L}/u, (start) => start.toLocaleUpperCase(numberLocale()));

/** What happened, and what to do next. Fields inside the arguments are said in words, too. */
export function tProblem(problem: Problem): { what: string; next: string } {
  const known = has(`error-${problem.code}`) ? problem.code : 'internal';
  const args: Args = plain(problem.args);
  for (const name of ['field', 'missing']) {
    const value = problem.args[name];
    if (value !== undefined) args[name] = fieldsInWords(value);
  }
  return { what: say(`error-${known}`, args), next: say(`error-${known}-next`, args) };
}

function fieldsInWords(value: string): string {
  const names = value.split(/[,\s]+/).filter((name) => name !== '');
  return names.map((name) => fieldInWords(name)).join(', ');
}

/** The question that a path such as `what.types[1].code` belongs to; the nearest one that has a name. */
function fieldInWords(path: string): string {
  const steps = path.replaceAll(/\[\d+\]/g, '').split(/[._]/);
  for (let length = steps.length; length > 0; length--) {
    const key = `field-${steps.slice(0, length).join('-')}`;
    if (has(key)) return bare(key);
  }
  return bare('field-other');
}

/** Arguments that crossed the border as text: a plain whole number counts as a number, so that plurals work. */
export function plain(args: Record<string, string>): Args {
  const entries = Object.entries(args).map(([name, value]) => [name, /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value]);
  return Object.fromEntries(entries) as Args;
}

function speak(bundle: FluentBundle, key: string, args?: Args): string | null {
  const [id = '', attribute] = key.split('.');
  const message = bundle.getMessage(id);
  const pattern = attribute === undefined ? message?.value : message?.attributes[attribute];
  if (pattern === null || pattern === undefined) return null;
  return bundle.formatPattern(pattern, args ?? null, []);
}

function bundleOf(name: string): FluentBundle {
  const made = bundles[name] ?? makeBundle(name);
  bundles[name] = made;
  return made;
}

function makeBundle(name: string): FluentBundle {
  const isPseudo = pseudo.includes(name);
  const source = isPseudo ? 'en' : name;
  const bundle = new FluentBundle(source, { functions: functionsOf(source), ...(isPseudo ? { transform: name === 'qps-plocm' ? mirror : lengthen } : {}) });
  for (const [path, text] of Object.entries(files)) {
    if (path.includes(`/ftl/${source}/`)) bundle.addResource(new FluentResource(text));
  }
  return bundle;
}

type Value = FluentValue | string;

function functionsOf(source: string): Record<string, FluentFunction> {
  const make =
    (name: 'DAY' | 'MONTH' | 'TIME'): FluentFunction =>
    (values, named) =>
      sayDate(name, text(values[0]), source, Object.fromEntries(Object.entries(named).map(([key, value]) => [key, text(value)])));
  return { DAY: make('DAY'), MONTH: make('MONTH'), TIME: make('TIME') };
}

function text(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : String(value.valueOf());
}

const accents: Record<string, string> = { a: 'áá', e: 'éé', i: 'íí', o: 'óó', u: 'úú', y: 'ýý', A: 'ÁÁ', E: 'ÉÉ', I: 'ÍÍ', O: 'ÓÓ', U: 'ÚÚ', c: 'ç', n: 'ñ', s: 'š' };

/** Each run of letters turned, so that a right-to-left page can be looked at with Latin letters. */
const mirror = (text: string): string => lengthen(text).replace(/\p{L}+/gu, '\u202e$&\u202c');

function lengthen(text: string): string {
  return text.replace(/[a-zA-Z]/g, (letter) => accents[letter] ?? letter);
}
