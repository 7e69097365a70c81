// A walk through every view: names and roles by axe, and no visible text outside the brackets of the pseudo-locale.
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { field, get, press, settle, start, until, type Stage } from './helpers';

type Walk = { name: string; scene: string; go: (stage: Stage) => Promise<void> };
const nothing = async (): Promise<void> => {};

const walks: Walk[] = [
  { name: 'first run, what it is', scene: 'first', go: nothing },
  { name: 'first run, role', scene: 'first', go: ({ user }) => times(1, () => press(user, 'first-next')) },
  { name: 'first run, place', scene: 'first', go: ({ user }) => times(2, () => press(user, 'first-next')) },
  { name: 'first run, passphrase', scene: 'first', go: ({ user }) => times(3, () => press(user, 'first-next')) },
  { name: 'unlock', scene: 'locked', go: nothing },
  { name: 'incidents, empty', scene: 'empty', go: nothing },
  { name: 'incidents, full', scene: 'journal', go: nothing },
  { name: 'a new incident, everything unfolded', scene: 'empty', go: everything },
  { name: 'a sent incident', scene: 'journal', go: ({ user }) => press(user, 'incident-line') },
  { name: 'what was sent', scene: 'journal', go: ({ user }) => presses(user, ['incident-line', 'show-sent']) },
  { name: 'review', scene: 'journal', go: ({ user }) => presses(user, ['incident-line', 'review']) },
  { name: 'organisations', scene: 'journal', go: ({ user }) => press(user, 'nav-organisations') },
  { name: 'organisations, empty', scene: 'empty', go: ({ user }) => press(user, 'nav-organisations') },
  { name: 'join', scene: 'empty', go: ({ user }) => presses(user, ['nav-organisations', 'organisation-add']) },
  { name: 'six words', scene: 'empty', go: ({ user }) => presses(user, ['nav-organisations', 'organisation-add', 'pick-invitation']) },
  { name: 'outbox', scene: 'journal', go: ({ user }) => press(user, 'nav-outbox') },
  { name: 'outbox, empty', scene: 'empty', go: ({ user }) => press(user, 'nav-outbox') },
  { name: 'safety', scene: 'journal', go: ({ user }) => press(user, 'nav-safety') },
  { name: 'settings', scene: 'journal', go: ({ user }) => press(user, 'nav-settings') },
  { name: 'opening by the sheet', scene: 'locked', go: ({ user }) => press(user, 'recover-go') },
  { name: 'opening by two parts', scene: 'locked', go: ({ user }) => presses(user, ['recover-go', 'recover-shares']) },
  { name: 'keys', scene: 'journal', go: ({ user }) => presses(user, ['nav-settings', 'keys-go', 'sheet-make']) },
  { name: 'keys of a desk with a sheet', scene: 'desk', go: ({ user }) => presses(user, ['nav-safety', 'keys-go', 'sheet-forget']) },
  { name: 'the words of a sheet', scene: 'journal', go: toWords },
  { name: 'three words of a sheet', scene: 'journal', go: toPractice },
  { name: 'another passphrase', scene: 'desk', go: ({ user }) => presses(user, ['nav-settings', 'keys-go', 'change-go']) },
  { name: 'the code in parts', scene: 'desk', go: ({ user }) => presses(user, ['nav-settings', 'keys-go', 'share-go']) },
  { name: 'inbox', scene: 'desk', go: nothing },
  { name: 'inbox before founding', scene: 'desk-new', go: nothing },
  { name: 'a report', scene: 'desk', go: ({ user }) => presses(user, ['report-line', 'item-look']) },
  { name: 'a report, saving', scene: 'desk', go: ({ user }) => presses(user, ['report-line', 'item-save']) },
  { name: 'founding', scene: 'desk-new', go: ({ user }) => press(user, 'nav-organisation') },
  { name: 'our organisation', scene: 'desk', go: ({ user }) => press(user, 'nav-organisation') },
];

async function times(count: number, act: () => Promise<void>): Promise<void> {
  for (let turn = 0; turn < count; turn++) await act();
}

async function presses(user: Stage['user'], tests: string[]): Promise<void> {
  for (const test of tests) {
    await until(() => expect(get(test)).toBeTruthy());
    await press(user, test);
  }
}

async function toWords({ user }: Stage): Promise<void> {
  await presses(user, ['nav-settings', 'keys-go', 'sheet-make']);
  await user.type(field('sheet-passphrase'), 'right');
  await press(user, 'sheet-next');
}

async function toPractice(stage: Stage): Promise<void> {
  await toWords(stage);
  await presses(stage.user, ['sheet-written', 'sheet-next']);
}

async function everything({ user }: Stage): Promise<void> {
  await presses(user, ['incident-new', 'family-fam', 'kind-fam.threat', 'when-precision-range', 'where-toggle', 'who-toggle', 'actor-add', 'danger-toggle', 'safety-in-danger', 'consent-toggle', 'evidence-add']);
  await until(() => expect(get('evidence')).toBeTruthy());
}

describe.each(walks)('$name', ({ scene, go }) => {
  it('has names and roles for everything', async () => {
    const stage = await start({ scene });
    await go(stage);
    await settle();
    const result = await axe.run(document.body, {
      // Colours and sizes need a real window; they are looked at there.
      rules: { 'color-contrast': { enabled: false }, 'target-size': { enabled: false }, region: { enabled: false } },
    });
    expect(result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([]);
  });

  it('says nothing outside of the words', async () => {
    const stage = await start({ scene, locale: 'qps-ploc' });
    await go(stage);
    await settle();
    expect(loose(document.body)).toEqual([]);
    expect(document.body.textContent).not.toMatch(/\[[a-z]+(-[a-z0-9]+)+\]/);
  });
});

/** Visible text and labels that did not come from the words. What people wrote stands in elements with `dir="auto"`, `bdi` or `pre`. */
function loose(root: HTMLElement): string[] {
  const found: string[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof HTMLElement) found.push(...labels(node));
    else if (node.parentElement !== null && !content(node.parentElement)) found.push(node.textContent ?? '');
  }
  return found.map((text) => text.trim()).filter((text) => text !== '' && !/^(⟦[^⟦⟧]*⟧\s*)+$/s.test(text));
}

const labels = (element: HTMLElement): string[] =>
  ['aria-label', 'placeholder', 'title', 'alt'].map((name) => element.getAttribute(name) ?? '').filter((text) => text !== '');

const content = (element: Element): boolean => element.closest('[dir="auto"], [dir="ltr"], bdi, style, script') !== null;
