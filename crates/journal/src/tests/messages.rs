//! What a caseworker says reaches the report that it is about, once, and nobody else's word does.

use super::*;
use crate::{JournalInbox, Taken};
use chronicle_bundle::{Message, Said};
use chronicle_sync::{Inbox, Mailbox, Way};
use chronicle_wire::PublicKey;
use zeroize::Zeroizing;

pub(super) struct Story {
    dir: tempfile::TempDir,
    pub(super) house: House,
    pub(super) journal: Journal,
    incident: String,
}

#[test]
fn after_fourteen_days_it_is_said_that_nobody_opened_it() {
    let mut story = Story::new();
    let told = |story: &Story, at: &str| -> Vec<(String, String)> {
        let at: jiff::Zoned = format!("{at}T12:00:00Z[UTC]").parse().unwrap();
        let notices = story.journal.deliveries(&at).remove(0).notices;
        let days = |p: &chronicle_words::Problem| p.args["days"].to_string();
        notices
            .iter()
            .map(|p| (p.code.to_string(), days(p)))
            .collect()
    };
    let one = |code: &str, days: &str| vec![(code.to_owned(), days.to_owned())];
    // Signed on 15 March.
    assert_eq!(told(&story, "2026-03-28"), vec![]);
    assert_eq!(told(&story, "2026-03-29"), one("unopened-long", "14"));
    assert_eq!(told(&story, "2026-03-13"), vec![]);
    assert_eq!(told(&story, "2026-03-12"), one("receipt-days-ahead", "3"));
    assert_eq!(
        told(&story, "2016-03-15").len(),
        1,
        "ten years off stops nothing"
    );
    let id = story.delivery().id;
    let sealed = |story: &mut Story, at: &str| {
        let change = |d: &mut crate::events::Delivery| d.sealed_at = at.into();
        story.journal.change_delivery(&id, &now(), change).unwrap();
    };
    sealed(&mut story, "2026-03-17T10:00:00+00:00");
    assert_eq!(told(&story, "2026-03-20"), vec![]);
    sealed(&mut story, "2026-03-19T10:00:00+00:00");
    assert_eq!(told(&story, "2026-03-20"), one("receipt-days-behind", "4"));
    assert_eq!(
        told(&story, "2026-03-29").len(),
        2,
        "one does not hide the other"
    );
    sealed(&mut story, "2026-03-15T10:00:00+00:00");
    let opened = story.sealed(&story.message("0b", Said::Opened));
    assert_eq!(story.take(&opened), Taken::Kept);
    assert_eq!(told(&story, "2027-03-29"), vec![], "somebody did");
}

