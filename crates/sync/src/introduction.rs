//! What a short invitation leaves out, asked of the addresses that it names. This is the first word to an organisation:
//! a person says when.

use crate::error::SyncError;
use crate::transport::{Net, Transport, Way, travels};
use crate::trouble::Reason;
use crate::visit::{PROFILE_LIMIT, served};
use chronicle_wire::{Invitation, Profile, ShortInvitation, route};
use reqwest::Method;

/// Asks for root and profile, best address first, and completes the invitation with what stands under the root that it
/// names. Never takes another kind of address than the first one's. Sends nothing of the invitation.
///
/// # Errors
/// The last address's: [`SyncError::TorNeeded`], [`SyncError::Profile`], [`SyncError::Refused`], or the line's.
pub async fn introduce(
    transport: Transport,
    invitation: &ShortInvitation,
) -> Result<Invitation, SyncError> {
    let net = Net::new(transport)?;
    let proxy = net.transport.socks.is_some();
    let way = travels(&invitation.addresses, None, proxy).map_err(|reason| match reason {
        Reason::TorNeeded => SyncError::TorNeeded,
        _ => SyncError::AddressRefused,
    })?;
    let mut last = SyncError::AddressRefused;
    for address in &invitation.addresses {
        if Way::of(address, proxy) == way {
            match ask(&net, address, invitation).await {
                Ok(whole) => return Ok(whole),
                Err(error) => last = error,
            }
        }
    }
    Err(last)
}

async fn ask(
    net: &Net,
    address: &str,
    invitation: &ShortInvitation,
) -> Result<Invitation, SyncError> {
    let line = net.line(&format!("introduce {}", invitation.root), address)?;
    let request = line.request(Method::GET, route::PROFILE);
    let answer = line.ask(request, PROFILE_LIMIT).await?;
    let refused = SyncError::Refused {
        status: answer.status,
    };
    let profile = Profile::read(served(&answer).ok_or(refused)?).and_then(Profile::verify);
    profile
        .and_then(|profile| invitation.with(&profile))
        .map_err(SyncError::Profile)
}
