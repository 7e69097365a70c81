// Invented incidents, reports and people for component tests and for looking at the page in a browser. No real person, organisation or case.
import type { CheckView, DeliveryView, EvidenceView, IncidentView, OrganisationView, Problem, QuarantineLine, ReportView, TimeWords } from './contract';
import type { Draft, IncidentTime } from './contract';
import { emptyActor, emptyDraft, safeConsent } from './draft';

const zeros = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export const passphraseWords = ['lantern', 'orbit', 'crumpled', 'violin', 'pasture', 'eleven'];
export const codeWords = ['abacus', 'drop-down', 'lantern', 'orbit', 'crumpled', 'violin', 'pasture', 'eleven', 'walnut', 'thimble', 'quarry'];
export const codeList = [...codeWords, 'absurd', 'thistle', 'wallet'];
/** Squares as of a QR code; it says nothing. */
export const code = Array.from({ length: 57 }, (_, y) => Array.from({ length: 57 }, (_, x) => ((x * y + x * x + 3 * y) % 5 < 2 ? '1' : '0')).join(''));

export const deskWords = ['harbour', 'pencil', 'window', 'meadow', 'copper', 'sail'];
export const deskDigits = '48213905771138460295';
export const russianWords = ['абзац', 'корабль', 'окно', 'лес', 'медь', 'парус'];
export const wordList = [...deskWords, 'amber', 'anchor', 'harvest', 'harmony', 'habit', 'meal', 'mint', 'orchard', 'pen', 'pencils', 'river', 'sailor', 'copy', 'wind', 'winter'];

export const zonesOf: Record<string, string[]> = {
  BY: ['Europe/Minsk'],
  LT: ['Europe/Vilnius'],
  AT: ['Europe/Vienna'],
  TR: ['Europe/Istanbul'],
  UZ: ['Asia/Tashkent', 'Asia/Samarkand'],
  GE: ['Asia/Tbilisi'],
};

export const shelter: OrganisationView = {
  id: 'o1',
  name: 'Shelter Without Borders',
  addresses: ['https://reports.example.org'],
  confirmed: true,
  expires: '2027-03-01',
  current: '2026-06-20',
  later_root: false,
  notices: [],
  closed: false,
  way: 'direct',
  address: 'https://reports.example.org',
  stays: null,
  instead: null,
  problem: null,
};

const types = { image: 'image/jpeg', text: 'text/plain', audio: 'audio/ogg', video: 'video/mp4', pdf: 'application/pdf' };

export function item(id: string, name: string, kind: keyof typeof types, size: number, caption = ''): EvidenceView {
  return { id, name, size, kind, caption, made_from: '', media_type: types[kind], sha256: zeros, added: '2026-03-15T11:20:00+02:00' };
}

function time(edtf: string, local = '', tz = 'unknown'): IncidentTime {
  return { edtf, local_time: local, time_precision: 'day', tz, tz_basis: 'place' };
}

function draft(codes: string[], narrative: string, when: IncidentTime | null, country: string): Draft {
  const made = emptyDraft();
  made.what.types = codes.map((code) => ({ code, status: 'completed', target: code.startsWith('fam.') ? 'relative' : 'me' }));
  made.what.narrative = narrative;
  made.when = when;
  made.where.country = country;
  return made;
}

const relative = draft(
  ['fam.threat', 'leg.case'],
  'Вчера вечером маме позвонили с незнакомого номера. Представились следователем и сказали: если сын не удалит канал, придут с обыском. Утром действительно пришли двое и забрали её старый телефон.',
  time('2026-02-03', 'evening', 'Europe/Minsk'),
  'BY',
);
relative.actors = [{ ...emptyActor(), acting_state: 'BY', kind: 'police', basis: 'The caller named the department; the two men showed a card.', certainty: 'told' }];
relative.safety = { now: 'not_sure', deadline: '', deadline_reason: '' };
relative.consent = { ...safeConsent(), date: '2026-02-04', language: 'en' };

