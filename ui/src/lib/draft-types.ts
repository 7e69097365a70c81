// The report as it is written (names are those of the report format). Empty text means "not answered", `null` that a whole question was
// not answered. Fields of a newer version that are not named here are kept, because a draft is changed in place and never rebuilt.

export type TypeEntry = { code: string; status: string; target: string; label?: string };
export type IncidentTime = {
  edtf: string;
  local_time: string;
  time_precision: string;
  tz: string;
  tz_basis: string;
  repeated?: { how: string; count: number | null; since: string };
  noticed?: string;
  earliest_utc?: string;
  latest_utc?: string;
};
export type Actor = {
  acting_state: string;
  assisting_state: string;
  kind: string;
  name: string;
  handles: string[];
  description: string;
  basis: string;
  certainty: string;
};
export type Safety = { now: string; deadline: string; deadline_reason: string };
export type Consent = {
  purposes: Record<string, string>;
  identity: string;
  exact_place: boolean;
  publish_evidence: boolean;
  others: string;
  keep_until: string;
  date: string;
  text_version: string;
  language: string;
};
export type Draft = {
  report_id: string;
  what: { types: TypeEntry[]; narrative: string; narrative_lang: string; channel: string[] };
  when: IncidentTime | null;
  where: { country: string; text: string; kind: string; geo: unknown };
  actors: Actor[];
  affected: unknown[];
  reporting_for: { who: string; agreed: string };
  witnesses: unknown[];
  evidence: unknown[];
  missing_evidence: string;
  related: unknown[];
  safety: Safety | null;
  impact: { text: string; marks: string[] };
  needs: string[];
  reported_to: unknown[];
  not_reported: unknown;
  consent: Consent | null;
  contact: unknown;
};
