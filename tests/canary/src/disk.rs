//! Sessions drawn from a seed, one after the other, each judged at its end; at last the whole disk for all of them together.
//! What was reached is kept, and the next run with the same seed goes on there.

use crate::Asked;
use crate::judge::{self, Where};
use crate::needles::{Marker, Needles};
use crate::places::Moment;
use crate::planted::Planted;
use crate::script::Script;
use crate::session::{Session, Surroundings};
use crate::{evidence, script};
use chronicle_tour::fault::{During, Fault, Outcome};
use chronicle_tour::founded::Founded;
use chronicle_tour::hand;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Does as many as are asked for and fit into the time.
pub fn sessions(asked: &Asked) -> Outcome {
    let began = Instant::now();
    judge::check_places(&asked.disk, &[&asked.memory, &asked.runtime])?;
    let kept = asked.out.join(format!("canary-{}.json", asked.seed));
    let mut done = done(&kept)?;
    let first = done.len() as u64;
    let since = Moment::now(&asked.disk)?;
    let film = asked.memory.join("film.mp4");
    evidence::film(&film)?;
    let organisation = asked.memory.join("organisation");
    std::fs::create_dir_all(&organisation).during("a folder for the organisation")?;
    let founded = Founded::by_command(&asked.programs, &organisation, FOUNDED)?;
    let around = Surroundings {
        programs: &asked.programs,
        founded: &founded,
        disk: &asked.disk,
        memory: &asked.memory,
        film: &film,
    };
    let mut markers = Vec::new();
    let mut number = first;
    while number < asked.sessions && (began.elapsed() < asked.time || number == first) {
        let script = Script::draw(asked.seed, number);
        let told = one(&around, &script, asked, &mut markers)
            .map_err(|fault| failed(asked, &script, &fault))?;
        println!(
            "{number:2} {:?} {:?}, {:?}: {told}",
            script.acts, script.ending, script.passphrase
        );
        done.push(told);
        number += 1;
        keep(&kept, asked, &done, &Value::Null)?;
    }
    let whole = whole_disk(asked, since, markers, number - first)?;
    keep(&kept, asked, &done, &whole)?;
    println!(
        "{} sessions with the seed {}, {} of them now, {} endings there are; the whole disk: {whole}; {} s",
        done.len(),
        asked.seed,
        number - first,
        script::ENDINGS.len(),
        began.elapsed().as_secs()
    );
    Ok(())
}

fn one(
    around: &Surroundings,
    script: &Script,
    asked: &Asked,
    markers: &mut Vec<Marker>,
) -> Outcome<Value> {
    let began = Instant::now();
    let since = Moment::now(&asked.disk)?;
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    let planted = Planted::prepare(
        &home.join(format!(".cache/.odd-{}", script.number)),
        around.memory,
    )?;
    let mut session = Session::prepare(around, script, planted.command())?;
    markers.extend(session.markers());
    session.run()?;
    judge::settled(&session)?;
    let at = Where {
        disk: &asked.disk,
        home: &home,
        runtime: &asked.runtime,
        since,
    };
    let mut told = judge::judge(&session, &planted, &at)?;
    if let Some(told) = told.as_object_mut() {
        told.insert("seconds".into(), json!(began.elapsed().as_secs()));
        told.insert("ending".into(), json!(format!("{:?}", script.ending)));
        told.insert("acts".into(), json!(format!("{:?}", script.acts)));
    }
    for folder in [&session.folder, &planted.folder, &session.saved] {
        std::fs::remove_dir_all(folder).during(folder.display())?;
    }
    Ok(told)
}

fn whole_disk(
    asked: &Asked,
    since: Moment,
    mut markers: Vec<Marker>,
    sessions: u64,
) -> Outcome<Value> {
    let odd = Path::new("/var/tmp").join(format!(".odd-{}", std::process::id()));
    let planted = Planted::prepare(&odd, &asked.memory)?;
    let command = planted.command();
    if let Some((program, arguments)) = command.split_first() {
        let done = std::process::Command::new(program).args(arguments).status();
        done.during("planting")?;
    }
    markers.extend(planted.markers());
    let searched = judge::whole_disk(&Needles::new(&markers, &[])?, since, &planted, &[]);
    std::fs::remove_dir_all(&odd).during("what was planted")?;
    let mut told = searched?;
    if let Some(told) = told.as_object_mut() {
        told.insert("sessions".into(), json!(sessions));
    }
    Ok(told)
}

fn failed(asked: &Asked, script: &Script, fault: &Fault) -> Fault {
    let _ = hand::picture(None, &asked.out.join("canary-failed.png"));
    Fault::new(format!(
        "seed {}, session {}: {fault}\n{script:?}",
        asked.seed, script.number
    ))
}

fn done(kept: &Path) -> Outcome<Vec<Value>> {
    let Ok(text) = std::fs::read_to_string(kept) else {
        return Ok(Vec::new());
    };
    let kept: Value = serde_json::from_str(&text).during("what was kept before")?;
    Ok(kept
        .get("each")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default())
}

fn keep(kept: &Path, asked: &Asked, done: &[Value], whole: &Value) -> Outcome {
    let all = json!({
        "name": "canary",
        "seed": asked.seed,
        "done": done.len(),
        "of": asked.sessions,
        "whole_disk": whole,
        "each": done,
    });
    let text = serde_json::to_string_pretty(&all).during("the numbers")?;
    std::fs::write(kept, text).during("the numbers")
}

const FOUNDED: &str = "copper kettle under the third stair 1987";
