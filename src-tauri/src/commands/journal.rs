//! The reporter's verbs.

use crate::commands::evidence::save;
use crate::session::{Shell, hold};
use crate::view::{InvitationAtHand, Understood};
use crate::{dialogs, jobs::Job, media, window_words};
use chronicle_journal::view::{
    DeliveryView, HeldView, IncidentList, IncidentQuery, IncidentView, KeptInvitationView,
    KeptView, OrganisationView, PreviewView, ReturnedView,
};
use chronicle_media::{Kind, PreviewError, START, sniff};
use chronicle_report::{Draft, IncidentTime, time_words};
use chronicle_words::Problem;
use jiff::Zoned;
use std::io::{Read, Seek};
use std::path::Path;
use tauri::{AppHandle, State};
use zeroize::Zeroizing;

#[tauri::command(async)]
pub fn incidents(shell: State<'_, Shell>, query: IncidentQuery) -> Result<IncidentList, Problem> {
    shell.with_journal(|j| j.find(&query, &Zoned::now()))
}

#[tauri::command(async)]
pub fn incident(shell: State<'_, Shell>, id: String) -> Result<IncidentView, Problem> {
    shell.with_journal(|j| j.incident(&id, &Zoned::now()))
}

#[tauri::command(async)]
pub fn save_draft(
    shell: State<'_, Shell>,
    id: Option<String>,
    draft: Draft,
) -> Result<KeptView, Problem> {
    shell.with_journal(|j| j.save(id.as_deref(), draft, &Zoned::now()))
}

#[tauri::command(async)]
pub fn hold_draft(
    shell: State<'_, Shell>,
    id: Option<String>,
    draft: Draft,
) -> Result<(), Problem> {
    shell.hold_draft(id, draft)
}

#[tauri::command(async)]
pub fn held_drafts(shell: State<'_, Shell>) -> Result<Vec<HeldView>, Problem> {
    shell.held_drafts()
}

#[tauri::command(async)]
pub fn understand_time(time: IncidentTime) -> Understood {
    let problem = time
        .bounds()
        .err()
        .map(|e| Problem::new(e.code()).with("field", "when"));
    Understood {
        when: time_words(&time),
        problem,
    }
}

#[tauri::command(async)]
pub fn zones(country: String) -> Vec<&'static str> {
    // The page takes the first one unless the person chooses: where a country has several, that is "unknown".
    let mut zones = chronicle_report::zones(&country);
    if chronicle_report::preselected_zone(&country).is_none() {
        zones.insert(0, "unknown");
    }
    zones
}

#[tauri::command(async)]
pub fn delete_incident(shell: State<'_, Shell>, id: String) -> Result<(), Problem> {
    shell.with_journal(|j| j.delete(&id, &Zoned::now()))?;
    shell.tell_deliveries();
    Ok(())
}

#[tauri::command(async)]
pub fn organisations(shell: State<'_, Shell>) -> Result<Vec<OrganisationView>, Problem> {
    shell.with_journal(|j| Ok(j.organisations(&Zoned::now())))
}

#[tauri::command]
pub async fn pick_invitation(
    app: AppHandle,
    shell: State<'_, Shell>,
) -> Result<Option<InvitationAtHand>, Problem> {
    let title = window_words::title(&shell, "dialog-invitation");
    let Some(path) = dialogs::file(&app, title).await else {
        return Ok(None);
    };
    let reading = tauri::async_runtime::spawn_blocking(move || invitation_in(&path));
    let text = reading.await.map_err(|_| Problem::new("internal"))??;
    at_hand(&shell, text).map(Some)
}

// A picture of a code, or a text. What is in a picture is found by the confined child.
fn invitation_in(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let unreadable = |_| Problem::new("invitation-unreadable");
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let mut start = Vec::new();
    let mut beginning = (&mut file).take(START as u64);
    beginning.read_to_end(&mut start).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    if sniff(&start).1 == Kind::Image {
        return media::code(&mut file, size).map_err(|error| match error {
            PreviewError::Unavailable => Problem::new(error.code()),
            _ => Problem::new("preview-no-code"),
        });
    }
    let mut text = Zeroizing::new(String::new());
    let limit = chronicle_wire::invitation::MAX_TEXT as u64 + 1;
    file.take(limit)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}

