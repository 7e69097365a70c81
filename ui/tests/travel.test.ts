// How a vault goes out: what was chosen, what it means for each organisation, and agreeing to another way.
import { describe, expect, it } from 'vitest';
import { all, called, field, get, press, read, start, until } from './helpers';

describe('how it travels', () => {
  it('is straight until something else is chosen, and says what that means', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-settings');
    await until(() => expect(field('travel-through-direct').checked).toBe(true));
    expect(read(get('travel'))).toContain('can see which organisation');
    await press(user, 'travel-through-tor');
    await until(() => expect(read(get('travel'))).toContain('sees that you use Tor'));
    await press(user, 'travel-by-hand');
    await until(() => expect(called(shell, 'set_travel')).toHaveLength(2));
    expect(called(shell, 'set_travel')).toEqual([
      { socks: '127.0.0.1:9050', by_hand: false },
      { socks: '127.0.0.1:9050', by_hand: true },
    ]);
  });

  it('takes a proxy by its address and refuses a name', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    await press(user, 'nav-settings');
    await until(() => expect(field('travel-through-direct').checked).toBe(true));
    await press(user, 'travel-through-other');
    expect(called(shell, 'set_travel')).toHaveLength(0);
    await user.type(get('travel-proxy'), 'proxy.example.org:9050');
    await press(user, 'travel-proxy-use');
    await until(() => expect(get('problem').dataset.code).toBe('proxy-address'));
    await user.clear(get('travel-proxy'));
    await user.type(get('travel-proxy'), '10.152.152.10:9050');
    await press(user, 'travel-proxy-use');
    await until(() => expect(all('problem')).toHaveLength(0));
    expect(field('travel-proxy').value).toBe('10.152.152.10:9050');
  });

  it('is told for an organisation, and another way is taken only after the person agreed', async () => {
    const { shell, user } = await start({ scene: 'journal' });
    const choose = async (way: string): Promise<void> => {
      await press(user, 'nav-settings');
      await until(() => expect(all('travel-through')).toHaveLength(1));
      await press(user, `travel-through-${way}`);
    };
    const look = async (): Promise<void> => {
      await press(user, 'nav-organisations');
      await press(user, 'organisation');
    };
    await look();
    await until(() => expect(get('travels').dataset.way).toBe('direct'));
    await choose('tor');
    await look();
    await until(() => expect(get('travels').dataset.way).toBe('proxied'));
    await choose('direct');
    await look();
    await until(() => expect(get('another-way').dataset.way).toBe('direct'));
    expect(get('problem').dataset.code).toBe('tor-needed');
    expect(all('travels')).toHaveLength(0);
    expect(read(get('another-way'))).toContain('Whoever watches your line can see that');
    expect(called(shell, 'agree_to_another_way')).toHaveLength(0);
    await press(user, 'agree-way');
    await until(() => expect(get('travels').dataset.way).toBe('direct'));
    expect(all('another-way')).toHaveLength(0);
  });
});
