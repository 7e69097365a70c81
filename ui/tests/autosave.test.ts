// Nothing typed is lost: it is kept on every pause, the state is always said, and a failure keeps the text on the page.
import { describe, expect, it } from 'vitest';
import { all, called, field, get, press, read, settle, start, until, type Stage } from './helpers';

type Saved = { id: string | null; draft: { what: { narrative: string; types: { code: string; target: string }[] }; when: { edtf: string; time_precision: string; tz: string } | null } };

describe('an incident that is being written', () => {
  it('is kept after a pause, and says when', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    expect(get('kept').dataset.state).toBe('new');
    await user.type(field('notes'), 'They came to the door.');
    expect(get('kept').dataset.state).toBe('changed');
    await until(() => expect(read(get('kept'))).toBe('Kept on this device at 12:04'));
    const saves = called(shell, 'save_draft') as Saved[];
    expect(saves).toHaveLength(1);
    expect(saves[0]).toMatchObject({ id: null, draft: { what: { narrative: 'They came to the door.' } } });
  });

  it('is kept at once when the field is left, and a second time under the same id', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await user.type(field('notes'), 'One');
    await user.tab();
    await settle();
    expect(called(shell, 'save_draft')).toHaveLength(1);
    await user.type(field('notes'), ' two');
    await user.tab();
    await until(() => expect((called(shell, 'save_draft') as Saved[]).at(-1)?.draft.what.narrative).toBe('One two'));
    expect((called(shell, 'save_draft') as Saved[]).map((save) => save.id)).toEqual([null, 'i100']);
  });

  it('keeps the text on the page when it cannot be kept, says why, and tries again', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    shell.failing.set('save_draft', { code: 'disk-full', args: {} });
    await press(user, 'incident-new');
    await user.type(field('notes'), 'Still here');
    await until(() => expect(get('kept').dataset.state).toBe('failed'));
    expect(get('problem').dataset.code).toBe('disk-full');
    expect(read(get('problem'))).toContain('The disk is full.');
    expect(field('notes').value).toBe('Still here');
    shell.failing.clear();
    await user.type(field('notes'), '.');
    await until(() => expect(get('kept').dataset.state).toBe('kept'));
    expect(field('notes').value).toBe('Still here.');
  });

  it('is kept before the vault is locked by Ctrl+L', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await user.type(field('notes'), 'Quick');
    await user.keyboard('{Control>}[KeyL]{/Control}');
    await until(() => expect(get('unlock-passphrase')).toBeTruthy());
    const names = shell.calls.map((one) => one.name);
    expect(names.indexOf('save_draft')).toBeGreaterThan(0);
    expect(names.indexOf('save_draft')).toBeLessThan(names.indexOf('lock'));
    expect(document.body.textContent).not.toContain('Quick');
  });

  it('keeps what was left before it could be kept, says so, and gives it back', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    shell.failing.set('save_draft', { code: 'disk-full', args: {} });
    await press(user, 'incident-line');
    await user.clear(field('notes'));
    await user.type(field('notes'), 'Not lost');
    await until(() => expect(get('kept').dataset.state).toBe('failed'));
    await press(user, 'incident-line', 1);
    await until(() => expect(read(get('left-behind'))).toContain('Not lost'));
    expect(field('notes').value).not.toContain('Not lost');
    await press(user, 'left-open');
    await until(() => expect(field('notes').value).toBe('Not lost'));
    shell.failing.clear();
    await user.type(field('notes'), '.');
    await until(() => expect(get('kept').dataset.state).toBe('kept'));
    expect(all('left-behind')).toHaveLength(0);
  });

  it('is held over a lock when the disk refuses it, and put back after unlocking', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    shell.failing.set('save_draft', { code: 'disk-full', args: {} });
    await press(user, 'incident-new');
    await user.type(field('notes'), 'Over the lock');
    await until(() => expect(get('kept').dataset.state).toBe('failed'));
    await user.keyboard('{Control>}[KeyL]{/Control}');
    await until(() => expect(get('unlock-passphrase')).toBeTruthy());
    expect(document.body.textContent).not.toContain('Over the lock');
    expect(called(shell, 'hold_draft')).toHaveLength(1);
    shell.failing.clear();
    await user.type(field('unlock-passphrase'), 'right');
    await press(user, 'unlock');
    await until(() => expect((called(shell, 'save_draft') as Saved[]).at(-1)?.draft.what.narrative).toBe('Over the lock'));
    await until(() => expect(all('incident-line')).toHaveLength(1));
  });

  it('asks once before closing over a text that is not kept', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    shell.failing.set('save_draft', { code: 'disk-full', args: {} });
    await press(user, 'incident-new');
    await user.type(field('notes'), 'Stay');
    shell.emit({ kind: 'closing' });
    await until(() => expect(get('closing-dialog')).toBeTruthy());
    expect(called(shell, 'stay')).toHaveLength(1);
    expect(called(shell, 'close')).toHaveLength(0);
    await press(user, 'closing-dialog-yes');
    expect(called(shell, 'close')).toHaveLength(1);
  });

  it('is held nowhere when the person stays after all, so that nothing older comes back over it', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    shell.failing.set('save_draft', { code: 'disk-full', args: {} });
    await press(user, 'incident-line');
    await user.type(field('notes'), ' Old');
    shell.emit({ kind: 'closing' });
    await until(() => expect(get('closing-dialog')).toBeTruthy());
    await press(user, 'closing-dialog-no');
    expect(called(shell, 'hold_draft')).toHaveLength(0);
    shell.failing.clear();
    await user.clear(field('notes'));
    await user.type(field('notes'), 'New');
    await until(() => expect(get('kept').dataset.state).toBe('kept'));
    await press(user, 'nav-settings');
    await press(user, 'nav-incidents');
    await settle();
    expect((called(shell, 'save_draft') as Saved[]).at(-1)?.draft.what.narrative).toBe('New');
  });

  it('is held with its last words when the disk is slower than the lock', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    shell.slow.set('save_draft', 1500);
    await press(user, 'incident-line');
    await user.clear(field('notes'));
    await user.type(field('notes'), 'One.');
    await until(() => expect(get('kept').dataset.state).toBe('keeping'));
    await user.type(field('notes'), ' Two.');
    await user.keyboard('{Control>}[KeyL]{/Control}');
    await until(() => expect(get('unlock-passphrase')).toBeTruthy());
    const held = called(shell, 'hold_draft') as Saved[];
    expect(held.map((one) => one.draft.what.narrative)).toEqual(['One. Two.']);
  });

  it('is held too when it was being left while the vault was locked from outside', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    shell.slow.set('save_draft', 1500);
    await press(user, 'incident-line');
    await user.clear(field('notes'));
    await user.type(field('notes'), 'Left');
    await press(user, 'nav-settings');
    shell.emit({ kind: 'locking' });
    await until(() => expect(called(shell, 'lock')).toHaveLength(1));
    expect((called(shell, 'hold_draft') as Saved[]).map((one) => one.draft.what.narrative)).toEqual(['Left']);
    expect(document.body.textContent).not.toContain('Left');
  });

  it('is not kept when the person closes it without keeping', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    shell.failing.set('save_draft', { code: 'disk-full', args: {} });
    await press(user, 'incident-new');
    await user.type(field('notes'), 'Not this');
    await until(() => expect(get('kept').dataset.state).toBe('failed'));
    await press(user, 'incident-discard');
    await until(() => expect(get('welcome-new')).toBeTruthy());
    expect(all('left-behind')).toHaveLength(0);
    const tries = called(shell, 'save_draft').length;
    shell.failing.clear();
    shell.emit({ kind: 'deliveries', deliveries: [] });
    shell.emit({ kind: 'closing' });
    await until(() => expect(called(shell, 'close')).toHaveLength(1));
    expect(called(shell, 'save_draft')).toHaveLength(tries);
  });

  it('has words about a file tried again when they could not be kept, and asks before closing', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    shell.failing.set('describe_evidence', { code: 'disk-full', args: {} });
    await press(user, 'incident-line');
    await user.type(field('evidence-caption'), 'X');
    await user.tab();
    await until(() => expect(get('problem').dataset.code).toBe('disk-full'));
    shell.emit({ kind: 'closing' });
    await until(() => expect(get('closing-dialog')).toBeTruthy());
    await press(user, 'closing-dialog-no');
    shell.failing.clear();
    shell.emit({ kind: 'deliveries', deliveries: [] });
    shell.emit({ kind: 'closing' });
    await until(() => expect(called(shell, 'close')).toHaveLength(1));
  });

  it('keeps an answer that has to be mended, and says what', async () => {
    const { user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await user.click(field('notes'));
    await user.paste('x'.repeat(20_001));
    await until(() => expect(get('kept').dataset.state).toBe('kept'));
    await until(() => expect(read(get('faults'))).toContain('Before it can be sent'));
    expect(field('notes').value).toHaveLength(20_001);
  });

  it('is as it was when what was typed is taken back', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await user.type(field('notes'), 'a{Backspace}');
    expect(get('kept').dataset.state).toBe('new');
    await new Promise((done) => setTimeout(done, 800));
    expect(called(shell, 'save_draft')).toHaveLength(0);
  });

  it('is not touched by looking at it', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    for (const part of ['where', 'who', 'danger', 'consent']) await press(user, `${part}-toggle`);
    await new Promise((done) => setTimeout(done, 800));
    expect(called(shell, 'save_draft')).toHaveLength(0);
  });

  it('takes several kinds, each with how far it went and whom it was aimed at', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await press(user, 'family-fam');
    await press(user, 'kind-fam.threat');
    await user.selectOptions(field('status-fam.threat') as unknown as HTMLSelectElement, 'attempted');
    await press(user, 'kind-oth.unsure');
    await until(() =>
      expect((called(shell, 'save_draft') as Saved[]).at(-1)?.draft.what.types).toEqual([
        { code: 'fam.threat', status: 'attempted', target: 'relative' },
        { code: 'oth.unsure', status: 'unsure', target: '' },
      ]),
    );
  });

  it('takes a month without a day, in the zone of the country', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await press(user, 'when-precision-month');
    await user.selectOptions(field('when-from-month') as unknown as HTMLSelectElement, '3');
    await user.type(field('when-from-year'), '2026');
    await press(user, 'where-toggle');
    await user.type(field('where-country'), 'Lithuan');
    await user.keyboard('{Enter}');
    await until(() =>
      expect((called(shell, 'save_draft') as Saved[]).at(-1)?.draft.when).toMatchObject({ edtf: '2026-03', time_precision: 'month', tz: 'Europe/Vilnius' }),
    );
  });

  it('asks before it deletes', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line', 1);
    await press(user, 'incident-delete');
    await press(user, 'delete-dialog-no');
    expect(called(shell, 'delete_incident')).toHaveLength(0);
    await press(user, 'incident-delete');
    await press(user, 'delete-dialog-yes');
    expect(called(shell, 'delete_incident')).toEqual([{ id: 'i2' }]);
  });

  it('adds files, shows them, and removes one after a question', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await press(user, 'evidence-add');
    await until(() => expect(get('evidence')).toBeTruthy());
    await press(user, 'evidence-remove');
    await press(user, 'remove-dialog-yes');
    expect(called(shell, 'remove_evidence')).toHaveLength(1);
    await until(() => expect(document.querySelector('[data-test="evidence"]')).toBeNull());
  });

  it('takes dropped files also where nothing was written yet, and begins an incident with them elsewhere', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    shell.emit({ kind: 'drag', over: true });
    await until(() => expect(read(get('drop-zone'))).toContain('Let go'));
    shell.emit({ kind: 'drag', over: false });
    shell.emit({ kind: 'dropped' });
    await until(() => expect(called(shell, 'take_dropped')).toEqual([{ id: 'i100' }]));
    await until(() => expect(all('evidence')).toHaveLength(1));
    await press(user, 'nav-safety');
    shell.emit({ kind: 'dropped' });
    await until(() => expect(called(shell, 'take_dropped')).toHaveLength(2));
    expect(called(shell, 'take_dropped')[1]).not.toEqual({ id: 'i100' });
    await until(() => expect(all('evidence')).toHaveLength(1));
  });
});

