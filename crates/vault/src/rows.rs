//! Reading every row at unlock, and judging them against the head: what is foreign, unreadable, missing or put back is
//! named, and takes nothing else along.

use crate::Error;
use crate::head::{self, Doubt, Head, Sum};
use crate::record::{Line, Opened, Opener};
use crate::ring::Ring;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One record as it was committed.
#[derive(Clone)]
pub struct Entry {
    /// Its number; never used again.
    pub seq: u64,
    /// When it was committed, by the device's clock.
    pub at: Timestamp,
    /// What kind of event. A kind that is not known is kept and passed over.
    pub kind: String,
    /// The event.
    pub body: serde_json::Value,
}

impl From<Line> for Entry {
    fn from(line: Line) -> Self {
        let Line {
            seq,
            at,
            kind,
            body,
            vault: _,
        } = line;
        Self {
            seq,
            at,
            kind,
            body,
        }
    }
}

/// One row as it lies in the table.
pub(crate) fn sealed(db: &Connection, seq: u64) -> Result<Option<Vec<u8>>, Error> {
    let row = db
        .prepare_cached("SELECT sealed FROM record WHERE seq = ?1")?
        .query_row([seq], |row| row.get(0))
        .optional()?;
    Ok(row)
}

/// A record that was opened, and the SHA-256 of its row: as long as the row is the same, so is the record.
pub(crate) type Looked = ([u8; 32], Arc<Entry>);

/// Something that is not as it should be; the rest stays usable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A record that nobody with this vault's keys vouches for: somebody else wrote it. Not acted on.
    Foreign(u64),
    /// A record that does not open, or that does not say what its kind should.
    Unreadable(u64),
    /// The records as a whole are not what the head says.
    Doubt(Doubt),
    /// A file that a record names is not there.
    FileMissing {
        /// The record's number.
        record: u64,
        /// The file's name in `blobs/`.
        file: String,
    },
    /// A file is not what its record says.
    FileDamaged {
        /// The record's number.
        record: u64,
        /// The file's name in `blobs/`.
        file: String,
    },
    /// A whole file in `blobs/` that no record names. It is kept.
    Stray(String),
    /// A key file that does not open or is not as this program writes it, by its name.
    KeyFile(String),
    /// An organisation's identity that is missing, does not open, or is not the one that was kept under this name.
    Identity(String),
    /// A file or folder of the vault that other users of the computer may read, by its name.
    Readable(String),
    /// Something in the folder that is not the vault's.
    Unknown,
    /// The table is damaged as a whole.
    Table,
    /// An entry of the spool that does not open, by its number.
    Spool(u64),
}

impl Finding {
    /// Whether somebody or something may have changed what was kept. A file that no record names is only left over, by an
    /// interrupted step most likely.
    #[must_use]
    pub fn alarms(&self) -> bool {
        !matches!(self, Self::Stray(_))
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Foreign(_) => "finding-foreign",
            Self::Unreadable(_) => "finding-unreadable",
            Self::Doubt(Doubt::Missing { .. }) => "finding-missing",
            Self::Doubt(Doubt::PutBack { .. }) => "finding-put-back",
            Self::Doubt(Doubt::HeadLost) => "finding-head-lost",
            Self::FileMissing { .. } => "finding-file-missing",
            Self::FileDamaged { .. } => "finding-file-damaged",
            Self::Stray(_) => "finding-stray",
            Self::KeyFile(_) => "finding-key-file",
            Self::Identity(_) => "finding-identity",
            Self::Readable(_) => "finding-readable",
            Self::Unknown => "finding-unknown",
            Self::Table => "finding-table",
            Self::Spool(_) => "finding-spool",
        }
    }

    /// What the sentence for the code names: numbers of records and names that the vault itself gave. Nothing a person
    /// wrote.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let number = |number: &Option<u64>| number.map_or_else(|| "none".into(), |n| n.to_string());
        match self {
            Self::Foreign(record) | Self::Unreadable(record) => {
                vec![("record", record.to_string())]
            }
            Self::Doubt(Doubt::Missing { count, number: one }) => {
                vec![("count", count.to_string()), ("record", number(one))]
            }
            Self::Doubt(Doubt::PutBack { number: one }) => vec![("record", number(one))],
            Self::FileMissing { record, file } | Self::FileDamaged { record, file } => {
                vec![("record", record.to_string()), ("file", file.clone())]
            }
            Self::Stray(file)
            | Self::KeyFile(file)
            | Self::Identity(file)
            | Self::Readable(file) => vec![("file", file.clone())],
            Self::Spool(n) => vec![("record", n.to_string())],
            Self::Doubt(Doubt::HeadLost) | Self::Unknown | Self::Table => Vec::new(),
        }
    }

    fn number(&self) -> Option<u64> {
        match self {
            Self::Foreign(seq) | Self::Unreadable(seq) => Some(*seq),
            _ => None,
        }
    }
}

/// What the rows say.
pub(crate) struct Rows {
    pub(crate) entries: Vec<Entry>,
    pub(crate) findings: Vec<Finding>,
    /// What the next commit goes on from.
    pub(crate) head: Head,
    /// Rows that are there and do not count.
    pub(crate) apart: BTreeSet<u64>,
}

