// Each stage is said in words, exactly as far as it was verified, in the list, under the incident and in the outbox.
import { describe, expect, it } from 'vitest';
import type { DeliveryView, Stage } from '../src/lib/contract';
import { stageSentence, stageWords } from '../src/lib/stages';
import { useLocale } from '../src/lib/words.svelte';
import { all, called, get, press, read, settle, start, until } from './helpers';

const clean = (text: string): string => text.replaceAll(/[\u2066-\u2069]/g, '');
const of = (stage: Stage, more: Partial<DeliveryView> = {}): DeliveryView => ({
  id: 'd1',
  incident: 'i2',
  kinds: ['fam.threat'],
  when: { key: 'time-unknown', args: {} },
  organisation: 'o1',
  organisation_name: 'Shelter Without Borders',
  revision: 1,
  stage,
  percent: 0,
  day: null,
  problem: null,
  lost: false,
  opened: null,
  answers: [],
  notices: [],
  sealed_at: '2026-03-01T10:00:00+01:00',
  ...more,
});

describe('stages', () => {
  it.each([
    ['kept', {}, 'Kept here only', 'Только здесь'],
    ['waiting', {}, 'Waiting', 'Ждёт'],
    ['sending', { percent: 42 }, 'Sending 42 %', 'Отправляется, 42 %'],
    ['stored', { day: '2026-03-02' }, 'Stored on 2 March 2026', 'Хранится на сервере с 2 марта 2026 г.'],
    ['opened', { opened: '2026-03-04' }, 'Opened on 4 March 2026', 'Открыто, 4 марта 2026 г.'],
    ['answered', {}, 'Answered', 'Есть ответ'],
    ['stopped', {}, 'Stopped', 'Остановлено'],
  ] as [Stage, Partial<DeliveryView>, string, string][])('%s is said in both languages', (stage, more, english, russian) => {
    expect(clean(stageWords(of(stage, more)))).toBe(english);
    expect(stageSentence(of(stage, more))).toMatch(/\.$/);
    useLocale('ru');
    expect(clean(stageWords(of(stage, more)))).toBe(russian);
  });

  it('stored never claims that a person read it', () => {
    expect(stageSentence(of('stored'))).toContain('does not mean that a person has read it');
  });

  it('follow what the shell tells while the page is open', async () => {
    const { shell } = await start({ scene: 'journal' });
    for (const stage of ['waiting', 'sending', 'stored'] as const) {
      shell.emit({ kind: 'deliveries', deliveries: [of(stage, { percent: 7, day: '2026-03-02' })] });
      await settle();
      expect(all('stage').map((one) => one.dataset.stage)).toEqual([stage]);
    }
  });

  it('shows what a caseworker wrote, as text and never as markup', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    const answers = [{ id: 'a1', day: '2026-03-05', text: 'When did <b>they</b> call?\nPlease write.', read: false }];
    const line = all('incident-line').findIndex((one) => one.dataset.id === 'i1');
    await press(user, 'incident-line', line);
    shell.emit({ kind: 'deliveries', deliveries: [of('answered', { incident: 'i1', answers })] });
    await settle();
    await until(() => expect(read(get('answer'))).toContain('5 March 2026'));
    expect(get('answer').querySelector('b')).toBeNull();
    expect(get('answer').textContent).toContain('<b>they</b>');
  });

  it('says that nobody has opened it for long, where it is looked for', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    const notices = [{ code: 'unopened-long', args: { days: '15' } }];
    const line = all('incident-line').findIndex((one) => one.dataset.id === 'i1');
    await press(user, 'incident-line', line);
    shell.emit({ kind: 'deliveries', deliveries: [of('stored', { incident: 'i1', day: '2026-03-02', notices })] });
    await settle();
    await until(() => expect(read(get('stages'))).toContain('for 15 days, and no person has signed'));
    await press(user, 'nav-outbox');
    shell.emit({ kind: 'deliveries', deliveries: [of('stored', { day: '2026-03-02', notices })] });
    await settle();
    expect(get('problem').dataset.code).toBe('unopened-long');
  });

  it('the outbox looks for answers when asked', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-outbox');
    shell.emit({ kind: 'deliveries', deliveries: [of('opened', { opened: '2026-03-04' })] });
    await settle();
    expect(all('send-now')).toHaveLength(0);
    await press(user, 'look-now');
    expect(called(shell, 'look_now')).toHaveLength(1);
  });

  it('the outbox says why something stopped, and tries again when asked', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-outbox');
    const first = get('delivery');
    expect(first.dataset.stage).toBe('stopped');
    expect(read(first)).toContain('withdrawn your permission');
    await press(user, 'try-again');
    expect(called(shell, 'try_again')).toEqual([{ delivery: first.dataset.id }]);
    await until(() => expect(all('delivery').map((one) => one.dataset.stage)).not.toContain('stopped'));
    await press(user, 'send-now');
    expect(called(shell, 'send_now')).toHaveLength(1);
  });

  it('what waits can go by hand, and what came back is said for what it is', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-outbox');
    shell.emit({ kind: 'deliveries', deliveries: [of('opened', { id: 'd0', opened: '2026-03-04' }), of('waiting')] });
    await settle();
    expect(all('hand-over')).toHaveLength(1);
    await press(user, 'hand-over');
    expect(called(shell, 'hand_over')).toEqual([{ delivery: 'd1' }]);
    await until(() => expect(all('job-done')).toHaveLength(1));
    await press(user, 'take-back');
    await until(() => expect(read(get('returned'))).toContain('has stored the report'));
    shell.failing.set('take_back', { code: 'returned-refused', args: {} });
    await press(user, 'take-back');
    await until(() => expect(get('problem').dataset.code).toBe('returned-refused'));
    expect(all('returned')).toHaveLength(0);
    for (const code of ['organisation-closed', 'recipient-revoked']) {
      shell.emit({ kind: 'deliveries', deliveries: [of('stopped', { problem: { code, args: {} } })] });
      await settle();
      expect(all('hand-over')).toHaveLength(0);
    }
  });

  it('what must not go as it is sealed is not tried again but sealed anew', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-outbox');
    for (const code of ['organisation-closed', 'recipient-revoked']) {
      shell.emit({ kind: 'deliveries', deliveries: [of('stopped', { problem: { code, args: {} } })] });
      await settle();
      expect(all('try-again')).toHaveLength(0);
      expect(all('seal-again')).toHaveLength(1);
    }
    await press(user, 'seal-again');
    expect(get('review-page')).toBeTruthy();
  });

  it('what was sent can be read but not changed', async () => {
    const { user } = await start({ scene: 'journal' });
    await press(user, 'incident-line');
    await press(user, 'show-sent');
    await until(() => expect(read(get('sent-page'))).toContain('маме позвонили'));
    await until(() => expect(read(get('sent-page'))).toContain('3 February 2026'));
    expect(all('problem')).toHaveLength(0);
    expect(get('sent-page').querySelectorAll('input, textarea, select')).toHaveLength(0);
  });
});
