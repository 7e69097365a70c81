//! An organisation with an invitation, made in memory: joining asks nobody, and sealing neither.

use chronicle_bundle::{Chain, Identity, Letter, Purpose, RecipientType, Versions};
use chronicle_wire::organisation::{
    Credentials, KeyEntry, ProfileBody, RecipientEntry, Role, RootBody,
};
use chronicle_wire::signed::purpose;
use chronicle_wire::{
    ConfirmedOrganisation, Hash, Invitation, Profile, SignedDocument, SigningKey, Token, TokenRole,
};

/// An invitation and the words that confirm it.
pub struct House {
    /// The invitation's text.
    pub invitation: String,
    /// The six words.
    pub words: Vec<String>,
    /// What opens its bundles.
    pub identity: Identity,
    /// What is sealed to.
    pub organisation: ConfirmedOrganisation,
}

impl House {
    /// What a report's first bundle says beside its parts.
    pub fn letter<'a>(&'a self, sender: &'a SigningKey, report: &str) -> Letter<'a> {
        Letter {
            purpose: Purpose::Report,
            organisation: &self.organisation,
            report: report.into(),
            revision: 1,
            sender,
            reply: self.identity.recipient(),
            mailbox: Hash::of(b"mailbox"),
            chain: Chain {
                id: "00".repeat(16),
                counter: 1,
                previous: None,
                withdrawn: vec![],
            },
            succeeds: vec![],
            introduction: Some(17),
            language: "ru".into(),
            sealed: "2026-03-14".parse().expect("a day"),
            versions: Versions {
                vocabulary: 1,
                consent: "1".into(),
                application: "0.1.0".into(),
            },
        }
    }

    /// Founds it.
    pub fn found(name: &str) -> Self {
        Self::of(name, RecipientType::Hybrid)
    }

    /// Founds one whose recipients are of this type.
    pub fn of(name: &str, recipients: RecipientType) -> Self {
        let identity = Identity::draw(recipients);
        let draw = || SigningKey::draw().expect("random bytes");
        let (root_key, profile_key, receipt_key) = (draw(), draw(), draw());
        let root = RootBody {
            format: purpose::ROOT.into(),
            version: 1,
            organisation: None,
            root_keys: vec![root_key.public()],
            root_threshold: 1,
            profile_keys: vec![profile_key.public()],
            profile_threshold: 1,
            expires: "2029-01-01".parse().expect("a day"),
            nonce: "00112233445566778899aabbccddeeff".into(),
        };
        let text = serde_json::to_string(&root).expect("JSON");
        let root = SignedDocument::sign(purpose::ROOT, text, &[&root_key]);
        let body = ProfileBody {
            format: purpose::PROFILE.into(),
            organisation: root.hash(),
            root: root.hash(),
            version: 1,
            name: name.into(),
            addresses: vec!["http://127.0.0.1:9".into()],
            transport: "any".into(),
            recipient_type: recipients.name().into(),
            recipients: vec![RecipientEntry {
                label: "a".into(),
                recipient: identity.recipient(),
                archive: false,
            }],
            keys: vec![KeyEntry {
                key: receipt_key.public(),
                role: Role::EndpointReceipt,
                label: "r".into(),
                from: "2026-03-01".parse().expect("a day"),
                until: "2026-05-01".parse().expect("a day"),
            }],
            padding: 1,
            formats: vec![1],
            release: None,
            revoked: vec![],
            closed: false,
            expires: "2026-09-01".parse().expect("a day"),
        };
        let text = serde_json::to_string(&body).expect("JSON");
        let credentials = Credentials {
            earlier: vec![],
            current: None,
            root,
            profile: SignedDocument::sign(purpose::PROFILE, text, &[&profile_key]),
        };
        let verified = Profile::read(credentials.clone())
            .and_then(Profile::verify)
            .expect("its own profile");
        let words: Vec<String> = verified
            .words()
            .words()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let organisation = verified.confirm(&words).expect("its own words");
        let invitation = Invitation {
            credentials,
            token: Token::draw(TokenRole::Reporter).expect("random bytes"),
            introduction: 3,
        };
        Self {
            invitation: invitation.to_text().to_string(),
            words,
            identity,
            organisation,
        }
    }
}
