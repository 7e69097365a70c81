//! A long run that can be stopped: where it stands is kept in a file, and the next run with the same seed goes on there.

use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// One campaign under one seed.
pub struct Campaign {
    name: &'static str,
    /// Draws everything.
    pub seed: u64,
    minutes: u64,
    begun: Instant,
}

impl Campaign {
    /// As `scripts/campaign.sh` asks for it.
    pub fn asked(name: &'static str) -> Self {
        let number = |name: &str, otherwise: u64| {
            std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
        };
        let minutes = number("CHRONICLE_CAMPAIGN_MINUTES", 10);
        assert!((1..=60).contains(&minutes), "from 1 to 60 minutes");
        Self {
            name,
            seed: number("CHRONICLE_CAMPAIGN_SEED", 1),
            minutes,
            begun: Instant::now(),
        }
    }

    /// A file of this campaign.
    pub fn file(&self, end: &str) -> PathBuf {
        let own = std::env::current_exe().expect("the path of this test");
        let target = own.ancestors().nth(3).expect("the target folder");
        let folder = target.join("campaign");
        std::fs::create_dir_all(&folder).expect("a folder for campaigns");
        folder.join(format!("{}-{}{end}", self.name, self.seed))
    }

    /// How many were done before.
    pub fn done(&self) -> usize {
        let Ok(text) = std::fs::read(self.file(".json")) else {
            return 0;
        };
        let kept: Value = serde_json::from_slice(&text).expect("its own file");
        usize::try_from(kept["done"].as_u64().expect("a number")).expect("fits")
    }

    /// Whether there is time left.
    pub fn goes_on(&self) -> bool {
        self.begun.elapsed() < Duration::from_secs(self.minutes * 60)
    }

    /// Keeps where it stands, and says it. What was found is never written over: the run ends there.
    pub fn keep(&self, done: usize, of: usize, more: &Value) {
        let kept =
            json!({ "name": self.name, "seed": self.seed, "done": done, "of": of, "more": more });
        std::fs::write(self.file(".json"), format!("{kept:#}\n")).expect("progress is kept");
        let seconds = self.begun.elapsed().as_secs();
        println!(
            "campaign {} {}: {done} of {of}, {seconds} s in this run, {more}",
            self.name, self.seed
        );
    }
}

/// Does `work` for every number of `range` on all processors, for as long as `goes_on`; gives the number of the first that
/// was not done, and what was found.
pub fn all<T: Send>(
    range: std::ops::Range<usize>,
    goes_on: impl Fn() -> bool + Sync,
    work: impl Fn(usize) -> Option<T> + Sync,
) -> (usize, Vec<T>) {
    let (next, found) = (AtomicUsize::new(range.start), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while goes_on() {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= range.end {
                        // Another thread must not be told that this one was done.
                        next.fetch_sub(1, Ordering::Relaxed);
                        break;
                    }
                    if let Some(one) = work(number) {
                        found.lock().unwrap().push(one);
                    }
                }
            });
        }
    });
    let done = next.into_inner().min(range.end);
    (done, found.into_inner().unwrap())
}

/// Numbers that one seed always gives again (SplitMix64).
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    /// From a seed and the number of what is drawn.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut random = Self(seed ^ number.wrapping_mul(0xD134_2543_DE82_EF95));
        random.0 = random.next();
        random
    }

    /// The next.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).expect("fits")).expect("fits")
    }

    /// Changes the order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}
