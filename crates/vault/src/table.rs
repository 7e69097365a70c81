//! The database file: its tables, its settings, its version.

use crate::{Error, disk};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::path::Path;

/// Opens the table for reading and writing, with the settings that durability rests on.
///
/// # Errors
/// [`Error::Database`] also where there is none; those of the disk.
pub(crate) fn connect(path: &Path) -> Result<Connection, Error> {
    if !path.try_exists()? {
        return Err(Error::Database);
    }
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // Somebody who had the file may have left instructions in it, which would be carried out with each change.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    db.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;
         PRAGMA foreign_keys = OFF;",
    )?;
    Ok(db)
}

/// Makes an empty table in `folder`, under a name that is not its own yet. What an interrupted run left there goes.
pub(crate) fn begin(folder: &Path) -> Result<Connection, Error> {
    for left in [PART, PART_JOURNAL] {
        disk::remove(&folder.join(left))?;
    }
    let part = folder.join(PART);
    drop(disk::create_new(&part)?);
    let db = connect(&part)?;
    db.execute_batch(SCHEMA)?;
    Ok(db)
}

/// Gives the table that was begun its name, in one step, in place of what has that name. It must be closed.
pub(crate) fn place(folder: &Path) -> Result<(), Error> {
    let part = folder.join(PART);
    File::open(&part)?.sync_all()?;
    disk::remove(&folder.join(PART_JOURNAL))?;
    std::fs::rename(&part, folder.join(DATABASE))?;
    disk::sync_folder(folder)
}

/// Whether the table is sound, and holds what the format names and nothing else.
///
/// # Errors
/// Those of the disk, and [`Error::Database`].
pub(crate) fn is_whole(db: &Connection) -> Result<bool, Error> {
    let sound: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    let holds: String = db.query_row(
        "SELECT group_concat(type || ' ' || name ORDER BY name) FROM sqlite_schema",
        [],
        |row| row.get(0),
    )?;
    Ok(sound == "ok" && holds == "table head,table record,table spool,table sqlite_sequence")
}

/// The format of an open table.
///
/// # Errors
/// [`Error::Newer`] for one of a later version, [`Error::Database`] for none at all.
pub(crate) fn format(db: &Connection) -> Result<u32, Error> {
    let version: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        1..=FORMAT => Ok(version),
        0 => Err(Error::Database),
        _ => Err(Error::Newer),
    }
}

pub(crate) const DATABASE: &str = "vault.db";
pub(crate) const PART: &str = "vault.db.part";
pub(crate) const PART_JOURNAL: &str = "vault.db.part-journal";
/// The newest format.
pub(crate) const FORMAT: u32 = 2;
const SCHEMA: &str = "
    PRAGMA application_id = 0x43485256; PRAGMA user_version = 2;
    CREATE TABLE record (seq INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
    CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), sealed BLOB NOT NULL) STRICT;
    CREATE TABLE spool (n INTEGER PRIMARY KEY AUTOINCREMENT, sealed BLOB NOT NULL) STRICT;";
