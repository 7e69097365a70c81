//! The organisation's profile as it is installed and given out, and the newest day on which the organisation said that it is
//! current. A later root is taken up when its way contains the one before: journals ask their persons for its words.

use crate::data::DataError;
use crate::store::{Store, StoreError};
use chronicle_wire::organisation::{Credentials, Current};
use chronicle_wire::route::Problem;
use chronicle_wire::{Day, Profile, SignedDocument, TrustError, Verified};

/// Keeps `profile`, which counts at once.
///
/// # Errors
/// [`DataError::Trust`] when it does not follow the one before, [`DataError::Store`].
pub(crate) async fn install(store: &Store, profile: &Profile<Verified>) -> Result<(), DataError> {
    if let Some(known) = newest(store).await? {
        match profile.follows(&known) {
            Ok(()) | Err(TrustError::RootChanged) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let name = format!("profile/{}", place(profile));
    let mut credentials = profile.credentials().clone();
    let said = credentials.current.take();
    let bytes = serde_json::to_vec(&credentials).map_err(|_| DataError::NoProfile)?;
    if !store.create(&name, bytes.clone()).await?
        && store.get(&name).await?.as_deref() != Some(bytes.as_slice())
    {
        // Another profile of this version.
        return Err(TrustError::Rollback.into());
    }
    if let (Some(said), Some(day)) = (said, profile.current_on()) {
        keep(store, profile, &said, day).await?;
    }
    Ok(())
}

/// The newest profile that was installed, with what was said last of its being current.
pub(crate) async fn newest(store: &Store) -> Result<Option<Profile<Verified>>, StoreError> {
    let Some((name, _)) = store.list("profile").await?.pop() else {
        return Ok(None);
    };
    let read = async |name: String| store.get(&name).await?.ok_or(StoreError::Failed);
    let bytes = read(format!("profile/{name}")).await?;
    let mut credentials: Credentials =
        serde_json::from_slice(&bytes).map_err(|_| StoreError::Failed)?;
    let said = store.list("current").await?;
    if let Some((said, _)) = said.iter().rev().find(|(said, _)| said.starts_with(&name)) {
        let bytes = read(format!("current/{said}")).await?;
        credentials.current = serde_json::from_slice(&bytes).ok();
    }
    Profile::read(credentials)
        .and_then(Profile::verify)
        .map(Some)
        .map_err(|_| StoreError::Failed)
}

/// Every profile that was installed and verifies, and the names of those that do not.
pub(crate) async fn all(
    store: &Store,
) -> Result<(Vec<Profile<Verified>>, Vec<String>), StoreError> {
    let (mut profiles, mut broken) = (Vec::new(), Vec::new());
    for (name, _) in store.list("profile").await? {
        let name = format!("profile/{name}");
        let bytes = store.get(&name).await?.unwrap_or_default();
        let credentials = serde_json::from_slice(&bytes).ok();
        let profile = credentials.and_then(|c| Profile::read(c).and_then(Profile::verify).ok());
        match profile {
            Some(profile) => profiles.push(profile),
            None => broken.push(name),
        }
    }
    Ok((profiles, broken))
}

/// Takes what the organisation says of its newest profile.
///
/// # Errors
/// [`Problem::BadRequest`] when it is not its organisation's word about this very profile, or of a day that is yet to come.
pub(crate) async fn said(store: &Store, said: &SignedDocument, today: Day) -> Result<(), Problem> {
    let profile = newest(store).await?.ok_or(Problem::NoProfile)?;
    let day = Current::verify(said, &profile).map_err(|_| Problem::BadRequest)?;
    // A desk whose clock is ahead would silence for years what a journal says of a profile that nobody has seen for long.
    if day > today.saturating_add(jiff::Span::new().days(1)) {
        return Err(Problem::BadRequest);
    }
    Ok(keep(store, &profile, said, day).await?)
}

// One for each day: the first is as good as any other.
async fn keep(
    store: &Store,
    profile: &Profile<Verified>,
    said: &SignedDocument,
    day: Day,
) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec(said).map_err(|_| StoreError::Failed)?;
    let name = format!("current/{}-{day}", place(profile));
    store.create(&name, bytes).await.map(drop)
}

// Sorted as they follow: a new root begins to count its profiles anew.
fn place(profile: &Profile<Verified>) -> String {
    let (root, version) = (profile.root().version, profile.body().version);
    format!("{root:010}{version:020}")
}
