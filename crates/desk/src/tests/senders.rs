//! Who a sender is: what is said of impostors, lost devices, copies of a journal and reports that do not come.

use super::line::Line;
use super::*;
use chronicle_journal::{Journal, JournalOutbox};
use chronicle_report::Draft;
use chronicle_sync::Outbox;
use chronicle_wire::{Invitation, Token};
use chronicle_words::{Locale, Words};
use std::io::Read;
use std::sync::{Arc, Mutex};

/// Somebody with a journal, joined by an invitation.
struct Person {
    dir: tempfile::TempDir,
    journal: Journal,
    organisation: Hash,
}

fn invite(line: &Line) -> String {
    let token = Token::draw(TokenRole::Reporter).unwrap();
    let mut desk = line.desk.lock().unwrap();
    desk.invite(&token.expose(), &now()).unwrap().to_string()
}

fn join(line: &Line, invitation: &str) -> Person {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("journal");
    let mut journal =
        Journal::create_with(&folder, &passphrase("a journal of its own"), 10).unwrap();
    let view = line.desk.lock().unwrap().view(&now()).unwrap();
    let words = view.organisation.unwrap().words_russian;
    let joined = journal.join(invitation, &words, &now()).unwrap().id;
    let organisation = journal.find_organisation(&joined).unwrap();
    Person {
        dir,
        journal,
        organisation,
    }
}

impl Person {
    fn seal(&mut self) -> Vec<u8> {
        let mut draft = Draft::example();
        draft.evidence.clear();
        draft.report_id.clear();
        let id = self.journal.save(None, draft, &now()).unwrap().id;
        let words = Words::new(Locale::En);
        let before: Vec<String> = self
            .journal
            .deliveries(&now())
            .into_iter()
            .map(|d| d.id)
            .collect();
        let sent = self
            .journal
            .send(&id, self.organisation, &[], &words, &now())
            .unwrap();
        assert!(!before.contains(&sent.id));
        self.read(&sent.id)
    }

    fn read(&mut self, delivery: &str) -> Vec<u8> {
        let folder = self.dir.path().join("other");
        let empty = Journal::create_with(&folder, &passphrase("in its place"), 10).unwrap();
        let journal = Arc::new(Mutex::new(std::mem::replace(&mut self.journal, empty)));
        let outbox = JournalOutbox::new(Arc::clone(&journal), now, || {});
        let mut bytes = Vec::new();
        let mut file = outbox.open(delivery).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        drop((file, outbox));
        self.journal = Arc::into_inner(journal).unwrap().into_inner().unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        bytes
    }
}

