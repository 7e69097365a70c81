//! What can be typed about the desk's own organisation: how it changes, who is in it, and its keys.

use super::VaultArgs;
use clap::Subcommand;
use std::path::PathBuf;

/// The verbs of the desk that are about its organisation.
#[derive(Subcommand)]
pub(crate) enum OursVerb {
    /// Sign a profile with another name, other addresses, or another receipt key of the endpoint.
    Change {
        #[command(flatten)]
        vault: VaultArgs,
        /// The new name.
        #[arg(long)]
        name: Option<String>,
        /// An address of the endpoint, best first; can be repeated. All of them take the place of those before.
        #[arg(long, value_name = "URL")]
        address: Vec<String>,
        /// The endpoint's new receipt key, as its operator printed it.
        #[arg(long, value_name = "K")]
        receipt_key: Option<String>,
    },
    /// Draw new keys for this desk. What was sealed to the ones before still opens.
    Rotate {
        #[command(flatten)]
        vault: VaultArgs,
        /// Tell everybody that somebody else may have the identity before: nothing sealed to it is sent any more.
        #[arg(long)]
        compromised: bool,
    },
    /// On a new desk: ask a colleague, whose desk signs, to be taken in. Prints the six words to read out to them.
    Ask {
        #[command(flatten)]
        vault: VaultArgs,
        /// The new file, for the colleague.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take a colleague's desk into the profile, once the six words that they read out are those of what it asked.
    Admit {
        #[command(flatten)]
        vault: VaultArgs,
        /// The file that the colleague's desk wrote.
        request: PathBuf,
        /// The six words; asked for otherwise.
        #[arg(long, value_name = "\"w1 ... w6\"")]
        words: Option<String>,
        /// Their name. It is kept at this desk only.
        #[arg(long)]
        name: String,
        /// The new file, for the colleague's desk.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// On a new desk: take up the organisation, once its six words are typed.
    Enter {
        #[command(flatten)]
        vault: VaultArgs,
        /// The file that the colleague wrote.
        welcome: PathBuf,
        /// The organisation's six words; asked for otherwise.
        #[arg(long, value_name = "\"w1 ... w6\"")]
        words: Option<String>,
    },
    /// A colleague leaves: nothing more is sealed to them.
    Dismiss {
        #[command(flatten)]
        vault: VaultArgs,
        /// The label, as `desk organisation` shows it.
        label: String,
        /// Tell everybody that somebody else may have their identity: nothing sealed to it is sent any more.
        #[arg(long)]
        compromised: bool,
        /// Why; kept at this desk only.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Forget a retired identity for good: what was sealed to nobody else never opens again.
    ForgetIdentity {
        #[command(flatten)]
        vault: VaultArgs,
        /// Its name, as `desk organisation` shows it.
        identity: String,
        /// Why; kept at this desk only.
        #[arg(long)]
        reason: String,
    },
    /// List what was decided about keys and people.
    Decisions {
        #[command(flatten)]
        vault: VaultArgs,
    },
    /// Close the organisation: nothing more is sealed to it. There is no way back.
    Close {
        #[command(flatten)]
        vault: VaultArgs,
        /// The organisation's name, so that it is not closed by mistake.
        #[arg(long)]
        name: String,
    },
    /// Give a colleague the key of one old report, sealed to them. The report itself stays as it is.
    Grant {
        #[command(flatten)]
        vault: VaultArgs,
        /// The report's id.
        report: String,
        /// The colleague's label, as `desk organisation` shows it.
        #[arg(long)]
        to: String,
        /// Why; the colleague sees it.
        #[arg(long)]
        reason: String,
        /// The new file, for the colleague.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take the key of an old report that a colleague gave.
    TakeGrant {
        #[command(flatten)]
        vault: VaultArgs,
        /// The file.
        grant: PathBuf,
    },
    /// Seal a whole report to somebody's age recipient, as an ordinary age file with an ordinary archive in it.
    ExportAsAge {
        #[command(flatten)]
        vault: VaultArgs,
        /// The report's id.
        report: String,
        /// Their age recipient (`age1...`).
        #[arg(long, value_name = "RECIPIENT")]
        to: String,
        /// Why; kept at this desk only.
        #[arg(long)]
        reason: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Seal chosen parts of a report to a third party, without the ids of sender, report and items.
    Onward {
        #[command(flatten)]
        vault: VaultArgs,
        /// The report's id.
        report: String,
        /// Their age recipient (`age1...`).
        #[arg(long, value_name = "RECIPIENT")]
        to: String,
        /// For what: a code of the consent form, such as `lawyers`.
        #[arg(long, value_name = "CODE")]
        purpose: String,
        /// How the reporter agreed, where the form does not say yes; kept at this desk only.
        #[arg(long, default_value = "")]
        agreed: String,
        /// Names and contacts go along.
        #[arg(long)]
        people: bool,
        /// The id of an item of evidence that goes along; can be repeated.
        #[arg(long, value_name = "ID")]
        item: Vec<String>,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Note what the sender of a report told by another way, such as a lost device.
    MarkSender {
        #[command(flatten)]
        vault: VaultArgs,
        /// The report's id.
        report: String,
        /// From which day (YYYY-MM-DD).
        #[arg(long, value_name = "DAY")]
        from: jiff::civil::Date,
        /// What they told, and how; empty takes the note away.
        #[arg(long)]
        reason: String,
    },
    /// Take up later master keys that another desk drafted, once their six words are typed.
    ConfirmRoot {
        #[command(flatten)]
        vault: VaultArgs,
        /// The six words; asked for otherwise.
        #[arg(long, value_name = "\"w1 ... w6\"")]
        words: Option<String>,
    },
    /// The organisation's master keys.
    Root {
        #[command(subcommand)]
        verb: RootVerb,
    },
}

/// The verbs about master keys.
#[derive(Subcommand)]
pub(crate) enum RootVerb {
    /// Draw a master key for a new holder, on a medium of theirs, and print the public key. Needs no desk.
    Key {
        #[command(flatten)]
        medium: MediumArgs,
    },
    /// Draft later master keys, to be signed by the holders.
    Draft {
        #[command(flatten)]
        vault: VaultArgs,
        /// A public master key; can be repeated. All of them take the place of those before.
        #[arg(long, value_name = "K")]
        root_key: Vec<String>,
        /// How many of them must sign.
        #[arg(long, value_name = "N")]
        threshold: Option<usize>,
        /// Draw a new key for signing profiles as well.
        #[arg(long)]
        new_profile_key: bool,
        /// The new file, for the holders.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Sign a draft with the master key on a medium. Needs no desk, and can be done on a machine that is never online.
    Sign {
        /// The draft, or one that others signed already.
        draft: PathBuf,
        #[command(flatten)]
        medium: MediumArgs,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take up the master keys that were drafted here, signed by enough holders. Prints the new six words.
    Finish {
        #[command(flatten)]
        vault: VaultArgs,
        /// A signed draft; can be repeated.
        #[arg(required = true)]
        signed: Vec<PathBuf>,
    },
}

/// A medium with keys on it.
#[derive(clap::Args)]
pub(crate) struct MediumArgs {
    /// The folder on the medium.
    #[arg(long, value_name = "DIR")]
    pub(crate) offline: PathBuf,
    /// File with the passphrase of that medium; asked for otherwise.
    #[arg(long, value_name = "FILE")]
    pub(crate) offline_passphrase_file: Option<PathBuf>,
}
