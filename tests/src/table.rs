//! A vault's table from outside, by the `sqlite3` tool: what somebody can do to rows who has the file and no key.

use crate::tool;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A vault's table.
pub struct Table(PathBuf);

impl Table {
    /// That of the vault in `folder`.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        tool("sqlite3", "sqlite3");
        Self(folder.join("vault.db"))
    }

    /// Does `sql`; gives what it prints.
    #[must_use]
    pub fn sql(&self, sql: &str) -> String {
        let (code, printed, said) = self.run(sql);
        assert_eq!(code, Some(0), "{said}");
        printed
    }

    /// The numbers and bytes of all rows of `table`.
    #[must_use]
    pub fn rows(&self, table: &str) -> Vec<(u64, Vec<u8>)> {
        let number = match table {
            "record" => "seq",
            "head" => "id",
            _ => "n",
        };
        let printed = self.sql(&format!(
            "SELECT {number}, hex(sealed) FROM {table} ORDER BY {number};"
        ));
        let row = |line: &str| {
            let (number, bytes) = line.split_once('|').expect("two columns");
            (
                number.parse().expect("a number"),
                hex::decode(bytes).expect("bytes"),
            )
        };
        printed.lines().map(row).collect()
    }

    /// Puts `sealed` into `table` under `number`, in place of what is there.
    pub fn put(&self, table: &str, number: u64, sealed: &[u8]) {
        let bytes = hex::encode(sealed);
        let _ = self.sql(&format!(
            "INSERT OR REPLACE INTO {table} VALUES ({number}, x'{bytes}');"
        ));
    }

    // By its standard input: a row may be longer than an argument.
    fn run(&self, sql: &str) -> (Option<i32>, String, String) {
        let mut tool = Command::new("sqlite3")
            .args(["-batch", "-bail", "-init", "/dev/null"])
            .arg(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sqlite3 runs");
        let mut input = tool.stdin.take().expect("its input");
        input.write_all(sql.as_bytes()).expect("it reads");
        drop(input);
        let ended = tool.wait_with_output().expect("it ends");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (ended.status.code(), text(ended.stdout), text(ended.stderr))
    }
}