impl Story {
    /// A report that the endpoint has signed for.
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let house = house("A");
        let mut journal = joined(dir.path(), &[&house]);
        let mut story = Self {
            incident: journal.save(None, example(), &now()).unwrap().id,
            dir,
            house,
            journal,
        };
        story.send();
        story
    }

    pub(super) fn send(&mut self) {
        let words = Words::new(Locale::En);
        let delivery = self
            .journal
            .send(&self.incident, self.house.id, &[], &words, &now())
            .unwrap()
            .id;
        let held = &self.journal.deliveries[&delivery];
        let (sha256, size) = (
            Hash::parse(held.bundle.sha256()).unwrap(),
            held.bundle.size(),
        );
        let day = "2026-03-15".parse().unwrap();
        let key = &self.house.receipt_key;
        let receipt = StoredReceipt::sign(self.house.id, sha256, size, day, key);
        let mut stored: crate::events::Delivery = held.copy().unwrap();
        (stored.receipt, stored.day) = (Some(receipt), Some(day));
        stored.seq = self
            .journal
            .vault
            .commit(now().timestamp(), |c| {
                c.remove(stored.seq)?;
                c.append(crate::events::Delivery::KIND, &stored)
            })
            .unwrap();
        self.journal.deliveries.insert(delivery, stored);
    }

    fn profile(&self) -> Profile<chronicle_wire::Verified> {
        let credentials = self.house.credentials.clone();
        Profile::read(credentials).unwrap().verify().unwrap()
    }

    fn sender(&self) -> PublicKey {
        let joined = &self.journal.organisations[&self.house.id];
        SigningKey::from_seed(&joined.sender).unwrap().public()
    }

    fn reply(&self) -> String {
        let joined = &self.journal.organisations[&self.house.id];
        Identity::from_file(&joined.reply).unwrap().recipient()
    }

    /// About the newest delivery.
    pub(super) fn message(&self, id: &str, said: Said) -> Message {
        let newest = self.journal.deliveries.values().max_by_key(|d| d.counter);
        let newest = newest.unwrap();
        let joined = &self.journal.organisations[&self.house.id];
        Message {
            id: id.repeat(16),
            said,
            to: self.sender(),
            report: joined.reports[&self.incident].clone(),
            manifest: newest.manifest,
            bundle: Hash::parse(newest.bundle.sha256()).unwrap(),
            day: "2026-03-16".parse().unwrap(),
        }
    }

    pub(super) fn sealed_by(&self, message: &Message, key: &SigningKey) -> Vec<u8> {
        let document = message.sign(&self.profile(), key).unwrap();
        Message::seal(&document, &self.reply()).unwrap()
    }

    pub(super) fn sealed(&self, message: &Message) -> Vec<u8> {
        self.sealed_by(message, &self.house.caseworker)
    }

    fn take(&mut self, sealed: &[u8]) -> Taken {
        self.journal
            .take_message(self.house.id, Hash::of(sealed), sealed, &now())
            .unwrap()
    }

    pub(super) fn delivery(&self) -> crate::view::DeliveryView {
        self.journal.deliveries(&now()).remove(0)
    }
}

fn answer(text: &str) -> Said {
    Said::Answer(Zeroizing::new(text.to_owned()))
}

#[test]
fn opened_and_answered_are_told_and_stay() {
    let mut story = Story::new();
    assert_eq!(story.delivery().stage, Stage::Stored);
    let opened = story.sealed(&story.message("0a", Said::Opened));
    assert_eq!(story.take(&opened), Taken::Kept);
    let told = story.delivery();
    assert_eq!((told.stage, told.percent), (Stage::Opened, 100));
    assert_eq!(told.opened.as_deref(), Some("2026-03-16"));
    let text = "Когда вам звонили?\nНапишите нам.";
    let asked = story.sealed(&story.message("0b", answer(text)));
    assert_eq!(story.take(&asked), Taken::Kept);
    let mut journal = reopen(story.journal, story.dir.path());
    let told = journal.deliveries(&now()).remove(0);
    assert_eq!(told.stage, Stage::Answered);
    let id = "0b".repeat(16);
    let [told] = told.answers.as_slice() else {
        panic!("one answer");
    };
    assert_eq!(
        (&told.id, told.day.as_str(), told.text.as_str(), told.read),
        (&id, "2026-03-16", text, false)
    );
    for _ in 0..2 {
        journal.read_answer(story.house.id, &id, &now()).unwrap();
    }
    let journal = reopen(journal, story.dir.path());
    assert!(journal.deliveries(&now())[0].answers[0].read);
}

