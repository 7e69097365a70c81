// The codes of the report format that the form offers, in the order in which it offers them. Their words stand in report.ftl.

export type Family = { code: string; kinds: string[] };

export const families: Family[] = [
  { code: 'phy', kinds: ['phy.kill', 'phy.assault', 'phy.abduct', 'phy.confront', 'phy.property'] },
  { code: 'wat', kinds: ['wat.follow', 'wat.device', 'wat.infiltrate'] },
  { code: 'thr', kinds: ['thr.death', 'thr.harm', 'thr.legal', 'thr.blackmail', 'thr.lure', 'thr.recruit'] },
  { code: 'onl', kinds: ['onl.spyware', 'onl.phish', 'onl.account', 'onl.dox', 'onl.abuse', 'onl.fake', 'onl.takedown', 'onl.smear'] },
  { code: 'fam', kinds: ['fam.detain', 'fam.threat', 'fam.public', 'fam.resource', 'fam.travel', 'fam.assoc'] },
  { code: 'leg', kinds: ['leg.case', 'leg.interpol', 'leg.regional', 'leg.extradite', 'leg.list', 'leg.lawsuit', 'leg.finance'] },
  { code: 'det', kinds: ['det.question', 'det.detain', 'det.deport', 'det.handover', 'det.asylum'] },
  { code: 'mob', kinds: ['mob.passport', 'mob.consular', 'mob.citizen', 'mob.border'] },
  { code: 'oth', kinds: ['oth.unsure'] },
];

export const statuses = ['completed', 'attempted', 'threatened', 'ongoing', 'unsure'];
export const targets = ['me', 'relative', 'friend_or_colleague', 'my_organisation', 'other'];
export const placeKinds = [
  'home',
  'relatives_home',
  'work',
  'street',
  'transport',
  'airport_or_border',
  'consulate_or_embassy',
  'police_or_court',
  'event',
  'school',
  'online',
  'phone',
  'other',
];
export const actorKinds = [
  'unknown',
  'intelligence',
  'police',
  'border',
  'prosecutor_or_court',
  'consulate',
  'interpol_bureau',
  'pro_government_media',
  'hired_or_criminal',
  'online_accounts',
  'private_person',
];
export const certainties = ['seen', 'told', 'suspected', 'unknown'];
export const dayParts = ['night', 'morning', 'afternoon', 'evening'];
export const safetyNow = ['safe', 'not_sure', 'in_danger'];
export const identities = ['name', 'pseudonym', 'none'];
export const othersConsent = ['yes', 'no', 'not_asked'];
export const keepUntil = ['1_year', '3_years', '10_years', 'until_i_ask'];
export const specialPlaces = ['online', 'in_transit', 'unknown'];

/** What the organisation may do with the report, with the safe answer that stands there first. */
export const purposes: { code: string; first: 'yes' | 'no' | 'ask' }[] = [
  { code: 'help', first: 'yes' },
  { code: 'statistics', first: 'ask' },
  { code: 'lawyers', first: 'ask' },
  { code: 'host_authorities', first: 'no' },
  { code: 'international', first: 'ask' },
  { code: 'sanctions_courts', first: 'ask' },
  { code: 'researchers', first: 'ask' },
  { code: 'media', first: 'no' },
  { code: 'other_organisations', first: 'no' },
];
