//! Countries and their time zones, from the table of the time zone database (public domain).
//!
//! The zone follows from the place of the incident, never from the device, which may be in another country by now. What
//! is offered first is a guess from the table and a short list below; the person decides.

use std::sync::LazyLock;

/// The answers that stand where a country code stands.
pub const PSEUDO_COUNTRIES: &[&str] = &["online", "in_transit", "unknown"];

/// Every country code that a report may name: ISO 3166-1 alpha-2, and `XK` as it is commonly used for Kosovo.
#[must_use]
pub fn countries() -> &'static [&'static str] {
    static CODES: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| COUNTRIES.split_whitespace().collect());
    &CODES
}

/// Whether this is a code of [`countries`].
#[must_use]
pub fn is_country(code: &str) -> bool {
    countries().contains(&code)
}

/// The time zones of a country, the likeliest first; empty for one that is not known and for pseudo-codes.
///
/// ```
/// assert_eq!(chronicle_report::zones("UZ"), ["Asia/Tashkent", "Asia/Samarkand"]);
/// assert!(chronicle_report::zones("online").is_empty());
/// ```
#[must_use]
pub fn zones(country: &str) -> Vec<&'static str> {
    let main = MAIN.iter().find(|(code, _)| *code == country);
    let mut found: Vec<_> = main.map(|(_, zone)| *zone).into_iter().collect();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(code), Some(zone)) = (columns.next(), columns.nth(1)) else {
            continue;
        };
        if code == country && !found.contains(&zone) {
            found.push(zone);
        }
    }
    found
}

/// The zone to preselect for a country: its only one, or the one in which nearly everybody lives.
///
/// `None` where a guess would often be wrong, as in Russia or the United States.
#[must_use]
pub fn preselected_zone(country: &str) -> Option<&'static str> {
    let found = zones(country);
    let single = found.len() == 1 || MAIN.iter().any(|(code, _)| *code == country);
    found
        .first()
        .copied()
        .filter(|_| single && !WIDE.contains(&country))
}

const TABLE: &str = include_str!("../data/zone.tab");

/// Countries in which several zones matter; the first of [`zones`] is that of the capital.
const WIDE: &[&str] = &["AU", "BR", "CA", "CD", "ID", "MN", "MX", "RU", "US"];

/// The zone that comes first in countries with more than one.
const MAIN: &[(&str, &str)] = &[
    ("AR", "America/Argentina/Buenos_Aires"),
    ("AU", "Australia/Sydney"),
    ("BR", "America/Sao_Paulo"),
    ("CA", "America/Toronto"),
    ("CD", "Africa/Kinshasa"),
    ("CL", "America/Santiago"),
    ("CN", "Asia/Shanghai"),
    ("CY", "Asia/Nicosia"),
    ("DE", "Europe/Berlin"),
    ("EC", "America/Guayaquil"),
    ("ES", "Europe/Madrid"),
    ("GL", "America/Nuuk"),
    ("ID", "Asia/Jakarta"),
    ("KZ", "Asia/Almaty"),
    ("MN", "Asia/Ulaanbaatar"),
    ("MX", "America/Mexico_City"),
    ("MY", "Asia/Kuala_Lumpur"),
    ("NZ", "Pacific/Auckland"),
    ("PS", "Asia/Hebron"),
    ("PT", "Europe/Lisbon"),
    ("RU", "Europe/Moscow"),
    ("UA", "Europe/Kyiv"),
    ("US", "America/New_York"),
    ("UZ", "Asia/Tashkent"),
];

const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ \
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM \
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS \
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV \
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI \
    VN VU WF WS XK YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::{MAIN, PSEUDO_COUNTRIES, WIDE, countries, preselected_zone, zones};

    #[test]
    fn every_zone_of_the_table_can_be_computed_with() {
        let mut count = 0;
        for country in countries() {
            for zone in zones(country) {
                assert!(crate::time::zone(zone).is_ok(), "{country} {zone}");
                count += 1;
            }
        }
        assert!(count > 400, "{count}");
    }

    #[test]
    fn the_zone_that_comes_first_is_one_of_the_country() {
        for (country, zone) in MAIN {
            assert!(super::TABLE.contains(&format!("{country}\t")), "{country}");
            let line = super::TABLE
                .lines()
                .find(|line| line.split('\t').nth(2) == Some(zone));
            assert!(
                line.is_some_and(|line| line.starts_with(country)),
                "{country} {zone}"
            );
        }
    }

    #[test]
    fn a_guess_is_made_only_where_it_is_safe() {
        assert_eq!(preselected_zone("LT"), Some("Europe/Vilnius"));
        assert_eq!(preselected_zone("DE"), Some("Europe/Berlin"));
        assert_eq!(zones("RU").first(), Some(&"Europe/Moscow"));
        for wide in WIDE {
            assert_eq!(preselected_zone(wide), None);
        }
        for code in PSEUDO_COUNTRIES.iter().chain(&["", "xx", "de"]) {
            assert!(zones(code).is_empty(), "{code}");
        }
    }
}
