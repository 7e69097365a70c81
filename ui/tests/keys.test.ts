// Passphrase and recovery: nothing is done without the passphrase, a sheet counts only once it was practised, the words leave the page,
// and whoever comes back by the sheet is let in only with a new passphrase.
import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { codeWords, passphraseWords } from '../src/lib/fake-data';
import type { ShellEvent } from '../src/lib/contract';
import { all, beginAgain, called, field, get, press, read, settle, start, until, type Stage } from './helpers';

async function toKeys(scene = 'journal'): Promise<Stage> {
  const stage = await start({ scene });
  await press(stage.user, 'nav-settings');
  await press(stage.user, 'keys-go');
  await until(() => expect(get('sheet-state')).toBeTruthy());
  return stage;
}

async function toWords(scene = 'journal'): Promise<Stage> {
  const stage = await toKeys(scene);
  await press(stage.user, 'sheet-make');
  await stage.user.type(field('sheet-passphrase'), 'right');
  await press(stage.user, 'sheet-next');
  return stage;
}

async function toPractice(scene = 'journal'): Promise<Stage> {
  const stage = await toWords(scene);
  await press(stage.user, 'sheet-written');
  await press(stage.user, 'sheet-next');
  return stage;
}

async function answer({ user }: Stage, words: string[]): Promise<void> {
  for (const [at, word] of words.entries()) {
    await user.clear(get('sheet-word', at));
    await user.type(get('sheet-word', at), word);
  }
  await press(user, 'sheet-next');
}

async function newPassphrase({ user }: Stage): Promise<void> {
  await until(() => expect(get('new-generated-words')).toBeTruthy());
  await press(user, 'new-written-down');
  await user.type(field('new-passphrase-again'), passphraseWords.join(' '));
  await settle();
}

async function pasteCode(text: string): Promise<void> {
  await fireEvent.paste(get('code-word-1'), { clipboardData: { getData: () => text } });
  await settle();
}

const right = [1, 4, 10].map((at) => codeWords[at] ?? '');

describe('the page about the keys', () => {
  it('is found from safety and settings, by journal and desk', async () => {
    for (const scene of ['journal', 'desk']) {
      const { user } = await start({ scene });
      for (const from of ['nav-safety', 'nav-settings']) {
        await press(user, from);
        await press(user, 'keys-go');
        await until(() => expect(get('sheet-state').dataset.sheet).toBe(String(scene === 'desk')));
      }
      await beginAgain();
    }
  });

  it('says since when there is a sheet, and what a page without one means', async () => {
    await toKeys('desk');
    expect(read(get('sheet-state'))).toContain('made on 1 March 2026 is valid');
    await beginAgain();
    await toKeys('journal');
    expect(read(get('sheet-state'))).toContain('nobody can open what is kept here');
    expect(all('sheet-forget')).toHaveLength(0);
    expect(all('share-go')).toHaveLength(0);
  });

  it('does not call a forgotten passphrase lost where there is a sheet', async () => {
    const { user } = await start({ scene: 'desk' });
    await press(user, 'nav-safety');
    await until(() => expect(read(get('safety-page'))).toContain('There is a recovery sheet'));
    expect(read(get('safety-page'))).not.toContain('cannot be recovered by anyone');
  });
});

