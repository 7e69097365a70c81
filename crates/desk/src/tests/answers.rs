//! What this desk says is signed when a person does it, waits until it is posted, and is posted once.

use super::line::Line;
use super::now;
use crate::Error;
use crate::events::Received;
use chronicle_bundle::{MAX_TEXT, Message, Said};
use chronicle_wire::Hash;

fn received(line: &mut Line) -> String {
    let bytes = line.sealed(&[]);
    line.with(|s| s.take(&bytes));
    let before: Vec<String> = ids(line);
    assert_eq!(line.brought(), (1, 0));
    ids(line)
        .into_iter()
        .find(|id| !before.contains(id))
        .unwrap()
}

fn ids(line: &Line) -> Vec<String> {
    let list = line.desk.lock().unwrap().reports(&now()).unwrap();
    list.reports.into_iter().map(|r| r.id).collect()
}

fn mailbox(line: &Line, id: &str) -> Hash {
    line.desk
        .lock()
        .unwrap()
        .received(id)
        .unwrap()
        .manifest
        .mailbox
}

fn posted(line: &Line) -> Vec<Hash> {
    line.with(|s| s.posted.clone())
}

#[test]
fn opening_is_told_once_and_only_after_a_person_did_it() {
    let mut line = Line::new();
    let id = received(&mut line);
    line.brought();
    assert_eq!(posted(&line), []);
    for _ in 0..2 {
        let said = line.desk.lock().unwrap().open(&id, &now()).unwrap().said;
        assert_eq!(said.len(), 1);
        assert!(said[0].text.is_none() && said[0].posted.is_none());
    }
    for _ in 0..2 {
        line.brought();
        assert_eq!(posted(&line), [mailbox(&line, &id)]);
    }
    let said = line.desk.lock().unwrap().open(&id, &now()).unwrap().said;
    assert!(said[0].posted.is_some());
}

#[test]
fn what_is_signed_is_about_this_report_and_verifies() {
    let mut line = Line::new();
    let id = received(&mut line);
    let mut desk = line.desk.lock().unwrap();
    desk.answer(&id, "  When did they call? \n", &now())
        .unwrap();
    desk.open(&id, &now()).unwrap();
    let profile = crate::ours::profile_of(desk.founded().unwrap()).unwrap();
    let report: Received = desk.received(&id).unwrap();
    let mut said = Vec::new();
    for posting in desk.postings.values() {
        let verdict = Message::verify(posting.document.clone(), &profile).unwrap();
        let message = &verdict.message;
        assert_eq!(message.to, report.manifest.sender);
        assert_eq!(message.report, report.manifest.report);
        assert_eq!(message.manifest, Hash::of(report.manifest_text.as_bytes()));
        assert_eq!(message.bundle, report.bundle);
        assert_eq!(posting.mailbox, report.manifest.mailbox);
        said.push(match &message.said {
            Said::Opened => String::new(),
            Said::Answer(text) => text.to_string(),
        });
    }
    said.sort();
    assert_eq!(said, ["", "When did they call?"]);
}

#[test]
fn what_cannot_be_said_is_refused_and_nothing_is_kept() {
    let mut line = Line::new();
    let id = received(&mut line);
    let mut desk = line.desk.lock().unwrap();
    let long = "x".repeat(MAX_TEXT + 1);
    for text in ["", " \n", "a\0b", &long] {
        assert!(matches!(
            desk.answer(&id, text, &now()),
            Err(Error::AnswerText)
        ));
    }
    assert!(matches!(
        desk.answer("none", "text", &now()),
        Err(Error::NotFound)
    ));
    // Years later this key is no caseworker's any more: no reader would believe it.
    let late = now().checked_add(jiff::Span::new().years(5)).unwrap();
    assert!(matches!(
        desk.answer(&id, "text", &late),
        Err(Error::NotCaseworker)
    ));
    assert!(desk.open(&id, &late).unwrap().said.is_empty());
    assert!(desk.postings.is_empty());
}

#[test]
fn a_full_mailbox_holds_up_no_other_and_is_tried_again() {
    let mut line = Line::new();
    let (one, two) = (received(&mut line), received(&mut line));
    let full = mailbox(&line, &one);
    line.with(|s| s.full.push(full));
    for id in [&one, &two] {
        line.desk
            .lock()
            .unwrap()
            .answer(id, "text", &now())
            .unwrap();
    }
    let code = |line: &Line| line.fetch().unwrap().problem.map(|p| p.code);
    assert_eq!(code(&line).as_deref(), Some("mailbox-full"));
    assert_eq!(posted(&line), [mailbox(&line, &two)]);
    line.with(|s| s.full.clear());
    assert_eq!(code(&line), None);
    assert_eq!(posted(&line), [mailbox(&line, &two), full]);
}

#[test]
fn an_endpoint_without_mailboxes_is_told_and_what_was_said_waits() {
    let mut line = Line::new();
    let id = received(&mut line);
    line.with(|s| s.no_mailboxes = true);
    line.desk
        .lock()
        .unwrap()
        .answer(&id, "text", &now())
        .unwrap();
    let fetched = line.fetch().unwrap();
    let code = fetched.problem.map(|p| p.code);
    assert_eq!(code.as_deref(), Some("endpoint-no-mailboxes"));
    line.with(|s| s.no_mailboxes = false);
    line.brought();
    assert_eq!(posted(&line), [mailbox(&line, &id)]);
}
