//! What strace saw of every process of a session: which files were opened for writing, made or renamed, and every byte that
//! was written to them, also to files that are gone by the end.
//!
//! It does not see bytes that are written through a mapping or inside of the kernel: what could do that with a file on a
//! disk is told apart, as `unseen`, and must not be there.

use chronicle_tour::fault::{During, Outcome};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// The system calls that are watched, as strace takes them.
pub const CALLS: &str = "execve,openat,open,creat,openat2,write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,tee,vmsplice,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,mknod,mknodat,mmap,io_uring_setup,setxattr,lsetxattr,fsetxattr";
/// As much of each string as strace gives: more than anything writes at once.
pub const STRING: &str = "4194304";

/// What a session wrote.
#[derive(Default)]
pub struct Trace {
    /// Every path that was made or opened for writing, and to what something was renamed or linked.
    pub touched: BTreeSet<String>,
    /// What was written to each file in the order of the calls, and each name that was given.
    pub written: BTreeMap<String, Vec<u8>>,
    /// How something could have been written that strace does not show: the call and the file.
    pub unseen: BTreeSet<(String, String)>,
    /// Programs that were begun.
    pub begun: Vec<String>,
    /// Calls that were read.
    pub calls: u64,
}

impl Trace {
    /// Reads a log of `strace -f -y -x`.
    pub fn read(log: &Path) -> Outcome<Self> {
        let mut reader = BufReader::new(File::open(log).during("the trace")?);
        let mut trace = Self::default();
        let mut begun: HashMap<String, Vec<u8>> = HashMap::new();
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).during("the trace")? > 0 {
            while line.last().is_some_and(u8::is_ascii_whitespace) {
                line.pop();
            }
            let (pid, call) = halves(&line, b" ");
            let call = call.trim_ascii_start();
            let pid = String::from_utf8_lossy(pid).into_owned();
            if let Some(start) = call.strip_suffix(b"<unfinished ...>") {
                begun.insert(pid, start.to_vec());
            } else if call.starts_with(b"<... ") {
                let (_, end) = halves(call, b"resumed>");
                let mut whole = begun.remove(&pid).unwrap_or_default();
                whole.extend_from_slice(end);
                trace.call(&whole);
            } else {
                trace.call(call);
            }
            line.clear();
        }
        // Whoever was killed in the middle of a call may have done it.
        for start in begun.into_values() {
            trace.call(&start);
        }
        Ok(trace)
    }

    /// Adds what another log of the same session says.
    pub fn add(&mut self, other: Self) {
        self.touched.extend(other.touched);
        self.unseen.extend(other.unseen);
        self.calls += other.calls;
        self.begun.extend(other.begun);
        for (file, bytes) in other.written {
            self.put(&file, bytes);
        }
    }

    /// The numbers of all processes in a log.
    pub fn processes(log: &Path) -> Outcome<BTreeSet<u32>> {
        let reader = BufReader::new(File::open(log).during("the trace")?);
        let mut found = BTreeSet::new();
        for line in reader.split(b'\n') {
            let line = line.during("the trace")?;
            let (pid, _) = halves(&line, b" ");
            found.extend(
                std::str::from_utf8(pid)
                    .ok()
                    .and_then(|pid| pid.parse::<u32>().ok()),
            );
        }
        Ok(found)
    }

    fn call(&mut self, call: &[u8]) {
        let (name, rest) = halves(call, b"(");
        let name = String::from_utf8_lossy(name).into_owned();
        self.calls += 1;
        match name.as_str() {
            "execve" => self.begun.extend(
                quoted(rest)
                    .first()
                    .map(|program| String::from_utf8_lossy(program).into_owned()),
            ),
            "openat" | "open" | "creat" | "openat2" => self.opened(&name, rest),
            "write" | "pwrite64" | "writev" | "pwritev" | "pwritev2" => self.wrote(&name, rest),
            "rename" | "renameat" | "renameat2" | "link" | "linkat" | "symlink" | "symlinkat"
            | "mkdir" | "mkdirat" | "mknod" | "mknodat" => self.named(rest),
            "setxattr" | "lsetxattr" | "fsetxattr" => self.put("(attributes)", strings(rest)),
            "mmap" => {
                let shared = contains(rest, b"MAP_SHARED") && contains(rest, b"PROT_WRITE");
                if shared && let Some(file) = descriptor(rest) {
                    self.unseen.insert((name, file));
                }
            }
            "sendfile" | "copy_file_range" | "splice" | "tee" | "vmsplice" => {
                // The one that is written to stands first in sendfile, last in the others.
                let descriptors = descriptors(rest);
                let to = if name == "sendfile" {
                    descriptors.first()
                } else {
                    descriptors.last()
                };
                if let Some(file) = to {
                    self.unseen.insert((name, file.clone()));
                }
            }
            "io_uring_setup" => {
                self.unseen.insert((name, "/".into()));
            }
            _ => self.calls -= 1,
        }
    }

    fn opened(&mut self, name: &str, rest: &[u8]) {
        let (arguments, result) = results(rest);
        let writes = name == "creat"
            || [&b"O_WRONLY"[..], b"O_RDWR", b"O_CREAT", b"O_TMPFILE"]
                .iter()
                .any(|flag| contains(arguments, flag));
        if writes && let Some(file) = descriptors(result).pop() {
            self.touched.insert(file);
        }
    }

    fn wrote(&mut self, name: &str, rest: &[u8]) {
        if let Some(file) = descriptor(rest) {
            let bytes = strings(rest);
            // strace says so when it left something out.
            if contains(rest, b"\"...") {
                self.unseen.insert((name.to_owned(), file.clone()));
            }
            self.put(&file, bytes);
        }
    }

    fn named(&mut self, rest: &[u8]) {
        let (arguments, result) = results(rest);
        if !result.trim_ascii_start().starts_with(b"0") {
            return;
        }
        let folder = descriptors(arguments).pop();
        let names: Vec<String> = quoted(arguments)
            .iter()
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        for name in &names {
            self.put("(names)", name.clone().into_bytes());
        }
        if let Some(last) = names.last() {
            let whole = match folder {
                Some(folder) if !last.starts_with('/') => format!("{folder}/{last}"),
                _ => last.clone(),
            };
            self.touched.insert(whole);
        }
    }

    fn put(&mut self, file: &str, bytes: Vec<u8>) {
        self.written
            .entry(file.to_owned())
            .or_default()
            .extend(bytes);
        if file.starts_with('(') {
            self.written.entry(file.to_owned()).or_default().push(b'\n');
        }
    }
}

