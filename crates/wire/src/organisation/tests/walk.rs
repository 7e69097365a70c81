//! The way from an organisation's id to its root of today, and every way that is none.

use super::*;

/// The roots of an organisation, each with its key.
struct Way {
    roots: Vec<(RootBody, SigningKey)>,
    founded: Founded,
}

fn signed(root: &RootBody, keys: &[&SigningKey]) -> SignedDocument {
    let text = serde_json::to_string(root).unwrap();
    SignedDocument::sign(purpose::ROOT, text, keys)
}

fn hash(root: &RootBody) -> Hash {
    Hash::of(serde_json::to_string(root).unwrap().as_bytes())
}

/// An organisation under the last of so many roots.
pub(crate) fn way(length: usize) -> Result<Profile<Verified>, TrustError> {
    let way = Way::of(length);
    way.try_with(way.documents())
}

impl Way {
    fn of(length: usize) -> Self {
        let founded = founded();
        let id = hash(&founded.root);
        let first = SigningKey::from_seed(&founded.root_key.seed()).unwrap();
        let mut roots = vec![(founded.root.clone(), first)];
        for version in 2..=length as u64 {
            let key = SigningKey::draw().unwrap();
            let root = RootBody {
                version,
                organisation: Some(id),
                root_keys: vec![key.public()],
                ..founded.root.clone()
            };
            roots.push((root, key));
        }
        Self { roots, founded }
    }

    fn documents(&self) -> Vec<SignedDocument> {
        let sign = |at: usize| {
            let before = at.checked_sub(1).map(|at| &self.roots[at].1);
            let keys: Vec<_> = [Some(&self.roots[at].1), before]
                .into_iter()
                .flatten()
                .collect();
            signed(&self.roots[at].0, &keys)
        };
        (0..self.roots.len()).map(sign).collect()
    }

    /// The last of `documents` is the root of today.
    fn try_with(
        &self,
        mut documents: Vec<SignedDocument>,
    ) -> Result<Profile<Verified>, TrustError> {
        let root = documents.pop().unwrap();
        let mut body = self.founded.body.clone();
        body.root = root.hash();
        let body = serde_json::to_string(&body).unwrap();
        let profile = SignedDocument::sign(purpose::PROFILE, body, &[&self.founded.profile_key]);
        let text = serde_json::to_string(&Credentials {
            earlier: documents,
            root,
            profile,
            current: None,
        });
        Profile::read(serde_json::from_str(&text.unwrap()).unwrap())?.verify()
    }
}

#[test]
fn a_way_from_the_first_root_is_walked() {
    for length in 1..=3 {
        let way = Way::of(length);
        let profile = way.try_with(way.documents()).unwrap();
        assert_eq!(profile.organisation(), hash(&way.roots[0].0));
        assert_eq!(profile.root_hash(), hash(&way.roots[length - 1].0));
        assert_eq!(profile.root().version, length as u64);
    }
    let text = serde_json::to_string(&Way::of(1).founded.credentials()).unwrap();
    assert!(!text.contains("earlier"), "version 1 has no field for it");
}

