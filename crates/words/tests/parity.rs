//! Every language says the same things: no mistakes in the Fluent files, the same keys and arguments in all of them, no key
//! twice, no sentence left empty. A planted mistake of each kind shows that these checks can fail.

use std::collections::{BTreeMap, BTreeSet};

use chronicle_words::{Args, FILES, Locale, Words, keys};
use fluent_bundle::FluentResource;
use fluent_syntax::ast;

type Shape = BTreeMap<String, BTreeSet<String>>;

/// Keys with their arguments, or what is wrong with the file.
fn shape(text: &str) -> Result<Shape, String> {
    let resource =
        FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| format!("{errors:?}"))?;
    let mut shape = Shape::new();
    let mut add = |key: String, pattern: &ast::Pattern<&str>| {
        let mut found = BTreeSet::new();
        variables(pattern, &mut found)?;
        match shape.insert(key.clone(), found) {
            Some(_) => Err(format!("{key} twice")),
            None => Ok(()),
        }
    };
    for entry in resource.entries() {
        let (id, value, attributes) = match entry {
            ast::Entry::Message(m) => (m.id.name.to_owned(), m.value.as_ref(), &m.attributes),
            ast::Entry::Term(t) => (format!("-{}", t.id.name), Some(&t.value), &t.attributes),
            ast::Entry::Junk { content } => return Err(format!("not understood: {content}")),
            _ => continue,
        };
        if let Some(pattern) = value {
            add(id.clone(), pattern)?;
        }
        for attribute in attributes {
            add(format!("{id}.{}", attribute.id.name), &attribute.value)?;
        }
    }
    Ok(shape)
}

fn variables(pattern: &ast::Pattern<&str>, found: &mut BTreeSet<String>) -> Result<(), String> {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            in_expression(expression, found)?;
        }
    }
    Ok(())
}

fn in_expression(
    expression: &ast::Expression<&str>,
    found: &mut BTreeSet<String>,
) -> Result<(), String> {
    match expression {
        ast::Expression::Inline(inline) => in_inline(inline, found),
        ast::Expression::Select { selector, variants } => {
            in_inline(selector, found)?;
            variants
                .iter()
                .try_for_each(|variant| variables(&variant.value, found))
        }
    }
}

fn in_inline(
    inline: &ast::InlineExpression<&str>,
    found: &mut BTreeSet<String>,
) -> Result<(), String> {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
            Ok(())
        }
        ast::InlineExpression::FunctionReference { id, arguments } => {
            if !["DAY", "MONTH", "TIME"].contains(&id.name) {
                return Err(format!("no function {}", id.name));
            }
            arguments
                .positional
                .iter()
                .try_for_each(|argument| in_inline(argument, found))
        }
        ast::InlineExpression::Placeable { expression } => in_expression(expression, found),
        _ => Ok(()),
    }
}

/// Why two texts of one file do not say the same.
fn difference(english: &str, other: &str) -> Option<String> {
    match (shape(english), shape(other)) {
        (Ok(english), Ok(other)) if english == other => None,
        (Ok(english), Ok(other)) => Some(
            english
                .iter()
                .filter(|(key, args)| other.get(*key) != Some(args))
                .map(|(key, args)| format!("{key} {args:?} / {:?}\n", other.get(key)))
                .chain(
                    other
                        .keys()
                        .filter(|key| !english.contains_key(*key))
                        .map(|key| format!("only there: {key}\n")),
                )
                .collect(),
        ),
        (Err(reason), _) => Some(format!("English: {reason}")),
        (_, Err(reason)) => Some(format!("other: {reason}")),
    }
}

#[test]
fn all_languages_have_the_same_keys_and_arguments() {
    let faults: Vec<_> = FILES
        .iter()
        .filter_map(|file| {
            difference(file.en, file.ru).map(|why| format!("{}.ftl: {why}", file.name))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_key_stands_in_two_files() {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for file in FILES {
        for key in shape(file.en).unwrap().into_keys() {
            if let Some(other) = seen.insert(key.clone(), file.name) {
                panic!("{key} is in {other} and in {}", file.name);
            }
        }
    }
}

#[test]
fn a_planted_mistake_of_each_kind_is_found() {
    let good =
        "a = One { $x }\n    .title = Two\nb = { $n ->\n    [1] one\n   *[other] { DAY($d) }\n}\n";
    assert_eq!(difference(good, good), None);
    for bad in [
        "a = One { $y }\n    .title = Two\nb = { $n ->\n    [1] one\n   *[other] { DAY($d) }\n}\n",
        "a = One { $x }\nb = { $n ->\n    [1] one\n   *[other] { DAY($d) }\n}\n",
        "a = One { $x }\n    .title = Two\nb = { $n ->\n    [1] one\n   *[other] other\n}\n",
        "a = One { $x }\n    .title = Two\n",
        "a = One { $x }\n    .title = Two\nb = { $n ->\n    [1] one\n   *[other] { DATE($d) }\n}\n",
        "a = One { $x }\n    .title = Two\nb = { $n ->\n    [1] one\n}\n",
        "a = One { $x\n",
        "a = One { $x }\na = Twice { $x }\n",
    ] {
        assert!(difference(good, bad).is_some(), "{bad}");
    }
}

#[test]
fn every_sentence_is_said_in_every_locale() {
    let all: Vec<_> = Locale::ALL
        .iter()
        .map(|locale| Words::new(*locale))
        .collect();
    for key in keys() {
        for words in &all {
            let text = words.say(&key, &Args::new());
            let bare = text.trim_matches('\u{200f}');
            assert!(
                !bare.is_empty() && bare != format!("[{key}]"),
                "{key} in {:?}",
                words.locale()
            );
            let pseudo = matches!(words.locale(), Locale::Pseudo | Locale::PseudoRtl);
            assert_eq!(
                bare.starts_with('⟦') && bare.ends_with('⟧'),
                pseudo,
                "{key}: {text}"
            );
        }
    }
}

/// A Russian day ends with a point of its own.
#[test]
fn no_sentence_with_a_day_ends_twice() {
    let day = || Args::new().text("day", "2026-03-14");
    let words = Words::new(Locale::Ru);
    let said: Vec<String> = keys().iter().map(|key| words.say(key, &day())).collect();
    assert!(
        said.iter().any(|text| text.contains("2026 г")),
        "days are said"
    );
    let twice: Vec<_> = said.iter().filter(|text| text.contains("..")).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_error_says_what_to_do_next() {
    let errors = FILES.iter().find(|file| file.name == "errors").unwrap();
    let shape = shape(errors.en).unwrap();
    for key in shape
        .keys()
        .filter(|key| key.starts_with("error-") && !key.contains('.'))
    {
        match key.strip_suffix("-next") {
            Some(what) => assert!(shape.contains_key(what), "{key} without {what}"),
            None => assert!(
                shape.contains_key(&format!("{key}-next")),
                "{key} without a next step"
            ),
        }
    }
}
