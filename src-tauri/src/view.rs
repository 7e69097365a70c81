//! What crosses to the page beside the views of journal and desk. No secret goes outward, with two exceptions that a
//! person asked for, to write them down: the six words of a new passphrase and the eleven of a new sheet, each once.

use chronicle_desk::view::FetchView;
use chronicle_journal::view::{DeliveryView, InvitationView};
use chronicle_report::TimeWords;
use chronicle_words::Problem;
use serde::Serialize;

/// What the page may know before and after unlocking.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SessionView {
    /// `none` (no vault here yet), `locked`, `open`.
    pub state: SessionState,
    /// Whose vault, while it is open.
    pub role: Option<VaultRole>,
    /// The language of the page: a tag of the words.
    pub locale: String,
    /// The last part of the vault's folder.
    pub folder: String,
    /// Whether there is a vault in it.
    pub has_vault: bool,
    /// Whether a text waits in memory, sealed, for a vault to be opened.
    pub held: bool,
    /// Whether the web process is in its sandbox.
    pub sandboxed: bool,
    /// Whether the system keeps other programs of the same user from looking into the web process.
    pub guarded: bool,
    /// Things that unlocking found not to be as they should: how many.
    pub findings: u32,
    /// Sealed reports that are being sent while the vault is locked: how many.
    pub sending: u32,
    /// Whether something was done to the keys that is to be said: see [`KeysView::done`].
    pub keys_done: bool,
}

/// See [`SessionView::state`].
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum SessionState {
    /// No vault here yet.
    None,
    /// There is one; it is locked.
    Locked,
    /// It is open.
    Open,
}

/// Whose vault.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum VaultRole {
    /// The reporter's.
    Journal,
    /// The caseworker's.
    Desk,
}

/// What opens the vault beside the passphrase.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KeysView {
    /// Whether there is a valid sheet.
    pub sheet: bool,
    /// The day on which it was made, where that is known.
    pub sheet_made: Option<String>,
    /// Whether something may still be sealed with keys of before a change of the passphrase.
    pub older_keys: bool,
    /// What was done, told once.
    pub done: Option<KeysDone>,
}

/// See [`KeysView::done`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum KeysDone {
    /// A sheet became valid.
    Sheet,
    /// The sheet is valid no more.
    Forgotten,
    /// The passphrase was changed.
    Changed,
    /// The sheet opened the vault, and it has a new passphrase.
    Recovered,
    /// The code was split and its parts were saved.
    Shared,
}

/// A new sheet's code, to be written down.
#[derive(Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SheetView {
    /// Eleven.
    pub words: Vec<&'static str>,
    /// The places, from 1, of the three that are asked for.
    pub asked: Vec<usize>,
}

/// A folder that was chosen.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PlaceView {
    /// Its last part.
    pub folder: String,
    /// Bytes that its disk has room for.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub free_bytes: u64,
    /// Whether there is a vault in it.
    pub has_vault: bool,
    /// Whether it can be written.
    pub writable: bool,
    /// Whether it is where a vault lies when nobody chose another place.
    pub usual: bool,
}

/// Another folder that this computer remembers.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KnownView {
    /// For choosing it.
    pub number: usize,
    /// Its last part.
    pub folder: String,
    /// The last part of the folder that it lies in.
    pub within: String,
    /// Whether there is a vault in it now.
    pub has_vault: bool,
}

/// How the open vault is kept.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KeepingView {
    /// When the last copy was made, as local time.
    pub copied: Option<String>,
    /// Whether this computer may remember its folder.
    pub listed: bool,
    /// Whether it lies where vaults usually do, and nothing has to be remembered.
    pub usual: bool,
    /// What unlocking found not to be as it should.
    pub findings: Vec<Problem>,
    /// What the last check of everything found, since it was unlocked.
    pub checked: Option<WholeView>,
}

/// A check of everything, at its end.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WholeView {
    /// When, as local time.
    pub at: String,
    /// Records that were opened.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub records: u64,
    /// Files that they name.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub files: u64,
    /// Bytes that these hold.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// What is not as it should be.
    pub findings: Vec<Problem>,
}

/// A second medium that was chosen for the root's keys.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MediumView {
    /// Its folder.
    #[serde(flatten)]
    pub place: PlaceView,
    /// Whether it is on the same disk as the vault, as far as the system tells disks apart.
    pub same_disk: bool,
}

/// How strong a passphrase is.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StrengthView {
    /// In bits.
    pub bits: u32,
    /// Whether that is enough.
    pub enough: bool,
    /// How many are needed.
    pub needed: u32,
    /// The key of a sentence that helps.
    pub hint: Option<String>,
}

/// An invitation that was read, under a handle: the page never holds its token.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct InvitationAtHand {
    /// For joining.
    pub handle: String,
    /// What it says.
    #[serde(flatten)]
    pub invitation: InvitationView,
}

/// A time as it was understood.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Understood {
    /// In words.
    pub when: TimeWords,
    /// What is wrong with it.
    pub problem: Option<Problem>,
}

/// The beginning of a text item.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TextView {
    /// As text, whatever it contains.
    pub text: String,
    /// Whether there is more.
    pub truncated: bool,
}

/// What the shell tells the page by itself.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ShellEvent {
    /// The vault is about to be locked: what is unsaved is to be saved, then `lock` called.
    Locking,
    /// The window is gone already: what is unsaved is to be saved without a question, then `close` called.
    Leaving,
    /// Sealed reports are being sent while the vault is locked.
    Sending {
        /// How many are left.
        left: u32,
    },
    /// Something more was found not to be as it should.
    Found,
    /// The window is about to close: what is unsaved is to be saved, then `close` called.
    Closing,
    /// Where reports are.
    Deliveries {
        /// All of them.
        deliveries: Vec<DeliveryView>,
    },
    /// Something that takes longer.
    Job(JobView),
    /// An incident changed: load it again.
    Incident {
        /// Which.
        id: String,
    },
    /// A file is held over the window.
    Drag {
        /// Or was, and is not any more.
        over: bool,
    },
    /// Files were let go over the window; `take_dropped` takes them into an incident.
    Dropped,
    /// A fetch has ended.
    Fetched {
        /// With this.
        result: FetchView,
    },
}

/// How an open vault goes out into the network.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TravelView {
    /// The SOCKS5 proxy for everything: IP address and port.
    pub socks: Option<String>,
    /// Whether nothing goes before the person says so.
    pub by_hand: bool,
}

/// Something that takes longer.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct JobView {
    /// Its number.
    pub job: u32,
    /// `attach`, `fetch`, `send`, `save`, `keys` or `seal-again`.
    pub what: String,
    /// The name of the file at hand.
    pub name: String,
    /// Bytes done.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub done: u64,
    /// Bytes in all; 0 while not known.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub total: u64,
    /// `running`, `done`, `cancelled` or `failed`.
    pub state: JobState,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// The incident it belongs to.
    pub incident: Option<String>,
}

/// See [`JobView::state`].
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Under way.
    Running,
    /// Ended well.
    Done,
    /// Ended by the person.
    Cancelled,
    /// Ended with a problem.
    Failed,
}
