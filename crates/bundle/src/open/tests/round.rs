//! What was sealed comes back, whatever it is, and nothing else does: over drawn contents, names, values and sizes.

use super::*;
use crate::custody;
use proptest::prelude::*;

fn evidence() -> impl Strategy<Value = Vec<Vec<u8>>> {
    // Around the ends of blocks and pieces, where readers go wrong.
    let edge = prop::sample::select(vec![0usize, 511, 512, 513, 65_535, 65_536, 65_537]);
    let size = prop_oneof![edge, 0usize..3_000];
    let item = (size, any::<u8>()).prop_map(|(size, byte)| vec![byte; size]);
    prop::collection::vec(item, 0..5)
}

fn steps() -> impl Strategy<Value = Vec<(String, u32, Option<[u8; 32]>)>> {
    let action = prop::sample::select(vec!["imported", "described", "sealed"]);
    let step = (action, 0u32..86_400, any::<Option<[u8; 32]>>());
    prop::collection::vec(step.prop_map(|(a, s, h)| (a.to_owned(), s, h)), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_bundle(
        hybrid: bool,
        evidence in evidence(),
        name in "\\PC{0,80}",
        text in "\\PC{0,4000}",
        people in any::<bool>(),
        counter in 1u64..1_000_000,
        withdrawn in prop::collection::btree_set(1u64..1_000, 0..20),
        introduction: Option<u32>,
        language in prop::sample::select(vec!["en", "ru", "uz-Cyrl"]),
    ) {
        let house = house_of(if hybrid { RecipientType::Hybrid } else { RecipientType::X25519 });
        let evidence: Vec<&[u8]> = evidence.iter().map(Vec::as_slice).collect();
        let custody = custody(&evidence);
        let mut parts = parts(&custody, &evidence);
        parts[1] = PartSource::bytes(PartKind::Text, text.as_bytes());
        parts.iter_mut().skip(4).for_each(|part| part.name.clone_from(&name));
        if !people {
            parts.remove(2);
        }
        let introduction = introduction.map(u64::from);
        let mut letter = house.letter();
        letter.chain.counter = counter;
        letter.chain.previous = (counter > 1).then(|| Hash::of(&counter.to_be_bytes()));
        letter.chain.withdrawn = withdrawn.into_iter().filter(|w| *w < counter).collect();
        (letter.introduction, letter.language) = (introduction, language.into());
        let chain = letter.chain.clone();
        let mut bundle = Vec::new();
        let sealed = seal(&letter, parts, &mut bundle, &mut |_| true).unwrap();
        prop_assert!(size::contains(sealed.size) && sealed.size == bundle.len() as u64);
        let opened = house.open(&bundle).unwrap();
        prop_assert_eq!(Hash::of(&opened.manifest_bytes), sealed.manifest);
        prop_assert!(opened.evidence.iter().eq(&evidence));
        prop_assert_eq!(opened.part(PartKind::Text), Some(text.as_bytes()));
        prop_assert_eq!(opened.part(PartKind::People).is_some(), people);
        prop_assert_eq!(opened.part(PartKind::Custody), Some(custody.as_bytes()));
        let first = 3 + usize::from(people);
        prop_assert!(opened.parts.iter().skip(first).all(|p| p.name == name));
        prop_assert_eq!(&opened.manifest.chain, &chain);
        prop_assert_eq!((opened.manifest.introduction, opened.manifest.language.as_str()), (introduction, language));
        // The manifest writes itself to the bytes that were signed.
        prop_assert_eq!(serde_json::to_vec(&opened.manifest).unwrap(), opened.manifest_bytes);
    }

    #[test]
    fn a_custody_chain(chains in prop::collection::vec(steps(), 1..5), at: prop::sample::Index, to in "[ -~]") {
        let told: Vec<CustodyChain> = (0..)
            .zip(&chains)
            .map(|(n, steps)| {
                let mut chain = CustodyChain::default();
                for (action, second, hash) in steps {
                    let time = format!("2026-03-14T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60);
                    chain.append(&format!("{n:032}"), &time, action, hash.map(Hash));
                }
                chain
            })
            .collect();
        let text = custody::to_text(told.iter());
        let back = custody::verify(&text).unwrap();
        let steps: Vec<_> = told.iter().flat_map(CustodyChain::steps).collect();
        prop_assert!(back == steps);
        // No letter of it can be another one but where nothing follows in its chain, which a manifest's signature covers; and
        // what is read then says something else.
        let at = at.index(text.len());
        let mut changed = text.clone();
        changed.replace_range(at..=at, &to);
        let line = text[..at].matches('\n').count();
        let last = chains.iter().scan(0, |lines, steps| {
            *lines += steps.len();
            Some(*lines - 1)
        });
        let covered = !last.into_iter().any(|last| last == line);
        match custody::verify(&changed) {
            Ok(read) => prop_assert!(changed == text || !covered && read != steps, "letter {}", at),
            Err(_) => prop_assert!(changed != text),
        }
    }

    #[test]
    fn an_entry(content in prop::collection::vec(any::<u8>(), 0..2_000), more in any::<bool>()) {
        let mut archive = Vec::new();
        crate::archive::write_entry(&mut archive, "manifest.json", &content).unwrap();
        prop_assert_eq!(archive.len() as u64, crate::archive::entry_bytes(content.len() as u64));
        let read = |bytes: &[u8], most| crate::archive::read_entry(&mut &bytes[..], "manifest.json", most);
        let size = content.len() as u64;
        prop_assert_eq!(read(&archive, size).unwrap(), content);
        prop_assert!(size == 0 || read(&archive, size - 1).is_err());
        prop_assert!(crate::archive::read_entry(&mut archive.as_slice(), "parts.json", size).is_err());
        if more {
            archive.pop();
            prop_assert!(read(&archive, size).is_err());
        }
    }
}