/// Whether a path of the trace is that of a file in a folder, and not a pipe, a socket or something without a name.
pub fn is_file(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("/memfd:") && !path.starts_with("/proc/")
}

fn halves<'a>(bytes: &'a [u8], at: &[u8]) -> (&'a [u8], &'a [u8]) {
    let found = bytes.windows(at.len()).position(|w| w == at);
    found.map_or((bytes, &[]), |n| {
        let (a, b) = bytes.split_at(n);
        (a, b.get(at.len()..).unwrap_or_default())
    })
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

// Arguments and result, which stands behind the last " = ".
fn results(rest: &[u8]) -> (&[u8], &[u8]) {
    let found = rest.windows(3).rposition(|w| w == b" = ");
    found.map_or((rest, &[]), |n| {
        let (a, b) = rest.split_at(n);
        (a, b.get(3..).unwrap_or_default())
    })
}

fn descriptor(rest: &[u8]) -> Option<String> {
    descriptors(rest).into_iter().next()
}

// The paths behind descriptors, "5</tmp/x>", outside of strings.
fn descriptors(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = bytes;
    let mut before = b' ';
    while let Some((first, tail)) = rest.split_first() {
        match first {
            b'"' => rest = after_string(tail),
            b'<' if before.is_ascii_digit() || before == b'D' => {
                let (path, tail) = halves(tail, b">");
                found.push(String::from_utf8_lossy(&unescaped(path)).into_owned());
                rest = tail;
            }
            _ => rest = tail,
        }
        before = *first;
    }
    found
}

fn after_string(mut rest: &[u8]) -> &[u8] {
    while let Some((first, tail)) = rest.split_first() {
        rest = match first {
            b'\\' => tail.get(1..).unwrap_or_default(),
            b'"' => return tail,
            _ => tail,
        };
    }
    rest
}

// Every string in quotes.
fn quoted(mut rest: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while let Some(at) = rest.iter().position(|b| *b == b'"') {
        let inside = rest.get(at + 1..).unwrap_or_default();
        let after = after_string(inside);
        let length = inside.len().saturating_sub(after.len() + 1);
        found.push(unescaped(inside.get(..length).unwrap_or_default()));
        rest = after;
    }
    found
}

fn strings(rest: &[u8]) -> Vec<u8> {
    quoted(rest).concat()
}

// As strace writes strings: those of C, octal numbers of up to three digits, \x with two.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        if *first != b'\\' {
            out.push(*first);
            rest = tail;
            continue;
        }
        let Some((kind, tail)) = tail.split_first() else {
            break;
        };
        let (byte, used) = match kind {
            b'n' => (b'\n', 0),
            b't' => (b'\t', 0),
            b'r' => (b'\r', 0),
            b'v' => (0x0b, 0),
            b'f' => (0x0c, 0),
            b'x' => (number(tail, 2, 16), 2),
            b'0'..=b'7' => {
                let more = tail
                    .iter()
                    .take(2)
                    .take_while(|b| matches!(b, b'0'..=b'7'))
                    .count();
                let whole = rest.get(1..2 + more).unwrap_or_default();
                (number(whole, 3, 8), more)
            }
            other => (*other, 0),
        };
        out.push(byte);
        rest = tail.get(used..).unwrap_or_default();
    }
    out
}

