//! Files on their way into the window and out of it: the desktop's own dialogs, answered by mouse and keyboard, and files
//! that are dragged.

use crate::fault::Outcome;
use crate::hand::{self, DragSource, Xid, until};
use crate::page::{Page, SOON};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// Answers one of the desktop's own dialogs with a path.
pub fn answer_dialog(title: &str, path: &Path) -> Outcome {
    let dialog = begin_dialog(title)?;
    // Away from the recent files, with which the dialog begins: there it takes no typed folder.
    hand::key("alt+Home", 1)?;
    sleep(Duration::from_millis(300));
    hand::key("ctrl+l", 1)?;
    hand::key("ctrl+a", 1)?;
    hand::type_text(&path.to_string_lossy(), 6)?;
    sleep(Duration::from_millis(600));
    hand::key("Return", 1)?;
    end_dialog(&dialog)
}

/// Answers a dialog that saves: the name is typed in place of the offered one.
pub fn answer_save(title: &str, path: &Path) -> Outcome {
    let dialog = begin_dialog(title)?;
    hand::key("ctrl+a", 1)?;
    hand::type_text(&path.to_string_lossy(), 6)?;
    sleep(Duration::from_millis(300));
    hand::key("Return", 1)?;
    end_dialog(&dialog)
}

/// Answers a dialog with all files of a folder.
pub fn answer_with_all_of(title: &str, folder: &Path) -> Outcome {
    let dialog = begin_dialog(title)?;
    // Away from the recent files, with which the dialog begins: there it takes no typed folder.
    hand::key("alt+Home", 1)?;
    sleep(Duration::from_millis(300));
    hand::key("ctrl+l", 1)?;
    hand::type_text(&format!("{}/", folder.display()), 6)?;
    sleep(Duration::from_millis(300));
    hand::key("Return", 1)?;
    sleep(Duration::from_millis(700));
    hand::point(&dialog.1, FIRST_ROW)?;
    hand::click()?;
    hand::key("ctrl+a", 1)?;
    sleep(Duration::from_millis(200));
    hand::key("Return", 1)?;
    end_dialog(&dialog)
}

fn begin_dialog(title: &str) -> Outcome<(String, Xid)> {
    let xid = until(&format!("the dialog {title:?}"), SOON, || {
        hand::window(title)
    })?;
    hand::focus(&xid)?;
    sleep(Duration::from_millis(400));
    Ok((title.to_owned(), xid))
}

// The first Return may only take what the desktop completed; the next one answers.
fn end_dialog((title, xid): &(String, Xid)) -> Outcome {
    for _ in 0..4 {
        if until("its end", Duration::from_secs(1), || {
            Ok(hand::window(title)?.is_none().then_some(()))
        })
        .is_ok()
        {
            return Ok(());
        }
        hand::focus(xid)?;
        hand::key("Return", 1)?;
    }
    until(&format!("the end of the dialog {title:?}"), SOON, || {
        Ok(hand::window(title)?.is_none().then_some(()))
    })
}

/// Drops files on the incident that is shown; they stay to be fetched until `come` has seen them, since the receiver may ask
/// for them late.
pub fn drop_files(page: &Page, files: &[&Path], come: impl FnOnce() -> Outcome) -> Outcome {
    let source = DragSource::show(files)?;
    page.see("drop-zone")?;
    let at = page.point("drop-zone")?;
    source.drop_on(&page.xid(), at, || {
        Ok(page.text("drop-zone")?.contains("Let go"))
    })?;
    come()
}

/// Where the first file stands in the desktop's dialog.
const FIRST_ROW: (f64, f64) = (400.0, 120.0);