describe('a new sheet', () => {
  it('wants the passphrase before it shows a word', async () => {
    const { shell, user } = await toKeys();
    await press(user, 'sheet-make');
    expect(field('sheet-next').disabled).toBe(true);
    await user.type(field('sheet-passphrase'), 'wrong');
    await press(user, 'sheet-next');
    expect(get('problem').dataset.code).toBe('wrong-passphrase');
    expect(get('sheet-steps').dataset.step).toBe('ask');
    expect(all('sheet-words')).toHaveLength(0);
    expect(called(shell, 'keep_sheet')).toHaveLength(0);
  });

  it('shows the words only while held, and says why nothing is printed', async () => {
    await toWords();
    expect(read(document.body)).not.toContain('thimble');
    await fireEvent.pointerDown(get('sheet-hold'));
    expect(read(get('sheet-words'))).toContain('11quarry');
    await fireEvent.pointerUp(get('sheet-hold'));
    expect(read(document.body)).not.toContain('thimble');
    expect(read(get('sheet-steps'))).toContain('no printing here');
    expect(field('sheet-next').disabled).toBe(true);
  });

  it('is valid only after three right words, and a wrong one is named by its number', async () => {
    const stage = await toPractice();
    expect(all('sheet-word').map((one) => one.dataset.number)).toEqual(['2', '5', '11']);
    await answer(stage, [right[0] ?? '', 'violet', right[2] ?? '']);
    expect(read(get('problem'))).toContain('Word 5 was a different one');
    await press(stage.user, 'sheet-words-again');
    await press(stage.user, 'sheet-next');
    stage.shell.failing.set('keep_sheet', { code: 'disk-full', args: {} });
    await answer(stage, right);
    await until(() => expect(read(get('problem'))).toContain('Keep this paper and that of an earlier sheet'));
    stage.shell.failing.clear();
    await press(stage.user, 'sheet-next');
    expect(called(stage.shell, 'keep_sheet')).toHaveLength(3);
    await beginAgain();
    await until(() => expect(get('keys-done').dataset.done).toBe('sheet'));
    expect(read(get('sheet-state'))).toContain('made on 15 March 2026 is valid');
  });

  it('that is given up on the way counts for nothing and is dropped by the shell', async () => {
    const { shell, user } = await toPractice();
    await press(user, 'keys-back');
    await until(() => expect(called(shell, 'drop_sheet')).toHaveLength(1));
    await press(user, 'sheet-make');
    expect(get('sheet-steps').dataset.step).toBe('ask');
    expect(called(shell, 'keep_sheet')).toHaveLength(0);
  });

  it('is not begun while a text is not kept, which a fresh page would lose', async () => {
    const stage = await start({ scene: 'journal' });
    stage.shell.failing.set('save_draft', { code: 'disk-full', args: {} });
    await press(stage.user, 'incident-line');
    await stage.user.type(field('notes'), ' Unkept');
    await press(stage.user, 'nav-settings');
    await press(stage.user, 'keys-go');
    await until(() => expect(get('sheet-make')).toBeTruthy());
    await press(stage.user, 'sheet-make');
    await stage.user.type(field('sheet-passphrase'), 'right');
    await press(stage.user, 'sheet-next');
    await press(stage.user, 'sheet-written');
    await press(stage.user, 'sheet-next');
    await answer(stage, right);
    await until(() => expect(get('problem').dataset.code).toBe('text-unkept'));
    expect(called(stage.shell, 'keep_sheet')).toHaveLength(0);
    stage.shell.failing.delete('save_draft');
    await answer(stage, right);
    await until(() => expect(called(stage.shell, 'keep_sheet')).toHaveLength(1));
  });

  it('is made invalid only after a question', async () => {
    const { shell, user } = await toKeys('desk');
    await press(user, 'sheet-forget');
    await press(user, 'sheet-dialog-no');
    expect(called(shell, 'forget_sheet')).toHaveLength(0);
    await press(user, 'sheet-forget');
    await press(user, 'sheet-dialog-yes');
    await until(() => expect(get('keys-done').dataset.done).toBe('forgotten'));
    expect(get('sheet-state').dataset.sheet).toBe('false');
  });
});

describe('another passphrase', () => {
  it('wants the present one, and says that it still opens everything when the disk fails', async () => {
    const stage = await toKeys('desk');
    const { shell, user } = stage;
    await press(user, 'change-go');
    await newPassphrase(stage);
    expect(field('change').disabled).toBe(true);
    await user.type(field('change-present'), 'wrong');
    await press(user, 'change');
    expect(get('problem').dataset.code).toBe('wrong-passphrase');
    expect(read(get('problem'))).not.toContain('Nothing is lost');
    shell.failing.set('change_passphrase', { code: 'disk-full', args: {} });
    await press(user, 'change');
    await until(() => expect(read(get('problem'))).toContain('Your present passphrase still opens everything'));
    shell.failing.clear();
    await user.clear(field('change-present'));
    await user.type(field('change-present'), 'right');
    await press(user, 'change');
    expect(called(shell, 'change_passphrase').at(-1)).toEqual({ old: 'right', passphrase: passphraseWords.join(' ') });
    await beginAgain();
    await until(() => expect(read(get('keys-done'))).toContain('sheet is still valid'));
    expect(all('again-go')).toHaveLength(1);
  });

  it('offers to seal everything again, which can be stopped and goes on', async () => {
    const stage = await toKeys();
    await press(stage.user, 'change-go');
    await newPassphrase(stage);
    await stage.user.type(field('change-present'), 'right');
    await press(stage.user, 'change');
    await beginAgain();
    await until(() => expect(get('again-go')).toBeTruthy());
    await press(stage.user, 'again-go');
    expect(read(get('seal-again'))).toContain('40 %');
    await press(stage.user, 'again-stop');
    const [{ job }] = called(stage.shell, 'cancel_job') as [{ job: number }];
    const told = (state: 'cancelled' | 'done' | 'failed', number: number): ShellEvent => ({
      kind: 'job', job: number, what: 'seal-again', name: '', done: 40, total: 100, state, problem: state === 'failed' ? { code: 'disk-full', args: {} } : null, incident: null,
    });
    stage.shell.emit(told('cancelled', job));
    await until(() => expect(read(get('seal-again'))).toContain('What was done stays done'));
    await press(stage.user, 'again-go');
    stage.shell.emit(told('failed', job + 1));
    await until(() => expect(get('problem').dataset.code).toBe('disk-full'));
    await press(stage.user, 'again-go');
    stage.shell.emit(told('done', job + 2));
    await until(() => expect(read(get('keys-page'))).toContain('sealed again. The old keys are forgotten'));
  });
});

