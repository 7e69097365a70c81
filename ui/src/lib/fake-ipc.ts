// A shell in memory: the same interface as the real one, with invented data. For component tests and for looking at the page in a browser;
// never part of a production build. It is quick and simple and proves nothing about the real shell.
import type { DeliveryView, DeskView, HeldView, IncidentLine, IncidentView, KeepingView, KeptInvitationView, KeysView, PreviewView, Problem, SessionView, ShellEvent, TravelView } from './contract';
import type { Draft } from './contract';
import * as data from './fake-data';
import type { Commands, Name, Shell } from './ipc';

export type FakeOptions = { scene?: string; locale?: string; trouble?: string | null };
export type Fake = Shell & {
  /** Every command that was called, in order. */
  calls: { name: Name; args: unknown }[];
  /** Commands that fail, and with what, until taken out again. */
  failing: Map<Name, Problem>;
  /** Commands that take their time, in milliseconds. */
  slow: Map<Name, number>;
  emit(event: ShellEvent): void;
};
/** Like the way to the real shell: as JSON, so that nothing is shared. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

type Handlers = { [N in Name]: (args: Commands[N][0]) => Commands[N][1] };

export function fakeShell({ scene = 'journal', locale = 'en', trouble = null }: FakeOptions = {}): Fake {
  const hearing: ((event: ShellEvent) => void)[] = [];
  const emit = (event: ShellEvent): void => hearing.forEach((hear) => hear(event));
  const failing = new Map<Name, Problem>();
  const slow = new Map<Name, number>();
  if (trouble !== null) failing.set(trouble as Name, { code: trouble === 'save_draft' ? 'disk-full' : 'endpoint-unreachable', args: {} });
  const calls: Fake['calls'] = [];
  const handlers = handlersOf(scene, locale, emit);
  return {
    calls,
    failing,
    slow,
    emit,
    call: async (name, args) => {
      calls.push({ name, args: copy(args) });
      const wait = slow.get(name);
      await (wait === undefined ? Promise.resolve() : new Promise((done) => setTimeout(done, wait)));
      const problem = failing.get(name);
      if (problem !== undefined) throw problem;
      return copy(handlers[name](copy(args)));
    },
    events: async (hear) => void hearing.push(hear),
    media: (owner, item) => picture(owner + item),
  };
}

function handlersOf(scene: string, locale: string, emit: (event: ShellEvent) => void): Handlers {
  const isDesk = scene.startsWith('desk');
  const isLocked = ['locked', 'held', 'remembered'].includes(scene);
  const session: SessionView = {
    state: scene === 'first' ? 'none' : isLocked ? 'locked' : 'open',
    role: scene === 'first' || isLocked ? null : isDesk ? 'desk' : 'journal',
    locale,
    folder: 'Chronicle',
    has_vault: scene !== 'first',
    held: scene === 'held',
    sandboxed: true,
    guarded: true,
    findings: 0,
    sending: scene === 'held' ? 2 : 0,
    keys_done: false,
  };
  const store: IncidentView[] = ['journal', 'roots'].includes(scene) ? data.incidents() : [];
  if (scene === 'journal') store.push(...crowd());
  const travel: TravelView = { socks: null, by_hand: false };
  const organisations = scene === 'empty' || isDesk ? [] : [{ ...data.shelter, later_root: scene === 'roots' }];
  const reports = scene === 'desk' ? data.reports() : [];
  const desk: DeskView = { organisation: scene === 'desk' ? ours('Shelter Without Borders', 'https://reports.example.org') : null, connected: scene === 'desk', asking: false, invitations: scene === 'desk' ? 21 : 0 };
  const addresses = ['https://intake.example.org'];
  const invitations = {
    whole: { handle: 'h1', whole: true, name: 'Legal Aid Collective', addresses, way: 'direct', stays: null, expires: '2026-12-01', known: false, renews: false },
    short: { handle: 'h2', whole: false, name: '', addresses, way: 'direct', stays: null, expires: '', known: false, renews: false },
  };
  const kept: KeptInvitationView[] = [];
  let next = 100;
  let minutes = 5;
  const keeping: KeepingView = { copied: null, listed: true, usual: scene !== 'journal', findings: scene === 'damaged' ? damage() : [], checked: null };
  session.findings = keeping.findings.length;
  const forgetFindings = (gone: (one: Problem) => boolean): KeepingView => {
    keeping.findings = keeping.findings.filter((one) => !gone(one));
    if (keeping.checked !== null) keeping.checked.findings = keeping.findings;
    session.findings = keeping.findings.length;
    return keeping;
  };
  const keys: KeysView = { sheet: scene === 'desk', sheet_made: scene === 'desk' ? '2026-03-01' : null, older_keys: false, done: null };
  let drawn = false;
  let recovering = false;
  const prove = (passphrase: string): void => {
    if (passphrase === 'wrong') throw { code: 'wrong-passphrase', args: {} };
  };
  const done = (what: KeysView['done']): null => {
    Object.assign(keys, { done: what });
    session.keys_done = true;
    return null;
  };
  let job = 0;

  const found = (id: string): IncidentView => {
    const view = store.find((one) => one.id === id);
    if (view === undefined) throw { code: 'not-found', args: {} };
    return view;
  };
  const open = (role: SessionView['role']): SessionView => Object.assign(session, { state: 'open', role, has_vault: true });
  const held: HeldView[] = [];
  const deliveries = (): DeliveryView[] => store.flatMap((view) => view.deliveries);
  const place = (folder: string): Commands['place'][1] => ({ folder, free_bytes: 48_300_000_000, has_vault: false, writable: true, usual: folder === 'Chronicle' });
  const attach = (view: IncidentView): number => {
    const item = data.item(`n${next++}`, 'screenshot.png', 'image', 734_003);
    const running = { kind: 'job', job: ++job, what: 'attach', name: item.name, total: item.size, problem: null, incident: view.id } as const;
    emit({ ...running, state: 'running', done: item.size / 2 });
    view.evidence.push(item);
    emit({ ...running, state: 'done', done: item.size });
    emit({ kind: 'incident', id: view.id });
    return job;
  };

  return {
    session: () => session,
    set_locale: ({ locale }) => Object.assign(session, { locale }),
    choose_folder: ({ existing }) => {
      if (!existing) return place('Documents');
      Object.assign(session, { state: 'locked', folder: 'Stick', has_vault: true });
      return { ...place('Stick'), has_vault: true };
    },
    place: () => place('Chronicle'),
    generate_passphrase: () => data.passphraseWords,
    weigh_passphrase: ({ passphrase }) => {
      const bits = Math.round(passphrase.length * 2.4);
      return { bits, enough: bits >= 50, needed: 50, hint: bits < 50 ? 'passphrase-hint-short' : null };
    },
    create_vault: ({ role }) => open(role),
    unlock: ({ passphrase }) => {
      if (passphrase === 'wrong') throw { code: 'wrong-passphrase', args: {} };
      return open(passphrase.startsWith('desk') ? 'desk' : 'journal');
    },
    lock: ({ sending }) => Object.assign(session, { state: 'locked', role: null, sending: sending ? session.sending : 0 }),
    keys: () => {
      const now = { ...keys };
      keys.done = null;
      session.keys_done = false;
      return now;
    },
    code_words: () => data.codeList,
    draw_sheet: ({ passphrase }) => {
      prove(passphrase);
      drawn = true;
      return { words: data.codeWords, asked: [2, 5, 11] };
    },
    drop_sheet: () => ((drawn = false), null),
    keep_sheet: ({ typed }) => {
      if (!drawn) throw { code: 'no-sheet-drawn', args: {} };
      const wrong = [2, 5, 11].find((place, at) => typed[at]?.trim().toLowerCase() !== data.codeWords[place - 1]);
      if (wrong !== undefined) throw { code: 'sheet-word-wrong', args: { index: String(wrong) } };
      drawn = false;
      Object.assign(keys, { sheet: true, sheet_made: '2026-03-15' });
      return done('sheet');
    },
    forget_sheet: () => Object.assign(keys, { sheet: false, sheet_made: null, done: 'forgotten' }),
    change_passphrase: ({ old }) => {
      prove(old);
      keys.older_keys = true;
      return done('changed');
    },
    seal_again: () => {
      const running = { kind: 'job', job: ++job, what: 'seal-again', name: '', total: 100, problem: null, incident: null } as const;
      emit({ ...running, state: 'running', done: 40 });
      return job;
    },
    share_sheet: ({ code, holders }) => {
      checked(code);
      const strange = holders.findIndex((one) => !one.trim().startsWith('age1'));
      if (strange >= 0) throw { code: 'share-holder', args: { index: String(strange + 1) } };
      done('shared');
      return true;
    },
    recover: ({ code }) => {
      checked(code);
      recovering = true;
      return null;
    },
    recover_by_shares: ({ first, second }) => {
      for (const [at, part] of [first, second].entries()) {
        if (!part.includes('chronicle-share1')) throw { code: 'share-unreadable', args: { index: String(at + 1) } };
      }
      recovering = true;
      return null;
    },
    stop_recovering: () => ((recovering = false), null),
    finish_recovering: () => {
      if (!recovering) throw { code: 'not-recovering', args: {} };
      recovering = false;
      Object.assign(keys, { sheet: true, older_keys: true });
      open('journal');
      return done('recovered');
    },
    lock_after: () => minutes,
    set_lock_after: (asked) => {
      minutes = asked.minutes;
      return null;
    },
    keeping: () => keeping,
    choose_copy_place: () => ({ ...place('USB / Chronicle-2026-03-15'), same_disk: false }),
    back_up: () => {
      keeping.copied = '2026-03-15T12:04:33+02:00';
      emit({ kind: 'job', job: ++job, what: 'backup', name: 'Chronicle-2026-03-15', done: 9, total: 9, state: 'done', problem: null, incident: null });
      return job;
    },
    check_vault: () => {
      keeping.checked = { at: '2026-03-15T12:04:33+02:00', records: 214, files: 31, bytes: 48_300_000, findings: keeping.findings };
      emit({ kind: 'job', job: ++job, what: 'check', name: '', done: 9, total: 9, state: 'done', problem: null, incident: null });
      return job;
    },
    remove_stray: ({ file }) => forgetFindings((one) => one.args.file === file),
    take_note: () => forgetFindings((one) => one.code === 'finding-missing'),
    set_listed: ({ listed }) => Object.assign(keeping, { listed }),
    known_places: () => (scene === 'remembered' ? [{ number: 1, folder: 'Notes', within: 'STICK', has_vault: true }] : []),
    choose_known_place: () => {
      Object.assign(session, { folder: 'Notes' });
      return { ...place('Notes'), has_vault: true };
    },
    close: () => null,
    stay: () => null,
    hold_draft: ({ id, draft }) => (held.push({ id, draft }), null),
    held_drafts: () => held.splice(0),
    keyboard: () => 'us',
    words_list: ({ language }) => (language === 'ru' ? data.russianWords : data.wordList),
    incidents: ({ query }) => {
      const wanted = query.text.trim().toLowerCase();
      const lines = store.map(line).filter((one) => wanted === '' || one.quote.toLowerCase().includes(wanted));
      return { total: lines.length, incidents: lines.slice(query.offset, query.offset + query.limit) };
    },
    incident: ({ id }) => found(id),
    save_draft: ({ id, draft }) => {
      const view = id === null ? blank(`i${next++}`) : found(id);
      if (id === null) store.unshift(view);
      const missing = data.missingOf(draft, view.evidence.length);
      view.faults = data.faultsOf(draft);
      const began = view.sent.length > 0 && JSON.stringify(view.sent.at(-1)?.draft) !== JSON.stringify(draft);
      Object.assign(view, { draft: structuredClone(draft), when: data.when(draft.when), missing, revision: began ? view.sent.length + 1 : view.revision });
      return { id: view.id, kept_at: '2026-03-15T12:04:33+02:00', revision: view.revision, when: view.when, missing, faults: data.faultsOf(draft) };
    },
    understand_time: ({ time }) => ({ when: data.when(time), problem: null }),
    // As the shell does: "unknown" in front where none should be taken by itself.
    zones: ({ country }) => {
      const found = data.zonesOf[country] ?? [];
      return found.length === 1 ? found : ['unknown', ...found];
    },
    delete_incident: ({ id }) => (store.splice(store.indexOf(found(id)), 1), null),
    pick_evidence: ({ id }) => attach(found(id)),
    take_dropped: ({ id }) => attach(found(id)),
    cancel_job: ({ job: one }) => {
      emit({ kind: 'job', job: one, what: 'attach', name: '', done: 0, total: 0, state: 'cancelled', problem: null, incident: null });
      return null;
    },
    describe_evidence: ({ id, item, caption }) => {
      const one = found(id).evidence.find((one) => one.id === item);
      if (one !== undefined) one.caption = caption;
      return null;
    },
    made_from: ({ id, item, from }) => {
      const one = found(id).evidence.find((one) => one.id === item);
      if (one !== undefined) one.made_from = from;
      return null;
    },
    remove_evidence: ({ id, item }) => {
      const view = found(id);
      view.evidence = view.evidence.filter((one) => one.id !== item);
      return null;
    },
    organisations: () => organisations,
    pick_invitation: () => invitations.whole,
    read_invitation: ({ text }) => {
      if (!text.toLowerCase().includes('invitation')) throw { code: 'invitation-unreadable', args: {} };
      return text.startsWith('CHRONICLE-') ? invitations.short : invitations.whole;
    },
    kept_invitations: () => kept,
    keep_invitation: ({ handle }) => {
      const one = handle === 'h1' ? invitations.whole : invitations.short;
      kept.push({ id: handle, kept_at: '2026-03-15T12:04:33+02:00', invitation: one });
      return null;
    },
    take_up_invitation: ({ id }) => (id === 'h1' ? invitations.whole : invitations.short),
    drop_invitation: ({ id }) => (kept.splice(kept.findIndex((one) => one.id === id), 1), null),
    fetch_invitation: () => {
      if (scene === 'roots') throw { code: 'invitation-unanswered', args: {} };
      return invitations.whole;
    },
    join: ({ words }) => {
      const index = words.findIndex((word) => /^\p{L}/u.test(word) && ![...data.wordList, ...data.russianWords].includes(word));
      if (index >= 0) throw { code: 'word-unknown', args: { index: String(index), word: words[index] ?? '' } };
      if (!spoken(words)) throw { code: 'words-differ', args: {} };
      const joined = { ...data.shelter, id: `o${next++}`, name: 'Legal Aid Collective', addresses: ['https://intake.example.org'] };
      organisations.push(joined);
      return joined;
    },
    confirm_root: ({ organisation, words }) => {
      if (!spoken(words)) throw { code: 'words-differ', args: {} };
      const known = organisations.find((one) => one.id === organisation);
      if (known === undefined) throw { code: 'organisation-unknown', args: {} };
      known.later_root = false;
      return known;
    },
    renew_sender: ({ organisation }) => {
      const known = organisations.find((one) => one.id === organisation);
      if (known === undefined) throw { code: 'organisation-unknown', args: {} };
      return known;
    },
    preview: ({ id, organisation, leave_out }) => preview(found(id), organisation, leave_out, organisations[0]?.name ?? ''),
    send: ({ id, leave_out, seen }) => {
      const view = found(id);
      if (seen !== seenNow(view, leave_out)) throw { code: 'not-as-seen', args: {} };
      const sent = { ...data.waitingDelivery(id), revision: view.sent.length + 1 };
      view.deliveries.push(sent);
      view.sent.push({ organisation: sent.organisation, organisation_name: sent.organisation_name, revision: sent.revision, sealed_at: sent.sealed_at, draft: structuredClone(view.draft), text: data.reportText(view.draft), people: '', evidence: view.evidence, left_out: [] });
      emit({ kind: 'deliveries', deliveries: structuredClone(deliveries()) });
      return sent;
    },
    deliveries: () => deliveries(),
    send_now: () => null,
    look_now: () => null,
    hand_over: () => {
      emit({ kind: 'job', job: ++job, what: 'save', name: '0d33a1e99d1f.age', done: 9, total: 9, state: 'done', problem: null, incident: null });
      return job;
    },
    take_back: () => {
      const waiting = deliveries().find((one) => one.stage === 'waiting');
      if (waiting === undefined) throw { code: 'returned-nothing', args: {} };
      Object.assign(waiting, { stage: 'stored', percent: 100, day: '2026-03-16', problem: null });
      emit({ kind: 'deliveries', deliveries: structuredClone(deliveries()) });
      return { came: 'stored', delivery: waiting.id, incident: waiting.incident };
    },
    read_answer: ({ id }) => {
      for (const one of deliveries()) for (const answer of one.answers) answer.read ||= answer.id === id;
      emit({ kind: 'deliveries', deliveries: structuredClone(deliveries()) });
      return null;
    },
    travel: () => travel,
    set_travel: ({ socks, by_hand }) => {
      if (socks !== null && !/^[\d.]+:\d+$/.test(socks)) throw { code: 'proxy-address', args: {} };
      Object.assign(travel, { socks, by_hand });
      for (const one of organisations) {
        const gone = socks === null && one.way === 'proxied';
        Object.assign(one, gone ? { way: null, stays: { code: 'tor-needed', args: {} }, instead: 'direct' } : { way: socks === null ? 'direct' : 'proxied', stays: null, instead: null });
      }
      return { ...travel };
    },
    agree_to_another_way: ({ organisation }) => {
      const known = organisations.find((one) => one.id === organisation);
      if (known === undefined) throw { code: 'organisation-unknown', args: {} };
      return Object.assign(known, { way: known.instead ?? known.way, stays: null, instead: null });
    },
    try_again: ({ delivery }) => {
      const one = deliveries().find((one) => one.id === delivery);
      if (one !== undefined) Object.assign(one, { stage: 'waiting', problem: null });
      emit({ kind: 'deliveries', deliveries: structuredClone(deliveries()) });
      return null;
    },
    desk: () => desk,
    choose_offline_medium: () => ({ ...place('USB'), same_disk: false }),
    found: ({ name, endpoint }) => Object.assign(desk, { organisation: ours(name, endpoint) }),
    save_profile: ({ renew }) => {
      if (renew && desk.organisation !== null) Object.assign(desk.organisation, { profile_version: desk.organisation.profile_version + 1, receipts_until: '2026-12-01' });
      return true;
    },
    connect: ({ token }) => {
      if (token === 'used') throw { code: 'token-used', args: {} };
      return Object.assign(desk, { connected: true });
    },
    invite: () => ((desk.invitations += 1), true),
    invite_by_code: () => ((desk.invitations += 1), { rows: data.code }),
    answer: ({ text }) => ({ id: `p${next++}`, text, day: '2026-03-15', posted: null }),
    fetch: () => {
      emit({ kind: 'fetched', result: { new_reports: 1, quarantined: 0, problem: null } });
      return ++job;
    },
    take_sealed: () => {
      emit({ kind: 'fetched', result: { new_reports: 1, quarantined: 0, problem: null } });
      return ++job;
    },
    hand_answers: () => 1,
    reports: () => ({
      total: reports.length,
      reports: [...reports].sort(soonest).map((one) => ({
        id: one.id,
        kinds: one.draft.what.types.map((entry) => entry.code),
        when: one.when,
        country: one.draft.where.country || 'unknown',
        safety: one.draft.safety?.now ?? 'not_sure',
        files: one.evidence.length,
        received: one.received,
        sealed: one.sealed,
        sender: one.sender,
        introduction: one.introduction,
        noticed: one.sender_notices.length > 0,
        revision: one.revision,
        urgency: one.urgency,
        opened: one.opened,
        hit: null,
      })),
      quarantine: scene === 'desk' ? data.quarantine : [],
      notices: [],
    }),
    report_people: () => 'Actor: Unit 14',
    report: ({ id }) => {
      const one = reports.find((report) => report.id === id);
      if (one === undefined) throw { code: 'not-found', args: {} };
      return one;
    },
    mark_sender: ({ id, from, reason }) => {
      const one = reports.find((report) => report.id === id);
      if (one === undefined) throw { code: 'not-found', args: {} };
      one.sender_notices = [{ code: 'sender-marked', args: { day: from, reason } }];
      return one;
    },
    evidence_pages: () => 3,
    evidence_text: () => ({ text: 'Received: from mail.example.org (192.0.2.44)\nSubject: Your account\n\n<b>This is not bold.</b>', truncated: true }),
    save_evidence: ({ id }) => {
      emit({ kind: 'job', job: ++job, what: 'save', name: 'scan.pdf', done: 9, total: 9, state: 'done', problem: null, incident: id });
      return job;
    },
  };
}

function checked(code: string): void {
  if (code.split(' ').some((word, at) => word !== data.codeWords[at])) throw { code: 'code-differs', args: {} };
}

const soonest = (a: { urgency: string; received: string }, b: { urgency: string; received: string }): number => {
  const rank = (one: { urgency: string }): number => ['now', 'soon', 'normal'].indexOf(one.urgency);
  return rank(a) - rank(b) || b.received.localeCompare(a.received);
};

const damage = (): Problem[] => [
  { code: 'finding-missing', args: { count: '1', record: '12' } },
  { code: 'finding-stray', args: { file: '92477804f91aff6dfe1b33855b6f8fee' } },
];

function ours(name: string, endpoint: string): DeskView['organisation'] {
  const colleague = { label: '1f0a77c2', name: '', own: true, archive: false };
  return {
    id: 'o1',
    name,
    words: data.deskWords,
    words_russian: data.russianWords,
    digits: data.deskDigits,
    profile_version: 1,
    expires: '2026-09-10',
    receipts_until: '2026-06-12',
    endpoint,
    addresses: [endpoint],
    signs: true,
    closed: false,
    root_version: 1,
    root_expires: '2029-03-14',
    root_keys: 1,
    root_threshold: 1,
    colleagues: [colleague, { label: '90b1c3d4', name: '', own: false, archive: true }],
    retired: [],
    notices: [{ code: 'ours-receipts-soon', args: { day: '2026-06-12' } }],
  };
}

function spoken(words: string[]): boolean {
  const said = words.join(' ');
  return [data.deskWords.join(' '), data.russianWords.join(' ')].includes(said) || said.replaceAll(' ', '') === data.deskDigits;
}

function line(view: IncidentView): IncidentLine {
  const kinds = view.draft.what.types.map((one) => one.code);
  return { id: view.id, kinds, when: view.when, quote: view.draft.what.narrative.slice(0, 120), files: view.evidence.length, edited: view.kept_at, deliveries: view.deliveries, hit: null };
}

function blank(id: string): IncidentView {
  return { id, draft: {} as Draft, evidence: [], kept_at: '', revision: 1, sent: [], deliveries: [], when: data.when(null), missing: [], faults: [] };
}

/** Enough incidents that the list has to scroll. */
function crowd(): IncidentView[] {
  return Array.from({ length: 14 }, (_, index) => {
    const view = structuredClone(data.incidents()[index % 4] as IncidentView);
    const id = `c${index}`;
    const deliveries = index === 1 ? [data.stoppedDelivery(id)] : index === 4 ? [data.waitingDelivery(id)] : [];
    return { ...view, id, sent: [], deliveries };
  });
}

