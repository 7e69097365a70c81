//! Saying a sentence: key and arguments in, text out.
//!
//! The text is plain: it carries no isolation marks, which are the page's matter, and no markup. Arguments are set in as
//! they are, and nothing here ever fails: a person must get a sentence also when a translation has a gap.

use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::dates::{Tongue, functions};
use crate::files::{FILES, File};
use crate::locale::Locale;
use crate::pseudo;

/// The arguments of one sentence, by name.
///
/// ```
/// use chronicle_words::Args;
///
/// let args = Args::new().text("name", "photo.jpg").number("count", 3);
/// assert_eq!(args.len(), 2);
/// ```
#[derive(Default)]
pub struct Args(FluentArgs<'static>);

impl Args {
    /// No arguments.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text. It is never read as a number.
    #[must_use]
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.set(name.to_owned(), FluentValue::from(value.into()));
        self
    }

    /// Adds a number, which plural forms and selectors see as one.
    #[must_use]
    pub fn number(mut self, name: &str, value: i64) -> Self {
        self.0.set(name.to_owned(), FluentValue::from(value));
        self
    }

    /// Adds a value that crossed a border as text: a plain whole number counts as a number, all else as text.
    ///
    /// Plain means that it is written without sign, leading zero or separator and has at most 15 digits, so it also comes
    /// out exactly as it went in.
    #[must_use]
    pub fn value(self, name: &str, value: &str) -> Self {
        let plain = value.len() <= 15
            && (value == "0" || !value.starts_with('0'))
            && value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse() {
            Ok(number) if plain => self.number(name, number),
            _ => self.text(name, value),
        }
    }

    /// How many arguments there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().count()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Arguments as errors and views carry them; each goes through [`Args::value`].
impl From<&BTreeMap<String, String>> for Args {
    fn from(map: &BTreeMap<String, String>) -> Self {
        map.iter()
            .fold(Self::new(), |args, (name, value)| args.value(name, value))
    }
}

/// Every sentence in one language, with English behind it.
pub struct Words {
    locale: Locale,
    bundle: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
}

impl Words {
    /// Reads the sentences of one locale. Takes a few milliseconds; keep the result.
    #[must_use]
    pub fn new(locale: Locale) -> Self {
        Self {
            locale,
            bundle: bundle(locale, FILES),
            english: bundle(Locale::En, FILES),
        }
    }

    /// The locale that is spoken.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// Whether the sentence exists, in this language or in English.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        speak(&self.bundle, key, &Args::new()).is_some()
            || speak(&self.english, key, &Args::new()).is_some()
    }

    /// Says a sentence. `key` is a message's id, or `id.attribute`.
    ///
    /// What the language lacks is said in English. An unknown key comes back as `[key]`; a missing argument shows as
    /// `{$name}`.
    #[must_use]
    pub fn say(&self, key: &str, args: &Args) -> String {
        let english = || speak(&self.english, key, args);
        let Some(text) = speak(&self.bundle, key, args).or_else(english) else {
            return format!("[{key}]");
        };
        match self.locale {
            Locale::En | Locale::Ru => text,
            Locale::Pseudo | Locale::PseudoRtl => {
                let plain = english().unwrap_or_default();
                pseudo::bracketed(&text, &plain, self.locale.right_to_left())
            }
        }
    }
}

fn speak(bundle: &FluentBundle<FluentResource>, key: &str, args: &Args) -> Option<String> {
    let (id, attribute) = match key.split_once('.') {
        Some((id, attribute)) => (id, Some(attribute)),
        None => (key, None),
    };
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    let mut gaps = Vec::new();
    Some(
        bundle
            .format_pattern(pattern, Some(&args.0), &mut gaps)
            .into_owned(),
    )
}

fn bundle(locale: Locale, files: &[File]) -> FluentBundle<FluentResource> {
    let (tongue, tag) = match locale {
        Locale::Ru => (Tongue::Russian, "ru"),
        Locale::En | Locale::Pseudo | Locale::PseudoRtl => (Tongue::English, "en"),
    };
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    bundle.set_transform(match locale {
        Locale::En | Locale::Ru => None,
        Locale::Pseudo => Some(pseudo::accented),
        Locale::PseudoRtl => Some(pseudo::mirrored),
    });
    for (name, function) in functions(tongue) {
        // Fails only for a name that is taken, and the bundle is new.
        let _ = bundle.add_function(name, function);
    }
    for file in files {
        let text = if locale == Locale::Ru {
            file.ru
        } else {
            file.en
        };
        // A sentence with a mistake is left out and said in English; the tests let no mistake through.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(rest, _)| rest);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

#[cfg(test)]
#[path = "words/tests.rs"]
mod tests;