#[test]
fn the_sealed_file_is_kept_until_somebody_has_opened_it() {
    let mut story = Story::new();
    let raw = |story: &Story| {
        let held = story.journal.deliveries.values().next().unwrap();
        held.bundle.here().cloned()
    };
    let kept = raw(&story).unwrap();
    assert!(story.journal.vault.open_raw(&kept).is_ok());
    // Asked for once a day until then, and sent again where it was lost.
    let journal = Arc::new(Mutex::new(story.journal));
    let outbox = JournalOutbox::new(Arc::clone(&journal), now, || {});
    let parcel = outbox.waiting().unwrap().remove(0);
    assert!(parcel.stored && outbox.still_waits(&parcel.id));
    let receipt = journal.lock().unwrap().deliveries[&parcel.id]
        .receipt
        .clone();
    let (receipt, day) = (receipt.unwrap(), "2026-03-15".parse().unwrap());
    outbox.stored(&parcel.id, &receipt, day).unwrap();
    assert!(outbox.waiting().unwrap().is_empty(), "once a day");
    drop(outbox);
    let next_day: fn() -> Zoned = || now().checked_add(jiff::Span::new().days(1)).unwrap();
    let outbox = JournalOutbox::new(Arc::clone(&journal), next_day, || {});
    assert!(outbox.waiting().unwrap()[0].stored);
    outbox.lost(&parcel.id).unwrap();
    let told = journal.lock().unwrap().deliveries(&now()).remove(0);
    assert_eq!(
        (told.stage, told.lost, told.day),
        (Stage::Waiting, true, None)
    );
    assert!(!outbox.waiting().unwrap()[0].stored);
    outbox.stored(&parcel.id, &receipt, day).unwrap();
    assert_eq!(
        journal.lock().unwrap().deliveries(&now())[0].stage,
        Stage::Stored
    );
    drop(outbox);
    story.journal = Arc::into_inner(journal).unwrap().into_inner().unwrap();
    let opened = story.sealed(&story.message("0e", Said::Opened));
    assert_eq!(story.take(&opened), Taken::Kept);
    assert!(raw(&story).is_none());
    assert!(
        story.journal.vault.open_raw(&kept).is_err(),
        "the file is gone"
    );
    story.journal = reopen(story.journal, story.dir.path());
    assert_eq!(story.delivery().stage, Stage::Opened);
    let journal: Shared = Arc::new(Mutex::new(story.journal));
    let outbox = JournalOutbox::new(Arc::clone(&journal), next_day, || {});
    assert!(outbox.waiting().unwrap().is_empty());
    drop(outbox);
    // What is written afterwards about it still finds it, and it can be deleted.
    story.journal = Arc::into_inner(journal).unwrap().into_inner().unwrap();
    let more = story.sealed(&story.message("0f", answer("text")));
    assert_eq!(story.take(&more), Taken::Kept);
    let incident = story.incident.clone();
    story.journal.delete(&incident, &now()).unwrap();
}

#[test]
fn only_a_caseworkers_word_about_a_report_of_this_journal_counts() {
    let mut story = Story::new();
    let good = story.message("0c", answer("text"));
    let with = |change: &dyn Fn(&mut Message)| {
        let mut other = good.clone();
        change(&mut other);
        story.sealed(&other)
    };
    let stranger = SigningKey::draw().unwrap();
    let refused = [
        (
            "a stranger",
            story.sealed_by(&good, &stranger),
            "message-signature",
        ),
        (
            "the endpoint",
            story.sealed_by(&good, &story.house.receipt_key),
            "message-signature",
        ),
        (
            "to another sender",
            with(&|m| m.to = stranger.public()),
            "message-report",
        ),
        (
            "another manifest",
            with(&|m| m.manifest = Hash::of(b"x")),
            "message-report",
        ),
        (
            "another bundle",
            with(&|m| m.bundle = Hash::of(b"x")),
            "message-report",
        ),
        (
            "another report",
            with(&|m| m.report = "0f".repeat(16)),
            "message-report",
        ),
        (
            "too late",
            with(&|m| m.day = "2027-01-01".parse().unwrap()),
            "message-signature",
        ),
        ("no message", vec![0; 256 * 1024], "message-header"),
        ("cut", story.sealed(&good)[1..].to_vec(), "message-size"),
    ];
    let sealed = story.sealed(&good);
    for (name, sealed, code) in refused {
        assert_eq!(story.take(&sealed), Taken::Refused(code), "{name}");
    }
    assert_eq!(story.delivery().stage, Stage::Stored, "nothing was kept");
    assert!(story.journal.came.is_empty());
    assert_eq!(story.take(&sealed), Taken::Kept, "the planted failure");
    // The key before is still the same person.
    story.journal.renew_sender(story.house.id, &now()).unwrap();
    let mut older = good.clone();
    older.id = "0d".repeat(16);
    let sealed = story.sealed(&older);
    assert_eq!(story.take(&sealed), Taken::Kept);
}