function preview(view: IncidentView, organisation: string, leaveOut: string[], name: string): PreviewView {
  const people = view.draft.actors.some((one) => one.name !== '') || view.draft.what.narrative !== '';
  const parts: PreviewView['parts'] = [
    { part: 'report', kind: 'report', name: 'report', size: 4_100, included: true },
    ...(people ? [{ part: 'people', kind: 'people', name: 'people', size: 900, included: !leaveOut.includes('people') } as const] : []),
    ...view.evidence.map((one) => ({ part: one.id, kind: 'evidence', name: one.name, size: one.size, included: !leaveOut.includes(one.id) }) as const),
  ];
  const size = parts.filter((part) => part.included).reduce((sum, part) => sum + part.size, 0);
  return {
    incident: view.id,
    organisation,
    organisation_name: name,
    revision: view.sent.length + 1,
    text: data.reportText(view.draft),
    people: people ? 'Reporter: not named\nMother of the reporter: knows of this report' : '',
    parts,
    sealed_bytes: Math.max(262_144, 2 ** Math.ceil(Math.log2(size + 1))),
    route: 'route-direct',
    address: 'https://reports.example.org',
    stays: null,
    by_hand: false,
    missing: view.missing,
    seen: seenNow(view, leaveOut),
    steps: [
      { about: '', action: 'created', at: '2026-03-14T12:04:10+01:00' },
      ...view.evidence.map((one) => ({ about: one.name, action: leaveOut.includes(one.id) ? 'withheld' : 'imported', at: '2026-03-14T12:09:44+01:00' })),
    ],
  };
}

const seenNow = (view: IncidentView, leaveOut: string[]): string => JSON.stringify([view.draft.what.narrative, view.evidence.length, leaveOut]);

function picture(seed: string): string {
  const hue = [...seed].reduce((sum, letter) => sum + letter.charCodeAt(0) * 37, 0) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><rect width="400" height="300" fill="hsl(${hue} 22% 62%)"/><circle cx="${120 + (hue % 160)}" cy="140" r="80" fill="hsl(${(hue + 60) % 360} 28% 44%)"/><rect y="210" width="400" height="90" fill="hsl(${(hue + 20) % 360} 18% 32%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
