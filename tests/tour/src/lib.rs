//! A person at the real window and the operator beside: hand, page, dialogs, files, endpoint and command line. The tour is
//! made of these, and so is the search for what a session leaves on disk and in memory.

pub mod dialogs;
pub mod driver;
pub mod fault;
pub mod files;
pub mod founded;
pub mod hand;
pub mod operator;
pub mod page;