#[test]
fn a_mailbox_is_asked_for_what_is_new_and_emptied_of_what_is_kept() {
    let story = Story::new();
    let one = story.sealed(&story.message("01", answer("one")));
    let two = story.sealed(&story.message("02", answer("two")));
    let again = story.sealed(&story.message("01", answer("one")));
    let stranger = SigningKey::draw().unwrap();
    let forged = story.sealed_by(&story.message("03", answer("three")), &stranger);
    let id = story.house.id;
    let hash = |sealed: &[u8]| Hash::of(sealed);
    let only = |inbox: &JournalInbox| -> Option<Mailbox> { inbox.mailboxes().unwrap().pop() };
    // No report, no mailbox; and a way that was never gone is not begun by this.
    let journal = Arc::new(Mutex::new(story.journal));
    let inbox = JournalInbox::new(Arc::clone(&journal), now, || {});
    let mailbox = only(&inbox).unwrap();
    assert_eq!((mailbox.organisation, mailbox.way), (id, Way::Direct));
    let name = chronicle_wire::ReadKey::parse(&journal.lock().unwrap().organisations[&id].mailbox);
    assert_eq!(mailbox.key.mailbox(), name.unwrap().mailbox());
    for sealed in [&one, &two, &again, &forged] {
        inbox.came(id, hash(sealed), sealed).unwrap();
    }
    let mailbox = only(&inbox).unwrap();
    let mut kept = mailbox.kept;
    kept.sort_unstable();
    let mut three = [hash(&one), hash(&two), hash(&again)];
    three.sort_unstable();
    assert_eq!(kept, three, "what does not count is not taken away");
    assert!(
        mailbox.known.contains(&hash(&forged)),
        "and not fetched again"
    );
    assert_eq!(
        journal.lock().unwrap().deliveries(&now())[0].answers.len(),
        2
    );
    inbox.taken(id, hash(&one)).unwrap();
    let mailbox = only(&inbox).unwrap();
    assert_eq!(mailbox.kept.len(), 2);
    drop(inbox);
    let journal = Arc::into_inner(journal).unwrap().into_inner().unwrap();
    let journal = Arc::new(Mutex::new(reopen(journal, story.dir.path())));
    let inbox = JournalInbox::new(Arc::clone(&journal), now, || {});
    let mailbox = only(&inbox).unwrap();
    assert_eq!(mailbox.kept.len(), 2, "also after an unlock");
    assert!(
        !mailbox.known.contains(&hash(&forged)),
        "a profile may be newer now"
    );
    // With the incident everything that was said of it goes.
    let incident = story.incident;
    journal.lock().unwrap().delete(&incident, &now()).unwrap();
    assert!(journal.lock().unwrap().came.is_empty());
    assert!(only(&inbox).is_none(), "nothing can come any more");
}

#[test]
fn nothing_is_asked_of_an_organisation_that_has_no_report() {
    let dir = tempfile::tempdir().unwrap();
    let house = house("B");
    let mut journal = joined(dir.path(), &[&house]);
    let words = Words::new(Locale::En);
    let id = journal.save(None, example(), &now()).unwrap().id;
    journal.send(&id, house.id, &[], &words, &now()).unwrap();
    let shared: Shared = Arc::new(Mutex::new(journal));
    let inbox = JournalInbox::new(shared, now, || {});
    assert!(inbox.mailboxes().unwrap().is_empty(), "it waits still");
}
