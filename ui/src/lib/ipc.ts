// The one door to the shell. Every command, with what it takes and what it gives, stands in `Commands`; the rest of the page calls
// `call('name', args)` and never sees how it travels. Tests put another shell in place with `useShell`.
import { Channel, invoke } from '@tauri-apps/api/core';
import type * as C from './contract';
import type { Draft, IncidentTime } from './contract';

type None = Record<string, never>;

export type Commands = {
  session: [None, C.SessionView];
  set_locale: [{ locale: string }, C.SessionView];
  choose_folder: [{ existing: boolean }, C.PlaceView | null];
  place: [None, C.PlaceView];
  generate_passphrase: [None, string[]];
  weigh_passphrase: [{ passphrase: string }, C.StrengthView];
  create_vault: [{ role: "journal" | "desk"; passphrase: string; listed: boolean }, C.SessionView];
  unlock: [{ passphrase: string }, C.SessionView];
  lock: [{ sending: boolean }, C.SessionView];
  lock_after: [None, number];
  set_lock_after: [{ minutes: number }, null];
  keeping: [None, C.KeepingView];
  choose_copy_place: [None, C.MediumView | null];
  back_up: [None, number];
  check_vault: [None, number];
  remove_stray: [{ file: string }, C.KeepingView];
  take_note: [None, C.KeepingView];
  set_listed: [{ listed: boolean }, C.KeepingView];
  known_places: [None, C.KnownView[]];
  choose_known_place: [{ number: number }, C.PlaceView];
  stay: [None, null];
  close: [None, null];
  keyboard: [None, string | null];
  words_list: [{ language: string }, string[]];
  keys: [None, C.KeysView];
  code_words: [None, string[]];
  draw_sheet: [{ passphrase: string }, C.SheetView];
  drop_sheet: [None, null];
  keep_sheet: [{ typed: string[] }, null];
  forget_sheet: [None, C.KeysView];
  change_passphrase: [{ old: string; passphrase: string }, null];
  seal_again: [None, number];
  share_sheet: [{ code: string; holders: string[] }, boolean];
  recover: [{ code: string }, null];
  recover_by_shares: [{ first: string; second: string }, null];
  stop_recovering: [None, null];
  finish_recovering: [{ passphrase: string }, null];
  incidents: [{ query: C.IncidentQuery }, C.IncidentList];
  incident: [{ id: string }, C.IncidentView];
  save_draft: [{ id: string | null; draft: Draft }, C.KeptView];
  hold_draft: [{ id: string | null; draft: Draft }, null];
  held_drafts: [None, C.HeldView[]];
  understand_time: [{ time: IncidentTime }, { when: C.TimeWords; problem: C.Problem | null }];
  zones: [{ country: string }, string[]];
  delete_incident: [{ id: string }, null];
  pick_evidence: [{ id: string }, number | null];
  take_dropped: [{ id: string }, number | null];
  cancel_job: [{ job: number }, null];
  made_from: [{ id: string; item: string; from: string }, null];
  describe_evidence: [{ id: string; item: string; caption: string }, null];
  remove_evidence: [{ id: string; item: string }, null];
  organisations: [None, C.OrganisationView[]];
  pick_invitation: [None, C.InvitationAtHand | null];
  read_invitation: [{ text: string }, C.InvitationAtHand];
  kept_invitations: [None, C.KeptInvitationView[]];
  keep_invitation: [{ handle: string }, null];
  take_up_invitation: [{ id: string }, C.InvitationAtHand];
  drop_invitation: [{ id: string }, null];
  fetch_invitation: [{ handle: string }, C.InvitationAtHand];
  join: [{ handle: string; words: string[] }, C.OrganisationView];
  confirm_root: [{ organisation: string; words: string[] }, C.OrganisationView];
  renew_sender: [{ organisation: string }, C.OrganisationView];
  preview: [{ id: string; organisation: string; leave_out: string[] }, C.PreviewView];
  send: [{ id: string; organisation: string; leave_out: string[]; seen: string }, C.DeliveryView];
  deliveries: [None, C.DeliveryView[]];
  send_now: [None, null];
  look_now: [None, null];
  hand_over: [{ delivery: string }, number | null];
  take_back: [None, C.ReturnedView | null];
  read_answer: [{ organisation: string; id: string }, null];
  agree_to_another_way: [{ organisation: string }, C.OrganisationView];
  travel: [None, C.TravelView];
  set_travel: [{ socks: string | null; by_hand: boolean }, C.TravelView];
  try_again: [{ delivery: string }, null];
  desk: [None, C.DeskView];
  choose_offline_medium: [None, C.MediumView | null];
  found: [{ name: string; endpoint: string; receipt_key: string; passphrase: string }, C.DeskView];
  save_profile: [{ renew: boolean }, boolean];
  connect: [{ token: string }, C.DeskView];
  invite: [{ token: string }, boolean];
  invite_by_code: [{ token: string }, C.CodeView];
  answer: [{ report: string; text: string }, C.PostingView];
  fetch: [None, number];
  take_sealed: [None, number | null];
  hand_answers: [{ report: string }, number | null];
  reports: [{ query: C.ReportQuery }, C.ReportList];
  report: [{ id: string }, C.ReportView];
  report_people: [{ id: string }, string];
  mark_sender: [{ id: string; from: string; reason: string }, C.ReportView];
  evidence_text: [{ id: string; item: string }, { text: string; truncated: boolean }];
  evidence_pages: [{ id: string; item: string }, number];
  save_evidence: [{ id: string; item: string; name: string }, number | null];
};

