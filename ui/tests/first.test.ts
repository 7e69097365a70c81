// First run and unlocking: nothing is made before the last page, the words are covered until held, a wrong passphrase costs nothing.
import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { passphraseWords } from '../src/lib/fake-data';
import { all, called, field, get, press, read, settle, start, until, type Stage } from './helpers';

async function toPassphrase(role: 'journal' | 'desk' = 'journal'): Promise<Stage> {
  const stage = await start({ scene: 'first' });
  await press(stage.user, 'first-next');
  await press(stage.user, `role-${role}`);
  await press(stage.user, 'first-next');
  await press(stage.user, 'first-next');
  return stage;
}

describe('first run', () => {
  it('is four pages and says how many are left', async () => {
    const { user } = await start({ scene: 'first' });
    expect(read(get('first-left'))).toBe('Page 1 of four, 3 more to come');
    for (let page = 2; page <= 4; page++) await press(user, 'first-next');
    expect(read(get('first-left'))).toBe('The last of four short pages');
    await press(user, 'first-back');
    expect(read(get('first-left'))).toBe('Page 3 of four, one more to come');
  });

  it('shows the six words only while the button is held, by pointer and by key', async () => {
    await toPassphrase();
    const words = get('generated-words');
    expect(read(words)).not.toContain('lantern');
    await fireEvent.pointerDown(get('generated-hold'));
    expect(read(words)).toContain('lantern');
    await fireEvent.pointerUp(get('generated-hold'));
    expect(read(words)).not.toContain('lantern');
    await fireEvent.keyDown(get('generated-hold'), { key: ' ' });
    expect(words.getAttribute('aria-hidden')).toBe('false');
    await fireEvent.keyUp(get('generated-hold'), { key: ' ' });
    expect(read(words)).not.toContain('lantern');
  });

  it('makes a journal with the generated words once they were written down and typed', async () => {
    const { shell, user } = await toPassphrase();
    expect(all('passphrase-again')).toHaveLength(0);
    await press(user, 'written-down');
    await user.type(field('passphrase-again'), 'lantern orbit crumpled violin pasture');
    expect(field('first-next').disabled).toBe(true);
    await user.type(field('passphrase-again'), ' eleven');
    await press(user, 'first-next');
    expect(called(shell, 'create_vault')).toEqual([{ role: 'journal', passphrase: passphraseWords.join(' '), listed: true }]);
    await until(() => expect(get('nav-incidents')).toBeTruthy());
  });

  it('weighs an own passphrase and wants it twice', async () => {
    const { shell, user } = await toPassphrase('desk');
    await press(user, 'passphrase-swap');
    await user.type(field('own-passphrase'), 'short');
    await until(() => expect(read(get('strength'))).toContain('at least 50'));
    await user.clear(field('own-passphrase'));
    await user.type(field('own-passphrase'), 'nine purple teapots argue');
    await until(() => expect(read(get('strength'))).toContain('Strong enough'));
    await user.type(field('passphrase-again'), 'nine purple teapots arguE');
    expect(read(get('passphrase-differs'))).toContain('not the same');
    expect(field('first-next').disabled).toBe(true);
    await user.clear(field('passphrase-again'));
    await user.type(field('passphrase-again'), 'nine purple teapots argue');
    await press(user, 'first-next');
    expect(called(shell, 'create_vault')).toEqual([{ role: 'desk', passphrase: 'nine purple teapots argue', listed: true }]);
    await until(() => expect(get('nav-inbox')).toBeTruthy());
  });

  it('changes the language on the spot', async () => {
    const { user } = await start({ scene: 'first' });
    await press(user, 'about-language-ru');
    expect(read(document.body)).toContain('Место, где хранится то, что произошло');
    expect(document.documentElement.lang).toBe('ru');
  });
});

describe('a journal in another folder', () => {
  it('is opened from the first page', async () => {
    const { shell, user } = await start({ scene: 'first' });
    await press(user, 'first-have');
    expect(called(shell, 'choose_folder')).toEqual([{ existing: true }]);
    await until(() => expect(get('unlock-passphrase')).toBeTruthy());
    expect(called(shell, 'create_vault')).toHaveLength(0);
  });

  it('is said before the passphrase is asked for, and a typed one waits', async () => {
    const { user } = await start({ scene: 'locked' });
    expect(all('unlock-from')).toHaveLength(0);
    await user.type(field('unlock-passphrase'), 'typed');
    await press(user, 'unlock-elsewhere');
    expect(read(get('unlock-from'))).toBe('It will be opened from Stick');
    expect(document.activeElement).toBe(field('unlock-passphrase'));
  });
});

describe('the keyboard', () => {
  it('goes on from the heading of a page that was opened', async () => {
    const { user } = await start({ scene: 'journal' });
    await press(user, 'nav-settings');
    expect(document.activeElement?.tagName).toBe('H1');
    await press(user, 'nav-safety');
    expect(read(document.activeElement ?? document.body)).toBe(read(get('safety-page').querySelector('h1') ?? document.body));
  });

  it('goes straight to the notes of a new incident', async () => {
    const { user } = await start({ scene: 'journal' });
    await press(user, 'incident-new');
    await until(() => expect(document.activeElement).toBe(get('notes')));
  });
});

