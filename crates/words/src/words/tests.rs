//! Small Fluent texts that show fallback, plurals, selectors, dates and the pseudo-locales.

use std::collections::BTreeMap;

use super::{Args, Words, bundle};
use crate::files::File;
use crate::locale::Locale;

const SAMPLE: &[File] = &[File {
    name: "sample",
    en: "\
only-english = Only in English
hello = Hello, { $name }
    .title = Greeting
files = { $count ->
    [one] { $count } file
   *[other] { $count } files
}
season = { $part ->
    [winter] In winter { $year }
    [3] In March { $year }
   *[other] Unknown
}
stored = Stored on { DAY($day) }
",
    ru: "\
hello = Здравствуйте, { $name }
    .title = Приветствие
files = { $count ->
    [one] { $count } файл
    [few] { $count } файла
   *[many] { $count } файлов
}
season = { $part ->
    [winter] Зимой { $year } г.
    [3] В марте { $year } г.
   *[other] Неизвестно
}
stored = Принято { DAY($day) }
",
    in_window: true,
}];

fn words(locale: Locale) -> Words {
    Words {
        locale,
        bundle: bundle(locale, SAMPLE),
        english: bundle(Locale::En, SAMPLE),
    }
}

#[test]
fn a_sentence_is_said_without_isolation_marks() {
    let args = Args::new().text("name", "Ася");
    assert_eq!(words(Locale::En).say("hello", &args), "Hello, Ася");
    assert_eq!(words(Locale::Ru).say("hello", &args), "Здравствуйте, Ася");
    assert_eq!(words(Locale::Ru).say("hello.title", &args), "Приветствие");
}

#[test]
fn what_a_language_lacks_is_english_and_what_all_lack_is_bracketed() {
    let russian = words(Locale::Ru);
    assert_eq!(russian.say("only-english", &Args::new()), "Only in English");
    assert_eq!(russian.say("no-such-key", &Args::new()), "[no-such-key]");
    assert_eq!(
        russian.say("hello.no-such", &Args::new()),
        "[hello.no-such]"
    );
    assert!(russian.has("only-english") && !russian.has("no-such-key"));
    assert_eq!(russian.say("hello", &Args::new()), "Здравствуйте, {$name}");
}

#[test]
fn plurals_follow_the_language() {
    for (count, english, russian) in [
        (1, "1 file", "1 файл"),
        (2, "2 files", "2 файла"),
        (5, "5 files", "5 файлов"),
        (11, "11 files", "11 файлов"),
        (21, "21 files", "21 файл"),
    ] {
        let args = Args::new().number("count", count);
        assert_eq!(words(Locale::En).say("files", &args), english);
        assert_eq!(words(Locale::Ru).say("files", &args), russian);
    }
}

#[test]
fn values_from_a_view_select_as_numbers_and_come_out_as_written() {
    let view = |part: &str, year: &str| {
        let map = [("part", part), ("year", year)].map(|(k, v)| (k.to_owned(), v.to_owned()));
        words(Locale::En).say("season", &Args::from(&BTreeMap::from(map)))
    };
    assert_eq!(view("3", "2026"), "In March 2026");
    assert_eq!(view("winter", "0026"), "In winter 0026");
    assert_eq!(
        view("winter", "12345678901234567890"),
        "In winter 12345678901234567890"
    );
    assert_eq!(view("winter", "+5"), "In winter +5");
    assert_eq!(view("winter", ""), "In winter ");
    assert_eq!(view("03", "2026"), "Unknown");
}

#[test]
fn days_are_said_in_the_language() {
    let args = Args::new().text("day", "2026-03-14");
    assert_eq!(
        words(Locale::En).say("stored", &args),
        "Stored on 14 March 2026"
    );
    assert_eq!(
        words(Locale::Ru).say("stored", &args),
        "Принято 14 марта 2026 г."
    );
}

#[test]
fn pseudo_sentences_stand_in_brackets_and_leave_arguments_alone() {
    let args = Args::new().text("name", "Ann");
    let pseudo = words(Locale::Pseudo).say("hello", &args);
    assert_eq!(pseudo, "⟦ Hééļļöö, Ann~  ⟧");
    let turned = words(Locale::PseudoRtl).say("hello", &args);
    assert!(
        turned.starts_with("\u{200f}⟦ \u{202e}Hééļļöö\u{202c}, Ann"),
        "{turned:?}"
    );
    assert!(turned.ends_with("⟧\u{200f}"), "{turned:?}");
    assert_eq!(
        words(Locale::Pseudo).say("no-such-key", &args),
        "[no-such-key]"
    );
}

#[test]
fn words_cross_threads() {
    fn check<T: Send + Sync>() {}
    check::<Words>();
}
