//! The index: a projection of the records in memory, by which they are listed, filtered and found without opening each of
//! them. What a record means is its room's to say ([`Projection`]); what is searched comes folded into plain tokens.
//! Nothing of it reaches the disk but in a snapshot, which is sealed like any other file.

use crate::refs::{self, FileRef};
use crate::rows::Entry;
use crate::seek::Briefs;
use crate::{Error, VaultKind};
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What one record says to whoever looks for it.
#[derive(Clone, Default)]
pub struct Document {
    /// The room's own id of what the record holds.
    pub id: String,
    /// The id of what it belongs to, or nothing.
    pub group: String,
    /// What a list shows without opening the record, as JSON; or nothing.
    pub row: String,
    /// Names with values by which lists are narrowed.
    pub marks: Vec<(&'static str, String)>,
    /// The first and the last second in which it may lie, in Unix time.
    pub span: Option<(i64, i64)>,
    /// How far up it stands in its list.
    pub rank: Rank,
}

/// How far up something stands: at least at `base`, and at 1 until the day `from`, at 2 from then to the day `until`.
/// Days are counted from 1970-01-01.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Rank {
    /// What does not depend on the day.
    pub base: i64,
    /// From this day on it stands at 2.
    pub from: i64,
    /// After this day only `base` counts; `None`: there is no such day.
    pub until: Option<i64>,
}

/// How a room's records are projected. It must give the same for the same record.
pub trait Projection: Sync {
    /// Whose vaults these are.
    fn kind(&self) -> VaultKind;

    /// Grows whenever [`Self::document`] or [`Self::text`] changes: snapshots of another version are made anew.
    fn version(&self) -> u32;

    /// What a record says; nothing at all for one that only its kind is asked for.
    fn document(&self, entry: &Entry) -> Document;

    /// What a record is found by: tokens of letters and digits with single spaces. Asked for when somebody searches.
    fn text(&self, entry: &Entry) -> String;
}

/// What is looked for.
#[derive(Clone, Default)]
pub struct Find<'a> {
    /// The kind of record.
    pub kind: &'a str,
    /// An expression of FTS5 over the tokens; the best fitting come first then. Of what thousands of records have, the newest
    /// are measured and stand before the others.
    pub matching: Option<&'a str>,
    /// Another kind whose words count for what they belong to ([`Document::group`]).
    pub parts: Option<&'a str>,
    /// For each name one of the values.
    pub marks: Vec<(&'a str, Vec<String>)>,
    /// May lie between these two seconds.
    pub span: Option<(i64, i64)>,
    /// Only these ids.
    pub only: Option<Vec<String>>,
    /// None of these ids.
    pub except: Vec<String>,
    /// Whether there must be, or must not be, a record of this kind with the same id.
    pub beside: Option<(&'a str, bool)>,
    /// No record with one of these marks.
    pub unmarked: Option<&'a str>,
    /// The day by which ranks are judged.
    pub today: i64,
    /// How many are passed over.
    pub offset: u32,
    /// How many are given at most.
    pub limit: u32,
}

/// One that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The record's number.
    pub seq: u64,
    /// As [`Document::id`].
    pub id: String,
    /// As [`Document::row`].
    pub row: String,
}

/// The index of one open vault.
pub(crate) struct Index {
    pub(crate) db: Connection,
    pub(crate) briefs: Briefs,
    pub(crate) projection: &'static dyn Projection,
    /// What `words` is behind: a record, or nothing for one that went. Nobody waits for it before somebody searches, and a
    /// report that is being written is kept many times until then.
    behind: RefCell<BTreeMap<u64, Option<Arc<Entry>>>>,
}

impl Index {
    pub(crate) fn new(projection: &'static dyn Projection) -> Result<Self, Error> {
        let db = Connection::open_in_memory()?;
        settle(&db)?;
        db.execute_batch(SCHEMA)?;
        Ok(Self {
            db,
            briefs: Briefs::default(),
            projection,
            behind: RefCell::default(),
        })
    }

