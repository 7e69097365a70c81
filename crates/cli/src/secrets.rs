//! Where passphrases and tokens come from: a file, standard input (for one of them), or the terminal. Never the command
//! line, never the environment.

use crate::args::{CreateArgs, VaultArgs};
use crate::fail::{CliError, Failure};
use crate::out::Out;
use crate::terminal;
use chronicle_passphrase::{CodeError, Passphrase, RecoveryCode};
use chronicle_sharing::Share;
use chronicle_words::Problem;
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::path::Path;
use zeroize::Zeroizing;

/// Refuses when standard input is to give more than one secret.
pub(crate) fn one_from_stdin(files: &[Option<&Path>]) -> Result<(), Failure> {
    let many = files.iter().flatten().filter(|file| is_stdin(file)).count() > 1;
    if many {
        Err(Failure::Usage(
            "standard input (-) can give one secret only".into(),
        ))
    } else {
        Ok(())
    }
}

/// The passphrase of a vault that exists.
pub(crate) fn unlocking(vault: &VaultArgs, out: &Out) -> Result<Passphrase, Failure> {
    match &vault.passphrase_file {
        Some(file) => from_file(file),
        None => Ok(Passphrase::new(&terminal::secret(
            &out.say("cli-ask-passphrase"),
        )?)?),
    }
}

/// Why a vault was not opened; for a wrong passphrase with what to look at.
pub(crate) fn refused(problem: Problem, passphrase: &Passphrase) -> Failure {
    match chronicle_passphrase::layout_hint(passphrase.expose()) {
        Some(hint) if problem.code == "wrong-passphrase" => Failure::Hinted(problem, hint.key()),
        _ => problem.into(),
    }
}

/// The six words that were drawn, to be printed once; `None` for a passphrase of one's own.
pub(crate) type Drawn = Option<Vec<&'static str>>;

/// The passphrase of a new vault.
pub(crate) fn creating(args: &CreateArgs, out: &Out) -> Result<(Passphrase, Drawn), Failure> {
    chosen(args.generate, args.vault.passphrase_file.as_deref(), out)
}

/// A new passphrase: drawn, from a file, or typed.
pub(crate) fn chosen(
    generate: bool,
    file: Option<&Path>,
    out: &Out,
) -> Result<(Passphrase, Drawn), Failure> {
    if generate {
        let drawn = chronicle_passphrase::generate()?;
        return Ok((Passphrase::from_words(&drawn)?, Some(drawn.to_vec())));
    }
    Ok((new_one(file, "cli-ask-new-passphrase", out)?, None))
}

/// The code of a sheet, checked as far as it can be without the vault.
pub(crate) fn code(file: Option<&Path>, out: &Out) -> Result<RecoveryCode, Failure> {
    let text = match file {
        Some(file) => from_file(file)?,
        None => Passphrase::new(&terminal::secret(&out.say("cli-ask-code"))?)?,
    };
    RecoveryCode::parse(text.expose()).map_err(|e| {
        let problem = Problem::new(e.code());
        match e {
            CodeError::Count(count) => problem.with("count", count),
            CodeError::Unknown(index) => problem.with("index", index),
            CodeError::Differ => problem,
        }
        .into()
    })
}

/// A part of a code, the first or the second that is asked for.
pub(crate) fn share(file: Option<&Path>, index: usize, out: &Out) -> Result<Share, Failure> {
    let text = match file {
        Some(file) => text_of(file, "share-unreadable")?,
        None => terminal::secret(&out.say("cli-ask-share"))?,
    };
    Share::parse(&text).map_err(|e| e.problem().with("index", index).into())
}

/// A passphrase that does not protect anything yet: weighed, and typed twice when it is typed.
pub(crate) fn new_one(
    file: Option<&Path>,
    question: &str,
    out: &Out,
) -> Result<Passphrase, Failure> {
    let passphrase = match file {
        Some(file) => from_file(file)?,
        None => Passphrase::new(&terminal::secret(&out.say(question))?)?,
    };
    let strength = chronicle_passphrase::weigh(passphrase.expose());
    if !strength.enough() {
        let problem = Problem::new(CliError::Weak.code());
        return Err(strength.hint.map_or_else(
            || problem.clone().into(),
            |h| Failure::Hinted(problem.clone(), h.key()),
        ));
    }
    if file.is_none() {
        let again = Passphrase::new(&terminal::secret(&out.say("cli-ask-again"))?)?;
        if again.expose() != passphrase.expose() {
            return Err(CliError::Differ.into());
        }
    }
    Ok(passphrase)
}

/// A passphrase that protects something already.
pub(crate) fn known_one(
    file: Option<&Path>,
    question: &str,
    out: &Out,
) -> Result<Passphrase, Failure> {
    Ok(match file {
        Some(file) => from_file(file)?,
        None => Passphrase::new(&terminal::secret(&out.say(question))?)?,
    })
}

/// A token.
pub(crate) fn token(file: &Path) -> Result<Zeroizing<String>, Failure> {
    text_of(file, "token-unreadable")
}

fn text_of(file: &Path, unreadable: &str) -> Result<Zeroizing<String>, Failure> {
    let bytes = read(file)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Problem::new(unreadable))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn from_file(file: &Path) -> Result<Passphrase, Failure> {
    Ok(Passphrase::from_file_bytes(&read(file)?)?)
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    // Room for all that is taken, so that no copy stays behind in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 64));
    let limited = |from: &mut dyn Read, to: &mut Vec<u8>| from.take(LIMIT as u64).read_to_end(to);
    let read = if is_stdin(path) {
        stdin().and_then(|mut file| limited(&mut file, &mut bytes))
    } else {
        File::open(path).and_then(|mut file| limited(&mut file, &mut bytes))
    };
    read.map_err(|_| CliError::SecretFile.of(&path.display().to_string()))?;
    Ok(bytes)
}

// Not through the library's buffer, which would keep a copy.
fn stdin() -> std::io::Result<File> {
    Ok(File::from(std::io::stdin().as_fd().try_clone_to_owned()?))
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

// A passphrase has 1,024 bytes at most; more than that is read so that it is refused, not cut.
const LIMIT: usize = 16 * 1024;
