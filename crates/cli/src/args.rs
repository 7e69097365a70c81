//! What can be typed. Nothing here is a secret: secrets are named by file or asked for.

pub(crate) mod ours;
pub(crate) mod vault;

use chronicle_words::Locale;
use clap::{CommandFactory, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Chronicle without a window.
///
/// A secret is asked for on the terminal or read from a file; `-` as a file is standard input, for one secret only. One
/// line end at the end of such a file is cut.
///
/// Exit status: 0 done, 1 refused or failed, 2 wrong usage, 3 something still waits.
#[derive(Parser)]
#[command(name = "chronicle-cli", version)]
pub(crate) struct Args {
    /// Print one JSON document.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language of what is printed: en or ru. Otherwise that of the system.
    #[arg(long, global = true, value_name = "TAG", value_parser = language)]
    pub(crate) locale: Option<Locale>,
    #[command(subcommand)]
    pub(crate) side: Side,
}

/// Whose verbs.
#[derive(Subcommand)]
pub(crate) enum Side {
    /// The reporter's journal.
    Journal {
        #[command(subcommand)]
        verb: JournalVerb,
    },
    /// The caseworker's desk.
    Desk {
        #[command(subcommand)]
        verb: DeskVerb,
    },
    /// Receipts, for anyone.
    Receipt {
        #[command(subcommand)]
        verb: ReceiptVerb,
    },
    /// Any vault, a journal's or a desk's.
    Vault {
        #[command(subcommand)]
        verb: vault::VaultVerb,
    },
}

/// Verbs for receipts; no vault is needed.
#[derive(Subcommand)]
pub(crate) enum ReceiptVerb {
    /// Say whether a receipt counts by an organisation's profile. The six words that are printed tell whose profile it is: compare
    /// them with the organisation's.
    Verify {
        /// The receipt.
        file: PathBuf,
        /// The profile, as `desk profile` writes it.
        #[arg(long, value_name = "FILE")]
        profile: PathBuf,
        /// The sealed file, to see that the receipt is for it.
        #[arg(long, value_name = "FILE")]
        sealed: Option<PathBuf>,
    },
}

/// Which vault, and where its passphrase comes from.
#[derive(clap::Args)]
pub(crate) struct VaultArgs {
    /// The vault's folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) vault: PathBuf,
    /// File with the vault's passphrase; asked for otherwise.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// A vault that does not exist yet.
#[derive(clap::Args)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    pub(crate) vault: VaultArgs,
    /// Draw six words as passphrase and print them, once.
    #[arg(long, conflicts_with = "passphrase_file")]
    pub(crate) generate: bool,
}

/// What goes, and to whom.
#[derive(clap::Args)]
pub(crate) struct SendArgs {
    #[command(flatten)]
    pub(crate) vault: VaultArgs,
    /// The incident's id.
    pub(crate) id: String,
    /// The organisation: its id or name.
    #[arg(long, value_name = "ORG")]
    pub(crate) to: String,
    /// Leave out `people` (names and contacts) or an item of evidence by its id; can be repeated.
    #[arg(long, value_name = "PART")]
    pub(crate) leave_out: Vec<String>,
}

/// How the network is reached this time.
#[derive(clap::Args)]
pub(crate) struct LineArgs {
    /// Everything through this SOCKS5 proxy (Tor), as IP:PORT; otherwise as `travel` says.
    #[arg(long, value_name = "HOST:PORT", value_parser = proxy)]
    pub(crate) socks: Option<SocketAddr>,
}

/// How the network is reached from now on.
#[derive(clap::Args)]
pub(crate) struct TravelArgs {
    #[command(flatten)]
    pub(crate) vault: VaultArgs,
    /// Everything through this SOCKS5 proxy (Tor), as IP:PORT.
    #[arg(long, value_name = "HOST:PORT", value_parser = proxy)]
    pub(crate) socks: Option<SocketAddr>,
    /// Straight from this computer.
    #[arg(long, conflicts_with = "socks")]
    pub(crate) direct: bool,
    /// In the window, nothing goes before somebody says so.
    #[arg(long)]
    pub(crate) by_hand: bool,
    /// In the window, what waits goes by itself.
    #[arg(long, conflicts_with = "by_hand")]
    pub(crate) by_itself: bool,
}

/// The journal's verbs.
#[derive(Subcommand)]
pub(crate) enum JournalVerb {
    /// Print a valid report file.
    Example,
    /// Make a journal.
    Create(CreateArgs),
    /// Add an incident from a report file, with evidence, and print its id.
    Add {
        #[command(flatten)]
        vault: VaultArgs,
        /// The report file (JSON).
        #[arg(long, value_name = "FILE")]
        report: PathBuf,
        /// A file of evidence; can be repeated. An entry of `evidence` in the report whose
        /// `original_name` is that of the file describes it.
        #[arg(long, value_name = "FILE")]
        attach: Vec<PathBuf>,
    },
    /// List the incidents.
    List {
        #[command(flatten)]
        vault: VaultArgs,
    },
    /// Show one incident.
    Show {
        #[command(flatten)]
        vault: VaultArgs,
        /// The incident's id.
        id: String,
    },
    /// Delete an incident with its evidence, without asking. What still waits is taken back.
    Delete {
        #[command(flatten)]
        vault: VaultArgs,
        /// The incident's id.
        id: String,
    },
    /// Join an organisation by its invitation and the six words that its caseworker reads out; print its id. Of a short
    /// invitation the organisation's address is asked for the rest.
    Join {
        #[command(flatten)]
        vault: VaultArgs,
        #[command(flatten)]
        line: LineArgs,
        /// The invitation's file.
        invitation: PathBuf,
        /// The six words; asked for otherwise.
        #[arg(long, value_name = "\"w1 ... w6\"")]
        words: Option<String>,
    },
    /// List the organisations.
    Organisations {
        #[command(flatten)]
        vault: VaultArgs,
    },
    /// Say, or choose, how the network is reached.
    Travel(TravelArgs),
    /// Look into the mailboxes: what organisations say back. Apart from `sync`, so that nobody sees both at one moment.
    Answers {
        #[command(flatten)]
        vault: VaultArgs,
        #[command(flatten)]
        line: LineArgs,
    },
    /// Agree that reports to an organisation go another way than before, as `organisations` tells it.
    Agree {
        #[command(flatten)]
        vault: VaultArgs,
        /// The organisation: its id, the beginning of it, or its name.
        organisation: String,
    },
    /// Confirm an organisation's new master keys by the six words that its caseworker reads out.
    ConfirmRoot {
        #[command(flatten)]
        vault: VaultArgs,
        /// The organisation: its id, the beginning of it, or its name.
        organisation: String,
        /// The six words; asked for otherwise.
        #[arg(long, value_name = "\"w1 ... w6\"")]
        words: Option<String>,
    },
    /// Draw a new key for what is sealed to an organisation from now on. The key before says that you are still you.
    RenewSender {
        #[command(flatten)]
        vault: VaultArgs,
        /// The organisation: its id, the beginning of it, or its name.
        organisation: String,
    },
    /// Show exactly what `send` with the same options would seal.
    Preview(SendArgs),
    /// Seal a report for an organisation and queue it.
    Send(SendArgs),
    /// Carry what waits. Goes on until nothing waits any more.
    Sync {
        #[command(flatten)]
        vault: VaultArgs,
        #[command(flatten)]
        line: LineArgs,
        /// One visit only.
        #[arg(long)]
        once: bool,
    },
    /// Write a sealed report as a file, to be handed over on a stick; it goes on waiting until a receipt comes back.
    Hand {
        #[command(flatten)]
        vault: VaultArgs,
        /// The delivery's id, as `status --json` says it.
        delivery: String,
        /// The folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Write the receipt of a delivery as a file, to be shown to others.
    Receipt {
        #[command(flatten)]
        vault: VaultArgs,
        /// The delivery's id, as `status --json` says it.
        delivery: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take in what came back by hand: receipts, and what an organisation wrote.
    Take {
        #[command(flatten)]
        vault: VaultArgs,
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Say where every report is, or those of one incident.
    Status {
        #[command(flatten)]
        vault: VaultArgs,
        /// The incident's id.
        id: Option<String>,
    },
}

/// The desk's verbs.
#[derive(Subcommand)]
pub(crate) enum DeskVerb {
    /// Make a desk.
    Create(CreateArgs),
    /// Found the organisation of this desk.
    Found {
        #[command(flatten)]
        vault: VaultArgs,
        /// The organisation's name.
        #[arg(long)]
        name: String,
        /// The endpoint's address.
        #[arg(long, value_name = "URL")]
        endpoint: String,
        /// The endpoint's receipt key, as its operator printed it.
        #[arg(long, value_name = "K")]
        receipt_key: String,
        /// A folder on another medium, for a master key and, on the first, the archive identity; can be repeated, each on a
        /// medium of its own.
        #[arg(long, value_name = "DIR", required = true)]
        offline: Vec<PathBuf>,
        /// File with the passphrase of that medium; asked for otherwise. One for each medium, in the same order.
        #[arg(long, value_name = "FILE")]
        offline_passphrase_file: Vec<PathBuf>,
        /// How many of the master keys must sign later ones.
        #[arg(long, value_name = "N", default_value_t = 1)]
        threshold: usize,
    },
    /// Show the organisation and its six words.
    Organisation {
        #[command(flatten)]
        vault: VaultArgs,
    },
    #[command(flatten)]
    Ours(ours::OursVerb),
    /// Write the signed profile for the endpoint's operator.
    Profile {
        #[command(flatten)]
        vault: VaultArgs,
        /// Sign a new version first: its day and the windows of its keys move on.
        #[arg(long)]
        renew: bool,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Connect to the endpoint with a caseworker's token.
    Connect {
        #[command(flatten)]
        vault: VaultArgs,
        #[command(flatten)]
        line: LineArgs,
        /// File with the token.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
    },
    /// Write an invitation with a reporter's token in it.
    Invite {
        #[command(flatten)]
        vault: VaultArgs,
        /// File with the token.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
        /// Write the short form, which a QR code holds: the journal asks the endpoint for the rest.
        #[arg(long)]
        short: bool,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Say, or choose, how the network is reached.
    Travel(TravelArgs),
    /// Fetch, verify and open what the endpoint holds.
    Fetch {
        #[command(flatten)]
        vault: VaultArgs,
        #[command(flatten)]
        line: LineArgs,
    },
    /// Take in sealed reports that somebody brought as files.
    Take {
        #[command(flatten)]
        vault: VaultArgs,
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Write what waits to be posted to senders as sealed files, to be handed over; it is posted at the next fetch all the
    /// same.
    Hand {
        #[command(flatten)]
        vault: VaultArgs,
        /// The folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// List reports, and parcels that could not be opened or verified.
    List {
        #[command(flatten)]
        vault: VaultArgs,
    },
    /// Answer a report, or ask its sender something. It is posted at the next fetch.
    Answer {
        #[command(flatten)]
        vault: VaultArgs,
        /// The report's id.
        id: String,
        /// File with the words.
        #[arg(long, value_name = "FILE")]
        text_file: PathBuf,
    },
    /// Show one report; it counts as opened from then on, and its sender is told at the next fetch.
    Show {
        #[command(flatten)]
        vault: VaultArgs,
        /// The report's id.
        id: String,
    },
    /// Save a report with its evidence, readable, and print the files.
    Save {
        #[command(flatten)]
        vault: VaultArgs,
        /// The report's id.
        id: String,
        /// The folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Refuses in the way in which the parser does: exit status 2.
pub(crate) fn refuse(what: &str) -> ExitCode {
    let error = Args::command().error(clap::error::ErrorKind::ArgumentConflict, what);
    let _ = error.print();
    ExitCode::from(2)
}

fn language(tag: &str) -> Result<Locale, &'static str> {
    Locale::parse(tag).ok_or("no such language; use en or ru")
}

// A name would have to be resolved before the proxy is reached; `localhost` alone is known.
fn proxy(text: &str) -> Result<SocketAddr, &'static str> {
    let text = text
        .strip_prefix("localhost:")
        .map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse()
        .map_err(|_| "an IP address and a port are needed, such as 127.0.0.1:9050")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_of_it_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn no_argument_takes_a_secret() {
        fn walk(command: &clap::Command, found: &mut Vec<String>) {
            found.extend(
                command
                    .get_arguments()
                    .filter_map(|a| a.get_long().map(str::to_owned)),
            );
            command.get_subcommands().for_each(|c| walk(c, found));
        }
        let mut found = Vec::new();
        walk(&Args::command(), &mut found);
        let secret = |name: &&String| {
            ["passphrase", "token", "secret", "password"]
                .iter()
                .any(|s| name.contains(s))
        };
        assert!(found.iter().any(|n| secret(&n)));
        assert!(
            found.iter().filter(secret).all(|n| n.ends_with("-file")),
            "{found:?}"
        );
    }

    #[test]
    fn proxies_are_addresses() {
        assert_eq!(proxy("localhost:9050"), Ok(([127, 0, 0, 1], 9050).into()));
        assert!(proxy("[::1]:9050").is_ok());
        assert!(proxy("example.org:9050").is_err());
    }
}