type Consented = { draft: { consent: { purposes: Record<string, string>; date: string; language: string } | null } };
const lastConsent = (shell: Stage['shell']): Consented['draft']['consent'] | undefined => (called(shell, 'save_draft') as Consented[]).at(-1)?.draft.consent;

describe('consent', () => {
  it('keeps what was chosen before the tick, folded and after another page, and says that it is not decided', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line', 1);
    await press(user, 'consent-toggle');
    await press(user, 'consent-help-no');
    expect(read(get('consent-help-note'))).toContain('only if it may help you');
    await press(user, 'consent-toggle');
    expect(read(get('consent-toggle'))).toContain('Not decided yet: tick the last line');
    await press(user, 'consent-toggle');
    expect(field('consent-help-no').checked).toBe(true);
    await press(user, 'nav-safety');
    await press(user, 'nav-incidents');
    await press(user, 'incident-line', 1);
    expect(read(get('consent-toggle'))).toContain('Not decided yet');
    await press(user, 'consent-toggle');
    expect(field('consent-help-no').checked).toBe(true);
    await press(user, 'consent-looked');
    await until(() => expect(lastConsent(shell)?.purposes.help).toBe('no'));
    expect(read(get('consent-toggle'))).toContain('You have decided');
    await press(user, 'review');
    await until(() => expect(read(get('missing-consent-help'))).toContain('may help you and keep the record'));
    await press(user, 'missing-consent-help');
    await until(() => expect(get('consent-looked')).toBeTruthy());
  });

  it('bears the day and the language of the last change', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    await press(user, 'consent-toggle');
    await press(user, 'consent-media-ask');
    await until(() => expect(lastConsent(shell)?.date).toBe(new Date().toLocaleDateString('sv-SE')));
    expect(lastConsent(shell)?.purposes.media).toBe('ask');
    await press(user, 'consent-looked');
    await until(() => expect(lastConsent(shell)).toBeNull());
  });
});

