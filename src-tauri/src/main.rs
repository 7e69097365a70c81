//! The window. Everything is in the modules beside this file; nothing here decides what a report is.

#[cfg(all(test, feature = "ts"))]
mod bindings;
mod commands;
mod delivering;
mod desktop;
mod dialogs;
mod handover;
mod idle;
mod jobs;
mod keys;
mod leaving;
mod media;
mod platform;
mod recent;
mod renew;
mod session;
mod settings;
mod view;
mod window;
mod window_words;

use std::path::PathBuf;

fn main() {
    renew::close_what_stays_open();
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(unknown) => {
            eprintln!("unknown argument: {unknown}\nusage: chronicle [--vault FOLDER]");
            std::process::exit(2);
        }
    };
    let traces = match platform::prepare() {
        Ok(traces) => traces,
        Err(error) => {
            eprintln!("the window could not be prepared: {error}");
            std::process::exit(1);
        }
    };
    // An image that hands over nothing readable still locked: the place is where the arguments say then.
    let handed = renew::handed().map(|bytes| handover::Handover::from_bytes(&bytes));
    let shell = match handed.flatten() {
        Some(handed) => session::Shell::again(handed),
        None => arguments
            .vault
            .map_or_else(session::Shell::at_known_place, session::Shell::new),
    };
    let code = window::run(shell, &traces);
    drop(traces);
    std::process::exit(code);
}

struct Arguments {
    vault: Option<PathBuf>,
}

impl Arguments {
    // No secret is ever taken here: arguments are visible to every process.
    fn parse(mut given: impl Iterator<Item = std::ffi::OsString>) -> Result<Self, String> {
        let mut vault = None;
        while let Some(argument) = given.next() {
            match argument.to_str() {
                Some("--vault") => {
                    vault = Some(given.next().ok_or("--vault needs a folder")?.into())
                }
                _ => return Err(argument.to_string_lossy().into_owned()),
            }
        }
        Ok(Self { vault })
    }
}