#[tauri::command(async)]
pub fn kept_invitations(shell: State<'_, Shell>) -> Result<Vec<KeptInvitationView>, Problem> {
    shell.with_journal(|j| Ok(j.kept_invitations()))
}

#[tauri::command(async)]
pub fn keep_invitation(shell: State<'_, Shell>, handle: String) -> Result<(), Problem> {
    let text = shell.invitation(&handle)?;
    shell.with_journal(|j| j.keep_invitation(&text, &Zoned::now()))?;
    Ok(())
}

#[tauri::command(async)]
pub fn take_up_invitation(
    shell: State<'_, Shell>,
    id: String,
) -> Result<InvitationAtHand, Problem> {
    let text = shell.with_journal(|j| j.kept_invitation(&id))?;
    at_hand(&shell, text)
}

#[tauri::command(async)]
pub fn drop_invitation(shell: State<'_, Shell>, id: String) -> Result<(), Problem> {
    shell.with_journal(|j| j.drop_invitation(&id, &Zoned::now()))
}

// The first word to an organisation: only the person's own click leads here.
#[tauri::command]
pub async fn fetch_invitation(
    shell: State<'_, Shell>,
    handle: String,
) -> Result<InvitationAtHand, Problem> {
    let text = shell.invitation(&handle)?;
    let id = shell.with_journal(|j| j.keep_invitation(&text, &Zoned::now()))?;
    let journal = shell.journal()?;
    let transport = shell.travel()?.transport();
    let asking = chronicle_journal::complete(&journal, &id, transport, Zoned::now);
    shell
        .while_open(async { asking.await.map_err(|e| e.problem()) })
        .await?;
    let text = shell.with_journal(|j| j.kept_invitation(&id))?;
    at_hand(&shell, text)
}

#[tauri::command(async)]
pub fn read_invitation(shell: State<'_, Shell>, text: String) -> Result<InvitationAtHand, Problem> {
    at_hand(&shell, Zeroizing::new(text))
}

#[tauri::command(async)]
pub fn join(
    shell: State<'_, Shell>,
    handle: String,
    words: Vec<String>,
) -> Result<OrganisationView, Problem> {
    let text = shell.invitation(&handle)?;
    let joined = shell.with_journal(|j| j.join(&text, &words, &Zoned::now()))?;
    shell.tell_deliveries();
    // The token is exchanged soon: until then, whoever saw the invitation can use it.
    shell.wake_courier();
    Ok(joined)
}

#[tauri::command(async)]
pub fn confirm_root(
    shell: State<'_, Shell>,
    organisation: String,
    words: Vec<String>,
) -> Result<OrganisationView, Problem> {
    let confirmed = shell.with_journal(|j| {
        let id = j.find_organisation(&organisation)?;
        j.confirm_root(id, &words, &Zoned::now())
    })?;
    shell.tell_deliveries();
    Ok(confirmed)
}

#[tauri::command(async)]
pub fn renew_sender(
    shell: State<'_, Shell>,
    organisation: String,
) -> Result<OrganisationView, Problem> {
    shell.with_journal(|j| {
        let id = j.find_organisation(&organisation)?;
        j.renew_sender(id, &Zoned::now())
    })
}

#[tauri::command(async)]
pub fn preview(
    shell: State<'_, Shell>,
    id: String,
    organisation: String,
    leave_out: Vec<String>,
) -> Result<PreviewView, Problem> {
    let words = shell.words();
    shell.with_journal(|j| {
        let organisation = j.find_organisation(&organisation)?;
        j.preview(&id, organisation, &leave_out, &words, &Zoned::now())
    })
}

// The journal is held for taking out and for committing, not while gigabytes are sealed.
#[tauri::command(async)]
pub fn send(
    shell: State<'_, Shell>,
    id: String,
    organisation: String,
    leave_out: Vec<String>,
    seen: String,
) -> Result<DeliveryView, Problem> {
    let words = shell.words();
    let journal = shell.journal()?;
    let prepared = {
        let mut journal = hold(&journal);
        let organisation = journal
            .find_organisation(&organisation)
            .map_err(|e| e.problem())?;
        journal
            .prepare(
                &id,
                organisation,
                &leave_out,
                Some(&seen),
                &words,
                &Zoned::now(),
            )
            .map_err(|e| e.problem())?
    };
    let mut job = Job::begin(&shell, "send", Some(id));
    let (total, mut done) = (prepared.evidence_bytes(), 0);
    let sealed = prepared.seal(&mut |bytes| {
        done += bytes;
        job.progress(done, total)
    });
    let queued = sealed
        .and_then(|sealed| hold(&journal).enqueue(prepared, sealed, &Zoned::now()))
        .map_err(|e| e.problem());
    shell.tell_deliveries();
    job.end(queued.as_ref().map(|_| ()).map_err(Clone::clone));
    shell.wake_courier();
    queued
}

