//! The views as readable text, in the person's language: what both sides share here, each side's own below.

pub(crate) mod desk;
pub(crate) mod journal;

use crate::fail::Failure;
use crate::out::Out;
use crate::secrets::Drawn;
use chronicle_media::EvidenceView;
use chronicle_report::{Draft, LineValue, TimeWords, key_of};
use chronicle_sync::Travel;
use chronicle_vault::Finding;
use chronicle_words::{Args, Words};
use serde::Serialize;
use std::fmt::Write;

/// The six words that were drawn, alone on standard output, what to do with them beside it; or the sentence `key`.
pub(crate) fn drawn(drawn: Drawn, key: &str, out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Words {
        words: Drawn,
    }
    if drawn.is_some() {
        out.note(&out.say("cli-words-drawn"));
    }
    let view = Words { words: drawn };
    out.answer(&view, |_| {
        view.words
            .as_ref()
            .map_or_else(|| out.say(key), |w| w.join(" "))
    })
}

/// How much a check looked at.
pub(crate) fn checked(records: u64, files: u64, bytes: u64, words: &Words) -> String {
    let args = Args::new()
        .number("records", whole(records))
        .number("files", whole(files))
        .text("size", size(bytes, words));
    words.say("cli-check-looked", &args)
}

/// How the network is reached.
pub(crate) fn travel(chosen: Travel, words: &Words) -> String {
    let through = match chosen.socks {
        Some(proxy) => words.say(
            "cli-travel-proxy",
            &Args::new().text("proxy", proxy.to_string()),
        ),
        None => words.say("travel-direct", &Args::new()),
    };
    let by = match chosen.by_hand {
        true => "travel-by-hand",
        false => "travel-by-itself",
    };
    format!("{through}\n{}", words.say(by, &Args::new()))
}

/// Asks for one word of a code, by its place.
pub(crate) fn which_word(place: usize, words: &Words) -> String {
    words.say(
        "cli-ask-sheet-word",
        &Args::new().number("place", whole(place)),
    )
}

/// What unlocking found, beside the answer.
pub(crate) fn findings(found: &[Finding], out: &Out) {
    let count = found.iter().filter(|f| f.alarms()).count();
    if count > 0 {
        out.note(
            &out.words
                .say("cli-findings", &Args::new().number("count", whole(count))),
        );
    }
}

// Every answered field, names and contacts in their places.
fn aloud(draft: &Draft, words: &Words) -> String {
    let mut text = String::new();
    for section in draft.sections() {
        let number = section.number.map(|n| format!(" {n}")).unwrap_or_default();
        let before = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{before}== {}{number} ==", bare(words, &section.key));
        for line in &section.lines {
            let value = match &line.value {
                LineValue::Code(key) => bare(words, key),
                LineValue::Text(text) => text.trim_end().replace('\n', "\n    "),
                LineValue::Time(when) => time(when, words),
                LineValue::Number(number) => number.to_string(),
            };
            let _ = writeln!(text, "{}: {value}", bare(words, &line.label_key));
        }
    }
    text
}

fn files(text: &mut String, all: &[EvidenceView], words: &Words) {
    if !all.is_empty() {
        let _ = writeln!(text, "\n== {} ==", bare(words, "evidence-title"));
    }
    for one in all {
        let _ = writeln!(
            text,
            "{}  {}  {}\n    SHA-256 {}",
            one.id,
            one.name,
            size(one.size, words),
            one.sha256
        );
    }
}

fn missing(names: &[String], words: &Words) -> String {
    let named = |name: &String| {
        let key = key_of("missing", name);
        bare(
            words,
            if words.has(&key) {
                &key
            } else {
                "missing-other"
            },
        )
    };
    names.iter().map(named).collect::<Vec<_>>().join(" · ")
}

// A code that this version does not know is shown as it is.
fn coded(prefix: &str, code: &str, words: &Words) -> String {
    let key = key_of(prefix, code);
    if words.has(&key) {
        bare(words, &key)
    } else {
        code.to_owned()
    }
}

fn time(time: &TimeWords, words: &Words) -> String {
    words.say(&time.key, &Args::from(&time.args))
}

fn size(bytes: u64, words: &Words) -> String {
    let (key, unit) = match bytes {
        0..1_000 => ("size-b", 1),
        1_000..1_000_000 => ("size-kb", 1_000),
        1_000_000..1_000_000_000 => ("size-mb", 1_000_000),
        _ => ("size-gb", 1_000_000_000),
    };
    // One digit after the point where it says something.
    let tenths = u128::from(bytes) * 10 / unit;
    let number = match tenths {
        _ if unit == 1 => bytes.to_string(),
        0..100 if tenths % 10 > 0 => format!("{}.{}", tenths / 10, tenths % 10),
        _ => (tenths / 10).to_string(),
    };
    words.say(key, &Args::new().text("number", number))
}

fn or_none(text: String, key: &str, words: &Words) -> String {
    if text.is_empty() {
        bare(words, key)
    } else {
        text
    }
}

fn bare(words: &Words, key: &str) -> String {
    words.say(key, &Args::new())
}

fn say(words: &Words, key: &str, args: Args) -> String {
    words.say(key, &args)
}

fn whole<N: TryInto<i64>>(count: N) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chronicle_words::Locale;

    fn keys(source: &str) -> Vec<&str> {
        let calls = ["bare(words, \"", "say(words, \"", "or_none(text, \""];
        calls
            .iter()
            .flat_map(|call| source.split(call).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .collect()
    }

    // A call may stand on several lines.
    fn close(source: &str) -> String {
        source
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace("( ", "(")
    }

    #[test]
    fn every_sentence_that_is_printed_exists() {
        let words = Words::new(Locale::En);
        let own = include_str!("text.rs")
            .split("#[cfg(test)]")
            .next()
            .unwrap();
        let all = [
            own,
            include_str!("text/journal.rs"),
            include_str!("text/desk.rs"),
        ]
        .map(close)
        .concat();
        let all = keys(&all);
        assert!(all.len() > 30, "the calls were not found");
        assert_eq!(
            all.into_iter()
                .filter(|key| !words.has(key))
                .collect::<Vec<_>>(),
            Vec::<&str>::new()
        );
        assert_eq!(keys("bare(words, \"no-such-key\")"), ["no-such-key"]);
        for kind in ["report", "people", "evidence"] {
            assert!(words.has(&key_of("cli-part", kind)));
        }
    }

    #[test]
    fn sizes_are_round() {
        let words = Words::new(Locale::En);
        for (bytes, text) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_500, "1.5 KB"),
            (3_000_000, "3 MB"),
            (314_572_800, "314 MB"),
        ] {
            assert_eq!(size(bytes, &words), text);
        }
    }
}
