//! How many bundles a capability may begin to send in a day. Every endpoint of a store takes slots by the block: a slot is
//! an object, created if absent, so that several endpoints together cannot hand out more. What is left of a block when an
//! endpoint ends is lost for that day.

use crate::Endpoint;
use crate::store::StoreError;
use chronicle_wire::route::Problem;
use chronicle_wire::{Day, Hash};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What this endpoint may still hand out, for one day.
#[derive(Default)]
pub(crate) struct Blocks(Mutex<Today>);

#[derive(Default)]
struct Today {
    day: Option<Day>,
    left: BTreeMap<Hash, u32>,
    /// Counted already: where the answer to a creation is lost again and again, one bundle is one bundle.
    counted: BTreeMap<(Hash, Hash), u32>,
}

impl Blocks {
    fn on<T>(&self, day: Day, act: impl FnOnce(&mut Today) -> T) -> T {
        let mut today = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if today.day != Some(day) {
            *today = Today {
                day: Some(day),
                ..Today::default()
            };
        }
        act(&mut today)
    }

    // Takes one of what is left.
    fn take(&self, day: Day, capability: Hash) -> bool {
        self.on(day, |today| match today.left.get_mut(&capability) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        })
    }
}

impl Endpoint {
    /// Counts one more bundle of this capability; the one with this hash only once in eight times.
    ///
    /// # Errors
    /// [`Problem::Quota`] when it may begin no more today, and those of the store.
    pub(crate) async fn count_bundle(
        &self,
        capability: Hash,
        sha256: Option<Hash>,
    ) -> Result<(), Problem> {
        let day = self.today();
        let bundle = sha256.map(|sha256| (capability, sha256));
        let known = |today: &mut Today| {
            let times = bundle.and_then(|b| today.counted.get_mut(&b));
            times.is_some_and(|times| {
                *times = (*times + 1) % REPEATS;
                *times > 0
            })
        };
        if self.blocks.on(day, known) {
            return Ok(());
        }
        if !self.blocks.take(day, capability) {
            let left = self.take_block(day, capability).await?;
            self.blocks.on(day, |today| {
                *today.left.entry(capability).or_default() += left;
            });
        }
        self.blocks.on(day, |today| {
            today.counted.extend(bundle.map(|bundle| (bundle, 0)));
        });
        Ok(())
    }

    // A block at the store, with one taken; gives how many are left of it.
    async fn take_block(&self, day: Day, capability: Hash) -> Result<u32, Problem> {
        let (most, block) = (self.limits.bundles, block(self.limits.bundles));
        for number in 0..most.div_ceil(block) {
            let name = format!("slot/{day}/{capability}/{number}");
            if self.store.get(&name).await?.is_none() && self.store.create(&name, "taken").await? {
                return Ok(block.min(most - number * block) - 1);
            }
        }
        Err(Problem::Quota)
    }

    /// Removes the slots of days that are over.
    pub(crate) async fn tend_slots(&self) -> Result<(), StoreError> {
        // A day more: an endpoint whose clock is behind may still be in it.
        let yesterday = self
            .today()
            .saturating_sub(jiff::Span::new().days(1))
            .to_string();
        for (name, _) in self.store.list("slot").await? {
            if name
                .split('/')
                .next()
                .is_some_and(|day| day < yesterday.as_str())
            {
                self.store.delete(&format!("slot/{name}")).await?;
            }
        }
        Ok(())
    }
}

// A twentieth: an endpoint that is started again often does not eat up a person's day.
fn block(most: u32) -> u32 {
    (most / 20).max(1)
}

// So many times a bundle may be begun before it counts once more: each leaves something behind.
const REPEATS: u32 = 8;
