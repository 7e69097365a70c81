//! Names every command, so that each needs a permission of its own in `capabilities/main.json`.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "events",
        "session",
        "set_locale",
        "choose_folder",
        "place",
        "generate_passphrase",
        "weigh_passphrase",
        "create_vault",
        "unlock",
        "lock",
        "close",
        "stay",
        "words_list",
        "incidents",
        "incident",
        "save_draft",
        "hold_draft",
        "held_drafts",
        "understand_time",
        "zones",
        "delete_incident",
        "pick_evidence",
        "take_dropped",
        "cancel_job",
        "describe_evidence",
        "remove_evidence",
        "evidence_text",
        "save_evidence",
        "organisations",
        "pick_invitation",
        "read_invitation",
        "join",
        "preview",
        "send",
        "deliveries",
        "send_now",
        "try_again",
        "desk",
        "choose_offline_medium",
        "found",
        "save_profile",
        "connect",
        "invite",
        "fetch",
        "reports",
        "report",
        "report_people",
    ]);
    if let Err(error) =
        tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
    {
        println!("cargo::error={error:#}");
    }
}
