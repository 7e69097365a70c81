// What is sealed is what was shown: parts are left out by switches, what is missing leads to its question, one button sends.
import { describe, expect, it } from 'vitest';
import { all, called, field, get, press, read, start, until } from './helpers';

describe('review and send', () => {
  it('shows the text and the people apart, to whom, and how', async () => {
    const { user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    await press(user, 'review');
    await until(() => expect(read(get('preview-text'))).toContain('маме позвонили'));
    expect(read(get('preview-people'))).toContain('Mother of the reporter');
    expect(read(get('review-page'))).toContain('Shelter Without Borders');
    expect(read(get('review-page'))).toContain('Directly');
  });

  it('leaves out what is switched off, in the preview and in what is sent', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    await press(user, 'review');
    await until(() => expect(get('part-e2')).toBeTruthy());
    await press(user, 'part-e2');
    await press(user, 'part-people');
    await until(() => expect(called(shell, 'preview').at(-1)).toMatchObject({ leave_out: ['e2', 'people'] }));
    await press(user, 'part-people');
    await until(() => expect(called(shell, 'preview').at(-1)).toMatchObject({ leave_out: ['e2'] }));
    await until(() => expect(field('send').disabled).toBe(false));
    await press(user, 'send');
    expect(called(shell, 'send')).toMatchObject([{ id: 'i1', organisation: 'o1', leave_out: ['e2'] }]);
    await until(() => expect(all('stage').map((one) => one.dataset.stage)).toContain('waiting'));
  });

  it('leads from a missing answer to its question', async () => {
    const { user } = await start({ scene: 'journal' });
    await press(user, 'incident-line', 1);
    await press(user, 'review');
    await until(() => expect(get('missing-consent')).toBeTruthy());
    expect(field('send').disabled).toBe(true);
    await press(user, 'missing-consent');
    await until(() => expect(get('consent-looked')).toBeTruthy());
  });

  it('opens with Ctrl+Enter and keeps what was typed just before', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line', 1);
    await user.type(field('notes'), ' More.');
    await user.keyboard('{Control>}[Enter]{/Control}');
    await until(() => expect(get('review-page')).toBeTruthy());
    const names = shell.calls.map((one) => one.name);
    expect(names.lastIndexOf('save_draft')).toBeLessThan(names.indexOf('preview'));
  });

  it('sends nothing that was not looked at: a file that came meanwhile is shown first', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    await press(user, 'review');
    await until(() => expect(field('send').disabled).toBe(false));
    const before = called(shell, 'preview').length;
    shell.emit({ kind: 'job', job: 9, what: 'attach', name: 'late.png', done: 1, total: 2, state: 'running', problem: null, incident: 'i1' });
    await until(() => expect(field('send').disabled).toBe(true));
    shell.emit({ kind: 'job', job: 9, what: 'attach', name: 'late.png', done: 2, total: 2, state: 'done', problem: null, incident: 'i1' });
    shell.emit({ kind: 'incident', id: 'i1' });
    await until(() => expect(called(shell, 'preview').length).toBeGreaterThan(before));
    await until(() => expect(field('send').disabled).toBe(false));
    shell.failing.set('send', { code: 'not-as-seen', args: {} });
    await press(user, 'send');
    await until(() => expect(get('problem').dataset.code).toBe('not-as-seen'));
    await until(() => expect(field('send').disabled).toBe(false));
  });

  it('stays where the person went while it is being sealed', async () => {
    const { user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    await press(user, 'review');
    await until(() => expect(field('send').disabled).toBe(false));
    field('send').click();
    await press(user, 'nav-settings');
    await until(() => expect(get('settings-page')).toBeTruthy());
  });

  it('tells the log that goes along', async () => {
    const { user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    await press(user, 'review');
    await press(user, 'review-steps-toggle');
    await until(() => expect(read(get('preview-steps'))).toContain('written for the first time'));
  });

  it('says why sending was refused and stays', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    shell.failing.set('send', { code: 'not-complete', args: { missing: 'when,consent' } });
    await press(user, 'incident-line');
    await press(user, 'review');
    await until(() => expect(field('send').disabled).toBe(false));
    await press(user, 'send');
    expect(get('problem').dataset.code).toBe('not-complete');
    expect(get('review-page')).toBeTruthy();
  });

  it('without an organisation leads to adding one', async () => {
    const { user } = await start({ scene: 'empty' });
    await press(user, 'incident-new');
    await press(user, 'review');
    await until(() => expect(get('review-add-organisation')).toBeTruthy());
  });
});
