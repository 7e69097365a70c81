// An empty report, and the safe answers it starts with. The shell decides what is missing; nothing is judged here.
import { purposes } from './codes';
import type { Actor, Consent, Draft, IncidentTime } from './contract';

/** Version of the sentences that ask for consent; a change of their meaning gets a new one. */
const consentText = '1';

export function emptyDraft(): Draft {
  return {
    report_id: '',
    what: { types: [], narrative: '', narrative_lang: '', channel: [] },
    when: null,
    where: { country: '', text: '', kind: '', geo: null },
    actors: [],
    affected: [],
    reporting_for: { who: '', agreed: '' },
    witnesses: [],
    evidence: [],
    missing_evidence: '',
    related: [],
    safety: null,
    impact: { text: '', marks: [] },
    needs: [],
    reported_to: [],
    not_reported: null,
    consent: null,
    contact: null,
  };
}

export const emptyTime = (): IncidentTime => ({ edtf: '', local_time: '', time_precision: 'unknown', tz: 'unknown', tz_basis: 'place' });

export const emptyActor = (): Actor => ({
  acting_state: '',
  assisting_state: '',
  kind: 'unknown',
  name: '',
  handles: [],
  description: '',
  basis: '',
  certainty: 'unknown',
});

export function safeConsent(): Consent {
  return {
    purposes: Object.fromEntries(purposes.map(({ code, first }) => [code, first])),
    identity: 'none',
    exact_place: false,
    publish_evidence: false,
    others: 'not_asked',
    keep_until: 'until_i_ask',
    date: '',
    text_version: consentText,
    language: '',
  };
}
