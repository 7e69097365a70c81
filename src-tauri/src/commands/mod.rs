//! Every command that the page may call: each translates and hands on, none decides. They run off the main thread.

mod desk;
mod evidence;
mod journal;
mod start;

/// The one list of commands.
pub fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        start::events,
        start::session,
        start::set_locale,
        start::choose_folder,
        start::place,
        start::generate_passphrase,
        start::weigh_passphrase,
        start::create_vault,
        start::unlock,
        start::lock,
        start::lock_after,
        start::set_lock_after,
        start::close,
        start::stay,
        start::keyboard,
        start::words_list,
        journal::incidents,
        journal::incident,
        journal::save_draft,
        journal::hold_draft,
        journal::held_drafts,
        journal::understand_time,
        journal::zones,
        journal::delete_incident,
        evidence::pick_evidence,
        evidence::take_dropped,
        evidence::cancel_job,
        evidence::describe_evidence,
        evidence::remove_evidence,
        evidence::evidence_text,
        evidence::evidence_pages,
        evidence::save_evidence,
        journal::organisations,
        journal::pick_invitation,
        journal::read_invitation,
        journal::join,
        journal::preview,
        journal::send,
        journal::deliveries,
        journal::send_now,
        journal::try_again,
        desk::desk,
        desk::choose_offline_medium,
        desk::found,
        desk::save_profile,
        desk::connect,
        desk::invite,
        desk::fetch,
        desk::reports,
        desk::report,
        desk::report_people,
    ]
}
