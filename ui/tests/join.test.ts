// An organisation is added only with the six words that someone reads out; the page never shows them, and says a wrong one plainly.
import { describe, expect, it } from 'vitest';
import { deskWords, russianWords } from '../src/lib/fake-data';
import { all, called, field, get, press, read, start, until, type Stage } from './helpers';

async function toWords(): Promise<Stage> {
  const stage = await start({ scene: 'empty' });
  await press(stage.user, 'nav-organisations');
  await press(stage.user, 'organisation-add');
  await press(stage.user, 'pick-invitation');
  return stage;
}

async function type(stage: Stage, words: string[]): Promise<void> {
  for (const [index, word] of words.entries()) {
    await stage.user.clear(field(`word-${index + 1}`));
    await stage.user.type(field(`word-${index + 1}`), word);
  }
  await stage.user.tab();
}

describe('adding an organisation', () => {
  it('shows who the invitation claims to be from, and never the words', async () => {
    await toWords();
    expect(read(get('invitation'))).toContain('Legal Aid Collective');
    for (const word of deskWords) expect(document.body.textContent).not.toContain(word);
  });

  it('completes words from the list by keyboard', async () => {
    const { user } = await toWords();
    await user.type(field('word-1'), 'harb');
    expect(all('word-1-list')[0]?.children).toHaveLength(1);
    await user.keyboard('{Enter}');
    expect(field('word-1').value).toBe('harbour');
  });

  it('says at once that a word is not in the list, and does not let it go', async () => {
    const { shell, user } = await toWords();
    await user.type(field('word-2'), 'xyz');
    expect(read(document.body)).toContain('This word is not in the list.');
    expect(field('join').disabled).toBe(true);
    expect(called(shell, 'join')).toHaveLength(0);
  });

  it('says plainly when six right-looking words are the wrong ones, and keeps them for another look', async () => {
    const stage = await toWords();
    await type(stage, ['harbour', 'pencil', 'window', 'meadow', 'copper', 'river']);
    await press(stage.user, 'join');
    await until(() => expect(get('problem').dataset.code).toBe('words-differ'));
    expect(read(get('problem'))).toContain('do not use it');
    expect(field('word-6').value).toBe('river');
  });

  it('joins with the right words and offers the organisation afterwards', async () => {
    const stage = await toWords();
    await type(stage, deskWords);
    await press(stage.user, 'join');
    await until(() => expect(get('joined')).toBeTruthy());
    expect(called(stage.shell, 'join')).toEqual([{ handle: 'h1', words: deskWords }]);
    await press(stage.user, 'join-finish');
    expect(read(get('organisation-list'))).toContain('Legal Aid Collective');
  });

  it('takes Russian words', async () => {
    const stage = await toWords();
    await press(stage.user, 'spoken-ru');
    await type(stage, russianWords);
    await press(stage.user, 'join');
    await until(() => expect(get('joined')).toBeTruthy());
    expect(called(stage.shell, 'join')).toEqual([{ handle: 'h1', words: russianWords }]);
  });

  it('takes the twenty digits in groups, and not nineteen', async () => {
    const stage = await toWords();
    await press(stage.user, 'spoken-digits');
    await stage.user.type(field('digits'), '48213 90577 11384 6029');
    expect(field('join').disabled).toBe(true);
    await stage.user.type(field('digits'), '5');
    await press(stage.user, 'join');
    await until(() => expect(get('joined')).toBeTruthy());
    expect(called(stage.shell, 'join')).toEqual([{ handle: 'h1', words: ['48213 90577 11384 60295'] }]);
  });

  it('says that a pasted text is no invitation', async () => {
    const stage = await start({ scene: 'empty' });
    await press(stage.user, 'nav-organisations');
    await press(stage.user, 'organisation-add');
    await stage.user.type(field('invitation-text'), 'hello');
    await press(stage.user, 'read-invitation');
    expect(get('problem').dataset.code).toBe('invitation-unreadable');
  });
});

describe('a short invitation', () => {
  const text = 'CHRONICLE-INVITATION-1:AAAA:';

  async function toShort(scene: 'empty' | 'roots' = 'empty'): Promise<Stage> {
    const stage = await start({ scene });
    await press(stage.user, 'nav-organisations');
    await press(stage.user, 'organisation-add');
    await stage.user.type(field('invitation-text'), text);
    await press(stage.user, 'read-invitation');
    return stage;
  }

  it('asks nobody before the person says so, and offers no words before', async () => {
    const { shell, user } = await toShort();
    expect(read(get('invitation-short'))).toContain('https://intake.example.org');
    expect(called(shell, 'fetch_invitation')).toHaveLength(0);
    expect(all('word-1')).toHaveLength(0);
    await press(user, 'fetch-invitation');
    expect(called(shell, 'fetch_invitation')).toEqual([{ handle: 'h2' }]);
    expect(read(get('invitation'))).toContain('Legal Aid Collective');
    expect(field('word-1')).toBeTruthy();
  });

  it('says why nobody answered, and can be tried again', async () => {
    const { user } = await toShort('roots');
    await press(user, 'fetch-invitation');
    expect(get('problem').dataset.code).toBe('invitation-unanswered');
    expect(field('fetch-invitation').disabled).toBe(false);
  });

  it('is kept for later, taken up again, and thrown away only after a question', async () => {
    const { shell, user } = await toShort();
    await press(user, 'keep-invitation');
    expect(read(get('kept-invitation'))).toContain('not asked yet whose');
    await press(user, 'kept-go-on');
    expect(called(shell, 'take_up_invitation')).toEqual([{ id: 'h2' }]);
    expect(get('invitation-short')).toBeTruthy();
    await press(user, 'join-back');
    await press(user, 'kept-drop');
    await press(user, 'kept-drop-dialog-no');
    expect(called(shell, 'drop_invitation')).toHaveLength(0);
    await press(user, 'kept-drop');
    await press(user, 'kept-drop-dialog-yes');
    await until(() => expect(all('kept-invitation')).toHaveLength(0));
  });
});

describe('what an organisation says of itself later', () => {
  it('asks for the words of new master keys, and takes no others', async () => {
    const stage = await start({ scene: 'roots' });
    await press(stage.user, 'nav-organisations');
    expect(read(get('later-root'))).toContain('has changed its master keys');
    await press(stage.user, 'type-later-root');
    await type(stage, ['harbour', 'pencil', 'window', 'meadow', 'copper', 'river']);
    await press(stage.user, 'join');
    await until(() => expect(get('problem').dataset.code).toBe('words-differ'));
    await type(stage, deskWords);
    await press(stage.user, 'join');
    await until(() => expect(all('later-root')).toHaveLength(0));
    expect(called(stage.shell, 'confirm_root').at(-1)).toEqual({ organisation: 'o1', words: deskWords });
  });

  it('draws a new key only after a question', async () => {
    const stage = await start({ scene: 'journal' });
    await press(stage.user, 'nav-organisations');
    await press(stage.user, 'renew-sender');
    await press(stage.user, 'renew-dialog-no');
    expect(called(stage.shell, 'renew_sender')).toHaveLength(0);
    await press(stage.user, 'renew-sender');
    await press(stage.user, 'renew-dialog-yes');
    await until(() => expect(get('sender-renewed')).toBeTruthy());
    expect(called(stage.shell, 'renew_sender')).toEqual([{ organisation: 'o1' }]);
  });
});