const attack = draft(
  ['phy.assault', 'thr.death'],
  'Two men I did not know stopped me near my building. One said my name and “last warning”, the other hit me in the face. I went to hospital.',
  time('2026-06-21', '23:40', 'Europe/Vienna'),
  'AT',
);
attack.where.kind = 'street';
attack.where.text = 'Near the entrance of my building';
attack.safety = { now: 'in_danger', deadline: '2026-07-02', deadline_reason: 'Court hearing' };

const school = draft(['thr.harm', 'wat.follow'], 'پیامی از شماره‌ی ناشناس آمد: می‌دانیم دخترت به کدام مدرسه می‌رود. شماره: +44 7700 900456', time('2026-08-1X'), '');
const account = draft(['onl.account'], '', time('2026-02-03/2026-02-16'), 'LT');

function delivery(incident: string, stage: DeliveryView['stage'], more: Partial<DeliveryView> = {}): DeliveryView {
  const base = { id: `d-${incident}-${stage}`, incident, kinds: ['fam.threat'], when: when(null), organisation: shelter.id, organisation_name: shelter.name, revision: 1, percent: 0, day: null, problem: null, lost: false, opened: null, answers: [], notices: [] };
  return { ...base, stage, sealed_at: '2026-02-05T09:12:00+02:00', ...more };
}

export function words(edtf: string, time: IncidentTime | null): TimeWords {
  const base = { about: /[~%]$/.test(edtf) ? 'yes' : 'no', sure: 'yes', part: 'none', clock: 'none', clock_about: 'no', zone: 'none' };
  const local = time?.local_time ?? '';
  const of = /^\d\d:\d\d$/.test(local) ? { clock: local, zone: time?.tz ?? 'unknown' } : local === '' ? {} : { part: local };
  const [from = '', to] = edtf.replace(/[~%?]$/, '').split('/');
  const grain = (date: string): string => (date.length === 10 ? 'day' : date.length === 7 ? 'month' : 'year');
  if (edtf === '') return { key: time === null ? 'time-not-answered' : 'time-unknown', args: base };
  if (to === '..' || to === '') return { key: 'time-since', args: { ...base, from, from_is: grain(from), goes_on: 'yes' } };
  if (edtf.includes('X')) {
    const args = { ...base, from: from.replaceAll('X', '0'), to: from.replaceAll('X', '9'), from_is: 'day', to_is: 'day', from_day: '10', span: 'month' };
    return { key: 'time-between', args };
  }
  if (to !== undefined) {
    const span = from.slice(0, 7) === to.slice(0, 7) ? 'month' : from.slice(0, 4) === to.slice(0, 4) ? 'year' : 'none';
    const days = grain(from) === 'day' && grain(to) === 'day';
    return { key: 'time-between', args: { ...base, from, to, from_is: grain(from), to_is: grain(to), from_day: String(Number(from.slice(8))), span: days ? span : 'none' } };
  }
  return { key: `time-${grain(from)}`, args: { ...base, ...of, date: from } };
}

export const when = (time: IncidentTime | null): TimeWords => words(time?.edtf ?? '', time);

export function missingOf(draft: Draft, files: number): string[] {
  const open: [string, boolean][] = [
    ['types', draft.what.types.length === 0],
    ['narrative', draft.what.narrative.trim() === '' && files === 0],
    ['when', draft.when === null],
    ['country', draft.where.country === ''],
    ['safety', draft.safety === null],
    ['consent', draft.consent === null],
    ['consent-help', draft.consent !== null && draft.consent.purposes.help !== 'yes'],
  ];
  return open.filter(([, is]) => is).map(([name]) => name);
}

function incident(id: string, what: Draft, evidence: EvidenceView[], deliveries: DeliveryView[]): IncidentView {
  const sent = deliveries.map((one) => ({
    organisation: one.organisation,
    organisation_name: one.organisation_name,
    revision: one.revision,
    sealed_at: one.sealed_at,
    draft: structuredClone(what),
    text: reportText(what),
    people: '',
    evidence,
    left_out: [],
  }));
  return { id, draft: what, evidence, kept_at: '2026-03-15T12:04:10+02:00', revision: 1, sent, deliveries, when: when(what.when), missing: missingOf(what, evidence.length), faults: [] };
}

