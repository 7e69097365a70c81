//! The desk's views as readable text.

use super::{aloud, bare, coded, files, or_none, say, time};
use crate::fail::said;
use chronicle_desk::view::{DecisionLine, DeskOrganisation, FetchView, ReportLine};
use chronicle_desk::view::{ReportList, ReportView};
use chronicle_report::key_of;
use chronicle_words::{Args, Words};
use std::fmt::Write;

/// The desk's organisation, with its words to read out.
pub(crate) fn organisation(view: &DeskOrganisation, words: &Words) -> String {
    let version = i64::try_from(view.profile_version).unwrap_or(i64::MAX);
    let profile = Args::new()
        .number("version", version)
        .text("day", view.expires.as_str());
    let receipts = Args::new().text("day", view.receipts_until.as_str());
    let mut text = format!(
        "{}  {}\n{}\n{}: {}\n{}\n{} {}\n{}\n{}",
        view.id,
        view.name,
        view.addresses.join(", "),
        bare(words, "ours-words-title"),
        view.words.join(" "),
        view.words_russian.join(" "),
        bare(words, "ours-digits"),
        view.digits,
        say(words, "ours-profile", profile),
        say(words, "ours-receipts", receipts)
    );
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let root = Args::new()
        .number(
            "version",
            i64::try_from(view.root_version).unwrap_or(i64::MAX),
        )
        .number("threshold", number(view.root_threshold))
        .number("keys", number(view.root_keys))
        .text("day", view.root_expires.as_str());
    let _ = write!(text, "\n{}", say(words, "ours-root", root));
    for one in &view.colleagues {
        let who = match one {
            one if one.own => bare(words, "ours-this-desk"),
            one if one.archive => bare(words, "ours-archive"),
            one => one.name.clone(),
        };
        let _ = write!(text, "\n  {}  {who}", one.label);
    }
    for one in &view.retired {
        let since = Args::new().text("day", one.on.as_str());
        let _ = write!(
            text,
            "\n  {}  {}",
            one.identity,
            say(words, "ours-retired", since)
        );
    }
    for notice in &view.notices {
        let _ = write!(text, "\n{}", said(notice, words));
    }
    text
}

/// What came of a grant.
pub(crate) fn granted(opened: u32, words: &Words) -> String {
    let args = Args::new().number("count", i64::from(opened));
    say(words, "cli-granted", args)
}

/// What was decided about keys and people.
pub(crate) fn decisions(all: &[DecisionLine], words: &Words) -> String {
    let mut text = String::new();
    for one in all {
        let what = bare(words, &format!("decision-{}", one.what));
        let _ = writeln!(text, "{}  {what} {} {}", one.at, one.about, one.reason);
    }
    or_none(text, "cli-none-decisions", words)
}

/// What a fetch brought.
pub(crate) fn fetched(view: &FetchView, words: &Words) -> String {
    let args = Args::new()
        .number("reports", i64::from(view.new_reports))
        .number("refused", i64::from(view.quarantined));
    say(words, "inbox-fetched", args).trim_end().to_owned()
}

/// The inbox.
pub(crate) fn inbox(view: &ReportList, words: &Words) -> String {
    let mut text = String::new();
    for line in &view.reports {
        report_line(&mut text, line, words);
    }
    for notice in &view.notices {
        let day = notice.args.get("day").map_or("", String::as_str);
        let _ = writeln!(text, "{day}: {}", said(notice, words));
    }
    for one in &view.quarantine {
        let came = say(
            words,
            "inbox-came",
            Args::new().text("day", one.received.as_str()),
        );
        let _ = writeln!(text, "{}  {came}\n    {}", one.id, said(&one.reason, words));
    }
    or_none(text, "inbox-empty", words)
}

/// One report.
pub(crate) fn report(view: &ReportView, words: &Words) -> String {
    let mut text = aloud(&view.draft, words);
    files(&mut text, &view.evidence, words);
    text.push('\n');
    if view.withheld > 0 {
        let _ = writeln!(
            text,
            "{}",
            say(
                words,
                "report-withheld",
                Args::new().number("count", i64::from(view.withheld))
            )
        );
    }
    if view.people_withheld {
        let _ = writeln!(text, "{}", bare(words, "report-people-withheld"));
    }
    for notice in &view.sender_notices {
        let _ = writeln!(text, "{}", said(notice, words));
    }
    let _ = writeln!(
        text,
        "{}: {}. {}",
        bare(words, "report-sender"),
        view.sender,
        introduction(view.introduction, words)
    );
    let _ = writeln!(
        text,
        "{}",
        say(
            words,
            "report-sealed",
            Args::new().text("day", view.sealed.as_str())
        )
    );
    let _ = writeln!(
        text,
        "{}",
        say(
            words,
            "report-received",
            Args::new().text("day", view.received.as_str())
        )
    );
    for check in &view.checks {
        let holds = match (check.ok, check.looked) {
            (true, true) => bare(words, "check-yes"),
            (true, false) => bare(words, "check-then"),
            _ => bare(words, "check-no"),
        };
        let _ = writeln!(
            text,
            "{}: {holds}",
            words.say(&check.key, &Args::from(&check.args))
        );
    }
    text
}

fn report_line(text: &mut String, line: &ReportLine, words: &Words) {
    let mut facts = vec![
        bare(words, &key_of("urgency", &line.urgency)),
        time(&line.when, words),
    ];
    facts.extend((!line.country.is_empty()).then(|| coded("country", &line.country, words)));
    facts.extend(line.kinds.iter().map(|code| coded("kind", code, words)));
    if line.files > 0 {
        facts.push(say(
            words,
            "incident-files",
            Args::new().number("count", i64::from(line.files)),
        ));
    }
    let came = say(
        words,
        "inbox-came",
        Args::new().text("day", line.received.as_str()),
    );
    let opened = bare(
        words,
        if line.opened {
            "cli-opened"
        } else {
            "cli-unopened"
        },
    );
    let _ = writeln!(
        text,
        "{}  {came}. {opened}\n    {}",
        line.id,
        facts.join(" · ")
    );
    let _ = writeln!(
        text,
        "    {} {}",
        line.sender,
        introduction(line.introduction, words)
    );
}

fn introduction(number: Option<u64>, words: &Words) -> String {
    match number.and_then(|n| i64::try_from(n).ok()) {
        Some(number) => say(
            words,
            "report-by-invitation",
            Args::new().number("number", number),
        ),
        None => bare(words, "report-unknown-sender"),
    }
}
