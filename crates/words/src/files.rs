//! The Fluent files, as part of the program.
//!
//! One entry for each file name, with its text in every language. A file that is missing fails the build.

/// One Fluent file in every language.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// Name without folder and ending, such as `report`.
    pub name: &'static str,
    /// The English text, which the other languages follow.
    pub en: &'static str,
    /// The Russian text.
    pub ru: &'static str,
    /// Whether the window says these sentences; `false` for those of the command line alone.
    pub in_window: bool,
}

/// All files, in the order in which they are read.
pub const FILES: &[File] = &[
    File {
        name: "report",
        en: include_str!("../ftl/en/report.ftl"),
        ru: include_str!("../ftl/ru/report.ftl"),
        in_window: true,
    },
    File {
        name: "countries",
        en: include_str!("../ftl/en/countries.ftl"),
        ru: include_str!("../ftl/ru/countries.ftl"),
        in_window: true,
    },
    File {
        name: "ui",
        en: include_str!("../ftl/en/ui.ftl"),
        ru: include_str!("../ftl/ru/ui.ftl"),
        in_window: true,
    },
    File {
        name: "keys",
        en: include_str!("../ftl/en/keys.ftl"),
        ru: include_str!("../ftl/ru/keys.ftl"),
        in_window: true,
    },
    File {
        name: "errors",
        en: include_str!("../ftl/en/errors.ftl"),
        ru: include_str!("../ftl/ru/errors.ftl"),
        in_window: true,
    },
    File {
        name: "passphrase",
        en: include_str!("../ftl/en/passphrase.ftl"),
        ru: include_str!("../ftl/ru/passphrase.ftl"),
        in_window: true,
    },
    File {
        name: "cli",
        en: include_str!("../ftl/en/cli.ftl"),
        ru: include_str!("../ftl/ru/cli.ftl"),
        in_window: false,
    },
];
