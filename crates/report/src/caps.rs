//! How much a report may hold, and why.
//!
//! A report without files must fit the smallest padded bundle (256 KiB), so that its length says nothing. 36 KiB of that
//! are left for the bundle's own parts; `report.json`, `people.json` and `report.txt` share [`MAX_REPORT_BYTES`]. The notes
//! may stand there twice in characters of four bytes (160,000 bytes); the caps below let every other text field be filled
//! once to its cap beside them. Lists may be longer than that leaves room for, so the sum is checked as well.

/// Characters of the notes.
pub const MAX_NARRATIVE: usize = 20_000;
/// Characters of a name, an alias, an account, a number, an address, a reference.
pub const MAX_NAME: usize = 100;
/// Characters of a person's own word for a kind.
pub const MAX_LABEL: usize = 60;
/// Characters of a place, of what came of an earlier report, of a reason for none.
pub const MAX_REMARK: usize = 300;
/// Characters of what a day is.
pub const MAX_DEADLINE_REASON: usize = 200;
/// Characters of a description, of what a witness knows, of evidence that is elsewhere.
pub const MAX_DESCRIPTION: usize = 400;
/// Characters of "why do you think so".
pub const MAX_BASIS: usize = 800;
/// Characters of what it did to the person's life.
pub const MAX_IMPACT: usize = 600;
/// Characters of an id, a code, a date, a zone, a language tag.
pub const MAX_CODE: usize = 64;

/// Kinds in one report; the vocabulary has 45.
pub const MAX_TYPES: usize = 64;
/// Codes in a list of choices.
pub const MAX_CHOICES: usize = 32;
/// Actors, affected people, witnesses, earlier reports, linked reports: each.
pub const MAX_ENTRIES: usize = 20;
/// Accounts of one actor.
pub const MAX_HANDLES: usize = 10;

/// Pieces of evidence.
pub const MAX_EVIDENCE: usize = 200;
/// Bytes of all that describes one piece, as JSON.
pub const MAX_ITEM_BYTES: usize = 16 * 1024;
/// Bytes of all that describes all pieces together, as JSON: with [`MAX_REPORT_BYTES`] below the 1 MiB that a bundle's
/// `report.json` and `people.json` may have each, and written out below the 2 MiB of its `report.txt`.
pub const MAX_EVIDENCE_BYTES: usize = 640 * 1024;
/// Characters of a file's name.
pub const MAX_FILE_NAME: usize = 255;
/// Characters of a web address.
pub const MAX_URL: usize = 2_000;
/// Characters of a caption.
pub const MAX_CAPTION: usize = 500;
/// Entries of a file's own metadata.
pub const MAX_METADATA: usize = 64;
/// Characters of one entry of it.
pub const MAX_METADATA_TEXT: usize = 300;

/// Bytes that `report.json`, `people.json` and `report.txt` may have together without what describes evidence.
pub const MAX_REPORT_BYTES: usize = 220 * 1024;
/// Bytes of a report file that is read at all.
pub const MAX_INPUT_BYTES: usize = 4 * 1024 * 1024;
/// Values in such a file: a filled report with 200 pieces of evidence has about 20,000.
pub const MAX_VALUES: usize = 100_000;

/// Bytes that the label of one line of `report.txt` may take in any language.
pub const MAX_LABEL_BYTES: usize = 110;
/// Bytes that the words for a code may take in any language.
pub const MAX_WORDS_BYTES: usize = 150;
