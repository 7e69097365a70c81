//! What is written reads as the same, and one letter changed does not: over drawn values.

use crate::signed::{Hash, SignedDocument};
use crate::words::{Language, SixWords};
use crate::{Capability, Invitation, PublicKey, SigningKey, Token, TokenRole, size};
use proptest::prelude::*;

// Keys have no `Debug`: seeds are drawn.
fn key(seed: &[u8; 32]) -> SigningKey {
    SigningKey::from_seed(&hex::encode(seed)).unwrap()
}

proptest! {
    #[test]
    fn a_signed_document(body in "\\PC{0,300}", seeds in prop::collection::vec(any::<[u8; 32]>(), 1..5), purpose in "[a-z/]{1,20}", at: prop::sample::Index) {
        let keys: Vec<SigningKey> = seeds.iter().map(key).collect();
        let signing: Vec<&SigningKey> = keys.iter().collect();
        let document = SignedDocument::sign(&purpose, body.clone(), &signing);
        let text = serde_json::to_vec(&document).unwrap();
        let back: SignedDocument = serde_json::from_slice(&text).unwrap();
        prop_assert_eq!(&back, &document);
        let public: Vec<PublicKey> = keys.iter().map(SigningKey::public).collect();
        let different: std::collections::BTreeSet<String> = public.iter().map(ToString::to_string).collect();
        prop_assert_eq!(back.count(&purpose, &public), different.len());
        prop_assert_eq!(back.count(&format!("{purpose}x"), &public), 0);
        let mut changed = back.clone();
        changed.body.push('x');
        prop_assert_eq!(changed.count(&purpose, &public), 0);
        let mut forged = back;
        let one = at.index(forged.signatures.len());
        let signature = forged.signatures[one].signature.to_string();
        let flipped = if signature.starts_with('0') { "1" } else { "0" };
        forged.signatures[one].signature = serde_json::from_value(format!("{flipped}{}", &signature[1..]).into()).unwrap();
        prop_assert!(!forged.signed_by(&purpose, forged.signatures[one].key) || different.len() < public.len());
    }

    #[test]
    fn keys_and_hashes(bytes: [u8; 32], seed: [u8; 32]) {
        let hash = Hash(bytes);
        prop_assert_eq!(Hash::parse(&hash.to_string()), Some(hash));
        prop_assert_eq!(Hash::parse(&hash.to_string().to_uppercase()), (hash.to_string() == hash.to_string().to_uppercase()).then_some(hash));
        let key = key(&seed);
        let public = key.public();
        prop_assert_eq!(PublicKey::parse(&public.to_string()), Some(public));
        let again = SigningKey::from_seed(&key.seed()).unwrap();
        prop_assert_eq!(again.public(), public);
    }

    #[test]
    fn tokens_and_capabilities(secret: [u8; 32], reporter: bool) {
        let role = if reporter { TokenRole::Reporter } else { TokenRole::Caseworker };
        let token = Token::of_secret(role, &secret);
        let back = Token::parse(&token.expose()).unwrap();
        prop_assert_eq!((back.role(), back.hash()), (role, token.hash()));
        let text = token.expose();
        let capability = Capability::parse(&text[text.len() - 43..]).unwrap();
        prop_assert_eq!(Capability::parse(&capability.expose()).unwrap().hash(), capability.hash());
        prop_assert_ne!(capability.hash(), token.hash());
    }

    #[test]
    fn a_size_is_the_least_that_holds_it(bytes in 0u64..=size::LARGEST + 1) {
        match size::fit(bytes) {
            Some(size) => {
                prop_assert!(size >= bytes && size::contains(size));
                // From the step before it on.
                prop_assert!(size == size::SMALLEST || !size::contains(size - 1));
                prop_assert!(bytes == size || !size::contains(bytes));
                prop_assert_eq!(size::fit(size - (size - bytes) / 2), Some(size));
            }
            None => prop_assert_eq!(bytes, size::LARGEST + 1),
        }
    }

    #[test]
    fn an_invitation(introduction: u64, secret: [u8; 32], cut in 0usize..2_000) {
        let founded = crate::organisation::tests::founded();
        let invitation = Invitation {
            credentials: founded.verify().unwrap().credentials().clone(),
            token: Token::of_secret(TokenRole::Reporter, &secret),
            introduction,
        };
        let text = invitation.to_text();
        let back = Invitation::parse(&text).unwrap();
        prop_assert_eq!((back.introduction, back.token.hash()), (introduction, invitation.token.hash()));
        prop_assert!(back.credentials == invitation.credentials);
        let cut = cut.min(text.len() - 10);
        prop_assert!(Invitation::parse(&text[..cut]).is_err());
    }
}

proptest! {
    // Each takes a scrypt.
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn six_words(root: [u8; 40], place in 0usize..6) {
        let words = SixWords::of_root(&root);
        for language in Language::ALL {
            let mut said = words.words_in(language);
            prop_assert!(words.confirm(&said).is_ok());
            let list = language.list();
            let other = list.iter().find(|word| **word != said[place]).unwrap();
            said[place] = other;
            prop_assert!(words.confirm(&said).is_err());
        }
        prop_assert!(words.confirm(&[words.digits()]).is_ok());
    }
}
