//! What takes longer: each job has a number, can be cancelled, and tells the page how far it is, ten times a second at
//! most.

use crate::session::{Shell, hold};
use crate::view::{JobState, JobView, ShellEvent};
use chronicle_words::Problem;
use jiff::Zoned;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Jobs under way.
#[derive(Default)]
pub struct Jobs {
    last: AtomicU32,
    running: Mutex<HashMap<u32, CancellationToken>>,
}

impl Jobs {
    /// Cancels one.
    pub fn cancel(&self, job: u32) {
        if let Some(token) = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&job)
        {
            token.cancel();
        }
    }

    /// Whether one is under way.
    pub fn any(&self) -> bool {
        let running = self.running.lock();
        !running.unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Waits until none is under way any more, never longer than `limit`.
    pub fn wait_for_the_end(&self, limit: Duration) {
        let until = Instant::now() + limit;
        while self.any() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Cancels all.
    pub fn cancel_all(&self) {
        for token in self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
        {
            token.cancel();
        }
    }
}

/// A job from the inside.
pub struct Job {
    shell: Shell,
    view: JobView,
    cancel: CancellationToken,
    told: Instant,
}

impl Job {
    /// Begins a job.
    pub fn begin(shell: &Shell, what: &str, incident: Option<String>) -> Self {
        let jobs = shell.jobs();
        let job = jobs.last.fetch_add(1, Ordering::Relaxed) + 1;
        let cancel = CancellationToken::new();
        jobs.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(job, cancel.clone());
        let view = JobView {
            job,
            what: what.to_owned(),
            name: String::new(),
            done: 0,
            total: 0,
            state: JobState::Running,
            problem: None,
            incident,
        };
        let started = Self {
            shell: shell.clone(),
            view,
            cancel,
            told: Instant::now(),
        };
        started.tell();
        started
    }

    /// Its number.
    pub fn number(&self) -> u32 {
        self.view.job
    }

    /// For what can be cancelled from inside.
    pub fn token(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// What is at hand now.
    pub fn name(&mut self, name: &str, total: u64) {
        (self.view.name, self.view.total, self.view.done) = (name.to_owned(), total, 0);
        self.tell();
    }

    /// How far it is; `false` when it was cancelled.
    pub fn progress(&mut self, done: u64, total: u64) -> bool {
        (self.view.done, self.view.total) = (done, total);
        if self.told.elapsed() > Duration::from_millis(100) {
            self.told = Instant::now();
            self.tell();
        }
        !self.cancel.is_cancelled()
    }

    /// It has ended.
    pub fn end(mut self, result: Result<(), Problem>) {
        self.shell
            .jobs()
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.view.job);
        match result {
            Ok(()) => self.view.state = JobState::Done,
            Err(problem) if problem.code == "cancelled" => self.view.state = JobState::Cancelled,
            Err(problem) => {
                (self.view.state, self.view.problem) = (JobState::Failed, Some(problem))
            }
        }
        self.tell();
    }

    fn tell(&self) {
        self.shell.tell(ShellEvent::Job(self.view.clone()));
    }
}

/// Takes files in, one after another, on a thread of its own. One that cannot be taken in is said, with its reason, and the
/// others go on; cancelling stops here, and those before stay.
pub fn attach(shell: &Shell, incident: String, files: Vec<PathBuf>) -> u32 {
    let mut job = Job::begin(shell, "attach", Some(incident.clone()));
    let number = job.number();
    let shell = shell.clone();
    std::thread::spawn(move || {
        let mut files = files.into_iter().peekable();
        while let Some(path) = files.next() {
            let done = attach_one(&shell, &incident, &path, &mut job);
            shell.tell(ShellEvent::Incident {
                id: incident.clone(),
            });
            match done {
                Ok(()) => {}
                // After a lock none of the others can be taken in either.
                Err(problem)
                    if ["cancelled", "locked"].contains(&problem.code.as_ref())
                        || files.peek().is_none() =>
                {
                    return job.end(Err(problem));
                }
                Err(problem) => {
                    job.end(Err(problem));
                    job = Job::begin(&shell, "attach", Some(incident.clone()));
                }
            }
        }
        job.end(Ok(()));
    });
    number
}

fn attach_one(
    shell: &Shell,
    incident: &str,
    path: &std::path::Path,
    job: &mut Job,
) -> Result<(), Problem> {
    let name = crate::session::last_part(path);
    let file = std::fs::File::open(path)
        .map_err(|_| Problem::new("file-unreadable").with("name", &name))?;
    let total = file.metadata().map_or(0, |m| m.len());
    job.name(&name, total);
    let journal = shell.journal()?;
    let intake = {
        let journal = hold(&journal);
        journal.can_take(incident, total).map_err(|e| e.problem())?;
        journal.intake()
    };
    let taken =
        chronicle_journal::take_in(&intake, file, &name, &mut |done| job.progress(done, total))
            .map_err(|e| e.problem().with("name", &name))?;
    let attached = hold(&journal).attach(incident, taken, &Zoned::now());
    attached.map(|_| ()).map_err(|e| e.problem())
}
