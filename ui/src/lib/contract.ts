// What crosses between the window and the shell. The types are born in Rust under these names; nothing here ever carries a path.
import type { Draft } from './draft-types';

export type Problem = { code: string; args: Record<string, string> };  // words: ftl messages error-<code> (what) and error-<code>-next (what to do next)

export type SessionView = {
  state: "none" | "locked" | "open";      // none: no vault at the chosen place yet (first run)
  role: "journal" | "desk" | null;        // known when open
  locale: string;                         // "en", "ru", "qps-ploc" (pseudo, bracketed, 40 % longer), "qps-plocm" (pseudo, right to left)
  folder: string;                         // display name only (last path component), e.g. "Chronicle"
  has_vault: boolean;
  sandboxed: boolean;                     // web process sandbox active
  findings: number;                       // things that unlocking found not to be as they should
  layout: string | null;                  // keyboard layout name if the desktop tells ("us", "ru")
};
export type PlaceView = { folder: string; free_bytes: number; has_vault: boolean; writable: boolean };
export type StrengthView = { bits: number; enough: boolean; needed: number; hint: string | null };   // hint: ftl key or null

export type EvidenceView = { id: string; name: string; size: number; media_type: string; kind: string /* image, text, audio, video, pdf, other */; caption: string; sha256: string; added: string /* RFC 3339 local */ };
export type IncidentLine = { id: string; kinds: string[]; when: TimeWords; quote: string; files: number; edited: string; deliveries: DeliveryView[] };
export type TimeWords = { key: string; args: Record<string, string> };   // ftl message and arguments, so that the page says it in its language
export type IncidentView = { id: string; draft: Draft; evidence: EvidenceView[]; kept_at: string; revision: number; sent: SentView[]; deliveries: DeliveryView[]; when: TimeWords; missing: string[] /* fields sealing still needs: "types","narrative","when","country","safety","consent" */ };
export type SentView = { organisation: string; organisation_name: string; revision: number; sealed_at: string; draft: Draft; evidence: EvidenceView[] };
export type Stage = "kept" | "waiting" | "sending" | "stored" | "stopped";
export type DeliveryView = { id: string; incident: string; organisation: string; organisation_name: string; revision: number; stage: Stage; percent: number; day: string | null; problem: Problem | null; sealed_at: string };
export type KeptView = { id: string; kept_at: string; revision: number; when: TimeWords; missing: string[] };
export type OrganisationView = { id: string; name: string; addresses: string[]; confirmed: boolean; expires: string; closed: boolean };
export type InvitationView = { handle: string; name: string; addresses: string[]; expires: string; known: boolean };
export type PreviewPart = { part: string /* id for leave_out: "people" or an evidence id */; kind: string /* report, people, evidence */; name: string; size: number; included: boolean };
export type PreviewView = { incident: string; organisation: string; organisation_name: string; revision: number; text: string /* report.txt exactly as sealed */; people: string /* names and contacts, as text */; parts: PreviewPart[]; sealed_bytes: number; route: string /* ftl key: route-direct, route-tor, route-local */; address: string; missing: string[] };

// ---- desk
export type DeskView = { organisation: DeskOrganisation | null; connected: boolean; invitations: number };
export type DeskOrganisation = { id: string; name: string; words: string[]; digits: string; profile_version: number; expires: string; endpoint: string };
export type ReportLine = { id: string; kinds: string[]; when: TimeWords; country: string; safety: string; files: number; received: string /* day */; sealed: string; sender: string /* short label */; introduction: number | null; revision: number; urgency: string /* now, soon, normal */; opened: boolean };
export type QuarantineLine = { id: string; reason: Problem; received: string; size: number };
export type ReportList = { reports: ReportLine[]; quarantine: QuarantineLine[] };
export type ReportView = { id: string; draft: Draft; text: string; evidence: EvidenceView[]; withheld: number; people_withheld: boolean; when: TimeWords; sender: string; introduction: number | null; revision: number; sealed: string; received: string; checks: CheckView[] };
export type CheckView = { key: string /* ftl */; ok: boolean; args: Record<string,string> };
export type FetchView = { new_reports: number; quarantined: number };

// ---- events: one channel, opened once by `events`
export type ShellEvent =
  | { kind: "locked" }
  | { kind: "closing" }                         // the window is about to close: keep what is unsaved, then call `close`
  | { kind: "deliveries"; deliveries: DeliveryView[] }
  | { kind: "job"; job: number; what: "attach" | "fetch" | "send" | "save"; name: string; done: number; total: number; state: "running" | "done" | "cancelled" | "failed"; problem: Problem | null; incident: string | null }
  | { kind: "incident"; id: string }            // evidence or stage changed: load again
  | { kind: "drag"; over: boolean }
  | { kind: "fetched"; result: FetchView };

