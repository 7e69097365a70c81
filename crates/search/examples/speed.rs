//! How fast texts are folded and made ready for the table: `cargo run --release -p chronicle-search --example speed`.

use chronicle_search::{index_text, query, tokens};
use std::hint::black_box;
use std::time::Instant;

const TEXTS: [(&str, &str); 6] = [
    (
        "Russian",
        "В ночь на 14 марта 2026 года сотрудники задержали троих человек у дома на улице Рӯдакӣ; тел. +992 90-123-45-67. ",
    ),
    (
        "Uzbek",
        "Oʻsha kuni soat 18:40 da G'ulom Qodirov bozorga ketayotganda uni ikki militsiya xodimi to‘xtatdi va olib ketdi. ",
    ),
    (
        "English",
        "On the night of 14 March 2026 officers came to the house, searched all the rooms and took two people away with them. ",
    ),
    (
        "Persian",
        "شب چهاردهم مارس مأموران به خانه آمدند و همه اتاق‌ها را گشتند و دو نفر را با خود بردند؛ شماره ۰۹۱۲۳۴۵۶۷۸۹. ",
    ),
    (
        "Chinese",
        "三月十四日晚上警察来到家里，搜查了所有的房间，带走了两个人，没有出示任何文件。",
    ),
    (
        "Turkish",
        "On dört Mart gecesi polisler eve geldi, bütün odaları aradı ve iki kişiyi yanlarında götürdü; şahitler çağrıldı. ",
    ),
];

fn main() {
    for (name, text) in TEXTS {
        let text = text.repeat(4_000_000 / text.len());
        let folded = rate(&text, |t| tokens(t).len());
        // A sentence at a time: the texts repeat themselves, and words that come again cost less.
        let records: Vec<&str> = text.split_inclusive(['.', '。']).collect();
        let indexed = rate(&text, |_| records.iter().map(|r| index_text(r).len()).sum());
        let shown = rate(&text, |t| query("рудаки qodirov officers").matches(t).len());
        println!(
            "{name}: folded {folded:.1} MB/s, indexed {indexed:.1} MB/s, shown {shown:.1} MB/s"
        );
    }
}

fn rate(text: &str, work: impl Fn(&str) -> usize) -> f64 {
    let start = Instant::now();
    black_box(work(black_box(text)));
    text.len() as f64 / 1e6 / start.elapsed().as_secs_f64()
}