impl Rows {
    /// Those of a vault that is being made.
    pub(crate) fn empty(ring: &Ring) -> Self {
        Self {
            entries: Vec::new(),
            findings: Vec::new(),
            head: Head {
                vault: ring.vault.clone(),
                seq: 0,
                live: 0,
                sum: Sum::default(),
                numbers: 0,
                snapshot: None,
                doubts: Vec::new(),
            },
            apart: BTreeSet::new(),
        }
    }
}

/// Reads and judges every row, and keeps the valid ones.
pub(crate) fn read_all(db: &Connection, ring: &Ring) -> Result<Rows, Error> {
    let mut entries = Vec::new();
    let mut rows = read_each(db, ring, &mut |entry| {
        entries.push(entry);
        Ok(())
    })?;
    entries.retain(|entry| !rows.apart.contains(&entry.seq));
    rows.entries = entries;
    Ok(rows)
}

/// Reads and judges every row; gives each valid one to `each`. Those that turn out not to count are in `apart`.
pub(crate) fn read_each(
    db: &Connection,
    ring: &Ring,
    each: &mut dyn FnMut(Entry) -> Result<(), Error>,
) -> Result<Rows, Error> {
    let opener = Opener::new(ring)?;
    let (told, by) = match head::read(db, ring, &opener)? {
        Some((told, by)) => (Some(told), by),
        None => (None, ring.newest()?),
    };
    let mut valid: Vec<(Sum, u64)> = Vec::new();
    let (mut damaged, mut last) = (Vec::new(), 0);
    let mut rows = db.prepare("SELECT seq, sealed FROM record ORDER BY seq")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let seq: u64 = row.get(0)?;
        let sealed: Vec<u8> = row.get(1)?;
        last = seq;
        match opener.record(seq, &sealed) {
            Opened::Ours(line) => {
                valid.push((head::term(by, seq, &sealed), seq));
                each(line.into())?;
            }
            Opened::Foreign => damaged.push(Finding::Foreign(seq)),
            Opened::Unreadable => damaged.push(Finding::Unreadable(seq)),
        }
    }
    let found_now = judge(told.as_ref(), &mut valid, damaged.len() as u64);
    let mut doubts = told.as_ref().map(|t| t.doubts.clone()).unwrap_or_default();
    doubts.extend(found_now.clone().filter(|f| !doubts.contains(f)));
    let (sum, numbers) = totals(&valid);
    let head = Head {
        vault: ring.vault.clone(),
        seq: told.as_ref().map_or(0, |t| t.seq).max(last),
        live: valid.len() as u64,
        sum,
        numbers,
        snapshot: told.and_then(|t| t.snapshot),
        doubts,
    };
    let mut apart: BTreeSet<u64> = damaged.iter().filter_map(Finding::number).collect();
    if let Some(Doubt::PutBack {
        number: Some(number),
    }) = found_now
    {
        apart.insert(number);
    }
    damaged.extend(head.doubts.iter().cloned().map(Finding::Doubt));
    Ok(Rows {
        entries: Vec::new(),
        findings: damaged,
        head,
        apart,
    })
}

// What the head expects and the rows do not give. A single record that was put back is taken out of `valid`.
pub(crate) fn judge(
    told: Option<&Head>,
    valid: &mut Vec<(Sum, u64)>,
    damaged: u64,
) -> Option<Doubt> {
    let Some(told) = told else {
        return Some(Doubt::HeadLost);
    };
    let (sum, numbers) = totals(valid);
    let found = valid.len() as u64;
    if (found, sum) == (told.live, told.sum) {
        return None;
    }
    let lacking = told.live.saturating_sub(found);
    if lacking > 0 {
        // Damaged rows stand for as many that are lacking.
        let count = lacking.saturating_sub(damaged);
        let number = (lacking == 1).then(|| told.numbers.wrapping_sub(numbers));
        return (count > 0).then_some(Doubt::Missing { count, number });
    }
    let mut surplus = sum;
    surplus.subtract(told.sum);
    let one = (found == told.live + 1)
        .then(|| valid.iter().position(|(term, _)| *term == surplus))
        .flatten();
    let number = one.map(|at| valid.remove(at).1);
    Some(Doubt::PutBack { number })
}

pub(crate) fn totals(valid: &[(Sum, u64)]) -> (Sum, u64) {
    let mut totals = (Sum::default(), 0u64);
    for (term, seq) in valid {
        totals.0.add(*term);
        totals.1 = totals.1.wrapping_add(*seq);
    }
    totals
}

/// The sum of all rows under the newest generation, of the numbers in `counted` alone.
pub(crate) fn sum_again(
    db: &Connection,
    ring: &Ring,
    counted: impl Fn(u64) -> bool,
) -> Result<Sum, Error> {
    let (newest, mut sum) = (ring.newest()?, Sum::default());
    let mut rows = db.prepare("SELECT seq, sealed FROM record ORDER BY seq")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let seq: u64 = row.get(0)?;
        if counted(seq) {
            let sealed: Vec<u8> = row.get(1)?;
            sum.add(head::term(newest, seq, &sealed));
        }
    }
    Ok(sum)
}
