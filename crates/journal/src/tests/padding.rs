//! How long a report is says nothing, as long as it has no files.

use super::*;

#[test]
fn the_longest_report_without_files_is_as_long_as_the_shortest() {
    for recipients in [RecipientType::X25519, RecipientType::Hybrid] {
        for locale in [Locale::En, Locale::Ru] {
            let dir = tempfile::tempdir().unwrap();
            let (mut journal, words) = (fresh(dir.path()), Words::new(locale));
            let house = house_of("A", recipients);
            journal
                .join(&house.invitation, &house.words, &now())
                .unwrap();
            let short = journal.save(None, example(), &now()).unwrap().id;
            let long = journal.save(None, Draft::fullest(), &now()).unwrap().id;
            let mut sizes = std::collections::BTreeSet::new();
            // Each revision that was sealed adds to the custody chain.
            for revision in 0..12 {
                for id in [&short, &long] {
                    let preview = journal.preview(id, house.id, &[], &words, &now()).unwrap();
                    let sent = journal.send(id, house.id, &[], &words, &now()).unwrap();
                    sizes.insert(preview.sealed_bytes);
                    sizes.insert(journal.deliveries[&sent.id].bundle.size());
                    let mut next = journal.incident(id, &now()).unwrap().draft;
                    next.what.narrative.pop();
                    next.what
                        .narrative
                        .push(if revision % 2 == 0 { '🚙' } else { '🚗' });
                    journal.save(Some(id), next, &now()).unwrap();
                }
            }
            assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [256 * 1024]);
        }
    }
}
