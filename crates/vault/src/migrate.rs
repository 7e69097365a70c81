//! Bringing the table of an older format to this one: a new file is made beside it, complete and synced, and takes its
//! place in one step. Whatever is cut leaves the old one as it was.

use crate::Error;
use crate::head::{self, Doubt, Head, Sum};
use crate::record::{self, Line, Opened, Opener};
use crate::ring::Ring;
use crate::table::{self, DATABASE, connect};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use std::path::Path;
use zeroize::Zeroizing;

/// Makes the newest table of the one in `folder`, and opens it.
pub(crate) fn to_newest(folder: &Path, ring: &Ring) -> Result<Connection, Error> {
    let old = connect(&folder.join(DATABASE))?;
    let mut new = table::begin(folder)?;
    from_first(&old, &mut new, ring)?;
    drop((old, new));
    table::place(folder)?;
    connect(&folder.join(DATABASE))
}

// Format 2 names files in a form that is theirs alone, and its head also tells the sum of the live numbers. What does
// not open, or is not ours, goes along as it is: it is named at each unlock, as before.
fn from_first(old: &Connection, new: &mut Connection, ring: &Ring) -> Result<(), Error> {
    let opener = Opener::new(ring)?;
    let told = old
        .query_row("SELECT sealed FROM head WHERE id = 1", [], |r| {
            r.get::<_, Vec<u8>>(0)
        })
        .optional()?
        .and_then(|sealed| opener.open("chronicle/head/v1", &sealed).ok())
        .and_then(|(text, _)| serde_json::from_str::<FirstHead>(&text).ok());
    let tx = new.transaction()?;
    let (mut before, mut live, mut last) =
        ((0u64, Sum::default()), (0u64, Sum::default(), 0u64), 0);
    let mut rows = old.prepare("SELECT seq, sealed FROM record ORDER BY seq")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let seq: u64 = row.get(0)?;
        let mut sealed: Vec<u8> = row.get(1)?;
        last = seq;
        if let Opened::Ours(mut line) = opener.record(seq, &sealed) {
            before.0 += 1;
            before.1.add(head::term(ring.newest()?, seq, &sealed));
            rename_files(&mut line.body);
            sealed = seal_line(ring, &line)?;
            live.0 += 1;
            live.1.add(head::term(ring.newest()?, seq, &sealed));
            live.2 = live.2.wrapping_add(seq);
        }
        tx.execute(
            "INSERT INTO record (seq, sealed) VALUES (?1, ?2)",
            params![seq, sealed],
        )?;
    }
    // A head that did not agree must not agree afterwards: it is left out, and the unlock says so.
    if let Some(told) = told.filter(|t| (t.live, t.sum) == before) {
        let head = Head {
            vault: ring.vault.clone(),
            seq: told.seq.max(last),
            live: live.0,
            sum: live.1,
            numbers: live.2,
            snapshot: None,
            doubts: told.doubts,
        };
        tx.execute(
            "INSERT INTO head (id, sealed) VALUES (1, ?1)",
            params![head::seal(ring, &head)?],
        )?;
    }
    tx.commit()?;
    Ok(())
}

#[derive(serde::Deserialize)]
struct FirstHead {
    seq: u64,
    live: u64,
    sum: Sum,
    // Format 1 had none. A table of format 2 whose version somebody set back has, and they stay told.
    #[serde(default)]
    doubts: Vec<Doubt>,
}

fn seal_line(ring: &Ring, line: &Line) -> Result<Vec<u8>, Error> {
    let text = Zeroizing::new(serde_json::to_string(line)?);
    record::seal(ring, record::PURPOSE, &text)
}

// Format 1 named a file by exactly {name, key, size, sha256}, and a bundle by the same without a key.
fn rename_files(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rename_files),
        Value::Object(members) => {
            let is_name = |v: &Value| {
                v.as_str()
                    .is_some_and(|n| n.len() == 32 && n.bytes().all(|b| b.is_ascii_hexdigit()))
            };
            let named = members.get("name").is_some_and(is_name)
                && members.get("size").is_some_and(Value::is_u64)
                && members.get("sha256").is_some_and(Value::is_string);
            let member = match (named, members.get("key").is_some_and(Value::is_string)) {
                (true, true) if members.len() == 4 => Some("blob"),
                (true, false) if members.len() == 3 => Some("bundle"),
                _ => None,
            };
            match member {
                Some(member) => {
                    let name = members.shift_remove("name");
                    members.shift_insert(0, member.to_owned(), name.unwrap_or_default());
                }
                None => members.values_mut().for_each(rename_files),
            }
        }
        _ => {}
    }
}