    /// Takes over what [`Self::image`] gave.
    pub(crate) fn from_image(
        projection: &'static dyn Projection,
        read: impl std::io::Read,
        bytes: usize,
    ) -> Result<Self, Error> {
        let mut db = Connection::open_in_memory()?;
        db.deserialize_read_exact("main", read, bytes, false)?;
        settle(&db)?;
        let made: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if made != VERSION {
            return Err(Error::Newer);
        }
        let mut briefs = Briefs::default();
        {
            let mut rows = db.prepare(
                "SELECT seq, kind, base, since, until FROM doc WHERE id <> '' ORDER BY seq",
            )?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let rank = Rank {
                    base: row.get(2)?,
                    from: row.get(3)?,
                    until: row.get(4)?,
                };
                briefs.add(row.get(0)?, &row.get::<_, String>(1)?, rank);
            }
        }
        Ok(Self {
            db,
            briefs,
            projection,
            behind: RefCell::default(),
        })
    }

    /// All of it as bytes, without a trace of what was removed.
    pub(crate) fn image(&mut self) -> Result<rusqlite::serialize::Data<'_>, Error> {
        self.catch_up()?;
        self.db
            .execute_batch("INSERT INTO words(words) VALUES ('optimize'); VACUUM;")?;
        Ok(self.db.serialize("main")?)
    }

    /// Many changes at once.
    pub(crate) fn batch(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.db.execute_batch("BEGIN")?;
        let done = change(self);
        self.end(done)
    }

    fn end(&self, done: Result<(), Error>) -> Result<(), Error> {
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        self.db.execute_batch(end)?;
        done
    }

    pub(crate) fn add(&mut self, entry: Arc<Entry>) -> Result<(), Error> {
        let Document {
            id,
            group,
            row,
            marks,
            span,
            rank,
        } = self.projection.document(&entry);
        self.db
            .prepare_cached(
                "INSERT INTO doc (seq, kind, id, grp, shown, lo, hi, base, since, until)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                entry.seq,
                entry.kind,
                id,
                group,
                row,
                span.map(|s| s.0),
                span.map(|s| s.1),
                rank.base,
                rank.from,
                rank.until
            ])?;
        // What its room does not understand has no id, and is in no list.
        if !id.is_empty() {
            self.briefs.add(entry.seq, &entry.kind, rank);
        }
        let mut mark = self
            .db
            .prepare_cached("INSERT OR IGNORE INTO mark (name, value, seq) VALUES (?1, ?2, ?3)")?;
        for (name, value) in marks {
            mark.execute(params![name, value, entry.seq])?;
        }
        let mut file = self
            .db
            .prepare_cached("INSERT INTO file (name, seq, kept) VALUES (?1, ?2, ?3)")?;
        for named in refs::files(&entry.body) {
            let kept = matches!(named, FileRef::Blob(_));
            file.execute(params![named.name(), entry.seq, kept])?;
        }
        drop((mark, file));
        if matches!(self.behind.get_mut().get(&entry.seq), Some(None)) {
            self.catch_up()?;
        }
        self.behind.get_mut().insert(entry.seq, Some(entry));
        self.catch_up_where_many_wait()
    }

    /// Forgets a record.
    pub(crate) fn remove(&mut self, seq: u64) -> Result<(), Error> {
        self.briefs.remove(seq);
        for table in [
            "DELETE FROM doc WHERE seq = ?1",
            "DELETE FROM mark WHERE seq = ?1",
            "DELETE FROM file WHERE seq = ?1",
        ] {
            self.db.prepare_cached(table)?.execute([seq])?;
        }
        // What `words` never saw need not be taken out of it.
        if !matches!(self.behind.get_mut().remove(&seq), Some(Some(_))) {
            self.behind.get_mut().insert(seq, None);
        }
        self.catch_up_where_many_wait()
    }

    fn catch_up_where_many_wait(&self) -> Result<(), Error> {
        if self.behind.borrow().len() < MANY {
            return Ok(());
        }
        self.catch_up()
    }

    /// Brings what is searched up to date.
    pub(crate) fn catch_up(&self) -> Result<(), Error> {
        let mut behind = self.behind.borrow_mut();
        if behind.is_empty() {
            return Ok(());
        }
        // Within a batch its end is this one's too.
        let alone = self.db.is_autocommit();
        if alone {
            self.db.execute_batch("BEGIN")?;
        }
        let done = behind
            .iter()
            .try_for_each(|(seq, entry)| self.tell_words(*seq, entry.as_deref()));
        if alone { self.end(done) } else { done }?;
        behind.clear();
        Ok(())
    }

    fn tell_words(&self, seq: u64, entry: Option<&Entry>) -> Result<(), Error> {
        let Some(entry) = entry else {
            let mut remove = self
                .db
                .prepare_cached("DELETE FROM words WHERE rowid = ?1")?;
            remove.execute([seq])?;
            return Ok(());
        };
        let text = self.projection.text(entry);
        if !text.is_empty() {
            let mut add = self
                .db
                .prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?;
            add.execute(params![seq, text])?;
        }
        Ok(())
    }

    /// Whether anything that a person wrote may be kept here of this record.
    pub(crate) fn has_words(&self, seq: u64) -> Result<bool, Error> {
        if matches!(self.behind.borrow().get(&seq), Some(Some(_))) {
            return Ok(true);
        }
        let told: Option<bool> = self
            .db
            .prepare_cached(
                "SELECT shown <> '' OR EXISTS (SELECT 1 FROM words_docsize WHERE id = ?1) FROM doc WHERE seq = ?1",
            )?
            .query_row([seq], |row| row.get(0))
            .optional()?;
        Ok(told.unwrap_or(false))
    }

    pub(crate) fn seqs(&self) -> Result<Vec<u64>, Error> {
        self.numbers("SELECT seq FROM doc ORDER BY seq", &[])
    }

    pub(crate) fn of_kind(&self, kind: &str) -> Result<Vec<u64>, Error> {
        self.numbers("SELECT seq FROM doc WHERE kind = ?1 ORDER BY seq", &[&kind])
    }

    pub(crate) fn by_id(&self, kind: &str, id: &str) -> Result<Option<u64>, Error> {
        let all = self.numbers(
            "SELECT seq FROM doc WHERE kind = ?1 AND id = ?2 ORDER BY seq",
            &[&kind, &id],
        )?;
        Ok(all.last().copied())
    }

    pub(crate) fn without_id(&self, kind: &str) -> Result<Vec<u64>, Error> {
        self.numbers(
            "SELECT seq FROM doc WHERE kind = ?1 AND id = '' ORDER BY seq",
            &[&kind],
        )
    }

    pub(crate) fn in_group(&self, kind: &str, group: &str) -> Result<Vec<u64>, Error> {
        self.numbers(
            "SELECT seq FROM doc WHERE kind = ?1 AND grp = ?2 ORDER BY seq",
            &[&kind, &group],
        )
    }

    pub(crate) fn marked(&self, kind: &str, name: &str, value: &str) -> Result<Vec<u64>, Error> {
        self.numbers(
            "SELECT seq FROM mark JOIN doc USING (seq) WHERE name = ?2 AND value = ?3 AND kind = ?1 ORDER BY seq",
            &[&kind, &name, &value],
        )
    }

    /// Every file that a record names, with the record.
    pub(crate) fn files(&self) -> Result<Vec<(u64, String)>, Error> {
        let mut rows = self.db.prepare("SELECT seq, name FROM file ORDER BY seq")?;
        let found = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    fn numbers(&self, query: &str, values: &[&dyn ToSql]) -> Result<Vec<u64>, Error> {
        let mut rows = self.db.prepare_cached(query)?;
        let found = rows.query_map(values, |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

fn settle(db: &Connection) -> Result<(), Error> {
    db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;")?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// So many records at most wait for [`Index::catch_up`]: many at once cost less than one by one.
const MANY: usize = 512;
/// The form of the tables below.
const VERSION: u32 = 1;
const SCHEMA: &str = "
    PRAGMA user_version = 1; PRAGMA secure_delete = ON;
    CREATE TABLE doc (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, grp TEXT NOT NULL,
        shown TEXT NOT NULL, lo INTEGER, hi INTEGER, base INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER) STRICT;
    CREATE INDEX doc_id ON doc (kind, id);
    CREATE INDEX doc_grp ON doc (kind, grp);
    CREATE TABLE mark (name TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (name, value, seq)) STRICT, WITHOUT ROWID;
    CREATE INDEX mark_seq ON mark (seq);
    CREATE TABLE file (name TEXT NOT NULL, seq INTEGER NOT NULL, kept INTEGER NOT NULL) STRICT;
    CREATE INDEX file_seq ON file (seq);
    CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, detail = full, tokenize = 'ascii');
    INSERT INTO words(words, rank) VALUES ('secure-delete', 1);";