export function incidents(): IncidentView[] {
  const all: IncidentView[] = [
    incident(
      'i1',
      relative,
      [item('e1', 'call-log.png', 'image', 412_300, 'The call at 20:14'), item('e2', 'voice-note.ogg', 'audio', 403_000)],
      [delivery('i1', 'stored', { day: '2026-02-06' })],
    ),
    incident(
      'i2',
      attack,
      [
        item('e3', 'IMG_2044.jpg', 'image', 3_204_551),
        item('e4', 'hospital-letter.pdf', 'pdf', 290_112, 'From the emergency room'),
        item('e5', 'a-very-long-name-of-a-recording-made-on-the-way-to-hospital-2026-06-21.mp4', 'video', 96_442_000),
      ],
      [],
    ),
    incident('i3', school, [], []),
    incident('i4', account, [item('e6', 'headers.txt', 'text', 8_120)], [delivery('i4', 'sending', { percent: 42, sealed_at: '2026-03-14T10:00:00+02:00' })]),
  ];
  return structuredClone(all);
}

export const stoppedDelivery = (incident: string): DeliveryView =>
  delivery(incident, 'stopped', { problem: { code: 'capability-revoked', args: {} }, sealed_at: '2026-03-01T10:00:00+02:00' });
export const waitingDelivery = (incident: string): DeliveryView => delivery(incident, 'waiting', { sealed_at: '2026-03-15T12:10:00+02:00' });

const checks: CheckView[] = [
  { key: 'check-recipients', ok: true, looked: true, args: {} },
  { key: 'check-signature', ok: true, looked: true, args: {} },
  { key: 'check-hashes', ok: true, looked: true, args: {} },
  { key: 'check-custody', ok: true, looked: true, args: {} },
];

/** What the shell would say of answers that have to be mended before sealing. */
export function faultsOf(draft: Draft): Problem[] {
  const length = draft.what.narrative.length;
  return length > 20_000 ? [{ code: 'report-too-long', args: { field: 'what.narrative', most: '20000', length: String(length) } }] : [];
}

export function reportText(draft: Draft): string {
  const kinds = draft.what.types.map((one) => `- ${one.code} (${one.status}, ${one.target})`).join('\n');
  return `WHAT HAPPENED\n${kinds}\n\nNOTES\n${draft.what.narrative}\n\nWHEN\n${draft.when?.edtf ?? ''} ${draft.when?.local_time ?? ''}\n\nWHERE\n${draft.where.country} ${draft.where.text}`;
}

export function reports(): (ReportView & { urgency: 'now' | 'soon' | 'normal'; opened: boolean })[] {
  const of = (id: string, from: IncidentView, more: Partial<ReportView>, urgency: 'now' | 'soon' | 'normal', opened: boolean) => ({
    id,
    draft: from.draft,
    text: reportText(from.draft),
    evidence: from.evidence,
    withheld: 0,
    people_withheld: false,
    when: from.when,
    sender: 'k7f2-91ab',
    introduction: 17,
    sender_notices: [],
    said: [],
    revision: 1,
    sealed: '2026-06-22T08:30:00+02:00',
    received: '2026-06-22',
    checks,
    ...more,
    urgency,
    opened,
  });
  const [first, second, third, fourth] = incidents() as [IncidentView, IncidentView, IncidentView, IncidentView];
  const failed = [...checks.slice(0, 3), { key: 'check-custody', ok: false, looked: true, args: {} }];
  return [
    of('r1', second, { withheld: 1, people_withheld: true }, 'now', false),
    of('r2', first, { received: '2026-02-06', introduction: 12, sender: 'p0c4-77de' }, 'soon', true),
    of('r3', third, { received: '2026-08-20', introduction: null, sender: 'unknown', sender_notices: [{ code: 'introduction-unknown', args: {} }], checks: failed }, 'soon', false),
    of('r4', fourth, { received: '2026-03-14', introduction: 21, sender: 'm3d8-02bc' }, 'normal', true),
  ];
}

export const quarantine: QuarantineLine[] = [
  { id: 'q1', reason: { code: 'bundle-signature', args: {} }, received: '2026-06-20', size: 262_144 },
  { id: 'q2', reason: { code: 'bundle-newer', args: {} }, received: '2026-06-18', size: 524_288 },
];
