//! A restored copy of a journal counts its reports anew: two copies that both send must not look like a forgery.

use crate::events::{Delivery, Joined};
use crate::{Error, Journal, random_id};
use chronicle_vault::Event as _;
use jiff::Zoned;

impl Journal {
    /// Begins a new chain with each organisation when this journal is a copy that has sealed nothing yet.
    ///
    /// # Errors
    /// Those of the vault; it is tried again at the next sealing.
    pub(crate) fn begin_own_chains(&mut self, now: &Zoned) -> Result<(), Error> {
        if !self.vault.is_new_copy() {
            return Ok(());
        }
        let (mut organisations, mut deliveries) = (Vec::new(), Vec::new());
        for joined in self.organisations.values() {
            let mut new: Joined = joined.copy()?;
            (new.counter, new.previous) = (0, None);
            new.withdrawn.clear();
            new.chain_id = random_id()?;
            organisations.push((joined.seq, new));
        }
        for delivery in self.deliveries.values().filter(|d| d.chain.is_none()) {
            let chain = self.organisations.get(&delivery.organisation);
            let mut new: Delivery = delivery.copy()?;
            new.chain = chain.map(|joined| joined.chain_id.clone());
            deliveries.push((delivery.seq, new));
        }
        self.vault.begin_as_copy(now.timestamp(), |c| {
            for (old, new) in &mut organisations {
                c.remove(*old)?;
                new.seq = c.append(Joined::KIND, &*new)?;
            }
            for (old, new) in &mut deliveries {
                c.remove(*old)?;
                new.seq = c.append(Delivery::KIND, &*new)?;
            }
            Ok(())
        })?;
        for (_, new) in organisations {
            self.organisations.insert(new.id, new);
        }
        for (_, mut new) in deliveries {
            if let Some(old) = self.deliveries.get(&new.id) {
                (new.offset, new.moving) = (old.offset, old.moving);
                new.trouble.clone_from(&old.trouble);
            }
            self.deliveries.insert(new.id.clone(), new);
        }
        Ok(())
    }
}