fn number(digits: &[u8], most: usize, base: u32) -> u8 {
    let digits = digits.iter().take(most);
    let value = digits.fold(0, |value, digit| {
        value * base + char::from(*digit).to_digit(base).unwrap_or_default()
    });
    u8::try_from(value & 0xff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(log: &str) -> Trace {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), log).unwrap();
        Trace::read(file.path()).unwrap()
    }

    #[test]
    fn what_is_written_is_put_together_also_of_calls_that_were_interrupted() {
        let trace = read(concat!(
            "10  openat(AT_FDCWD</home/a>, \"x y\", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 5</home/a/x y>\n",
            "10  openat(AT_FDCWD</home/a>, \"read\", O_RDONLY|O_CLOEXEC) = 6</home/a/read>\n",
            "10  write(5</home/a/x y>, \"ab\\n\\\"\\0\\1771\" <unfinished ...>\n",
            "11  writev(7<pipe:[12]>, [{iov_base=\"q\", iov_len=1}, {iov_base=\"r\", iov_len=1}], 2) = 2\n",
            "10  <... write resumed>, 7) = 7\n",
            "10  pwrite64(5</home/a/x y>, \"\\x00\\xff\", 2, 9) = 2\n",
        ));
        assert_eq!(trace.touched.iter().collect::<Vec<_>>(), ["/home/a/x y"]);
        let written = trace.written.get("/home/a/x y").unwrap();
        assert_eq!(written, b"ab\n\"\0\x7f1\0\xff");
        assert_eq!(trace.written.get("pipe:[12]").unwrap(), b"qr");
        assert!(trace.unseen.is_empty() && trace.calls == 5);
    }

    #[test]
    fn names_count_as_written_and_failures_do_not() {
        let trace = read(concat!(
            "9  renameat2(AT_FDCWD</home>, \"old\", AT_FDCWD</home>, \"new\", 0) = 0\n",
            "9  mkdir(\"/home/d\", 0700) = -1 EEXIST (File exists)\n",
            "9  mkdir(\"/home/\\xd1\\x8f\", 0700) = 0\n",
        ));
        assert_eq!(
            trace.touched.iter().collect::<Vec<_>>(),
            ["/home/new", "/home/я"]
        );
        let names = trace.written.get("(names)").unwrap();
        assert_eq!(names, "old\nnew\n/home/я\n".as_bytes());
    }

    #[test]
    fn what_cannot_be_seen_is_told() {
        let trace = read(concat!(
            "9  mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 5</home/m>, 0) = 0x7f00\n",
            "9  mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE, 5</home/p>, 0) = 0x7f00\n",
            "9  sendfile(4</home/to>, 5</home/from>, NULL, 9) = 9\n",
            "9  copy_file_range(5</home/from>, NULL, 4</home/to2>, NULL, 9, 0) = 9\n",
            "9  write(5</home/w>, \"abc\"..., 9) = 9\n",
        ));
        let files: Vec<&str> = trace.unseen.iter().map(|(_, file)| file.as_str()).collect();
        assert_eq!(files, ["/home/to2", "/home/m", "/home/to", "/home/w"]);
    }
}
