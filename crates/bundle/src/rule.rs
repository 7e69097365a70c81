//! The rules of the format, one for each check of the reader: a code for logs and documents, and the family that a person's
//! sentence is about. `FORMAT.md` lists them, and a test compares.

use crate::OpenError;

/// What a person is told about a bundle that is refused: one sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// It ends before it should.
    Truncated,
    /// No key of ours opens it.
    NotForUs,
    /// It is not built as the format asks.
    Malformed,
    /// The sender's signature is wrong.
    Signature,
    /// A part is not what was signed.
    Hash,
    /// What follows the parts is not zero.
    Padding,
    /// A later version opens it.
    Newer,
    /// It is bound to somebody else.
    OtherOrganisation,
}

impl Family {
    /// The code of the sentence.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Truncated => "bundle-truncated",
            Self::NotForUs => "bundle-not-for-us",
            Self::Malformed => "bundle-malformed",
            Self::Signature => "bundle-signature",
            Self::Hash => "bundle-hash",
            Self::Padding => "bundle-padding",
            Self::Newer => "bundle-newer",
            Self::OtherOrganisation => "bundle-wrong-organisation",
        }
    }
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident $code:literal $family:ident;)*) => {
        /// One rule, named after what breaks it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[doc = $doc])+ $name,)* }

        impl Rule {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Which sentence a person is told.
            #[must_use]
            pub fn family(self) -> Family {
                match self { $(Self::$name => Family::$family,)* }
            }
        }
    };
}

