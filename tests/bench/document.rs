//! Writes `docs/performance.md`: the tables, on what they were measured, and what they are worth.

use crate::peer::Peer;
use chronicle_tests::{Measured, root};
use std::path::Path;
use std::process::Command;

/// The load of the machine over the last minute.
pub fn load() -> String {
    let all = std::fs::read_to_string("/proc/loadavg").unwrap();
    all.split_whitespace().next().unwrap().to_owned()
}

/// Writes it all.
pub fn write(data: &Path, measured: &Measured, load: &[(&str, String)]) {
    let loads: Vec<String> = load
        .iter()
        .map(|(part, load)| format!("{part} {load}"))
        .collect();
    let text = format!(
        "{ABOUT}\n{}\n## Measured on\n\n{}- Load of the machine over the minute before each part: {}.\n- Niceness of the \
         measuring processes, Chronicle's and the peers': {}, of their group of processes: {}.\n\n{NOTES}\n## Runs\n\n{}",
        measured.table(),
        environment(data),
        loads.join(", "),
        rustix::process::nice(0).unwrap(),
        group(),
        measured.runs()
    );
    let path = root().join("docs/performance.md");
    std::fs::write(&path, text).unwrap();
    println!("written: {}", path.display());
}

// The kernel weighs groups of processes first, where it makes any; that of one login is one.
fn group() -> String {
    let told = std::fs::read_to_string("/proc/self/autogroup").unwrap_or_default();
    let nice = told.split_whitespace().nth(2);
    nice.unwrap_or("not told").to_owned()
}

fn environment(data: &Path) -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap();
    let model = cpu.lines().find(|l| l.starts_with("model name"));
    let model = model
        .and_then(|l| l.split(':').nth(1))
        .unwrap_or("?")
        .trim();
    let cpus = std::thread::available_parallelism().unwrap();
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap();
    let kib: u64 = memory.split_whitespace().nth(1).unwrap().parse().unwrap();
    let system = said(Command::new("uname").args(["-sr"]));
    let disk = said(Command::new("stat").args(["-f", "-c", "%T"]).arg(data));
    let mut cipher = Peer::sqlcipher(data);
    let sqlcipher = cipher.open(Path::new(":memory:"), "SELECT 1");
    assert_eq!(sqlcipher.total, 0);
    let python = data.join("python/bin/python3");
    let package = said(Command::new(python).args([
        "-c",
        "import sqlcipher3 as s; print(s.connect(':memory:').execute('PRAGMA cipher_version').fetchone()[0])",
    ]));
    format!(
        "- {cpus} processors ({model}), {:.0} GiB, {system}; the files on {disk}.\n- {}, profile `release` as shipped; \
         `age` {}; SQLCipher {package}, which is SQLite {}; SQLite {}.\n",
        kib as f64 / 1048576.0,
        said(Command::new("rustc").arg("--version")),
        said(Command::new("age").arg("--version")),
        cipher.version(),
        Peer::sqlite(data).version(),
    )
}

fn said(command: &mut Command) -> String {
    let ran = command.output().expect("it runs");
    assert!(ran.status.success(), "{command:?}");
    String::from_utf8(ran.stdout).unwrap().trim().to_owned()
}

const ABOUT: &str = "# How fast it is

Written by `make bench`, which fails where a bound is missed; a test makes the other numbers here from the runs below again.
Each line was run five times, in turn with the same work of a peer. Times are medians, ratios the median of the five runs'.
";

const NOTES: &str = "A load well above the number of processors means that others worked on this machine at the same time. Processes that measure may
be given precedence then, on both sides; the disk is shared all the same, so that times are longer than on a machine at rest.

## What was done

- **Import**: a file of 1 GiB that lies in the page cache, to the moment at which its record is committed. Reading and hashing, the
  cipher, the writing and the disk go on side by side; alone, on the same file or on as many bytes, they take what the three lines
  say. `age` seals to one recipient and hashes nothing; `sync` waits for its one file.
- **Unlock**: a process of its own opens a journal and lists the first 50 of all reports. None of the journal's pages is in the page
  cache (`posix_fadvise`, and `fincore` says so); folders may be. The key derivation is that of a cheap passphrase, about 3 ms,
  and is part of it. There is a snapshot of the index, as `chronicle_vault::settle` makes it; where there is none, every record is
  opened, which takes many times as long. Of 50 reports one has a file. SQLCipher opens with its raw key, and lists
  from one table.
- **Search**: 240 queries: rare names, frequent words, beginnings, two words, in six languages and three scripts. Each asks for how many
  there are, the best 50, and what a list shows of them. Both sides hold the same folded words in FTS5, get the same expressions and
  give the same counts, which is checked; each query goes to all sides before the next does. Both measure around the calls of
  their native library, with its default settings. SQLCipher is asked in the way that costs it least, and its table is a file, as it is
  used, of which the page cache has all. **Not the same on both sides**: of what more than 2,000 reports have, Chronicle ranks the newest
  2,000 and puts the others behind, SQLCipher ranks all; the next line has SQLCipher rank as few. With excerpts: the
  whole verb, which opens the 50 records to say where the words are.
- **Save**: of four saves three change a report and one is new, in a journal of 10,000; each is synced. SQLite (`journal_mode=TRUNCATE`,
  `synchronous=FULL`) removes and writes rows of the same numbers and sizes in a copy of the same table. Saves come in turn.
  Each report that is changed was opened before, as the editor does: its row is compared then, not opened again. The words that are
  searched follow with the next search, or once 512 changes wait for one: that is the longest save.
  The first change of what a snapshot covers drops the snapshot, which comes once and is not in these numbers.
- **Bundle, 1 GiB**: a report with one file that lies in the page cache, from files to a synced file in the vault, with both sums of
  the file, the sum of the ciphertext, the signature and the padding; and from that file to a synced copy of each part, all of it verified.
  `tar` and `age` run as two processes with as many recipients, and then `sync`. **Not the same on both sides**: a bundle is padded to the
  next size of the table, so Chronicle seals and writes up to an eighth more; the next lines give the peer as many bytes. `age` 1.1.1
  knows no hybrid type: there, too, its recipients are X25519. The goal is missed by the padding when sealing (beside a peer that pads
  as much there is no difference), and when opening also by the cipher: on one core it needs for the padded bundle nearly as long as the
  peer for everything, and what was written last is synced after it.
- **Bundle, 20 KiB**: a report without files, in memory, on one thread: signed, padded, sealed to eight recipients; and opened with
  everything that is checked. The `age` crate seals and opens as many bytes with as many recipients and nothing else.
- **Resident**: of the process that unlocked (`VmRSS`) and the most it took until then (`VmHWM`), with a cheap key derivation: the real one takes
  256 MiB before anything else is there, and gives them back.

The journals are written by the verbs that window and command line call; the texts are put together from words by a seed. What is not
measured here: other disks, other processors, Windows, macOS, the window itself.
";
