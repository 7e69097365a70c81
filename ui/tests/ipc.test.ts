// The one door: names of arguments as the shell expects them, contents untouched, refusals as problems.
import { afterEach, describe, expect, it, vi } from 'vitest';

const invoke = vi.hoisted(() => vi.fn());
vi.mock('@tauri-apps/api/core', () => ({ invoke, Channel: class {} }));
vi.resetModules();
const { call, media, problemOf, Refused } = await import('../src/lib/ipc');

describe('the door to the shell', () => {
  afterEach(() => invoke.mockReset());

  it('spells the names of arguments as the shell does, and nothing inside of them', async () => {
    invoke.mockResolvedValue(null);
    await call('preview', { id: 'i', organisation: 'o', leave_out: ['a_b'] });
    expect(invoke).toHaveBeenLastCalledWith('preview', { id: 'i', organisation: 'o', leaveOut: ['a_b'] });
    await call('found', { name: 'n', endpoint: 'e', receipt_key: 'k', passphrase: 'p' });
    expect(invoke).toHaveBeenLastCalledWith('found', { name: 'n', endpoint: 'e', receiptKey: 'k', passphrase: 'p' });
  });

  it('turns every refusal into a problem with words', async () => {
    invoke.mockRejectedValue({ code: 'disk-full', args: {} });
    await expect(call('deliveries', {})).rejects.toBeInstanceOf(Refused);
    expect(problemOf('a plain text')).toEqual({ code: 'internal', args: {} });
    expect(problemOf(new Refused({ code: 'busy', args: {} }))).toEqual({ code: 'busy', args: {} });
  });

  it('never lets an id break out of an address', () => {
    expect(media('a/b', '../c?d', { edge: 160, page: 2 })).toBe('chronicle-media://localhost/a%2Fb/..%2Fc%3Fd?edge=160&page=2');
  });
});
