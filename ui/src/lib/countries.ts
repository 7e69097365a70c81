// Countries to choose from, in the order of the person's language. Their names are born in the words; no list stands here.
import { specialPlaces } from './codes';
import { country, inner, type Option } from './labels';
import { idsWith, locale, say } from './words.svelte';

const made = new Map<string, Option[]>();

/** With the answers that are no country (online, in transit, unknown) in front, where the question allows them. */
export function countryOptions(special: boolean): Option[] {
  const countries = made.get(locale()) ?? sorted();
  made.set(locale(), countries);
  const others = special ? specialPlaces : ['unknown'];
  return [...others.map((code) => ({ value: code, label: country(code) })), ...countries];
}

function sorted(): Option[] {
  const prefix = 'country-';
  const ids = idsWith(prefix).filter((id) => /^country-[A-Z]{2}$/.test(id));
  const collator = new Intl.Collator(locale() === 'ru' ? 'ru' : 'en');
  const found = ids.map((id) => ({ value: id.slice(prefix.length), label: say(id) }));
  return found.sort((a, b) => collator.compare(inner(a.label), inner(b.label)));
}
