//! Tokens: the caseworker's own is exchanged for a capability; a reporter's goes, untouched, into an invitation.

use crate::events::{Connecting, Connection, Invited};
use crate::ours::profile_of;
use crate::receive::lock;
use crate::view::{CodeView, DeskView};
use crate::{Desk, Error, Shared, code, stamp};
use chronicle_sync::{Collector, Transport};
use chronicle_vault::Error as VaultError;
use chronicle_wire::{
    Capability, Hash, Invitation, Profile, ShortInvitation, Token, TokenRole, Verified,
};
use jiff::Zoned;
use zeroize::Zeroizing;

impl Desk {
    /// An invitation with a reporter's token in it, and the number by which its sender will be known.
    ///
    /// # Errors
    /// [`Error::Token`], [`Error::TokenRole`], [`Error::NotFounded`], and those of the vault.
    pub fn invite(&mut self, token: &str, now: &Zoned) -> Result<Zeroizing<String>, Error> {
        let (token, profile) = self.may_invite(token)?;
        let mut credentials = profile.credentials().clone();
        credentials.current = self.current(&profile, now);
        let introduction = self.introduce(now)?;
        Ok(Invitation {
            credentials,
            token,
            introduction,
        }
        .to_text())
    }

    /// The same as a QR code, for which root and profile are too long: the journal asks an address for them.
    ///
    /// # Errors
    /// As [`Self::invite`]; [`Error::NoRoom`] when the organisation's first address is too long.
    pub fn invite_by_code(&mut self, token: &str, now: &Zoned) -> Result<CodeView, Error> {
        let short = self.invite_shortly(token, now)?;
        code::drawn(&short)
    }

    /// The text that the QR code holds.
    ///
    /// # Errors
    /// As [`Self::invite_by_code`].
    pub fn invite_shortly(&mut self, token: &str, now: &Zoned) -> Result<Zeroizing<String>, Error> {
        let (token, profile) = self.may_invite(token)?;
        let mut short = ShortInvitation::of(&profile, token, 0).ok_or(Error::NoRoom)?;
        short.introduction = self.introduce(now)?;
        Ok(short.to_text())
    }

    fn may_invite(&self, token: &str) -> Result<(Token, Profile<Verified>), Error> {
        let token = token_for(TokenRole::Reporter, token)?;
        let profile = profile_of(self.founded()?)?;
        if profile.body().closed {
            return Err(Error::Closed);
        }
        Ok((token, profile))
    }

    // The number by which the sender will be known, kept before it is given away.
    fn introduce(&mut self, now: &Zoned) -> Result<u64, Error> {
        let number = self.founded()?.introductions + 1;
        let mut invited = Invited::draw(number, now)?;
        let mut seq = 0;
        self.change_founded_with(
            now,
            |f| f.introductions = number,
            |c| c.append(Invited::KIND, &invited).map(|kept| seq = kept),
        )?;
        invited.seq = seq;
        let introduction = invited.introduction;
        self.invited.insert(introduction, invited);
        Ok(introduction)
    }

    // The capability that goes with this token: drawn once and kept before it is used.
    fn capability_for(&mut self, token: &Token, now: &Zoned) -> Result<Capability, Error> {
        if let Some(connecting) = self.connecting.as_ref().filter(|c| c.token == token.hash()) {
            return Ok(Capability::parse(&connecting.capability).ok_or(VaultError::Internal)?);
        }
        let capability = Capability::draw().map_err(|_| VaultError::Internal)?;
        let mut new = Connecting {
            seq: 0,
            capability: capability.expose(),
            token: token.hash(),
        };
        let old = self.connecting.as_ref().map_or(0, |c| c.seq);
        new.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(old)?;
            c.append(Connecting::KIND, &new)
        })?;
        self.connecting = Some(new);
        Ok(capability)
    }

    fn keep_connection(&mut self, capability: &Capability, now: &Zoned) -> Result<(), Error> {
        let old = self.connection.as_ref();
        let mut new = Connection {
            seq: 0,
            capability: capability.expose(),
            connected_at: stamp(now),
            next: old.map_or(0, |c| c.next),
            last: old.map_or(Hash([0; 32]), |c| c.last),
            rest: serde_json::Map::new(),
        };
        let gone = [
            old.map_or(0, |c| c.seq),
            self.connecting.as_ref().map_or(0, |c| c.seq),
        ];
        new.seq = self.vault.commit(now.timestamp(), |c| {
            for seq in gone {
                c.remove(seq)?;
            }
            c.append(Connection::KIND, &new)
        })?;
        (self.connection, self.connecting) = (Some(new), None);
        Ok(())
    }
}

// One that went to the wrong person is noticed before it is spent.
fn token_for(role: TokenRole, text: &str) -> Result<Token, Error> {
    let token = Token::parse(text).ok_or(Error::Token)?;
    if token.role() == role {
        Ok(token)
    } else {
        Err(Error::TokenRole)
    }
}

/// Exchanges a caseworker's token for a capability of this desk, and keeps it.
///
/// # Errors
/// [`Error::Token`], [`Error::TokenRole`], [`Error::NotFounded`], [`Error::Sync`], and those of the vault.
pub async fn connect(
    desk: &Shared,
    transport: Transport,
    token: &str,
    clock: fn() -> Zoned,
) -> Result<DeskView, Error> {
    let token = token_for(TokenRole::Caseworker, token)?;
    let (address, capability) = {
        let mut desk = lock(desk);
        let profile = profile_of(desk.founded.as_ref().ok_or(Error::NotFounded)?)?;
        let address = profile
            .body()
            .addresses
            .first()
            .cloned()
            .ok_or(Error::Address)?;
        (address, desk.capability_for(&token, &clock())?)
    };
    let role = Collector::new(transport, &address, capability.clone())?
        .exchange(&token)
        .await?;
    if role != "caseworker" {
        return Err(Error::TokenRole);
    }
    let mut desk = lock(desk);
    desk.keep_connection(&capability, &clock())?;
    desk.view(&clock())
}
