//! Why a parcel waits or is stopped: one table. A reason *stops* only when waiting cannot help and a person must act,
//! and only when the endpoint said so in its own problem format, or when the ciphertext here is no longer what was
//! sealed: a portal or a broken proxy in between can make a parcel wait, never stop it. What this device lacks (Tor, an
//! address on the way used first) waits too, and nothing is contacted meanwhile: it may be there at the next visit.
//! Nothing that a server wrote is passed on, except codes that this version knows.

use chronicle_wire::organisation::TrustError;
use chronicle_wire::route::Problem;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident $code:literal $stops:literal,)*) => {
        /// Every reason for which a parcel is not stored yet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason, in the order of the table.
            pub const ALL: &'static [Reason] = &[$(Reason::$name,)*];
            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str { match self { $(Reason::$name => $code,)* } }
            /// Whether waiting cannot help.
            #[must_use]
            pub fn stops(self) -> bool { match self { $(Reason::$name => $stops,)* } }
        }
    };
}

reasons! {
    /// No connection, or it was cut too often without progress.
    EndpointUnreachable "endpoint-unreachable" false,
    /// The SOCKS proxy does not answer; nothing was sent another way.
    ProxyUnreachable "proxy-unreachable" false,
    /// The endpoint's certificate is not accepted: someone may stand in between.
    CertificateRefused "certificate-refused" false,
    /// The endpoint has no room.
    EndpointFull "endpoint-full" false,
    /// Too many uploads at once.
    EndpointBusy "endpoint-busy" false,
    /// The capability's room is used up for now.
    QuotaUsed "quota-used" false,
    /// Any other answer that is not the protocol's. Arguments: `status`, and `problem` when its code is known.
    EndpointRefused "endpoint-refused" false,
    /// The endpoint's profile was not taken over; delivery goes on with the known one. Argument: `reason`.
    ProfileRefused "profile-refused" false,
    /// Everything was sent; the receipt is not there yet.
    ReceiptPending "receipt-pending" false,
    /// The receipt does not count: wrong signature, key, organisation, hash or size, or no receipt at all.
    ReceiptWrong "receipt-wrong" false,
    /// The receipt is right but for its day, which lies outside the window of its key.
    ReceiptDay "receipt-day" false,
    /// The ciphertext cannot be read, or is not as long as it was.
    FileUnreadable "file-unreadable" false,
    /// The outbox could not keep something. Argument: `reason`.
    OutboxFailed "outbox-failed" false,
    /// The endpoint does not know the token, or no longer.
    TokenRefused "token-refused" true,
    /// The token was exchanged before, for another capability: someone else may have used the invitation.
    TokenUsed "invitation-used" true,
    /// The capability is not, or no longer, known.
    CapabilityRevoked "capability-revoked" true,
    /// The endpoint does not take this size.
    TooLarge "too-large-for-endpoint" true,
    /// The ciphertext here is no longer what was sealed.
    SealedDamaged "sealed-damaged" true,
    /// The endpoint says twice in one visit that what arrived is not what was announced. The ciphertext here is whole:
    /// the line may have damaged it, so it is sent again. How often is for the outbox to say.
    BundleRefused "bundle-refused" false,
    /// The profile names no address that may be spoken to.
    AddressRefused "address-refused" false,
    /// The profile names no address any more on the way by which the organisation was reached: another one is for the person
    /// to agree to.
    WayGone "way-gone" false,
    /// The address is an onion service, or was reached behind a SOCKS proxy before, and none is set.
    TorNeeded "tor-needed" false,
}

impl Reason {
    /// Whether nothing was contacted because of this device's own settings: with the same ones, the next visit meets
    /// the same.
    #[must_use]
    pub fn is_local(self) -> bool {
        matches!(self, Self::AddressRefused | Self::WayGone | Self::TorNeeded)
    }

    /// The reason with this stable code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|r| r.code() == code)
    }
}

/// A reason with its arguments, as it goes to the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The stable code of the [`Reason`].
    pub code: &'static str,
    /// Arguments for the sentence: names and values without content or secrets.
    pub args: Vec<(&'static str, String)>,
    /// Whether waiting cannot help.
    pub stops: bool,
}

impl From<Reason> for Trouble {
    fn from(reason: Reason) -> Self {
        Self {
            code: reason.code(),
            args: Vec::new(),
            stops: reason.stops(),
        }
    }
}

impl Trouble {
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    pub(crate) fn profile(error: TrustError) -> Self {
        // The code alone would not tell a rollback from a malformed text.
        let reason = if error == TrustError::Rollback {
            "rollback"
        } else {
            error.code()
        };
        Self::from(Reason::ProfileRefused).with("reason", reason)
    }

    /// What an answer means that is not the one hoped for; `problem` is known only from the endpoint's own format.
    pub(crate) fn refused(status: u16, problem: Option<Problem>) -> Self {
        let reason = match problem {
            Some(Problem::Full) => Reason::EndpointFull,
            Some(Problem::TooMany) => Reason::EndpointBusy,
            Some(Problem::Quota) => Reason::QuotaUsed,
            Some(Problem::Size) => Reason::TooLarge,
            _ => Reason::EndpointRefused,
        };
        let trouble = Self::from(reason);
        match (reason, problem) {
            (Reason::EndpointRefused, Some(known)) => {
                trouble.with("status", status).with("problem", known.code())
            }
            (Reason::EndpointRefused, None) => trouble.with("status", status),
            _ => trouble,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_kebab_case() {
        let mut codes: Vec<_> = Reason::ALL.iter().map(|r| r.code()).collect();
        assert!(
            codes
                .iter()
                .all(|c| c.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
        );
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Reason::ALL.len());
    }

    #[test]
    fn what_this_device_lacks_never_stops() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.code()), Some(*reason));
            assert!(!(reason.is_local() && reason.stops()), "{reason:?}");
        }
        assert!(Reason::TorNeeded.is_local() && !Reason::EndpointUnreachable.is_local());
    }

    #[test]
    fn an_answer_stops_only_in_the_endpoints_own_words() {
        for status in [301, 400, 401, 403, 404, 409, 410, 413, 422, 500, 507] {
            assert!(!Trouble::refused(status, None).stops, "{status} alone");
        }
        assert!(Trouble::refused(413, Some(Problem::Size)).stops);
    }
}