#[tauri::command(async)]
pub fn deliveries(shell: State<'_, Shell>) -> Result<Vec<DeliveryView>, Problem> {
    shell.with_journal(|j| Ok(j.deliveries(&Zoned::now())))
}

#[tauri::command(async)]
pub fn send_now(shell: State<'_, Shell>) {
    shell.send_now();
}

#[tauri::command(async)]
pub fn look_now(shell: State<'_, Shell>) {
    shell.look_now();
}

#[tauri::command(async)]
pub fn read_answer(
    shell: State<'_, Shell>,
    organisation: String,
    id: String,
) -> Result<(), Problem> {
    shell.with_journal(|j| {
        let organisation = j.find_organisation(&organisation)?;
        j.read_answer(organisation, &id, &Zoned::now())
    })?;
    shell.tell_deliveries();
    Ok(())
}

#[tauri::command(async)]
pub fn agree_to_another_way(
    shell: State<'_, Shell>,
    organisation: String,
) -> Result<OrganisationView, Problem> {
    let agreed = shell.with_journal(|j| {
        let id = j.find_organisation(&organisation)?;
        j.agree_to_another_way(id, &Zoned::now())?;
        j.organisation(id, &Zoned::now())
    })?;
    shell.tell_deliveries();
    shell.wake_courier();
    Ok(agreed)
}

/// Writes a sealed report to a place that the person chooses; gives the job's number.
#[tauri::command]
pub async fn hand_over(
    app: AppHandle,
    shell: State<'_, Shell>,
    delivery: String,
) -> Result<Option<u32>, Problem> {
    let sealed = shell.with_journal(|j| j.sealed_file(&delivery))?;
    let title = window_words::title(&shell, "dialog-hand-over");
    let Some(path) = dialogs::save(&app, title, sealed.name.clone()).await else {
        return Ok(None);
    };
    let job = Job::begin(&shell, "save", None);
    let (name, size) = (sealed.name, sealed.size);
    Ok(Some(save(job, &name, size, path, sealed.content)))
}

/// Takes in a file that came back by hand; gives what it was.
#[tauri::command]
pub async fn take_back(
    app: AppHandle,
    shell: State<'_, Shell>,
) -> Result<Option<ReturnedView>, Problem> {
    let title = window_words::title(&shell, "dialog-take-back");
    let Some(path) = dialogs::file(&app, title).await else {
        return Ok(None);
    };
    let journal = shell.journal()?;
    let taking = tauri::async_runtime::spawn_blocking(move || {
        // Read whole before the journal is held: a stick may take its time. What is no file would never end.
        let unreadable = |_| Problem::new("file-unreadable");
        if !std::fs::metadata(&path).map_err(unreadable)?.is_file() {
            return Err(Problem::new("returned-nothing"));
        }
        let (mut bytes, most) = (Vec::new(), chronicle_journal::MAX_RETURNED + 1);
        let file = std::fs::File::open(&path).map_err(unreadable)?;
        file.take(most)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        let taken = hold(&journal).take_back(&mut bytes.as_slice(), &Zoned::now());
        taken.map_err(|e| e.problem())
    });
    let taken = taking.await.map_err(|_| Problem::new("internal"))??;
    shell.tell_deliveries();
    Ok(Some(taken))
}

#[tauri::command(async)]
pub fn try_again(shell: State<'_, Shell>, delivery: String) -> Result<(), Problem> {
    shell.with_journal(|j| j.try_again(&delivery, &Zoned::now()))?;
    shell.tell_deliveries();
    shell.send_now();
    Ok(())
}

fn at_hand(shell: &Shell, text: Zeroizing<String>) -> Result<InvitationAtHand, Problem> {
    let invitation = shell.with_journal(|j| j.look_at(&text))?;
    Ok(InvitationAtHand {
        handle: shell.keep_invitation(text)?,
        invitation,
    })
}
