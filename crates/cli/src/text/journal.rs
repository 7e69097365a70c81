//! The journal's views as readable text.

use super::{aloud, bare, coded, files, missing, or_none, say, size, time};
use crate::fail::said;
use chronicle_journal::view::{
    DeliveryView, IncidentLine, IncidentView, InvitationView, OrganisationView, PreviewView,
    Returned, ReturnedView, Stage,
};
use chronicle_report::key_of;
use chronicle_words::{Args, Words};
use std::fmt::Write;

/// The list of incidents.
pub(crate) fn incidents(all: &[IncidentLine], words: &Words) -> String {
    let mut text = String::new();
    for line in all {
        let mut facts = vec![time(&line.when, words)];
        facts.extend(line.kinds.iter().map(|code| coded("kind", code, words)));
        if line.files > 0 {
            facts.push(say(
                words,
                "incident-files",
                Args::new().number("count", i64::from(line.files)),
            ));
        }
        let _ = writeln!(text, "{}\n    {}", line.id, facts.join(" · "));
        if !line.quote.is_empty() {
            let _ = writeln!(text, "    {}", line.quote.replace('\n', " "));
        }
        for one in &line.deliveries {
            let _ = writeln!(text, "    {}: {}", one.organisation_name, stage(one, words));
        }
    }
    or_none(text, "cli-none-incidents", words)
}

/// One incident.
pub(crate) fn incident(view: &IncidentView, words: &Words) -> String {
    let mut text = aloud(&view.draft, words);
    files(&mut text, &view.evidence, words);
    let _ = writeln!(
        text,
        "\n{}",
        say(
            words,
            "kept-at",
            Args::new().text("time", view.kept_at.as_str())
        )
    );
    if !view.missing.is_empty() {
        let _ = writeln!(
            text,
            "{} {}",
            bare(words, "cli-missing"),
            missing(&view.missing, words)
        );
    }
    for one in &view.deliveries {
        let _ = writeln!(text, "{}: {}", one.organisation_name, stage(one, words));
    }
    text
}

