//! Days, months and times of day in words, for the Fluent files: `DAY`, `MONTH` and `TIME`.
//!
//! Each takes an ISO 8601 date or an RFC 3339 instant as text and says it as written: no zone is converted, no clock is
//! read. Text that is no such date comes back unchanged, so that nothing a person wrote is lost. `vectors/dates.json`
//! holds the answers, for every other implementation of the same functions.

use fluent_bundle::{FluentArgs, FluentValue};

/// The languages whose dates are known; pseudo-locales speak English ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    English,
    Russian,
}

/// A function as Fluent calls it.
pub(crate) type Function = for<'a> fn(&[FluentValue<'a>], &FluentArgs<'_>) -> FluentValue<'a>;

/// The functions of one language by name.
pub(crate) fn functions(tongue: Tongue) -> [(&'static str, Function); 3] {
    match tongue {
        Tongue::English => [
            ("DAY", |v, n| apply(v, n, Tongue::English, day)),
            ("MONTH", |v, n| apply(v, n, Tongue::English, month)),
            ("TIME", |v, n| apply(v, n, Tongue::English, time)),
        ],
        Tongue::Russian => [
            ("DAY", |v, n| apply(v, n, Tongue::Russian, day)),
            ("MONTH", |v, n| apply(v, n, Tongue::Russian, month)),
            ("TIME", |v, n| apply(v, n, Tongue::Russian, time)),
        ],
    }
}

/// What the named arguments `year: "no"` and `case: "in"` ask for.
#[derive(Debug, Clone, Copy)]
struct Manner {
    with_year: bool,
    inside: bool,
}

fn apply<'a>(
    values: &[FluentValue<'a>],
    named: &FluentArgs<'_>,
    tongue: Tongue,
    say: fn(&str, Tongue, Manner) -> Option<String>,
) -> FluentValue<'a> {
    let text = match values.first() {
        Some(FluentValue::String(text)) => text.to_string(),
        // A year alone is turned into a number on its way here.
        Some(FluentValue::Number(number)) => number.as_string().into_owned(),
        _ => return FluentValue::Error,
    };
    let is = |name, wanted| matches!(named.get(name), Some(FluentValue::String(v)) if v.as_ref() == wanted);
    let manner = Manner {
        with_year: !is("year", "no"),
        inside: is("case", "in"),
    };
    FluentValue::String(say(&text, tongue, manner).unwrap_or(text).into())
}

fn day(text: &str, tongue: Tongue, manner: Manner) -> Option<String> {
    let (year, month, day) = ymd(text)?;
    let day = day?;
    let name = name(tongue, Form::OfMonth, month)?;
    Some(match (tongue, manner.with_year) {
        (Tongue::English, true) => format!("{day} {name} {year}"),
        (Tongue::Russian, true) => format!("{day} {name} {year} г."),
        (_, false) => format!("{day} {name}"),
    })
}

fn month(text: &str, tongue: Tongue, manner: Manner) -> Option<String> {
    let (year, month, _) = ymd(text)?;
    let form = if manner.inside {
        Form::InMonth
    } else {
        Form::Alone
    };
    let name = name(tongue, form, month)?;
    Some(match (tongue, manner.with_year) {
        (Tongue::English, true) => format!("{name} {year}"),
        (Tongue::Russian, true) => format!("{name} {year} г."),
        (_, false) => name.to_owned(),
    })
}

fn time(text: &str, _: Tongue, _: Manner) -> Option<String> {
    let clock = match text.split_once(['T', ' ']) {
        Some((_, clock)) => clock,
        None => text,
    };
    let hour = number(clock.get(..2)?)?;
    let minute = number(clock.get(3..5)?)?;
    let valid = clock.get(2..3)? == ":" && hour < 24 && minute < 60;
    valid.then(|| format!("{hour:02}:{minute:02}"))
}

/// Year, month and, where given, day; a day that its month never has is none.
fn ymd(text: &str) -> Option<(u16, u16, Option<u16>)> {
    let date = text.split(['T', ' ']).next()?;
    let mut pieces = date.split('-');
    let year = pieces
        .next()
        .filter(|piece| piece.len() == 4)
        .and_then(number)?;
    let month = pieces
        .next()
        .filter(|piece| piece.len() == 2)
        .and_then(number)?;
    let day = match pieces.next() {
        Some(piece) => Some(number(piece).filter(|_| piece.len() == 2)?),
        None => None,
    };
    let fits = day.is_none_or(|day| (1..=length(year, month)).contains(&day));
    (pieces.next().is_none() && (1..=12).contains(&month) && fits).then_some((year, month, day))
}

fn length(year: u16, month: u16) -> u16 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

fn number(text: &str) -> Option<u16> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[derive(Debug, Clone, Copy)]
enum Form {
    OfMonth,
    InMonth,
    Alone,
}

fn name(tongue: Tongue, form: Form, month: u16) -> Option<&'static str> {
    let table = match (tongue, form) {
        (Tongue::English, _) => &ENGLISH,
        (Tongue::Russian, Form::OfMonth) => &RUSSIAN_OF,
        (Tongue::Russian, Form::InMonth) => &RUSSIAN_IN,
        (Tongue::Russian, Form::Alone) => &RUSSIAN,
    };
    table.get(usize::from(month.checked_sub(1)?)).copied()
}

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const RUSSIAN: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];

const RUSSIAN_OF: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

const RUSSIAN_IN: [&str; 12] = [
    "январе",
    "феврале",
    "марте",
    "апреле",
    "мае",
    "июне",
    "июле",
    "августе",
    "сентябре",
    "октябре",
    "ноябре",
    "декабре",
];

#[cfg(test)]
mod tests {
    use fluent_bundle::{FluentArgs, FluentValue};

    use super::{Tongue, functions};

    #[test]
    fn the_vectors_hold() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../vectors/dates.json")).unwrap();
        for vector in vectors.as_array().unwrap() {
            let text = |name: &str| vector[name].as_str().unwrap();
            let tongue = if text("locale") == "ru" {
                Tongue::Russian
            } else {
                Tongue::English
            };
            let table = functions(tongue);
            let (_, function) = table
                .iter()
                .find(|(name, _)| *name == text("function"))
                .unwrap();
            let mut named = FluentArgs::new();
            for (name, value) in vector["options"].as_object().unwrap() {
                named.set(name.clone(), value.as_str().unwrap());
            }
            let said = function(&[FluentValue::from(text("input"))], &named);
            assert_eq!(said, FluentValue::from(text("said")), "{vector}");
        }
        assert!(vectors.as_array().unwrap().len() >= 20);
    }

    #[test]
    fn every_month_has_its_names() {
        for tongue in [Tongue::English, Tongue::Russian] {
            let [(_, day), (_, month), _] = functions(tongue);
            for number in 1..=12 {
                let given = format!("2026-{number:02}-01");
                for function in [day, month] {
                    let said = function(&[FluentValue::from(given.clone())], &FluentArgs::new());
                    assert_ne!(said, FluentValue::from(given.clone()));
                }
            }
        }
    }
}
