//! Which language to speak.
//!
//! Reads the names that systems give to languages: BCP 47 (`ru-RU`), POSIX (`ru_RU.UTF-8`), and `C`, which means nothing
//! and becomes English. The two pseudo-locales are taken only when asked for by their full name. Never reads the
//! environment: the caller passes what the system or the person wants.

/// A language that every sentence exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// English, the fallback.
    #[default]
    En,
    /// Russian.
    Ru,
    /// English with accents, in brackets and at least 40 % longer: shows text that is clipped or was never translated.
    Pseudo,
    /// The same, written from right to left.
    PseudoRtl,
}

impl Locale {
    /// Every locale, the pseudo-locales last.
    pub const ALL: [Self; 4] = [Self::En, Self::Ru, Self::Pseudo, Self::PseudoRtl];

    /// The locales to offer to a person.
    pub const OFFERED: [Self; 2] = [Self::En, Self::Ru];

    /// The BCP 47 tag, as it stands in settings and in the page's `lang`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Pseudo => "qps-ploc",
            Self::PseudoRtl => "qps-plocm",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ru => "Русский",
            Self::Pseudo => "⟦ Pseudo ⟧",
            Self::PseudoRtl => "⟦ Pseudo, right to left ⟧",
        }
    }

    /// Whether text runs from right to left.
    #[must_use]
    pub const fn right_to_left(self) -> bool {
        matches!(self, Self::PseudoRtl)
    }

    /// Reads one name of a language; `None` when no sentence exists in it.
    ///
    /// Encoding, modifier, script and region are left aside; letter case and `_` or `-` do not matter.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.split(['.', '@']).next().unwrap_or_default().trim();
        let name = name.replace('_', "-").to_ascii_lowercase();
        match name.as_str() {
            "c" | "posix" => return Some(Self::En),
            "qps-ploc" => return Some(Self::Pseudo),
            "qps-plocm" => return Some(Self::PseudoRtl),
            _ => {}
        }
        match name.split('-').next().unwrap_or_default() {
            "en" => Some(Self::En),
            "ru" => Some(Self::Ru),
            _ => None,
        }
    }

    /// The first of the wanted languages that exists, otherwise English.
    ///
    /// An entry may itself be a list with colons, as in the variable `LANGUAGE`.
    #[must_use]
    pub fn choose(wanted: &[&str]) -> Self {
        wanted
            .iter()
            .flat_map(|entry| entry.split(':'))
            .find_map(Self::parse)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn names_of_systems_are_understood() {
        for (name, locale) in [
            ("en", Some(Locale::En)),
            ("en_GB.UTF-8", Some(Locale::En)),
            ("EN-us", Some(Locale::En)),
            ("ru", Some(Locale::Ru)),
            ("ru_RU.UTF-8", Some(Locale::Ru)),
            ("ru_UA.koi8u@euro", Some(Locale::Ru)),
            ("ru-Cyrl-KZ", Some(Locale::Ru)),
            ("C", Some(Locale::En)),
            ("C.UTF-8", Some(Locale::En)),
            ("POSIX", Some(Locale::En)),
            ("qps-ploc", Some(Locale::Pseudo)),
            ("qps_PLOCM", Some(Locale::PseudoRtl)),
            ("qps", None),
            ("rue", None),
            ("eng", None),
            ("de_DE.UTF-8", None),
            ("", None),
        ] {
            assert_eq!(Locale::parse(name), locale, "{name:?}");
        }
    }

    #[test]
    fn the_first_known_one_wins_and_english_is_the_end_of_the_list() {
        assert_eq!(Locale::choose(&["de_DE", "ru_RU.UTF-8", "en"]), Locale::Ru);
        assert_eq!(Locale::choose(&["", "uk:ru:en"]), Locale::Ru);
        assert_eq!(Locale::choose(&["C", "ru"]), Locale::En);
        assert_eq!(Locale::choose(&["de", "fr"]), Locale::En);
        assert_eq!(Locale::choose(&[]), Locale::En);
    }

    #[test]
    fn every_tag_reads_back_as_its_locale() {
        for locale in Locale::ALL {
            assert_eq!(Locale::parse(locale.tag()), Some(locale));
        }
    }
}