#[test]
fn what_is_no_way_is_refused() {
    let way = Way::of(3);
    let good = way.documents();
    let (mallory, other) = (SigningKey::draw().unwrap(), Way::of(2));
    // A root of mallory's for this organisation's id.
    let mut forged = way.roots[1].0.clone();
    forged.root_keys = vec![mallory.public()];
    let by = |keys: &[&SigningKey]| signed(&forged, keys);
    let second = &way.roots[1].0;
    let (first_key, second_key) = (&way.roots[0].1, &way.roots[1].1);
    let [one, two, three] = good.clone().try_into().unwrap();
    let table: Vec<(&str, TrustError, Vec<SignedDocument>)> = vec![
        (
            "a later root alone",
            TrustError::Malformed,
            vec![three.clone()],
        ),
        (
            "a forged one alone",
            TrustError::Malformed,
            vec![by(&[&mallory])],
        ),
        (
            "a forged one behind the true first",
            TrustError::Signature,
            vec![one.clone(), by(&[&mallory])],
        ),
        (
            "a forged one behind a first of the forger",
            TrustError::Mixed,
            vec![
                other.documents()[0].clone(),
                by(&[&mallory, &other.roots[0].1]),
            ],
        ),
        (
            "a gap",
            TrustError::Malformed,
            vec![one.clone(), three.clone()],
        ),
        (
            "without the first",
            TrustError::Malformed,
            vec![two.clone(), three.clone()],
        ),
        (
            "another order",
            TrustError::Malformed,
            vec![two.clone(), one.clone(), three.clone()],
        ),
        (
            "one twice",
            TrustError::Malformed,
            vec![one.clone(), two.clone(), two.clone()],
        ),
        (
            "the first again at the end",
            TrustError::Malformed,
            vec![one.clone(), two.clone(), one.clone()],
        ),
        (
            "not signed by the one before",
            TrustError::Signature,
            vec![one.clone(), signed(second, &[second_key])],
        ),
        (
            "not signed by itself",
            TrustError::Signature,
            vec![one.clone(), signed(second, &[first_key])],
        ),
        (
            "signed by the one before the one before",
            TrustError::Signature,
            vec![
                one.clone(),
                two.clone(),
                signed(&way.roots[2].0, &[&way.roots[2].1, first_key]),
            ],
        ),
        (
            "an earlier one that is not signed",
            TrustError::Signature,
            vec![signed(&way.roots[0].0, &[]), two.clone(), three.clone()],
        ),
        (
            "too long a way",
            TrustError::Malformed,
            Way::of(18).documents(),
        ),
    ];
    assert!(way.try_with(good).is_ok());
    for (name, expected, documents) in table {
        assert_eq!(way.try_with(documents).err(), Some(expected), "{name}");
    }
    let mut newer = way.roots[1].0.clone();
    newer.format = "chronicle/root/v2".into();
    let documents = vec![one, signed(&newer, &[first_key, second_key]), three];
    assert_eq!(way.try_with(documents).err(), Some(TrustError::Newer));
}

#[test]
fn the_threshold_of_the_root_before_counts() {
    let mut way = Way::of(1);
    let partner = SigningKey::draw().unwrap();
    let (first, key) = &mut way.roots[0];
    first.root_keys.push(partner.public());
    first.root_threshold = 2;
    let mut second = first.clone();
    let next = SigningKey::draw().unwrap();
    (second.version, second.organisation) = (2, Some(hash(first)));
    (second.root_keys, second.root_threshold) = (vec![next.public()], 1);
    let one = signed(first, &[key, &partner]);
    let with = |keys: &[&SigningKey]| {
        let mut founded = Way::of(1);
        founded.founded.profile_key =
            SigningKey::from_seed(&way.founded.profile_key.seed()).unwrap();
        founded.founded.body.organisation = hash(&way.roots[0].0);
        founded
            .try_with(vec![one.clone(), signed(&second, keys)])
            .err()
    };
    let key = &way.roots[0].1;
    assert_eq!(with(&[&next, key, &partner]), None);
    assert_eq!(with(&[&next, key]), Some(TrustError::Signature));
    assert_eq!(with(&[&next, key, key]), Some(TrustError::Signature));
}

#[test]
fn a_root_is_followed_by_a_person_only_and_never_backwards() {
    let mut way = Way::of(3);
    let documents = way.documents();
    let at = |length: usize| way.try_with(documents[..length].to_vec()).unwrap();
    let (first, second, third) = (at(1), at(2), at(3));
    assert_eq!(second.follows(&first), Err(TrustError::RootChanged));
    assert_eq!(third.follows(&first), Err(TrustError::RootChanged));
    assert_eq!(second.follows(&third), Err(TrustError::Rollback));
    assert_eq!(third.follows(&third), Ok(()));
    // Another second root, as rightly signed: the way parted.
    way.roots.truncate(2);
    way.roots[1].0.expires = day("2033-01-01");
    let parted = way.try_with(way.documents()).unwrap();
    assert_eq!(parted.follows(&second), Err(TrustError::Rollback));
    assert_eq!(parted.follows(&first), Err(TrustError::RootChanged));
}

