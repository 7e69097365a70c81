//! What the measured journals hold: reports as people write them, in six languages and three scripts, and what is looked for
//! in them. A seed gives the same again. Words come as often as words do (the k-th about 1/k), and most names are rare.

use chronicle_report::Draft;

/// A source of numbers that a seed decides (SplitMix64, Steele and others, OOPSLA 2014).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    // A place in a list of which the first entries come most often.
    fn often_first(&mut self, end: usize) -> usize {
        let part = self.below(1 << 24) as f64 / f64::from(1 << 24);
        let place = ((end as f64 + 1.0).powf(part) - 1.0).floor();
        (place as usize).min(end - 1)
    }
}

struct Language {
    words: &'static str,
    /// What names and places are put together from.
    syllables: &'static str,
}

const LANGUAGES: [Language; 6] = [
    Language {
        words: "the and I to was that a they he in of my me it not on he said had we with at from were after phone she about our asked \
            when told again home called family number mother came message work door police could two officers house week without brother \
            letter someone outside waited know name questions street people took documents consulate evening photographs threatened \
            followed account car morning answered computer neighbour passport summons relatives interrogated surveillance refused lawyer \
            journalist grandfather apartment accusation extradition",
        syllables: "al ber cor dan el fen gor hal is jor kin lor mar nor or pel ros sten tor ul ver wyn",
    },
    Language {
        words: "и в я не на что с он они мне меня по как это из у был к от сказал за мы потом так его было мой дома ещё позвонили телефон \
            спросили маме номер пришли где сообщение квартиру полиция домой брату работы письмо снова человек машина двое неделю вечером \
            вопросы родители улице фамилию документы консульство угрожали фотографии следили аккаунт утром сосед паспорт повестка \
            родственников допрос обыск адвокат журналист задержали розыск обвинение экстрадиция",
        syllables: "ал бер вор гон дан ев жир зор ин кол лам мир нов ор пет рос сул тор ур фед хар",
    },
    Language {
        words: "va men bu uni uyga bilan keldi dedi u bir mening ular keyin telefon qildi onam uchun ham yana qo'ng'iroq so'radi ukam raqam \
            ikki kishi xabar politsiya eshik oldida uyda mahalla ish hafta kechqurun mashina ko'chada savol hujjat pasport qo'rqitdi \
            ertalab qo'shni konsullik oila suratga kuzatdi noma'lum tergov chaqiruv jurnalist advokat ayblov qarindosh so'roq",
        syllables: "ab bek dil er far g'ul hus ik jam kar lol mur nor o'r pul rah sher to'x ul yus zar",
    },
    Language {
        words: "و به من که از را در این با آن او مادرم گفت بود تلفن خانه آمدند شماره نمی پیام برادرم دو نفر پلیس می خواستند پرسید کار دوباره \
            هفته خیابان نامه ماشین شب سوال خانواده مدارک کنسولگری تهدید عکس گذرنامه صبح همسایه حساب احضار بازجویی وکیل خبرنگار بازداشت \
            خویشاوندان اتهام استرداد",
        syllables: "آر با بر دار را زا سا شا فر کا گل لا ما مه نا نو وی هو یا",
    },
    Language {
        words: "ve bir bu ben de beni bana dedi geldi annem telefon ile aradı sonra eve polis için iki kişi mesaj numara yine sordu kardeşim \
            kapı sokakta iş hafta akşam araba soru mektup aile belge konsolosluk tehdit fotoğraf takip hesap sabah komşu pasaport celp \
            akraba sorgu avukat gazeteci gözaltı suçlama ıssız iade",
        syllables: "ak bey can dur er fık gül han ış kar lar mut nil öz pın rüz sel tan uğ yıl zey",
    },
    Language {
        words: "және мен бұл ол маған үйге келді деді бір олар кейін телефон анам үшін тағы қоңырау сұрады інім нөмір екі адам хабарлама полиция \
            есік алдында жұмыс апта кешке көлік көшеде сұрақ хат отбасы құжат елшілік қорқытты сурет бақылау таңертең көрші төлқұжат \
            туыстар тергеу адвокат журналист айыптау қамау экстрадиция",
        syllables: "ай бек ғал дәу ер жан зар иса қай лау мұр нұр өр пер рай сәу тоқ ұл шоқ ырыс",
    },
];

/// One word; the first of its language come most often.
fn word(language: &Language, dice: &mut Dice) -> &'static str {
    let words: Vec<&str> = language.words.split_whitespace().collect();
    words[dice.often_first(words.len())]
}

fn name(language: &Language, dice: &mut Dice) -> String {
    let parts: Vec<&str> = language.syllables.split_whitespace().collect();
    let count = 2 + dice.below(2);
    let whole: String = (0..count).map(|_| parts[dice.below(parts.len())]).collect();
    let mut letters = whole.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn sentence(language: &Language, dice: &mut Dice) -> String {
    let mut words: Vec<String> = (0..6 + dice.below(9))
        .map(|_| word(language, dice).to_owned())
        .collect();
    let place = dice.below(words.len());
    words[place] = match dice.below(6) {
        0 => format!("+{} {:07}", 1 + dice.below(998), dice.below(10_000_000)),
        1 => format!("{}.{}.2026", 1 + dice.below(28), 1 + dice.below(12)),
        _ => name(language, dice),
    };
    format!("{}.", words.join(" "))
}

fn text(language: &Language, dice: &mut Dice, sentences: usize) -> String {
    let all: Vec<String> = (0..sentences).map(|_| sentence(language, dice)).collect();
    all.join(" ")
}

/// One report: 30 to 200 words of notes, and the other answers of the example with words of their own.
pub fn report(dice: &mut Dice) -> Draft {
    let language = &LANGUAGES[dice.below(LANGUAGES.len())];
    let mut draft = Draft::example();
    let sentences = 3 + dice.below(6) + dice.below(8);
    draft.what.narrative = text(language, dice, sentences);
    draft.place.text = name(language, dice);
    draft.place.country = ["LT", "DE", "TR", "PL", "GE", "KZ"][dice.below(6)].into();
    draft.missing_evidence = sentence(language, dice);
    draft.impact.text = sentence(language, dice);
    for actor in &mut draft.actors {
        actor.name = name(language, dice);
        actor.description = sentence(language, dice);
        actor.basis = sentence(language, dice);
        actor.handles = vec![format!("@{}{}", "user", dice.below(100_000))];
    }
    for one in &mut draft.affected {
        one.alias = name(language, dice);
    }
    draft
}

/// What is looked for: names that few have, words that many have, beginnings, two words together; in turn, in every
/// language.
pub fn queries(dice: &mut Dice, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            let language = &LANGUAGES[number / 4 % LANGUAGES.len()];
            match number % 4 {
                0 => format!("{} ", name(language, dice)),
                1 => format!("{} ", word(language, dice)),
                2 => {
                    let words: Vec<&str> = language.words.split_whitespace().collect();
                    let whole = words[words.len() / 3 + dice.below(words.len() / 2)];
                    whole.chars().take(4).collect()
                }
                _ => format!("{} {} ", word(language, dice), word(language, dice)),
            }
        })
        .collect()
}