/// What came back by hand, a line each.
pub(crate) fn returned(all: &[ReturnedView], words: &Words) -> String {
    let line = |one: &ReturnedView| match one.came {
        Returned::Stored => bare(words, "returned-stored"),
        Returned::Message => bare(words, "returned-message"),
        Returned::Known => bare(words, "returned-known"),
    };
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What an invitation says, before its words are asked for.
pub(crate) fn invitation(view: &InvitationView, words: &Words) -> String {
    let expires = say(
        words,
        "join-expires",
        Args::new().text("day", view.expires.as_str()),
    );
    format!(
        "{} {}: {}. {expires}",
        bare(words, "join-from"),
        view.name,
        view.addresses.join(", ")
    )
}

/// The organisations of a journal.
pub(crate) fn organisations(all: &[OrganisationView], words: &Words) -> String {
    let mut text = String::new();
    for one in all {
        let closed = if one.closed {
            bare(words, "organisation-closed-note")
        } else {
            String::new()
        };
        let expires = say(
            words,
            "organisation-expires",
            Args::new().text("day", one.expires.as_str()),
        );
        let _ = writeln!(
            text,
            "{}  {}\n    {}\n    {expires} {closed}",
            one.id,
            one.name,
            one.addresses.join(", ")
        );
        if let Some(day) = &one.current {
            let current = Args::new().text("day", day.as_str());
            let _ = writeln!(text, "    {}", say(words, "organisation-current", current));
        }
        let address = one.address.as_deref().unwrap_or_default();
        if let Some(way) = &one.way {
            let args = Args::new().text("address", address);
            let _ = writeln!(text, "    {}", say(words, &key_of("travels", way), args));
        }
        if let Some(problem) = &one.stays {
            let _ = writeln!(text, "    {}", said(problem, words));
        }
        if let Some(way) = &one.instead {
            let args = Args::new().text("address", address);
            let _ = writeln!(
                text,
                "    {}",
                say(words, &key_of("travel-instead", way), args)
            );
        }
        if one.later_root {
            let _ = writeln!(text, "    {}", bare(words, "organisation-later-root"));
        }
        for problem in one.notices.iter().chain(&one.problem) {
            let _ = writeln!(text, "    {}", said(problem, words));
        }
    }
    or_none(text, "cli-none-organisations", words)
}

/// What would be sealed, and to whom.
pub(crate) fn preview(view: &PreviewView, words: &Words) -> String {
    let mut text = view.text.clone();
    if !view.people.is_empty() {
        let _ = writeln!(
            text,
            "\n== {} ==\n{}",
            bare(words, "review-people"),
            view.people
        );
    }
    let _ = writeln!(text, "\n== {} ==", bare(words, "review-parts"));
    for part in &view.parts {
        let name = if part.name.is_empty() {
            bare(words, &key_of("cli-part", &part.kind))
        } else {
            part.name.clone()
        };
        let how = match part.included {
            true => say(
                words,
                "review-part-in",
                Args::new().text("size", size(part.size, words)),
            ),
            false => bare(words, "review-part-out"),
        };
        let _ = writeln!(text, "{}  {name}  {how}", part.part);
    }
    let _ = writeln!(text, "\n== {} ==", bare(words, "review-steps"));
    for step in &view.steps {
        let about = match step.about.as_str() {
            "" => bare(words, "review-steps-report"),
            name => name.to_owned(),
        };
        let action = bare(words, &key_of("step", &step.action));
        let _ = writeln!(text, "{about}: {action}, {}", step.at);
    }
    let route = bare(words, &view.route);
    let sealed = say(
        words,
        "review-size-value",
        Args::new().text("size", size(view.sealed_bytes, words)),
    );
    let _ = writeln!(
        text,
        "\n{}: {}, {}",
        bare(words, "review-to"),
        view.organisation_name,
        view.address
    );
    let _ = writeln!(
        text,
        "{}: {route}\n{}: {sealed}",
        bare(words, "review-route"),
        bare(words, "review-size")
    );
    if let Some(problem) = &view.stays {
        let _ = writeln!(text, "{}", said(problem, words));
    }
    if !view.missing.is_empty() {
        let _ = writeln!(
            text,
            "{} {}",
            bare(words, "cli-missing"),
            missing(&view.missing, words)
        );
    }
    text
}

/// Where reports are.
pub(crate) fn deliveries(all: &[DeliveryView], words: &Words) -> String {
    let text = all
        .iter()
        .map(|one| delivery(one, words))
        .collect::<Vec<_>>()
        .join("\n");
    or_none(text, "cli-none-deliveries", words)
}

/// Where one report is.
pub(crate) fn delivery(one: &DeliveryView, words: &Words) -> String {
    let mut text = format!(
        "{}  {}: {}",
        one.incident,
        one.organisation_name,
        stage(one, words)
    );
    if let Some(problem) = &one.problem {
        let _ = write!(text, "\n    {}", said(problem, words));
    }
    for notice in &one.notices {
        let _ = write!(text, "\n    {}", said(notice, words));
    }
    for answer in &one.answers {
        let from = Args::new()
            .text("organisation", one.organisation_name.as_str())
            .text("day", answer.day.as_str());
        let _ = write!(
            text,
            "\n    {}\n{}",
            say(words, "answer-from", from),
            answer.text
        );
    }
    text
}

fn stage(one: &DeliveryView, words: &Words) -> String {
    match (one.stage, &one.day) {
        (Stage::Kept, _) => bare(words, "stage-kept"),
        (Stage::Waiting, _) => bare(words, "stage-waiting"),
        (Stage::Sending, _) => say(
            words,
            "stage-sending",
            Args::new().number("percent", i64::from(one.percent)),
        ),
        (Stage::Stored, Some(day)) => {
            say(words, "stage-stored", Args::new().text("day", day.as_str()))
        }
        (Stage::Stored, None) => bare(words, "stage-stored-soon"),
        (Stage::Opened, _) => say(words, "stage-opened", opened_on(one)),
        (Stage::Answered, _) => bare(words, "stage-answered"),
        (Stage::Stopped, _) => bare(words, "stage-stopped"),
    }
}

fn opened_on(one: &DeliveryView) -> Args {
    Args::new().text("day", one.opened.as_deref().unwrap_or_default())
}