/** How large a picture is wanted at its longest edge, in pixels, and which page of a document, from 1. */
export type Look = { edge: number; page?: number };

export type Name = keyof Commands;
export type Shell = {
  call<N extends Name>(name: N, args: Commands[N][0]): Promise<Commands[N][1]>;
  events(on: (event: C.ShellEvent) => void): Promise<void>;
  /** Address of a picture, of a document's page, or, with no `how`, of a recording's bytes; of an incident or a received report. */
  media(owner: string, item: string, how?: Look): string;
};

/** A command that the shell refused, with the reason as a code and its arguments. */
export class Refused extends Error {
  constructor(readonly problem: C.Problem) {
    super(problem.code);
  }
}

const tauri: Shell = {
  call: (name, args) => invoke(name, camel(args)),
  events: async (on) => {
    const channel = new Channel<C.ShellEvent>();
    channel.onmessage = on;
    await invoke('events', { channel });
  },
  media: (owner, item, how) => {
    const address = `chronicle-media://localhost/${encodeURIComponent(owner)}/${encodeURIComponent(item)}`;
    if (how === undefined) return address;
    return `${address}?edge=${how.edge}${how.page === undefined ? '' : `&page=${how.page}`}`;
  },
};

/** The shell names the arguments of its commands in camelCase, as Tauri does by default; what is inside of them stays as it is. */
function camel(args: Record<string, unknown>): Record<string, unknown> {
  const name = (snake: string): string => snake.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [name(key), value]));
}

let shell: Shell = tauri;

export function useShell(other: Shell): void {
  shell = other;
}

export async function call<N extends Name>(name: N, args: Commands[N][0]): Promise<Commands[N][1]> {
  try {
    return await shell.call(name, args);
  } catch (thrown) {
    throw new Refused(problemOf(thrown));
  }
}

export const events: Shell['events'] = (on) => shell.events(on);
export const media: Shell['media'] = (owner, item, how) => shell.media(owner, item, how);

/** Whatever was thrown, as a problem that has words. */
export function problemOf(thrown: unknown): C.Problem {
  if (thrown instanceof Refused) return thrown.problem;
  const maybe = thrown as Partial<C.Problem> | null;
  if (maybe !== null && typeof maybe === 'object' && typeof maybe.code === 'string') {
    return { code: maybe.code, args: maybe.args ?? {} };
  }
  return { code: 'internal', args: {} };
}
