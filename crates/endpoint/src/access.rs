//! Who may do what: tokens, and the capabilities that were bought with them. Only hashes are kept. After the first
//! delivery the endpoint forgets which token became which capability.

use crate::data::in_90_days;
use crate::store::{Store, StoreError};
pub use chronicle_wire::TokenRole as Role;
use chronicle_wire::route::Problem;
use chronicle_wire::{Day, Hash, Token};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct TokenEntry {
    role: Role,
    made: Day,
    expires: Day,
}

#[derive(Serialize, Deserialize)]
struct CapabilityEntry {
    role: Role,
    made: Day,
    /// Until the first delivery.
    token: Option<Hash>,
}

/// One line of `token list`.
pub struct Listed {
    /// `token` or `capability`.
    pub what: &'static str,
    /// The beginning of its hash.
    pub hash: String,
    /// What it is for.
    pub role: Role,
    /// The day it was made.
    pub made: Day,
    /// `new`, `used`, `expired`, `active` or `revoked`.
    pub state: &'static str,
}

/// Makes a token. Only its hash is kept.
///
/// # Errors
/// Those of the store.
pub async fn make_token(store: &Store, role: Role, today: Day) -> Result<Token, StoreError> {
    let token = Token::draw(role).map_err(|_| StoreError::Failed)?;
    let entry = TokenEntry {
        role,
        made: today,
        expires: in_90_days(today),
    };
    store
        .create(&format!("token/{}", token.hash()), json(&entry)?)
        .await?;
    Ok(token)
}

/// Every token and capability.
///
/// # Errors
/// Those of the store.
pub async fn list(store: &Store, today: Day) -> Result<Vec<Listed>, StoreError> {
    let mut all = Vec::new();
    for (hash, _) in store.list("token").await? {
        let Some(entry) = read::<TokenEntry>(store, &format!("token/{hash}")).await? else {
            continue;
        };
        let used = store.get(&format!("used/{hash}")).await?.is_some();
        let revoked = is_revoked(store, &hash).await?;
        let state = match (revoked, used, entry.expires < today) {
            (true, _, _) => "revoked",
            (_, true, _) => "used",
            (_, _, true) => "expired",
            _ => "new",
        };
        all.push(Listed {
            what: "token",
            hash: short(&hash),
            role: entry.role,
            made: entry.made,
            state,
        });
    }
    for (hash, _) in store.list("cap").await? {
        let Some(entry) = read::<CapabilityEntry>(store, &format!("cap/{hash}")).await? else {
            continue;
        };
        let state = if is_revoked(store, &hash).await? {
            "revoked"
        } else {
            "active"
        };
        all.push(Listed {
            what: "capability",
            hash: short(&hash),
            role: entry.role,
            made: entry.made,
            state,
        });
    }
    Ok(all)
}

/// Revokes what `wanted` names: a whole token, or the beginning (8 digits or more) of the hash of a token or
/// capability. A token takes the capability that it bought along, as long as that link is known. Gives how many were
/// revoked.
///
/// # Errors
/// Those of the store.
pub async fn revoke(store: &Store, wanted: &str) -> Result<usize, StoreError> {
    let wanted =
        Token::parse(wanted).map_or_else(|| wanted.trim().to_owned(), |t| t.hash().to_string());
    if wanted.len() < 8 {
        return Ok(0);
    }
    let mut hashes = Vec::new();
    for (hash, _) in store.list("token").await? {
        if hash.starts_with(&wanted) {
            if let Some(bought) = store.get(&format!("used/{hash}")).await? {
                hashes.extend(
                    std::str::from_utf8(&bought)
                        .ok()
                        .and_then(Hash::parse)
                        .map(|h| h.to_string()),
                );
            }
            hashes.push(hash);
        }
    }
    for (hash, _) in store.list("cap").await? {
        if hash.starts_with(&wanted) {
            hashes.push(hash);
        }
    }
    for hash in &hashes {
        store.create(&format!("revoked/{hash}"), "revoked").await?;
    }
    Ok(hashes.len())
}

/// Exchanges a token for the capability with this hash. The same hash again gets the same answer, another hash
/// [`Problem::TokenUsed`]; unknown, expired and revoked are all [`Problem::NotFound`].
pub(crate) async fn exchange(
    store: &Store,
    token: &Token,
    capability: Hash,
    today: Day,
) -> Result<Role, Problem> {
    let hash = token.hash();
    let entry = read::<TokenEntry>(store, &format!("token/{hash}"))
        .await?
        .ok_or(Problem::NotFound)?;
    if is_revoked(store, &hash.to_string()).await? {
        return Err(Problem::NotFound);
    }
    let used = format!("used/{hash}");
    if entry.expires < today && store.get(&used).await?.is_none() {
        return Err(Problem::NotFound);
    }
    // Also where it is known to be there: what the answer rests on is durable then.
    store.create(&used, capability.to_string()).await?;
    let bought = store.get(&used).await?.ok_or(Problem::Internal)?;
    let name = format!("cap/{capability}");
    let again = bought.as_ref() == capability.to_string().as_bytes();
    // Once forgotten, the link cannot be told; whoever knows the capability's hash is the one who drew it.
    let known = bought.as_ref() == FORGOTTEN && store.get(&name).await?.is_some();
    if !again && !known {
        return Err(Problem::TokenUsed);
    }
    let made = CapabilityEntry {
        role: entry.role,
        made: today,
        token: Some(hash),
    };
    store.create(&name, json(&made)?).await?;
    if is_revoked(store, &capability.to_string()).await? {
        Err(Problem::NotFound)
    } else {
        Ok(entry.role)
    }
}

/// The role of a capability that is known and not revoked.
pub(crate) async fn role(store: &Store, capability: Hash) -> Result<Role, Problem> {
    let entry = read::<CapabilityEntry>(store, &format!("cap/{capability}")).await?;
    let revoked = is_revoked(store, &capability.to_string()).await?;
    entry
        .filter(|_| !revoked)
        .map(|e| e.role)
        .ok_or(Problem::NotFound)
}

/// Forgets which token bought a capability. The files' times would tell it again: they become the start of the day on
/// which the capability was made, the same for everybody of that day.
pub(crate) async fn forget_token(store: &Store, capability: Hash) -> Result<(), StoreError> {
    let name = format!("cap/{capability}");
    if let Some(entry) = read::<CapabilityEntry>(store, &name).await?
        && let Some(token) = entry.token
    {
        let (used, day) = (format!("used/{token}"), entry.made);
        let bare = json(&CapabilityEntry {
            token: None,
            ..entry
        })?;
        // The first pair is done before the second begins: cut in between, all of this is done again.
        store.replace(&used, FORGOTTEN).await?;
        store.date(&used, day).await?;
        store.replace(&name, bare).await?;
        store.date(&name, day).await?;
    }
    Ok(())
}

async fn is_revoked(store: &Store, hash: &str) -> Result<bool, StoreError> {
    Ok(store.get(&format!("revoked/{hash}")).await?.is_some())
}

async fn read<T: serde::de::DeserializeOwned>(
    store: &Store,
    name: &str,
) -> Result<Option<T>, StoreError> {
    let bytes = store.get(name).await?;
    bytes
        .map(|b| serde_json::from_slice(&b).map_err(|_| StoreError::Failed))
        .transpose()
}

pub(crate) fn json(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|_| StoreError::Failed)
}

fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

const FORGOTTEN: &[u8] = b"forgotten";
