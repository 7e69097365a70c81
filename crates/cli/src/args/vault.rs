//! What can be typed about a vault as such, a journal's or a desk's.

use super::VaultArgs;
use clap::Subcommand;
use std::path::PathBuf;

/// The verbs of any vault.
#[derive(Subcommand)]
pub(crate) enum VaultVerb {
    /// Check everything that is kept: keys, records, files. Exit status 1 when something is found.
    Check {
        #[command(flatten)]
        vault: VaultArgs,
        /// Read every byte of every file as well and compare it with its hash.
        #[arg(long)]
        read_data: bool,
    },
    /// Make a verified, still sealed copy in a new folder. To use it, point at it.
    Backup {
        #[command(flatten)]
        vault: VaultArgs,
        /// The new folder.
        to: PathBuf,
    },
    /// Change the passphrase. The old one opens nothing that is written afterwards.
    Passphrase(ChangeArgs),
    /// Seal everything that is here again: for when somebody else knew the old passphrase.
    SealAgain {
        #[command(flatten)]
        vault: VaultArgs,
    },
    /// Make a recovery sheet: print its code once, ask for three words of it, and make it valid.
    Sheet {
        #[command(flatten)]
        vault: VaultArgs,
        /// Do not ask for three words of it.
        #[arg(long)]
        unpractised: bool,
    },
    /// Make the recovery sheet invalid.
    ForgetSheet {
        #[command(flatten)]
        vault: VaultArgs,
    },
    /// Open a vault with the code of its sheet, and set a new passphrase.
    Recover {
        /// The vault's folder.
        #[arg(long, value_name = "DIR")]
        vault: PathBuf,
        /// File with the code of the sheet; asked for otherwise.
        #[arg(long, value_name = "FILE")]
        code_file: Option<PathBuf>,
        #[command(flatten)]
        new: NewArgs,
    },
    /// Split the code of the sheet into three parts, each sealed for a person by their age recipient. Any two give it back.
    Shares {
        /// The vault's folder.
        #[arg(long, value_name = "DIR")]
        vault: PathBuf,
        /// File with the code of the sheet; asked for otherwise.
        #[arg(long, value_name = "FILE")]
        code_file: Option<PathBuf>,
        /// A person's age recipient; to be given three times.
        #[arg(long, value_name = "age1...", required = true)]
        to: Vec<String>,
        /// The folder for the three files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Give the code of a sheet back from two parts of it, and print it once.
    JoinShares {
        /// Two files with what the holders' files open to; asked for otherwise.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Remove a file that no record names, by its name as `check` tells it. Refused while anything else is amiss.
    RemoveStray {
        #[command(flatten)]
        vault: VaultArgs,
        /// The file's name.
        name: String,
    },
    /// Note that what was found wrong with the records as a whole was read: it is not told again.
    TakeNote {
        #[command(flatten)]
        vault: VaultArgs,
    },
}

/// A passphrase in place of another.
#[derive(clap::Args)]
pub(crate) struct ChangeArgs {
    #[command(flatten)]
    pub(crate) vault: VaultArgs,
    #[command(flatten)]
    pub(crate) new: NewArgs,
}

/// Where a new passphrase comes from.
#[derive(clap::Args)]
pub(crate) struct NewArgs {
    /// File with the new passphrase; asked for otherwise.
    #[arg(long, value_name = "FILE")]
    pub(crate) new_passphrase_file: Option<PathBuf>,
    /// Draw six words as the new passphrase and print them, once.
    #[arg(long, conflicts_with = "new_passphrase_file")]
    pub(crate) generate: bool,
}
