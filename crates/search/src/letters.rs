//! Which letter stands for which: the table of folding, script by script, with the reason for each rule.
//!
//! What has a canonical decomposition (Unicode, UAX #15) needs no row here: its marks fall off. The rows are letters that
//! Unicode takes for whole ones, but that people leave out for want of a keyboard.

use unicode_normalization::char::decompose_canonical;

/// Adds the letters that `letter` (in lower case, normalised) is looked for by.
pub(crate) fn base(letter: char, out: &mut String) {
    if letter.is_ascii() || matches!(letter, 'а'..='щ' | 'ы'..='я' | '\u{4e00}'..='\u{9fff}') {
        out.push(letter);
    } else if let Some(letters) = row(letter) {
        out.push_str(letters);
    } else {
        decompose_canonical(letter, |part| match row(part) {
            Some(letters) => out.push_str(letters),
            None if falls_off(part) => {}
            None => out.push(part),
        });
    }
}

/// A mark that people leave out: accents, harakat, niqqud. Vowel signs of Indic and Thai writing are letters and stay.
pub(crate) const fn falls_off(mark: char) -> bool {
    matches!(mark,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{8d3}'..='\u{8ff}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The apostrophe in all the ways it is typed: Uzbek oʻ gʻ, Ukrainian and Belarusian words, elisions. U+02BB and U+02BC
/// are the prescribed ones; U+2018, U+2019, U+0027, U+0060 and U+00B4 are what keyboards give; the rest is transliteration.
pub(crate) const fn apostrophe(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '`' | '\u{b4}' | '\u{2b9}'..='\u{2bf}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{55a}'
        | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}' | '\u{a78b}' | '\u{a78c}' | '\u{ff07}' | '\u{ff40}'
    )
}

/// Takes up room in a word or none, and says nothing: tatweel, Hangul fillers. (Controls of direction, joiners and the
/// soft hyphen are no letters and fall off with all that is none.)
pub(crate) const fn filler(letter: char) -> bool {
    matches!(
        letter,
        '\u{640}' | '\u{7fa}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
    )
}

const fn row(letter: char) -> Option<&'static str> {
    Some(match letter {
        // Latin. ı and i are one in all Turkic text, since capitals without a locale mix them (SpecialCasing.txt);
        // Azerbaijani ə is typed e; the others are letters with a stroke, or two letters in one.
        'ı' => "i",
        'ə' | 'ǝ' | 'ɛ' => "e",
        'ł' => "l",
        'ø' | 'ɵ' => "o",
        'đ' | 'ð' | 'ɖ' => "d",
        'þ' => "th",
        'æ' => "ae",
        'œ' => "oe",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ƶ' => "z",
        'ƣ' | 'ɣ' => "g",
        // Cyrillic. й is on every Cyrillic keyboard and nobody leaves it out; it alone keeps its mark.
        'й' => "й",
        // Letters of Tajik, Uzbek, Kazakh, Kyrgyz, Uyghur, Tatar and Azerbaijani that are not on a Russian keyboard, as the
        // letter that they are written over.
        'қ' | 'ҡ' | 'ҝ' | 'ӄ' | 'ҟ' => "к",
        'ғ' | 'ґ' | 'ҕ' => "г",
        'ҳ' | 'һ' | 'ӽ' => "х",
        'ҷ' | 'ҹ' | 'ӌ' => "ч",
        'ң' | 'ҥ' | 'ӈ' | 'ӊ' => "н",
        'ө' => "о",
        'ү' | 'ұ' => "у",
        'ә' => "а",
        'җ' => "ж",
        'ҙ' => "з",
        'ҫ' => "с",
        // і: и is what Kazakh і is typed as on a Russian keyboard, and Belarusian has no и. Ukrainian ліс and лис become
        // one for it. ї is і with a mark. є is typed е.
        'і' | 'ї' => "и",
        'ј' => "й",
        'є' => "е",
        // ъ stands where an apostrophe may stand as well (об'єкт, маъно, maʼno), so it is as silent. ь stays: мать, мат.
        'ъ' => "",
        // Arabic. Carriers of hamza are letters with a mark and decompose; hamza alone is left out in Persian and haste.
        'ء' => "",
        'ٱ' | 'ٲ' | 'ٳ' => "ا",
        'ى' | 'ی' | 'ۍ' | 'ێ' | 'ے' | 'ې' => "ي",
        'ک' | 'ڪ' => "ك",
        // Ta marbuta is typed as ha; Persian, Urdu and Uyghur forms of ha look alike.
        'ة' | 'ۃ' | 'ہ' | 'ھ' | 'ە' => "ه",
        // Hebrew: final forms.
        'ך' => "כ",
        'ם' => "מ",
        'ן' => "נ",
        'ף' => "פ",
        'ץ' => "צ",
        // Digits.
        '٠' | '۰' | '०' | '๐' => "0",
        '١' | '۱' | '१' | '๑' => "1",
        '٢' | '۲' | '२' | '๒' => "2",
        '٣' | '۳' | '३' | '๓' => "3",
        '٤' | '۴' | '४' | '๔' => "4",
        '٥' | '۵' | '५' | '๕' => "5",
        '٦' | '۶' | '६' | '๖' => "6",
        '٧' | '۷' | '७' | '๗' => "7",
        '٨' | '۸' | '८' | '๘' => "8",
        '٩' | '۹' | '९' | '๙' => "9",
        _ => return None,
    })
}