#[test]
fn a_document_is_as_long_as_it_may_be_and_no_longer() {
    let way = Way::of(1);
    let filled = |mut value: serde_json::Value, length: usize| {
        value["more"] = "".into();
        let rest = length - serde_json::to_string(&value).unwrap().len();
        value["more"] = "n".repeat(rest).into();
        serde_json::to_string(&value).unwrap()
    };
    let signed = |root: usize, profile: usize| {
        let (key, value) = (&way.roots[0].1, serde_json::to_value(&way.roots[0].0));
        let root = SignedDocument::sign(purpose::ROOT, filled(value.unwrap(), root), &[key]);
        let mut body = way.founded.body.clone();
        (body.organisation, body.root) = (root.hash(), root.hash());
        let text = filled(serde_json::to_value(&body).unwrap(), profile);
        let profile = SignedDocument::sign(purpose::PROFILE, text, &[&way.founded.profile_key]);
        let earlier = vec![];
        let read = Profile::read(Credentials {
            earlier,
            root,
            profile,
            current: None,
        });
        read.and_then(Profile::verify).err()
    };
    const KIB: usize = 1024;
    assert_eq!(signed(4 * KIB, 64 * KIB), None);
    assert_eq!(signed(4 * KIB + 1, 64 * KIB), Some(TrustError::Malformed));
    assert_eq!(signed(4 * KIB, 64 * KIB + 1), Some(TrustError::Malformed));
}

/// The longest credentials that verify, as the endpoint answers them (512 KiB are read) and in a quoted invitation.
#[test]
fn the_longest_way_fits_answer_and_invitation() {
    let fill = |mut value: serde_json::Value, most: usize| {
        let length = serde_json::to_string(&value).unwrap().len();
        let room = most - length - "\"more\":\"\",".len();
        // Each quote takes two bytes here, and four in JSON in JSON.
        value["more"] = "\"".repeat(room / 2).into();
        serde_json::to_string(&value).unwrap()
    };
    let mut way = Way::of(17);
    let strangers: Vec<_> = (0..14).map(|_| SigningKey::draw().unwrap()).collect();
    let mut documents = Vec::new();
    let mut id = None;
    for at in 0..17 {
        way.roots[at].0.organisation = id;
        let text = fill(serde_json::to_value(&way.roots[at].0).unwrap(), 4 * 1024);
        let mut keys: Vec<_> = vec![&way.roots[at].1, &way.roots[at.saturating_sub(1)].1];
        keys.extend(&strangers);
        documents.push(SignedDocument::sign(purpose::ROOT, text, &keys));
        id = documents.first().map(SignedDocument::hash);
    }
    let root = documents.pop().unwrap();
    let mut body = way.founded.body.clone();
    (body.organisation, body.root) = (id.unwrap(), root.hash());
    let text = fill(serde_json::to_value(&body).unwrap(), 64 * 1024);
    let mut keys = vec![&way.founded.profile_key];
    keys.extend(&strangers);
    let credentials = Credentials {
        earlier: documents,
        root,
        profile: SignedDocument::sign(purpose::PROFILE, text, &keys),
        current: None,
    };
    assert!(Profile::read(credentials.clone()).unwrap().verify().is_ok());
    let answer = serde_json::to_vec(&credentials).unwrap().len();
    assert!(answer > 256 * 1024 && answer < 512 * 1024, "{answer}");
    let invitation = Invitation {
        credentials,
        token: Token::draw(TokenRole::Reporter).unwrap(),
        introduction: u64::MAX,
    };
    let text = invitation.to_text();
    let quoted: String = text.lines().map(|line| format!("> {line}\r\n")).collect();
    let back = Invitation::parse(&quoted).unwrap();
    assert_eq!(back.credentials, invitation.credentials);
}
