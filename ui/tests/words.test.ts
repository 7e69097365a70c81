// Every sentence that the code asks for exists, in each language, with the same arguments; and every problem has its two sentences.
import { FluentResource } from '@fluent/bundle';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { families } from '../src/lib/codes';
import { has, say, t, tProblem, useLocale } from '../src/lib/words.svelte';

const root = resolve(process.cwd(), 'src');
const ftl = (locale: string, name: string): string => readFileSync(resolve(process.cwd(), `../crates/words/ftl/${locale}/${name}.ftl`), 'utf8');
const clean = (text: string): string => text.replaceAll(/[\u2066-\u2069]/g, '');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'bindings' ? [] : sources(path);
    return /\.(svelte|ts)$/.test(name) ? [path] : [];
  });
}

function variables(text: string): Map<string, string> {
  const resource = new FluentResource(text);
  const found = resource.body.map((entry) => {
    const names = [...JSON.stringify(entry).matchAll(/"type":"var","name":"([^"]+)"/g)].map(([, name]) => name);
    return [entry.id, [...new Set(names)].sort().join(' ')] as const;
  });
  return new Map(found);
}

describe('words', () => {
  const code = sources(root).map((path) => ({ path, text: readFileSync(path, 'utf8') }));

  it('exist for every id that the code names', () => {
    const asked = code.flatMap(({ text }) => [...text.matchAll(/\b(?:t|say|bare|words)\(\s*'([^']+)'/g)].map(([, id]) => id ?? ''));
    expect(asked.length).toBeGreaterThan(250);
    expect([...new Set(asked)].filter((id) => !has(id))).toEqual([]);
  });

  it('exist for every id that the code puts together', () => {
    const made = [
      ...families.map((family) => `ask-family-${family.code}`),
      ...['day', 'month', 'year', 'range', 'about', 'unknown'].map((one) => `when-${one}`),
      ...['types', 'narrative', 'when', 'country', 'safety', 'consent', 'consent-help'].map((one) => `missing-${one}`),
      ...['yes', 'partly', 'no'].map((one) => `safety-group-${one}`),
      ...['journal', 'desk'].flatMap((one) => [`role-${one}`, `role-${one}-detail`]),
      ...['en', 'ru'].map((one) => `language-${one}`),
      ...['direct', 'proxied', 'onion', 'local', 'none'].map((one) => `route-${one}`),
      ...['direct', 'tor', 'tor-browser', 'other'].map((one) => `travel-${one}`),
      ...['direct', 'proxied', 'onion'].flatMap((one) => [`travels-${one}`, `travel-instead-${one}`]),
    ];
    const safety = readFileSync(join(root, 'views/shared/Safety.svelte'), 'utf8');
    const keys = [...safety.matchAll(/key: '([^']+)'/g)].flatMap(([, key]) => [key ?? '', `${key}-next`]);
    expect(keys.length).toBeGreaterThan(20);
    expect([...made, ...keys].filter((id) => !has(id))).toEqual([]);
  });

  it.each(['ui', 'errors'])('%s says the same things with the same arguments in both languages', (name) => {
    const english = variables(ftl('en', name));
    expect(english.size).toBeGreaterThan(100);
    expect(Object.fromEntries(variables(ftl('ru', name)))).toEqual(Object.fromEntries(english));
  });

  it('are not left in English by mistake', () => {
    const english = variables(ftl('en', 'ui'));
    const same = [...english.keys()].filter((id) => {
      useLocale('en');
      const first = say(id);
      useLocale('ru');
      return say(id) === first;
    });
    expect(same).toEqual(['language-en', 'language-ru', 'size-only', 'job-progress-open', 'summary-two', 'when-clock-hint', 'evidence-facts', 'item-sum', 'found-endpoint-hint'].sort((a, b) => [...english.keys()].indexOf(a) - [...english.keys()].indexOf(b)));
  });

  it('come in pairs for problems', () => {
    const ids = [...variables(ftl('en', 'errors')).keys()];
    const whats = ids.filter((id) => id.startsWith('error-') && !id.endsWith('-next'));
    expect(whats.length).toBeGreaterThan(80);
    expect(whats.filter((id) => !ids.includes(`${id}-next`))).toEqual([]);
  });

  it('never show a code: an unknown problem is said as an inner one', () => {
    expect(tProblem({ code: 'no-such-code', args: {} }).what).toBe(t('error-internal'));
  });

  it('count in Russian as Russians do', () => {
    useLocale('ru');
    expect([1, 3, 5, 21].map((count) => clean(t('incident-files', { count })))).toEqual(['1 файл', '3 файла', '5 файлов', '21 файл']);
  });

  it('grow and stand in brackets in the pseudo-locale', () => {
    const english = t('stage-waiting-long');
    useLocale('qps-ploc');
    const pseudo = t('stage-waiting-long');
    expect(pseudo).toMatch(/^⟦.*⟧$/s);
    expect(pseudo.length).toBeGreaterThan(english.length * 1.3);
    useLocale('qps-plocm');
    expect(document.documentElement.dir).toBe('rtl');
  });
});

describe('walls', () => {
  const code = sources(root).map((path) => ({ path: path.slice(root.length + 1), text: readFileSync(path, 'utf8') }));

  it('only one file speaks to the shell', () => {
    expect(code.filter(({ text }) => text.includes('@tauri-apps')).map(({ path }) => path)).toEqual(['lib/ipc.ts']);
  });

  it('nothing is rendered as HTML and nothing is styled inline', () => {
    const bad = /\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\sstyle="/;
    expect(code.filter(({ text }) => bad.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('every button, field and list carries a mark for tests', () => {
    const bare = code
      .filter(({ path }) => path.endsWith('.svelte'))
      .flatMap(({ path, text }) => [...text.matchAll(/<(?:button|input|select|textarea)\b(?:=>|[^>])*>/g)].map(([tag]) => ({ path, tag })))
      .filter(({ tag }) => !tag.includes('data-test'));
    expect(bare).toEqual([]);
  });

  it('every mark stands in TESTING.md', () => {
    const document = readFileSync(resolve(process.cwd(), 'TESTING.md'), 'utf8');
    const marks = code.flatMap(({ text }) => [...text.matchAll(/(?:data-test|\stest)="([^"{}]+)"/g)].map(([, mark]) => mark ?? ''));
    expect(marks.length).toBeGreaterThan(120);
    const written = (mark: string): boolean => document.includes(`\`${mark}`);
    expect([...new Set(marks)].filter((mark) => !written(mark))).toEqual([]);
  });
});
