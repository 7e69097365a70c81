// Before each test: nothing remembered, English.
import { beforeEach } from 'vitest';
import { useLocale } from '../src/lib/words.svelte';
import { forgetAll } from '../src/state/forget';
import { session } from '../src/state/session.svelte';

beforeEach(() => {
  forgetAll();
  session.view = null;
  session.problem = null;
  useLocale('en');
});
