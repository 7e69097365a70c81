// The answer so far to a folded question, in a few words.
import type { Draft } from './contract';
import { country, inner, label } from './labels';
import { t } from './words.svelte';

export function countryOf(draft: Draft): string {
  const { country: code, kind } = draft.where;
  if (code === '') return t('summary-needed');
  if (kind === '') return country(code);
  return t('summary-two', { first: inner(country(code)), second: inner(label('place', kind)) });
}

export function peopleOf(draft: Draft): string {
  const [first] = draft.actors;
  if (first === undefined) return t('summary-open');
  if (first.acting_state === '') return label('actor', first.kind);
  return t('summary-two', { first: inner(country(first.acting_state)), second: inner(label('actor', first.kind)) });
}

export function safetyOf(draft: Draft): string {
  return draft.safety === null ? t('summary-needed') : label('safety', draft.safety.now);
}

export function consentOf(draft: Draft, undecided: boolean): string {
  if (draft.consent !== null) return t('summary-consent');
  return undecided ? t('summary-undecided') : t('summary-needed');
}
