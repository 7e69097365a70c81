//! Parts as files: each sealed for its holder, in a folder that the person chooses. All three come, or none.

use crate::{Error, SHARES, Share, split};
use chronicle_passphrase::RecoveryCode;
use chronicle_vault::Holder;
use chronicle_words::{Args, Words};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use zeroize::Zeroizing;

/// Three different people, by their age recipients.
pub struct Holders([Holder; SHARES]);

impl Holders {
    /// Reads three recipients, `age1...` each.
    ///
    /// # Errors
    /// [`Error::Holder`] for the first that is none; [`Error::SameHolder`].
    pub fn parse(recipients: [&str; SHARES]) -> Result<Self, Error> {
        let read = |at: usize, text: &str| Holder::parse(text).map_err(|_| Error::Holder(at));
        let [first, second, third] = recipients;
        let (one, two, three) = (read(1, first)?, read(2, second)?, read(3, third)?);
        if one == two || one == three || two == three {
            return Err(Error::SameHolder);
        }
        Ok(Self([one, two, three]))
    }
}

/// Splits `code` and writes a file for each holder into `folder`, in the words of the person who splits; gives their names, in
/// the order of the holders.
///
/// # Errors
/// [`Error::Unwritable`], [`Error::Exists`], [`Error::Internal`]; none of the files stays then.
pub fn write_all(
    folder: &Path,
    code: &RecoveryCode,
    holders: &Holders,
    words: &Words,
) -> Result<Vec<String>, Error> {
    write_parts(folder, &split(code)?, holders, words)
}

fn write_parts(
    folder: &Path,
    shares: &[Share; SHARES],
    holders: &Holders,
    words: &Words,
) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let written = shares
        .iter()
        .zip(&holders.0)
        .try_for_each(|(share, holder)| {
            let text = text_of(share, words)?;
            let sealed = holder.seal(text.as_bytes()).map_err(|_| Error::Internal)?;
            let name = format!("part-{}-{}.age", share.set(), share.number());
            write_new(&folder.join(&name), &sealed, &mut || {
                names.push(name.clone())
            })
        })
        .and_then(|()| {
            let folder = File::open(folder).and_then(|f| f.sync_all());
            folder.map_err(|_| Error::Unwritable)
        });
    if written.is_err() {
        for name in &names {
            let _ = std::fs::remove_file(folder.join(name));
        }
    }
    written.map(|()| names)
}

fn text_of(share: &Share, words: &Words) -> Result<Zeroizing<String>, Error> {
    let line = share.line()?;
    let args = Args::new()
        .number("number", share.number().into())
        .text("set", share.set());
    let about = words.say("share-text", &args);
    let mut text = Zeroizing::new(String::with_capacity(about.len() + line.len() + 4));
    text.push_str(&about);
    text.push_str("\n\n");
    text.push_str(&line);
    text.push('\n');
    Ok(text)
}

fn write_new(path: &Path, bytes: &[u8], there: &mut dyn FnMut()) -> Result<(), Error> {
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(path).map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => Error::Exists,
        _ => Error::Unwritable,
    })?;
    there();
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|_| Error::Unwritable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::join;
    use chronicle_words::Locale;
    use std::process::{Command, Stdio};

    // Somebody who has nothing but the tools `age` and `age-keygen`.
    struct Person(String);

    impl Person {
        fn new() -> Self {
            let made = Command::new("age-keygen").output();
            let made = made.expect("age-keygen is missing: scripts/setup.sh");
            Self(String::from_utf8(made.stdout).unwrap())
        }

        fn recipient(&self) -> String {
            let told = |line: &str| line.strip_prefix("# public key: ").map(str::to_owned);
            self.0.lines().find_map(told).unwrap()
        }

        fn open(&self, path: &Path) -> Option<String> {
            let mut tool = Command::new("age");
            tool.args(["--decrypt", "--identity", "-"]).arg(path);
            tool.stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut tool = tool.stderr(Stdio::null()).spawn().unwrap();
            let mut input = tool.stdin.take().unwrap();
            input.write_all(self.0.as_bytes()).unwrap();
            drop(input);
            let done = tool.wait_with_output().unwrap();
            let text = done.status.success().then_some(done.stdout)?;
            Some(String::from_utf8(text).unwrap())
        }
    }

    fn people() -> [Person; 3] {
        std::array::from_fn(|_| Person::new())
    }

    fn holders(people: &[Person; 3]) -> Holders {
        let names = people.each_ref().map(Person::recipient);
        Holders::parse(names.each_ref().map(String::as_str)).unwrap()
    }

    #[test]
    fn each_holder_opens_one_file_and_two_of_them_give_the_code() {
        let (dir, people) = (tempfile::tempdir().unwrap(), people());
        let code = RecoveryCode::generate().unwrap();
        for locale in [Locale::En, Locale::Ru] {
            let words = Words::new(locale);
            let names = write_all(dir.path(), &code, &holders(&people), &words).unwrap();
            let texts: Vec<String> = names
                .iter()
                .zip(&people)
                .map(|(name, person)| person.open(&dir.path().join(name)).unwrap())
                .collect();
            for (at, name) in names.iter().enumerate() {
                let others = (0..3).filter(|other| *other != at);
                let path = dir.path().join(name);
                assert!(others.into_iter().all(|o| people[o].open(&path).is_none()));
                let text = &texts[at];
                assert!(text.lines().count() >= 3 && !text.contains('['), "{text}");
                // No whole line of the secret: at most one of eleven words may be an ordinary word of the explanation.
                let told = |w: &&&str| text.split_whitespace().any(|t| t == **w);
                assert!(code.words().iter().filter(told).count() <= 1);
            }
            let shares: Vec<Share> = texts.iter().map(|t| Share::parse(t).unwrap()).collect();
            let joined = join(&shares[2], &shares[0]).unwrap();
            assert_eq!(joined.words(), code.words());
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 6);
    }

    #[test]
    fn two_parts_for_one_person_are_refused_and_strangers_named_by_number() {
        let people = people().map(|p| p.recipient());
        let [a, b, c] = people.each_ref().map(String::as_str);
        let refused = |three| Holders::parse(three).err().unwrap();
        for three in [[a, b, a], [a, a, c], [a, b, b]] {
            assert!(matches!(refused(three), Error::SameHolder));
        }
        for (three, at) in [(["x", b, c], 1), ([a, "", c], 2), ([a, b, "age1"], 3)] {
            assert!(
                matches!(refused(three), Error::Holder(n) if n == at),
                "{at}"
            );
        }
        let spaced = format!("  {a}\n");
        assert!(matches!(refused([a, b, &spaced]), Error::SameHolder));
    }

    #[test]
    fn where_one_file_cannot_be_written_none_stays() {
        let (dir, people) = (tempfile::tempdir().unwrap(), people());
        let code = RecoveryCode::generate().unwrap();
        let words = Words::new(Locale::En);
        let gone = dir.path().join("gone");
        let done = write_all(&gone, &code, &holders(&people), &words);
        assert!(matches!(done, Err(Error::Unwritable)));
        // The name of the third is taken.
        let shares = split(&code).unwrap();
        let there = dir.path().join(format!("part-{}-3.age", shares[2].set()));
        std::fs::write(&there, "before").unwrap();
        let done = write_parts(dir.path(), &shares, &holders(&people), &words);
        assert!(matches!(done, Err(Error::Exists)));
        assert_eq!(std::fs::read_to_string(&there).unwrap(), "before");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
