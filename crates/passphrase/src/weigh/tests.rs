//! Weak passphrases that must fail, strong ones that must pass, and what happens without the Russian list.

use std::time::Instant;

use super::{Hint, NEEDED, WEIGHED, estimate, weigh};
use crate::draw::generate;

const WEAK: &[&str] = &[
    "",
    " ",
    "йцукен123",
    "ghbdtn123",
    "пароль2026",
    "Пароль2026!",
    "gfhjkm2026",
    "qwertyuiop[]asdf",
    "йцукенгшщзхъфыва",
    "фывапролджэячсмить",
    "zxcvbnm,./asdfghjkl;'",
    "1qaz2wsx3edc4rfv5tgb",
    "1йфя2цыч3увс4кам",
    "любовьморковь",
    "любовь-морковь-2026",
    "k.,jdmvjhrjdm",
    "lyubovmorkov",
    "correcthorse",
    "correct horse battery staple",
    "correcthorsebatterystaple1",
    "Correct-Horse-Battery-Staple",
    "14.03.1987",
    "14031987 21071990",
    "31.12.1999 01.01.2000",
    "14 марта 1987",
    "aaaaaaaaaaaaaaaaaaaaaaaa",
    "абвабвабвабвабвабвабв",
    "passwordpasswordpassword",
    "парольпарольпарольпароль",
    "абвгдежзиклмнопрстуфх",
    "abcdefghijklmnopqrstuvwxyz",
    "12345678901234567890",
    "9876543210987654321",
    "p@ssw0rd2026!",
    "зфыыцщкв2026",
    "наташа1990любимая",
    "люблюмаму и папу",
    "спасибо большое мама",
    "привет как дела мама",
    "Москва Россия 2026",
    "п@роль люб0вь",
    "ьлорап ьвобюл",
    "privet kak dela",
    "spasibo bolshoe mama",
    "мойдядясамыхчестныхправил",
    "Мой дядя самых честных правил,",
    "Vjq lzlz cfvs[ xtcnys[ ghfdbk",
    "В лесу родилась ёлочка",
    "Я помню чудное мгновенье 1825",
    "to be or not to be, that is the question",
    "iloveyou2026forever",
    "letmein letmein letmein",
    "солнышко солнышко солнышко",
    "Зенит чемпион 2026",
    "qazwsxedcrfvtgbyhn",
    "мама папа дом кот сын",
    "correct horse battery staple correct horse battery staple correct horse battery staple corr",
    "Ltym hj;ltybz 14.03.1987",
];

#[test]
fn weak_passphrases_do_not_pass() {
    let passed: Vec<_> = WEAK
        .iter()
        .filter(|text| weigh(text).enough())
        .map(|t| (t, weigh(t).bits))
        .collect();
    assert!(passed.is_empty(), "{passed:?}");
    assert!(WEAK.len() >= 40);
}

#[test]
fn without_the_russian_list_some_of_them_would_pass() {
    let passed = WEAK
        .iter()
        .filter(|text| estimate(text, false).0 >= f64::from(NEEDED))
        .count();
    assert!(passed >= 5, "{passed}");
}

#[test]
fn strong_passphrases_pass() {
    for text in [
        "abacus drool unselfish reptile wharf mothball",
        "zK4!vQ9#mT2$wP7@xL5",
        "зонтик уронил тридцать семь чернильниц вниз",
        "верблюжья скрепка правит лошадиной батареей",
        "Hujk2-vNq8z-Tpe4w-Xyb6c",
    ] {
        let strength = weigh(text);
        assert!(
            strength.enough() && strength.hint.is_none(),
            "{text}: {strength:?}"
        );
    }
}

#[test]
fn six_generated_words_pass_however_they_are_joined() {
    let mut least = u32::MAX;
    for _ in 0..40 {
        let words = generate().unwrap();
        for joint in [" ", "-", ""] {
            let strength = weigh(&words.join(joint));
            assert!(strength.enough(), "{} bits with {joint:?}", strength.bits);
            least = least.min(strength.bits);
        }
    }
    assert!(least >= NEEDED, "{least}");
}

#[test]
fn the_hint_names_the_weakness() {
    for (text, hint) in [
        ("мой дядя самых честных правил", Hint::KnownLine),
        ("спасибо большое", Hint::CommonWords),
        ("esdrftgyhujik", Hint::KeyboardWalk),
        ("уывкаепронгщ", Hint::KeyboardWalk),
        ("абвабвабвабвабвабвабв", Hint::Repeats),
        ("14.03.1987", Hint::Dates),
        ("xq9kz", Hint::Short),
        ("", Hint::Short),
    ] {
        assert_eq!(weigh(text).hint, Some(hint), "{text}");
    }
}

#[test]
fn length_is_capped_and_the_longest_text_is_weighed_in_time() {
    let long = "@4(3691!|07$5+%2 пятница ".repeat(400);
    let cut: String = long.chars().take(WEIGHED).collect();
    let start = Instant::now();
    let strength = weigh(&long);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    assert_eq!(strength, weigh(&cut));
}

#[test]
fn keys_of_hints_are_distinct() {
    let mut keys: Vec<_> = Hint::ALL.iter().map(|hint| hint.key()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), Hint::ALL.len());
}