/// Codes of what is said of the sender of the newest report, and whether the list says to look twice.
fn said(line: &Line) -> (Vec<String>, bool, Option<u64>) {
    let mut desk = line.desk.lock().unwrap();
    let newest = |list: &view::ReportList| {
        let all = list.reports.iter();
        let by = |r: &&view::ReportLine| {
            desk.vault
                .by_id(crate::events::Received::KIND, &r.id)
                .unwrap()
        };
        all.max_by_key(by).unwrap().id.clone()
    };
    let list = desk.reports(&now()).unwrap();
    let id = newest(&list);
    let shown = list.reports.iter().find(|r| r.id == id).unwrap();
    let (noticed, introduction) = (shown.noticed, shown.introduction);
    let view = desk.open(&id, &now()).unwrap();
    assert_eq!(view.introduction, introduction);
    let codes = view.sender_notices.into_iter().map(|n| n.code).collect();
    (codes, noticed, introduction)
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn a_sender_is_known_by_an_invitation_that_nobody_can_guess() {
    let mut line = Line::new();
    let (first, second) = (invite(&line), invite(&line));
    let mut one = join(&line, &second);
    line.with(|s| s.take(&one.seal()));
    assert_eq!(line.brought(), (1, 0));
    assert_eq!(said(&line), (none(), false, Some(2)));
    line.reopen();
    // A second report of the same person changes nothing.
    line.with(|s| s.take(&one.seal()));
    assert_eq!(line.brought(), (1, 0));
    assert_eq!(said(&line), (none(), false, Some(2)));
    // Somebody else by the same invitation.
    let mut other = join(&line, &second);
    line.with(|s| s.take(&other.seal()));
    assert_eq!(line.brought(), (1, 0));
    assert_eq!(
        said(&line),
        (vec!["introduction-second-key".into()], true, Some(2))
    );
    // A number that this desk never gave: the ones that count are 53 bits at random.
    let mut made = Invitation::parse(&first).unwrap();
    assert!(made.introduction > 1 << 20, "not to be guessed");
    made.introduction = 1;
    let mut stranger = join(&line, &made.to_text());
    line.with(|s| s.take(&stranger.seal()));
    assert_eq!(line.brought(), (1, 0));
    assert_eq!(
        said(&line),
        (vec!["introduction-unknown".into()], true, None)
    );
}

#[test]
fn a_new_key_of_the_same_person_is_told_and_two_of_them_are_a_conflict() {
    let line = Line::new();
    let mut one = join(&line, &invite(&line));
    line.with(|s| s.take(&one.seal()));
    assert_eq!(line.brought(), (1, 0));
    // A copy of the journal is taken; both say that they are still the person.
    let copy = one.dir.path().join("copy");
    let vault = one.journal.vault();
    let mut backup = vault.begin_backup(&copy).unwrap();
    backup.copy_files(&mut |_| true).unwrap();
    vault.finish_backup(backup, now().timestamp()).unwrap();
    one.journal.renew_sender(one.organisation, &now()).unwrap();
    line.with(|s| s.take(&one.seal()));
    assert_eq!(line.brought(), (1, 0));
    let (codes, noticed, number) = said(&line);
    assert_eq!(
        (codes, number),
        (vec!["sender-renewed".to_owned()], Some(1))
    );
    assert!(!noticed, "the same person came by it");
    let thief = Journal::unlock(&copy, &passphrase("a journal of its own")).unwrap();
    let mut thief = Person {
        dir: tempfile::tempdir().unwrap(),
        journal: thief,
        organisation: one.organisation,
    };
    thief
        .journal
        .renew_sender(one.organisation, &now())
        .unwrap();
    line.with(|s| s.take(&thief.seal()));
    assert_eq!(line.brought(), (1, 0));
    assert_eq!(said(&line).0, ["sender-parted"]);
    line.with(|s| s.take(&one.seal()));
    assert_eq!(line.brought(), (1, 0));
    assert_eq!(said(&line).0, ["sender-parted"], "neither is believed");
}

#[test]
fn reports_that_do_not_come_and_two_under_one_number_are_told() {
    let line = Line::new();
    let mut one = join(&line, &invite(&line));
    let (first, second, third) = (one.seal(), one.seal(), one.seal());
    line.with(|s| s.take(&third));
    assert_eq!(line.brought(), (1, 0));
    assert_eq!(said(&line).0, ["chain-gap"]);
    for late in [first, second] {
        line.with(|s| s.take(&late));
        assert_eq!(line.brought(), (1, 0));
    }
    let mut desk = line.desk.lock().unwrap();
    for report in desk.reports(&now()).unwrap().reports {
        assert_eq!(
            desk.open(&report.id, &now()).unwrap().sender_notices.len(),
            0
        );
    }
}

#[test]
fn a_lost_device_is_marked_from_a_day() {
    let mut line = Line::new();
    let mut one = join(&line, &invite(&line));
    line.with(|s| s.take(&one.seal()));
    assert_eq!(line.brought(), (1, 0));
    let id = {
        let list = line.desk.lock().unwrap().reports(&now()).unwrap();
        list.reports[0].id.clone()
    };
    let mark = |line: &Line, from: &str, reason: &str| {
        let mut desk = line.desk.lock().unwrap();
        desk.mark_sender(&id, from.parse().unwrap(), reason, &now())
            .unwrap();
    };
    mark(&line, "2026-03-15", "lost her laptop, said so by telephone");
    assert_eq!(
        said(&line),
        (none(), false, Some(1)),
        "sealed the day before"
    );
    mark(&line, "2026-03-14", "lost her laptop, said so by telephone");
    assert_eq!(said(&line), (vec!["sender-marked".into()], true, Some(1)));
    line.reopen();
    assert_eq!(said(&line).0, ["sender-marked"]);
    let mut desk = line.desk.lock().unwrap();
    let view = desk.open(&id, &now()).unwrap();
    assert_eq!(
        view.sender_notices[0].args["reason"],
        "lost her laptop, said so by telephone"
    );
    drop(desk);
    mark(&line, "2026-03-14", " ");
    assert_eq!(said(&line).0, none());
    let wrong = line
        .desk
        .lock()
        .unwrap()
        .mark_sender("no", day(&now()), "x", &now());
    assert!(matches!(wrong, Err(Error::NotFound)));
}
