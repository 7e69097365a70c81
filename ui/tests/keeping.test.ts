// How a vault is kept: a backup, a check of everything, and whether this computer remembers the folder.
import { describe, expect, it } from 'vitest';
import { all, called, field, get, press, read, start, until } from './helpers';

describe('a backup', () => {
  it('says that there is none, goes where it is sent, and says when it was made', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-safety');
    await until(() => expect(read(get('safety-page'))).toContain('There is no backup'));
    await press(user, 'nav-settings');
    expect(read(get('copy-last'))).toContain('No backup');
    expect(all('copy-make')).toHaveLength(0);
    await press(user, 'copy-choose');
    await until(() => expect(read(get('copy-place'))).toContain('USB / Chronicle-2026-03-15'));
    expect(all('copy-same')).toHaveLength(0);
    await press(user, 'copy-make');
    await until(() => expect(read(get('job-done'))).toContain('made and checked'));
    expect(called(shell, 'back_up')).toHaveLength(1);
    await until(() => expect(read(get('copy-last'))).toContain('15 March 2026 at 12:04'));
    expect(all('copy-make')).toHaveLength(0);
    await press(user, 'nav-safety');
    await until(() => expect(read(get('safety-page'))).toContain('The last backup was made on 15 March 2026'));
  });

  it('says why it cannot be made there', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-settings');
    shell.failing.set('choose_copy_place', { code: 'copy-inside', args: {} });
    await press(user, 'copy-choose');
    await until(() => expect(get('problem').dataset.code).toBe('copy-inside'));
    expect(all('copy-make')).toHaveLength(0);
  });
});

describe('a check of everything', () => {
  it('says that all is well when it is', async () => {
    const { user } = await start({ scene: 'journal' });
    await press(user, 'nav-safety');
    expect(all('checked-well')).toHaveLength(0);
    await press(user, 'check-everything');
    await until(() => expect(get('checked-well')).toBeTruthy());
    expect(read(get('checked'))).toContain('214 entries, 31 files');
  });

  it('tells each thing that is amiss, with what can be done about it', async () => {
    const { shell, user } = await start({ scene: 'damaged' });
    await press(user, 'nav-safety');
    await until(() => expect(all('finding')).toHaveLength(2));
    expect(all('checked-well')).toHaveLength(0);
    await press(user, 'stray-remove');
    expect(read(get('stray-dialog'))).toContain('92477804f91aff6dfe1b33855b6f8fee');
    await press(user, 'stray-dialog-no');
    expect(called(shell, 'remove_stray')).toHaveLength(0);
    await press(user, 'stray-remove');
    await press(user, 'stray-dialog-yes');
    await until(() => expect(all('finding')).toHaveLength(1));
    await press(user, 'take-note');
    await until(() => expect(all('finding')).toHaveLength(0));
    expect(all('found')).toHaveLength(0);
  });
});

describe('the folders that this computer remembers', () => {
  it('are offered by name while it is locked, once somebody asks', async () => {
    const { shell, user } = await start({ scene: 'remembered' });
    expect(read(document.body)).not.toContain('Notes');
    await press(user, 'unlock-elsewhere');
    await until(() => expect(read(get('known-place'))).toContain('Notes'));
    await press(user, 'known-place');
    await until(() => expect(called(shell, 'choose_known_place')).toEqual([{ number: 1 }]));
    expect(called(shell, 'choose_folder')).toHaveLength(0);
  });

  it('hold this one only as long as its owner wants', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-settings');
    await until(() => expect(field('settings-listed').checked).toBe(true));
    await press(user, 'settings-listed');
    await until(() => expect(called(shell, 'set_listed')).toEqual([{ listed: false }]));
  });

  it('are asked about before a vault is made elsewhere, and not at the usual place', async () => {
    const { shell, user } = await start({ scene: 'first' });
    await press(user, 'first-next');
    await press(user, 'first-next');
    await until(() => expect(read(get('place-folder'))).toBe('Chronicle'));
    expect(all('place-listed')).toHaveLength(0);
    await press(user, 'choose-folder');
    await until(() => expect(field('place-listed').checked).toBe(true));
    await press(user, 'place-listed');
    await press(user, 'first-next');
    await press(user, 'passphrase-swap');
    await user.type(field('own-passphrase'), 'nine purple teapots argue');
    await user.type(field('passphrase-again'), 'nine purple teapots argue');
    await until(() => expect(field('first-next').disabled).toBe(false));
    await press(user, 'first-next');
    await until(() => expect(called(shell, 'create_vault')).toMatchObject([{ listed: false }]));
  });
});
