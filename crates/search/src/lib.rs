//! Text folded into what is looked for and found, in every script: for an index in memory, with FTS5 or without.
//!
//! People write in some twenty languages and ten scripts, on keyboards that lack half of their letters. This room knows
//! how a word is written otherwise; it knows no table, no file and no clock. [`index_text`] makes what a table holds,
//! [`query`] what it is asked, and [`Query::matches`] the places to show. The caller does this:
//!
//! ```sql
//! CREATE VIRTUAL TABLE found USING fts5(words, tokenize='ascii');
//! INSERT INTO found(rowid, words) VALUES (?, ?);              -- index_text(text)
//! SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank;  -- query(typed).expression()
//! ```
//!
//! What folds into what, and why, stands beside each rule in `letters`, `script`, `fold`, `words`, `numbers`, `sound` and
//! `stem`. A rule is taken when leaving it out loses what people look for every day, and when what it brings in besides
//! are few words that a person recognises as not meant: Turkish sık and sik, Ukrainian ліс and лис, and by their stem
//! Russian мать and мат are one here. A word is never found by its middle.

mod alike;
mod excerpt;
mod fold;
mod index;
mod letters;
mod numbers;
mod query;
mod reading;
mod script;
mod sound;
mod stem;
mod words;

pub use excerpt::{Excerpt, Piece};
pub use fold::fold;
pub use index::index_text;
pub use query::{Query, query};
pub use words::{LONGEST, Token, tokens};
