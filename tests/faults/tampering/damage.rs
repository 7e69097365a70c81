//! One piece of tampering: what is done to which stored thing, and what must be named afterwards.

use super::subject::{PART, Subject, What};
use crate::campaign::Random;
use chronicle_tests::Table;
use chronicle_vault::{Doubt, Finding};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A kind of stored thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Record,
    Head,
    Evidence,
    Bundle,
    Snapshot,
    Key,
    Sheet,
    Ring,
    Identity,
    Spool,
    Part,
    Lock,
    /// The bytes of the table's file.
    Table,
}

/// What is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// One bit is another one.
    Flip,
    /// The end is missing.
    Cut,
    /// It and another one have changed places.
    Swap,
    /// It is there twice, once perhaps in another one's place.
    Double,
    Remove,
}

/// What a case did, and what follows from it.
#[derive(Debug, Default)]
pub struct Hurt {
    /// Where and how, for a person.
    pub how: String,
    /// Records that need not be there any more. None that is there may be another one.
    pub records: BTreeSet<u64>,
    /// Files that need not be readable any more.
    pub files: BTreeSet<String>,
    /// Identities that need not open any more.
    pub identities: BTreeSet<String>,
    /// Whether entries of the spool may be gone or doubled.
    pub spool: bool,
    /// What must be named.
    pub named: Vec<Named>,
    /// Whether the passphrase must not open it any more.
    pub shut: bool,
    /// Whether the sheet must not open it any more.
    pub sheet_shut: bool,
    /// Whether anything may have been hit: then all that is asked is that nothing wrong is shown, and that either something is
    /// named or nothing is lost.
    pub anything: bool,
}

/// What a finding must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A record that is not ours or does not open.
    Record(u64),
    /// Records are missing: this one.
    Missing(u64),
    /// Something older is there again.
    PutBack,
    HeadLost,
    Damaged(String),
    FileMissing(String),
    Stray(String),
    KeyFile(String),
    Identity(String),
    Unknown,
    Spool,
}

impl Named {
    /// Whether a finding says this.
    pub fn is(&self, finding: &Finding) -> bool {
        match (self, finding) {
            (Self::Record(n), Finding::Foreign(m) | Finding::Unreadable(m)) => n == m,
            (Self::Missing(n), Finding::Doubt(Doubt::Missing { count: 1, number })) => {
                number.as_ref() == Some(n)
            }
            (Self::PutBack, Finding::Doubt(Doubt::PutBack { .. }))
            | (Self::HeadLost, Finding::Doubt(Doubt::HeadLost))
            | (Self::Unknown, Finding::Unknown)
            | (Self::Spool, Finding::Spool(_)) => true,
            (Self::Damaged(name), Finding::FileDamaged { file, .. })
            | (Self::FileMissing(name), Finding::FileMissing { file, .. })
            | (Self::Stray(name), Finding::Stray(file))
            | (Self::KeyFile(name), Finding::KeyFile(file))
            | (Self::Identity(name), Finding::Identity(file)) => name == file,
            _ => false,
        }
    }
}

/// Tampers with the copy in `at`. What it does depends on `random` alone.
pub fn tamper(subject: &Subject, thing: Thing, act: Act, at: &Path, random: &mut Random) -> Hurt {
    let case = Case {
        subject,
        at,
        random,
    };
    match thing {
        Thing::Record => case.record(act),
        Thing::Head => case.head(act),
        Thing::Spool => case.spool(act),
        Thing::Evidence => case.blob(What::Evidence, act),
        Thing::Bundle => case.blob(What::Bundle, act),
        Thing::Snapshot => case.blob(What::Snapshot, act),
        Thing::Identity => case.identity(act),
        Thing::Key => case.key("key.age", "recovery.age", act),
        Thing::Sheet => case.key("recovery.age", "ring.age", act),
        Thing::Ring => case.key("ring.age", "key.age", act),
        Thing::Part => case.idle(&format!("blobs/{PART}"), act),
        Thing::Lock => case.idle("lock", act),
        Thing::Table => case.table(act),
    }
}