describe('the code in three parts', () => {
  it('wants the whole code and three people, and names the line that is none', async () => {
    const { shell, user } = await toKeys('desk');
    await press(user, 'share-go');
    await pasteCode(codeWords.join(' '));
    for (const at of [0, 1, 2]) await user.type(get('share-person', at), at === 1 ? 'somebody' : `age1person${at}`);
    await press(user, 'share-save');
    expect(read(get('problem'))).toContain('The line of the second person is no recipient');
    await user.clear(get('share-person', 1));
    await user.type(get('share-person', 1), 'age1second');
    await press(user, 'share-save');
    expect(called(shell, 'share_sheet').at(-1)).toEqual({ code: codeWords.join(' '), holders: ['age1person0', 'age1second', 'age1person2'] });
    await beginAgain();
    await until(() => expect(read(get('keys-done'))).toContain('three files are saved'));
  });
});

describe('opening by the sheet', () => {
  it('takes the words as they are pasted, with their numbers, and says which one is none', async () => {
    const { user } = await start({ scene: 'locked' });
    await press(user, 'recover-go');
    await until(() => expect(all('code-word-11')).toHaveLength(1));
    await pasteCode(codeWords.map((word, at) => `${at + 1}. ${word.toUpperCase()}\n`).join(''));
    expect(codeWords.map((_, at) => field(`code-word-${at + 1}`).value)).toEqual(codeWords);
    expect(field('recover-open').disabled).toBe(false);
    await user.clear(field('code-word-4'));
    await user.type(field('code-word-4'), 'orbitt');
    expect(read(get('recover-page'))).toContain('Word 4');
    expect(field('code-word-4').getAttribute('aria-invalid')).toBe('true');
    expect(field('recover-open').disabled).toBe(true);
  });

  it('wants a new passphrase before it opens, and says what is valid then', async () => {
    const stage = await start({ scene: 'locked' });
    await press(stage.user, 'recover-go');
    await until(() => expect(all('code-word-11')).toHaveLength(1));
    await pasteCode(codeWords.toReversed().join(' '));
    await press(stage.user, 'recover-open');
    expect(read(get('problem'))).toContain('do not belong together');
    await pasteCode(codeWords.join(', '));
    await press(stage.user, 'recover-open');
    await until(() => expect(read(get('recover-page'))).toContain('Now a new passphrase'));
    expect(all('nav-incidents')).toHaveLength(0);
    expect(all('code-word-1')).toHaveLength(0);
    await newPassphrase(stage);
    await press(stage.user, 'recover-open');
    expect(called(stage.shell, 'finish_recovering')).toEqual([{ passphrase: passphraseWords.join(' ') }]);
    await beginAgain();
    await until(() => expect(get('keys-done').dataset.done).toBe('recovered'));
  });

  it('lets go of what the sheet opened when somebody turns back', async () => {
    const { shell, user } = await start({ scene: 'locked' });
    await press(user, 'recover-go');
    await until(() => expect(all('code-word-11')).toHaveLength(1));
    await pasteCode(codeWords.join(' '));
    await press(user, 'recover-open');
    await press(user, 'recover-back');
    await until(() => expect(called(shell, 'stop_recovering')).toHaveLength(1));
    expect(get('unlock-passphrase')).toBeTruthy();
  });

  it('says that the words are needed once more when setting the passphrase fails', async () => {
    const stage = await start({ scene: 'locked' });
    await press(stage.user, 'recover-go');
    await until(() => expect(all('code-word-11')).toHaveLength(1));
    await pasteCode(codeWords.join(' '));
    await press(stage.user, 'recover-open');
    await newPassphrase(stage);
    stage.shell.failing.set('finish_recovering', { code: 'disk-full', args: {} });
    await press(stage.user, 'recover-open');
    await until(() => expect(read(get('problem'))).toContain('type them once more'));
    expect(field('code-word-1').value).toBe('');
  });

  it('opens by two parts, and says which line cannot be read', async () => {
    const { shell, user } = await start({ scene: 'locked' });
    await press(user, 'recover-go');
    await press(user, 'recover-shares');
    await user.type(field('recover-share-1'), 'chronicle-share1qqq');
    await user.type(field('recover-share-2'), 'something else');
    await press(user, 'recover-open');
    expect(read(get('problem'))).toContain('The second part cannot be read');
    await user.clear(field('recover-share-2'));
    await user.type(field('recover-share-2'), 'chronicle-share1ppp');
    await press(user, 'recover-open');
    expect(called(shell, 'recover_by_shares')).toHaveLength(2);
    await until(() => expect(read(get('recover-page'))).toContain('Now a new passphrase'));
  });

  it('says nothing about what is inside', async () => {
    const { user } = await start({ scene: 'locked' });
    await press(user, 'recover-go');
    expect(read(document.body)).not.toMatch(/journal|incident|desk|report/i);
  });
});
