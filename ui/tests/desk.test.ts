// The caseworker's side: what came in is data, never markup; files leave only after a warning; founding asks for everything it needs.
import { describe, expect, it } from 'vitest';
import { all, called, field, get, press, read, start, until } from './helpers';

describe('inbox', () => {
  it('puts the urgent first and lists what could not be opened with its reason', async () => {
    await start({ scene: 'desk' });
    expect(all('report-line').map((one) => one.dataset.id)).toEqual(['r1', 'r3', 'r2', 'r4']);
    expect(all('quarantine-line').map((one) => one.dataset.code)).toEqual(['bundle-signature', 'bundle-newer']);
    expect(read(get('quarantine'))).toContain('signature is wrong');
  });

  it('says how each report came', async () => {
    await start({ scene: 'desk' });
    expect(read(get('report-line', 0))).toContain('Came by invitation 17');
    expect(read(get('report-line', 1))).toContain('Unknown sender');
  });

  it('shows received text as text, never as markup', async () => {
    const { user } = await start({ scene: 'desk' });
    await press(user, 'report-line', 3);
    await press(user, 'item-look');
    await until(() => expect(get('item-text').textContent).toContain('<b>This is not bold.</b>'));
    expect(get('item-text').querySelector('b')).toBeNull();
  });

  it('answers a report, and posts it at once', async () => {
    const { shell, user } = await start({ scene: 'desk' });
    await press(user, 'report-line', 1);
    expect(all('said')).toHaveLength(0);
    expect(field('answer-send').disabled).toBe(true);
    await user.type(get('answer-text'), 'When did they call?');
    await press(user, 'answer-send');
    await until(() => expect(get('said').dataset.posted).toBe('false'));
    expect(read(get('said'))).toContain('When did they call?');
    expect(called(shell, 'answer')).toEqual([{ report: 'r3', text: 'When did they call?' }]);
    expect(called(shell, 'fetch')).toHaveLength(1);
    expect(field('answer-text').value).toBe('');
    shell.failing.set('answer', { code: 'not-caseworker', args: {} });
    await user.type(get('answer-text'), 'More');
    await press(user, 'answer-send');
    await until(() => expect(get('problem').dataset.code).toBe('not-caseworker'));
    expect(field('answer-text').value).toBe('More');
  });

  it('takes in a report that came as a file, and gives answers out as files', async () => {
    const { shell, user } = await start({ scene: 'desk' });
    await press(user, 'take-sealed');
    expect(called(shell, 'take_sealed')).toHaveLength(1);
    await until(() => expect(read(get('fetched'))).toContain('One new report'));
    await press(user, 'report-line', 1);
    expect(all('hand-answers')).toHaveLength(0);
    await user.type(get('answer-text'), 'When did they call?');
    await press(user, 'answer-send');
    await until(() => expect(all('hand-answers')).toHaveLength(1));
    await press(user, 'hand-answers');
    expect(called(shell, 'hand_answers')).toEqual([{ report: 'r3' }]);
    await until(() => expect(read(get('handed'))).toContain('cannot open it'));
  });

  it('keeps what was verified outside of the content', async () => {
    const { user } = await start({ scene: 'desk' });
    await press(user, 'report-line', 1);
    const checks = get('report-checks');
    expect(checks.closest('article')).toBeNull();
    expect(all('check').map((one) => one.dataset.ok)).toContain('false');
  });

  it('shows names and contacts that came along, apart from the text', async () => {
    const { user } = await start({ scene: 'desk' });
    await press(user, 'report-line');
    await until(() => expect(read(get('report-people'))).toContain('Unit 14'));
  });

  it('saves a file only after the warning', async () => {
    const { shell, user } = await start({ scene: 'desk' });
    await press(user, 'report-line');
    await press(user, 'item-save', 1);
    expect(called(shell, 'save_evidence')).toHaveLength(0);
    await press(user, 'save-dialog-yes');
    expect(called(shell, 'save_evidence')).toEqual([{ id: 'r1', item: 'e4', name: 'hospital-letter.pdf' }]);
    await until(() => expect(read(get('job-done'))).toContain('Saved'));
    await press(user, 'job-dismiss');
    expect(all('job')).toHaveLength(0);
  });

  it('fetches and says what came', async () => {
    const { user } = await start({ scene: 'desk' });
    await press(user, 'fetch');
    await until(() => expect(read(get('fetched'))).toBe('One new report.'));
  });
});

describe('the organisation', () => {
  it('says until when receipts count, and renews the profile', async () => {
    const { shell, user } = await start({ scene: 'desk' });
    await press(user, 'nav-organisation');
    expect(read(get('receipts-until'))).toContain('12 June 2026');
    await press(user, 'renew-profile');
    expect(called(shell, 'save_profile')).toEqual([{ renew: true }]);
    await until(() => expect(read(get('receipts-until'))).toContain('1 December 2026'));
    await press(user, 'save-profile');
    expect(called(shell, 'save_profile').at(-1)).toEqual({ renew: false });
  });
});

describe('founding', () => {
  it('needs a name, an endpoint, its key, a second medium and a passphrase of its own', async () => {
    const { shell, user } = await start({ scene: 'desk-new' });
    await press(user, 'nav-organisation');
    await user.type(field('found-name'), 'Shelter');
    await user.type(field('found-endpoint'), 'https://reports.example.org');
    await user.type(field('found-key'), 'K123');
    await press(user, 'offline-passphrase-swap');
    await user.type(field('offline-own-passphrase'), 'nine purple teapots argue');
    await user.type(field('offline-passphrase-again'), 'nine purple teapots argue');
    expect(field('found').disabled).toBe(true);
    await press(user, 'offline-medium');
    await until(() => expect(field('found').disabled).toBe(false));
    await press(user, 'found');
    expect(called(shell, 'found')).toHaveLength(1);
    await until(() => expect(all('desk-word').map((one) => one.textContent)).toEqual(['harbour', 'pencil', 'window', 'meadow', 'copper', 'sail']));
  });

  it('connects with a token, says when it was used, and counts invitations', async () => {
    const { shell, user } = await start({ scene: 'desk-new' });
    await press(user, 'nav-organisation');
    shell.failing.delete('found');
    await user.type(field('found-name'), 'S');
    await user.type(field('found-endpoint'), 'https://a.example.org');
    await user.type(field('found-key'), 'K');
    await press(user, 'offline-passphrase-swap');
    await user.type(field('offline-own-passphrase'), 'nine purple teapots argue');
    await user.type(field('offline-passphrase-again'), 'nine purple teapots argue');
    await press(user, 'offline-medium');
    await until(() => expect(field('found').disabled).toBe(false));
    await press(user, 'found');
    await user.type(field('token-caseworker'), 'used');
    await press(user, 'connect');
    expect(all('problem').map((one) => one.dataset.code)).toContain('token-used');
    await user.clear(field('token-caseworker'));
    await user.type(field('token-caseworker'), 'fresh');
    await press(user, 'connect');
    expect(get('connected')).toBeTruthy();
    await user.type(field('token-reporter'), 'tok');
    await press(user, 'invite');
    await until(() => expect(read(get('invitation-count'))).toContain('One invitation'));
    expect(all('invitation-code')).toHaveLength(0);
    await user.type(field('token-reporter'), 'tok');
    await press(user, 'invite-by-code');
    expect(get('invitation-code').querySelector('path')?.getAttribute('d')).toMatch(/^M\d+ \d+h\d+v1h-\d+z/);
    expect(field('token-reporter').value).toBe('');
    await press(user, 'close-code');
    expect(all('invitation-code')).toHaveLength(0);
  });
});