rules! {
    /// The length is no size of the padding table.
    Size "size" Truncated;
    /// It does not begin like an age file.
    HeaderNotAge "header-not-age" Malformed;
    /// The header does not end within 64 KiB, or the file ends before it does.
    HeaderLong "header-long" Truncated;
    /// A line of the header that age's format does not have.
    HeaderLine "header-line" Malformed;
    /// A stanza for a passphrase.
    HeaderPassphrase "header-passphrase" Malformed;
    /// A stanza of a type that is not and never was the organisation's.
    HeaderType "header-type" Malformed;
    /// Stanzas of two types.
    HeaderMixed "header-mixed" Malformed;
    /// Fewer than 8 stanzas.
    HeaderFew "header-few" Malformed;
    /// More than 8 stanzas.
    HeaderMany "header-many" Malformed;
    /// More than one grease stanza.
    HeaderGrease "header-grease" Malformed;
    /// A stanza whose argument or body has not the length or the one form of its type.
    StanzaShape "stanza-shape" Malformed;
    /// The header's last line is not a MAC's.
    HeaderEnd "header-end" Malformed;
    /// A stanza with a share that no writer makes (of small order, say).
    StanzaShare "stanza-share" Malformed;
    /// The header's MAC is not that of the file key.
    HeaderMac "header-mac" Malformed;
    /// No identity opens it.
    NotForUs "not-for-us" NotForUs;
    /// A piece of the ciphertext was changed, moved or left out.
    Ciphertext "ciphertext" Malformed;
    /// The ciphertext, or the archive in it, ends before its end.
    Cut "cut" Truncated;

    /// An entry of another name.
    EntryName "entry-name" Malformed;
    /// Another mode than 0600.
    EntryMode "entry-mode" Malformed;
    /// Another owner than 0.
    EntryOwner "entry-owner" Malformed;
    /// Another group than 0.
    EntryGroup "entry-group" Malformed;
    /// A size that is no number in tar's octal form, or another than the part's.
    EntrySize "entry-size" Malformed;
    /// `manifest.json`, `manifest.sig` or `parts.json` above its cap.
    EntryLarge "entry-large" Malformed;
    /// Another time than 0.
    EntryTime "entry-time" Malformed;
    /// Not a regular file.
    EntryType "entry-type" Malformed;
    /// The name of a link's target.
    EntryLink "entry-link" Malformed;
    /// Not ustar's mark.
    EntryMagic "entry-magic" Malformed;
    /// The name of an owner.
    EntryOwnerName "entry-owner-name" Malformed;
    /// The name of a group.
    EntryGroupName "entry-group-name" Malformed;
    /// Numbers of a device.
    EntryDevice "entry-device" Malformed;
    /// A second half of a name.
    EntryPrefix "entry-prefix" Malformed;
    /// Something behind the last field.
    EntryRest "entry-rest" Malformed;
    /// A wrong checksum, or another way to write the right one.
    EntryChecksum "entry-checksum" Malformed;

    /// `manifest.json` is no JSON.
    ManifestJson "manifest-json" Malformed;
    /// A name stands twice in `manifest.json`.
    ManifestTwice "manifest-twice" Malformed;
    /// `manifest.json` nests deeper than 16.
    ManifestDeep "manifest-deep" Malformed;
    /// `manifest.json` has more than 5,000 values.
    ManifestMany "manifest-many" Malformed;
    /// It is a manifest of something else.
    ManifestFormat "manifest-format" Malformed;
    /// It is of a later version of the format.
    NewerFormat "newer-format" Newer;
    /// It names no purpose.
    ManifestPurpose "manifest-purpose" Malformed;
    /// It has a purpose that this version does not know.
    NewerPurpose "newer-purpose" Newer;
    /// The sender is no Ed25519 key, or one of small order.
    SenderKey "sender-key" Malformed;
    /// A field is missing or has another kind of value.
    ManifestFields "manifest-fields" Malformed;
    /// The signature is not 128 lower-case hexadecimal digits.
    SignatureForm "signature-form" Signature;
    /// The signature is not the sender's over these bytes for this purpose.
    Signature "signature" Signature;
    /// It names another organisation.
    Organisation "organisation" OtherOrganisation;
    /// It names a root that never was the organisation's.
    Root "root" OtherOrganisation;
    /// It names recipients that never were the organisation's.
    Recipients "recipients" OtherOrganisation;
    /// The report's id has another form.
    ReportId "report-id" Malformed;
    /// The revision is 0.
    Revision "revision" Malformed;
    /// The chain's id has another form.
    ChainId "chain-id" Malformed;
    /// The counter is 0.
    ChainCounter "chain-counter" Malformed;
    /// The first of a chain names one before it, or another names none.
    ChainPrevious "chain-previous" Malformed;
    /// More than 1,000 counters were withdrawn, or one that was not there yet.
    ChainWithdrawn "chain-withdrawn" Malformed;
    /// The language tag is longer than 35 letters, or has others than letters, digits and hyphens.
    Language "language" Malformed;
    /// The reply recipient is longer than 2,048 letters, or has others than lower-case letters and digits.
    Reply "reply" Malformed;
    /// A version has a form that no version has.
    Versions "versions" Malformed;
    /// A key before did not sign that the next one takes its place, or there are more than 8, or one twice.
    Succession "succession" Signature;

    /// `parts.json` is no list of parts.
    PartsJson "parts-json" Malformed;
    /// A name stands twice in `parts.json`.
    PartsTwice "parts-twice" Malformed;
    /// Not as many parts as commitments.
    PartsCount "parts-count" Malformed;
    /// Another order of kinds, or one missing.
    PartsOrder "parts-order" Malformed;
    /// More than 200 items of evidence.
    PartsMany "parts-many" Malformed;
    /// A part at another place than it says.
    PartIndex "part-index" Malformed;
    /// A part above the cap of its kind.
    PartSize "part-size" Malformed;
    /// A name where there is none.
    PartName "part-name" Malformed;
    /// A name longer than 1,024 bytes.
    PartNameLong "part-name-long" Malformed;
    /// A part does not open its commitment.
    Commitment "commitment" Hash;
    /// A part's content is not what its hash says.
    PartContent "part-content" Hash;
    /// The fill after an entry is not zero.
    Fill "fill" Padding;
    /// Something other than zeros after the parts.
    Padding "padding" Padding;
    /// Fewer than two blocks of zeros after the parts.
    PaddingShort "padding-short" Padding;

    /// `custody.jsonl` is not UTF-8.
    CustodyText "custody-text" Malformed;
    /// Its last line has no end, or there is no line.
    CustodyEnd "custody-end" Malformed;
    /// A line is no step.
    CustodyLine "custody-line" Malformed;
    /// A line tells of an organisation.
    CustodyPrivate "custody-private" Malformed;
    /// A line's number is not the next of its chain.
    CustodySeq "custody-seq" Malformed;
    /// A line does not name the one before it.
    CustodyPrevious "custody-previous" Malformed;
    /// A time that is not RFC 3339 with an offset.
    CustodyTime "custody-time" Malformed;
    /// An action that is not 1 to 32 lower-case letters and hyphens.
    CustodyAction "custody-action" Malformed;
    /// There is no chain of the report.
    CustodyReport "custody-report" Malformed;
    /// A chain under an id of another form.
    CustodyId "custody-id" Malformed;
    /// What was left out has a hash or a second line.
    CustodyWithheld "custody-withheld" Malformed;
    /// A chain begins otherwise than by taking in or leaving out.
    CustodyBegin "custody-begin" Malformed;
    /// A chain begins by taking in no hash.
    CustodyHash "custody-hash" Malformed;
    /// The chains are not one for each item of evidence.
    CustodyEvidence "custody-evidence" Malformed;

    /// `report.json` is no report.
    Report "report" Malformed;
    /// `report.txt` is not UTF-8.
    ReportText "report-text" Malformed;
    /// `people.json` holds no names and contacts.
    People "people" Malformed;
    /// The evidence that `report.json` describes is not that of the chains.
    ReportEvidence "report-evidence" Malformed;
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// Refuses what breaks `rule`.
pub(crate) fn ensure(holds: bool, rule: Rule) -> Result<(), OpenError> {
    if holds || is_blind_to(rule) {
        Ok(())
    } else {
        Err(rule.into())
    }
}

#[cfg(not(test))]
fn is_blind_to(_: Rule) -> bool {
    false
}

#[cfg(test)]
pub(crate) use blind::{blind_to, is_blind_to};

// A reader with one rule left out, to see that its cases are refused by this rule and those of others are not.
#[cfg(test)]
mod blind {
    use super::Rule;
    use std::cell::Cell;

    thread_local!(static LEFT_OUT: Cell<Option<Rule>> = const { Cell::new(None) });

    pub(crate) fn blind_to<T>(rule: Rule, act: impl FnOnce() -> T) -> T {
        LEFT_OUT.set(Some(rule));
        let done = act();
        LEFT_OUT.set(None);
        done
    }

    pub(crate) fn is_blind_to(rule: Rule) -> bool {
        LEFT_OUT.get() == Some(rule)
    }
}