describe('the words about a file', () => {
  const captions = (shell: Stage['shell']): unknown[] => called(shell, 'describe_evidence').map((one) => (one as { caption: string }).caption);

  it('are kept on a pause', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line', 1);
    await user.type(get('evidence-caption'), 'The door');
    await until(() => expect(captions(shell)).toEqual(['The door']));
  });

  it.each([
    ['locking', '{Control>}[KeyL]{/Control}'],
    ['another incident', '{Control>}[KeyN]{/Control}'],
  ])('are kept before %s by a shortcut', async (_, keys) => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line', 1);
    await user.type(get('evidence-caption'), 'The door');
    await user.keyboard(keys);
    await until(() => expect(captions(shell)).toEqual(['The door']));
    const names = shell.calls.map((one) => one.name);
    if (names.includes('lock')) expect(names.indexOf('describe_evidence')).toBeLessThan(names.indexOf('lock'));
  });

  it('are kept before the window is closed', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line', 1);
    await user.type(get('evidence-caption'), 'The door');
    shell.emit({ kind: 'deliveries', deliveries: [] });
    shell.emit({ kind: 'closing' });
    await until(() => expect(called(shell, 'close')).toHaveLength(1));
    expect(captions(shell)).toEqual(['The door']);
  });
});

describe('answers that can be taken back', () => {
  it('an emptied country is no country', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    await press(user, 'where-toggle');
    expect(field('where-country').value).toBe('Belarus');
    await user.click(field('where-country'));
    expect(field('where-country').value).toBe('Belarus');
    await user.tab();
    expect(field('where-country').value).toBe('Belarus');
    await user.clear(field('where-country'));
    await user.tab();
    expect(field('where-country').value).toBe('');
    await until(() => expect((called(shell, 'save_draft') as { draft: { where: { country: string } } }[]).at(-1)?.draft.where.country).toBe(''));
  });

  it('not being sure says nothing about the rest until it is answered', async () => {
    const { shell, user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await press(user, 'kind-oth.unsure');
    await user.selectOptions(field('status-oth.unsure') as unknown as HTMLSelectElement, 'ongoing');
    expect(field('target-oth.unsure').value).toBe('');
    await user.selectOptions(field('target-oth.unsure') as unknown as HTMLSelectElement, 'relative');
    await until(() => expect((called(shell, 'save_draft') as Saved[]).at(-1)?.draft.what.types).toEqual([{ code: 'oth.unsure', status: 'ongoing', target: 'relative' }]));
  });
});