describe('unlocking', () => {
  it('says nothing about what is inside', async () => {
    await start({ scene: 'locked' });
    expect(read(document.body)).not.toMatch(/journal|incident|desk|report/i);
  });

  it('says in words what may be wrong, keeps the text, and opens with the right one', async () => {
    const { user } = await start({ scene: 'locked' });
    await user.type(field('unlock-passphrase'), 'wrong');
    await press(user, 'unlock');
    expect(read(get('problem'))).toMatch(/layout.*Caps Lock/);
    expect(field('unlock-passphrase').value).toBe('wrong');
    await user.clear(field('unlock-passphrase'));
    await user.type(field('unlock-passphrase'), 'right{Enter}');
    await settle();
    await until(() => expect(get('nav-incidents')).toBeTruthy());
  });

  it('can show what is typed and names the keyboard layout', async () => {
    const { user } = await start({ scene: 'locked' });
    expect(field('unlock-passphrase').type).toBe('password');
    await press(user, 'unlock-passphrase-show');
    expect(field('unlock-passphrase').type).toBe('text');
    expect(all('layout'), 'the field lost the focus to the button').toHaveLength(1);
    expect(read(get('layout'))).toBe('Keyboard: us');
  });

  it('says that a text is waiting, and asks before it would be lost', async () => {
    const { shell, user } = await start({ scene: 'held' });
    expect(read(get('unlock-held'))).toContain('do not close the window');
    shell.emit({ kind: 'closing' });
    await until(() => expect(read(get('closing-dialog'))).toContain('would be lost'));
    expect(called(shell, 'close')).toHaveLength(0);
    await press(user, 'closing-dialog-no');
    expect(get('unlock-passphrase')).toBeTruthy();
  });

  it('passes on what the shell guesses about a wrong passphrase', async () => {
    const { shell, user } = await start({ scene: 'locked' });
    shell.failing.set('unlock', { code: 'wrong-passphrase', args: { hint: 'passphrase-other-layout' } });
    await user.type(field('unlock-passphrase'), 'ghbdtn{Enter}');
    await until(() => expect(read(get('problem'))).toContain('the other keyboard layout'));
  });
});

describe('closing the window', () => {
  it('keeps what is unsaved and only then lets it go', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await user.type(field('notes'), 'Last words');
    shell.emit({ kind: 'closing' });
    await until(() => expect(called(shell, 'close')).toHaveLength(1));
    const names = shell.calls.map((one) => one.name);
    expect(names.indexOf('save_draft')).toBeGreaterThan(0);
    expect(names.indexOf('save_draft')).toBeLessThan(names.indexOf('close'));
  });
});

describe('a locked window that still sends', () => {
  it('says how many reports are on their way, follows, and can be told to stop', async () => {
    const { shell, user } = await start({ scene: 'held' });
    expect(read(get('unlock-sending'))).toContain('2 sealed reports are still being sent');
    shell.emit({ kind: 'sending', left: 1 });
    await until(() => expect(read(get('unlock-sending'))).toContain('One sealed report'));
    await press(user, 'stop-sending');
    await until(() => expect(all('unlock-sending')).toHaveLength(0));
    expect(called(shell, 'lock')).toEqual([{ sending: false }]);
  });

  it('asks before it closes while something is being sent, and not when nothing is', async () => {
    const { shell, user } = await start({ scene: 'held' });
    shell.emit({ kind: 'closing' });
    await until(() => expect(read(get('closing-dialog'))).toContain('still being sent'));
    await press(user, 'closing-dialog-no');
    expect(called(shell, 'close')).toHaveLength(0);
  });

  it('asks the same of an open journal', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    shell.emit({ kind: 'closing' });
    await until(() => expect(read(get('closing-dialog'))).toContain('still being sent'));
    await press(user, 'closing-dialog-yes');
    await until(() => expect(called(shell, 'close')).toHaveLength(1));
  });
});

describe('locking by itself', () => {
  it('waits for as long as was chosen', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-settings');
    await until(() => expect(field('lock-after-5').checked).toBe(true));
    await press(user, 'lock-after-15');
    await until(() => expect(called(shell, 'set_lock_after')).toEqual([{ minutes: 15 }]));
    shell.failing.set('set_lock_after', { code: 'disk-full', args: {} });
    await press(user, 'lock-after-60');
    await until(() => expect(field('lock-after-15').checked).toBe(true));
    expect(get('problem').dataset.code).toBe('disk-full');
  });

  it('can leave what is sealed unsent', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-settings');
    await press(user, 'settings-lock-stop');
    await until(() => expect(called(shell, 'lock')).toEqual([{ sending: false }]));
  });

  it('leaves at once without a question, with the text kept', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    await user.type(field('notes'), ' The last words');
    shell.emit({ kind: 'leaving' });
    await until(() => expect(called(shell, 'close')).toHaveLength(1));
    expect(all('closing-dialog')).toHaveLength(0);
    const names = shell.calls.map((call) => call.name);
    expect(names.indexOf('save_draft')).toBeLessThan(names.indexOf('close'));
  });
});