struct Case<'a> {
    subject: &'a Subject,
    at: &'a Path,
    random: &'a mut Random,
}

impl Case<'_> {
    fn record(self, act: Act) -> Hurt {
        let Self {
            subject,
            at,
            random,
        } = self;
        let table = Table::of(at);
        let mut rows = table.rows("record");
        let (seq, row) = rows.remove(random.below(rows.len()));
        let (other, theirs) = rows.remove(random.below(rows.len()));
        let mut hurt = Hurt {
            how: format!("record {seq}"),
            ..Hurt::default()
        };
        match act {
            Act::Flip | Act::Cut => {
                table.put("record", seq, &spoil(row, act, random, &mut hurt.how));
                hurt.named.push(Named::Record(seq));
                hurt.records.insert(seq);
            }
            Act::Swap => {
                table.put("record", seq, &theirs);
                table.put("record", other, &row);
                hurt.named
                    .extend([Named::Record(seq), Named::Record(other)]);
                hurt.records.extend([seq, other]);
            }
            Act::Double => {
                let to = [
                    subject.last + 1 + random.next() % 1000,
                    subject.removed.0,
                    other,
                ];
                let to = to[random.below(3)];
                hurt.how += &format!(" as {to}");
                if to == subject.removed.0 && random.below(2) == 0 {
                    // What its owner removed is there again.
                    table.put("record", to, &subject.removed.1);
                    hurt.named.push(Named::PutBack);
                } else {
                    table.put("record", to, &row);
                    hurt.named.push(Named::Record(to));
                }
                hurt.records.insert(to);
            }
            Act::Remove => {
                let _ = table.sql(&format!("DELETE FROM record WHERE seq = {seq};"));
                hurt.named.push(Named::Missing(seq));
                hurt.records.insert(seq);
            }
        }
        hurt
    }

    fn head(self, act: Act) -> Hurt {
        let Self {
            subject,
            at,
            random,
        } = self;
        let table = Table::of(at);
        let head = table.rows("head").remove(0).1;
        let mut rows = table.rows("record");
        let (seq, row) = rows.remove(random.below(rows.len()));
        let mut hurt = Hurt {
            how: "head".into(),
            ..Hurt::default()
        };
        match act {
            Act::Flip | Act::Cut => {
                table.put("head", 1, &spoil(head, act, random, &mut hurt.how));
                hurt.named.push(Named::HeadLost);
            }
            Act::Swap => {
                hurt.how += &format!(" and record {seq}");
                table.put("head", 1, &row);
                table.put("record", seq, &head);
                hurt.named.extend([Named::HeadLost, Named::Record(seq)]);
                hurt.records.insert(seq);
            }
            Act::Double if random.below(2) == 0 => {
                hurt.how += " of before";
                table.put("head", 1, &subject.old_head);
                hurt.named.push(Named::PutBack);
            }
            Act::Double => {
                hurt.how += " as a record";
                table.put("record", subject.last + 1, &head);
                hurt.named.push(Named::Record(subject.last + 1));
            }
            Act::Remove => {
                let _ = table.sql("DELETE FROM head;");
                hurt.named.push(Named::HeadLost);
            }
        }
        hurt
    }

    fn spool(self, act: Act) -> Hurt {
        let Self { at, random, .. } = self;
        let table = Table::of(at);
        let rows = table.rows("spool");
        let (n, row) = rows[random.below(rows.len())].clone();
        let mut hurt = Hurt {
            how: format!("spool {n}"),
            spool: true,
            ..Hurt::default()
        };
        match act {
            Act::Flip | Act::Cut => {
                table.put("spool", n, &spoil(row, act, random, &mut hurt.how));
                hurt.named.push(Named::Spool);
            }
            Act::Swap => {
                for ((n, _), (_, row)) in rows.iter().zip(rows.iter().rev()) {
                    table.put("spool", *n, row);
                }
            }
            Act::Double => table.put("spool", n + 50, &row),
            Act::Remove => {
                let _ = table.sql(&format!("DELETE FROM spool WHERE n = {n};"));
            }
        }
        hurt
    }

    fn blob(self, what: What, act: Act) -> Hurt {
        let Self {
            subject,
            at,
            random,
        } = self;
        let own = subject.of(what);
        let name = own[random.below(own.len())].to_owned();
        let others: Vec<&String> = subject.files.keys().filter(|n| **n != name).collect();
        let other = others[random.below(others.len())].clone();
        let path = |name: &str| at.join("blobs").join(name);
        let mut hurt = Hurt {
            how: format!("{what:?} {name}"),
            ..Hurt::default()
        };
        let bytes = std::fs::read(path(&name)).unwrap();
        match act {
            Act::Flip | Act::Cut => {
                std::fs::write(path(&name), spoil(bytes, act, random, &mut hurt.how)).unwrap();
                hurt.damages(&name);
            }
            Act::Swap => {
                swap(&path(&name), &path(&other));
                hurt.damages(&name);
                hurt.damages(&other);
            }
            Act::Double if random.below(2) == 0 => {
                hurt.how += &format!(" in place of {other}");
                std::fs::write(path(&other), bytes).unwrap();
                hurt.damages(&other);
            }
            Act::Double => {
                let new = format!("{:016x}{:016x}", random.next(), random.next());
                std::fs::write(path(&new), bytes).unwrap();
                hurt.named.push(Named::Stray(new));
            }
            Act::Remove => {
                std::fs::remove_file(path(&name)).unwrap();
                hurt.named.push(Named::FileMissing(name.clone()));
                hurt.files.insert(name);
            }
        }
        hurt
    }

    fn identity(self, act: Act) -> Hurt {
        let Self {
            subject,
            at,
            random,
        } = self;
        let names: Vec<&String> = subject.identities.keys().collect();
        let at_first = random.below(names.len());
        let name = names[at_first].clone();
        let other = names[(at_first + 1) % names.len()].clone();
        let path = |name: &str| at.join("identities").join(format!("{name}.age"));
        let mut hurt = Hurt {
            how: format!("identity {name}"),
            ..Hurt::default()
        };
        hurt.identities.insert(name.clone());
        let bytes = std::fs::read(path(&name)).unwrap();
        match act {
            Act::Flip | Act::Cut => {
                std::fs::write(path(&name), spoil(bytes, act, random, &mut hurt.how)).unwrap();
            }
            Act::Swap if random.below(2) == 0 => {
                hurt.identities.insert(other.clone());
                swap(&path(&name), &path(&other));
            }
            Act::Swap => {
                swap(&path(&name), &at.join("ring.age"));
                hurt.shut = true;
                hurt.sheet_shut = true;
            }
            // In another one's place, or beside both.
            Act::Double if random.below(2) == 0 => {
                hurt.identities = [other.clone()].into();
                std::fs::write(path(&other), bytes).unwrap();
            }
            Act::Double => {
                hurt.identities.clear();
                let new = format!("{:032x}", random.next());
                std::fs::write(path(&new), bytes).unwrap();
            }
            Act::Remove => std::fs::remove_file(path(&name)).unwrap(),
        }
        let named = |name: &String| Named::Identity(format!("{name}.age"));
        hurt.named.extend(hurt.identities.iter().map(named));
        hurt
    }

    fn key(self, name: &str, other: &str, act: Act) -> Hurt {
        let Self { at, random, .. } = self;
        let path = at.join(name);
        let bytes = std::fs::read(&path).unwrap();
        let mut hurt = Hurt {
            how: name.to_owned(),
            ..Hurt::default()
        };
        let mut touched = vec![name];
        match act {
            Act::Flip | Act::Cut => {
                std::fs::write(path, spoil(bytes, act, random, &mut hurt.how)).unwrap();
            }
            Act::Swap => {
                swap(&path, &at.join(other));
                touched.push(other);
            }
            Act::Double => {
                let copy = format!("{name}.{}", random.below(1000));
                std::fs::write(at.join(copy), bytes).unwrap();
                hurt.named.push(Named::Unknown);
                touched.clear();
            }
            Act::Remove => std::fs::remove_file(path).unwrap(),
        }
        hurt.shut = touched.iter().any(|name| *name != "recovery.age");
        hurt.sheet_shut = touched.iter().any(|name| *name != "key.age");
        hurt
    }

    // What holds nothing: whatever is done to it, the vault is as it was.
    fn idle(self, name: &str, act: Act) -> Hurt {
        let Self { at, random, .. } = self;
        let path = at.join(name);
        let mut hurt = Hurt {
            how: name.to_owned(),
            ..Hurt::default()
        };
        let mut bytes = std::fs::read(&path).unwrap_or_default();
        match act {
            Act::Flip | Act::Cut => {
                bytes.push(7);
                std::fs::write(path, spoil(bytes, act, random, &mut hurt.how)).unwrap();
            }
            Act::Swap => {
                std::fs::write(&path, bytes).unwrap();
                std::fs::write(at.join("lock"), b"").unwrap();
                swap(&at.join("lock"), &at.join("blobs").join(PART));
            }
            Act::Double if name == "lock" => {
                std::fs::write(at.join("lock.2"), bytes).unwrap();
                hurt.named.push(Named::Unknown);
            }
            Act::Double => std::fs::write(at.join("blobs/aa.part"), bytes).unwrap(),
            Act::Remove => {
                let _ = std::fs::remove_file(path);
            }
        }
        hurt
    }

    fn table(self, act: Act) -> Hurt {
        let Self {
            subject,
            at,
            random,
        } = self;
        let path = at.join("vault.db");
        let mut bytes = std::fs::read(&path).unwrap();
        let mut hurt = Hurt {
            how: "vault.db".into(),
            anything: true,
            ..Hurt::default()
        };
        hurt.records.extend(&subject.rows);
        hurt.spool = true;
        let pages = bytes.len() / PAGE;
        let (one, two) = (random.below(pages) * PAGE, random.below(pages) * PAGE);
        hurt.how += &format!(" pages at {one} and {two}");
        match act {
            Act::Flip | Act::Cut => bytes = spoil(bytes, act, random, &mut hurt.how),
            Act::Swap => {
                let page = bytes[one..one + PAGE].to_vec();
                bytes.copy_within(two..two + PAGE, one);
                bytes[two..two + PAGE].copy_from_slice(&page);
            }
            Act::Double => bytes.copy_within(two..two + PAGE, one),
            Act::Remove => {
                std::fs::remove_file(path).unwrap();
                hurt.shut = true;
                hurt.sheet_shut = true;
                return hurt;
            }
        }
        std::fs::write(path, bytes).unwrap();
        hurt
    }
}

impl Hurt {
    fn damages(&mut self, file: &str) {
        self.named.push(Named::Damaged(file.to_owned()));
        self.files.insert(file.to_owned());
    }
}

fn swap(one: &PathBuf, other: &PathBuf) {
    let [a, b] = [one, other].map(|path| std::fs::read(path).unwrap());
    std::fs::write(one, b).unwrap();
    std::fs::write(other, a).unwrap();
}

// One bit is another one, or the end is gone.
fn spoil(mut bytes: Vec<u8>, act: Act, random: &mut Random, how: &mut String) -> Vec<u8> {
    let at = random.below(bytes.len());
    let bit = random.below(8);
    if act == Act::Cut {
        bytes.truncate(at);
        *how += &format!(" cut at {at}");
    } else {
        bytes[at] ^= 1 << bit;
        *how += &format!(" byte {at} bit {bit}");
    }
    bytes
}

const PAGE: usize = 4096;
