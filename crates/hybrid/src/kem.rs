//! X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 under one seed of 32 bytes, as a key encapsulation of HPKE.
//! The arithmetic is that of `ml-kem` and `x25519-dalek`; what is here is how the two are put together, and the refusal of
//! keys that either would take and the specifications forbid.

use hpke::generic_array::typenum::{Sum, U32, Unsigned};
use hpke::kem::SharedSecret;
use hpke::rand_core::{CryptoRng, RngCore};
use hpke::{Deserializable, HpkeError, Serializable};
use ml_kem::kem::{Decapsulate, Encapsulate};
use ml_kem::{Ciphertext, EncodedSizeUser, KemCore, MlKem768};
use sha3::digest::{ExtendableOutput, Update, XofReader};
use sha3::{Digest, Sha3_256, Shake256};
use subtle::ConstantTimeEq;
use x25519_dalek::{PublicKey as X25519, StaticSecret};
use zeroize::Zeroizing;

type Encapsulation = <MlKem768 as KemCore>::EncapsulationKey;
type Decapsulation = <MlKem768 as KemCore>::DecapsulationKey;
type KeySize = <Encapsulation as EncodedSizeUser>::EncodedSize;
type CiphertextSize = <MlKem768 as KemCore>::CiphertextSize;

/// The key encapsulation.
pub(crate) struct XWing;

/// What opens: the seed, from which both keys come.
#[derive(Clone)]
pub(crate) struct PrivateKey(Zeroizing<[u8; 32]>);

/// What seals.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    lattice: Box<[u8]>,
    curve: X25519,
}

/// What travels.
#[derive(Clone)]
pub(crate) struct EncappedKey {
    lattice: Box<Ciphertext<MlKem768>>,
    curve: X25519,
}

struct Keys {
    lattice: Decapsulation,
    curve: StaticSecret,
}

impl PrivateKey {
    pub(crate) fn of_seed(seed: [u8; 32]) -> Self {
        Self(Zeroizing::new(seed))
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        &self.0
    }

    // Section 5.2: 96 bytes of SHAKE-256, of which ML-KEM takes 64 and X25519 the rest.
    fn keys(&self) -> Keys {
        let mut expanded = Shake256::default().chain(self.0.as_slice()).finalize_xof();
        let mut take = || {
            let mut bytes = Zeroizing::new([0; 32]);
            expanded.read(bytes.as_mut_slice());
            bytes
        };
        let (d, z, curve) = (take(), take(), take());
        let (lattice, _) = MlKem768::generate_deterministic(&(*d).into(), &(*z).into());
        Keys {
            lattice,
            curve: StaticSecret::from(*curve),
        }
    }
}

impl PartialEq for PrivateKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(other.0.as_slice()).into()
    }
}

impl Eq for PrivateKey {}

impl Serializable for PrivateKey {
    type OutputSize = U32;

    fn write_exact(&self, out: &mut [u8]) {
        out.copy_from_slice(self.0.as_slice());
    }
}

impl Deserializable for PrivateKey {
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        let seed = bytes.try_into().map_err(|_| length::<U32>(bytes))?;
        Ok(Self::of_seed(seed))
    }
}

impl PublicKey {
    // Its bytes were looked at when it was read.
    fn encapsulation(&self) -> Result<Encapsulation, HpkeError> {
        let encoded = self.lattice.as_ref().try_into();
        let encoded = encoded.map_err(|_| HpkeError::ValidationError)?;
        Ok(Encapsulation::from_bytes(encoded))
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicKey")
    }
}

impl Serializable for PublicKey {
    type OutputSize = Sum<KeySize, U32>;

    fn write_exact(&self, out: &mut [u8]) {
        let (lattice, curve) = out.split_at_mut(KeySize::USIZE);
        lattice.copy_from_slice(&self.lattice);
        curve.copy_from_slice(self.curve.as_bytes());
    }
}

impl Deserializable for PublicKey {
    /// FIPS 203, section 7.2: a key with a number that is not below q is none; nor is a point with which every secret is zero.
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        let (lattice, curve) = halves(bytes, KeySize::USIZE)
            .ok_or_else(|| length::<<Self as Serializable>::OutputSize>(bytes))?;
        let key = Self {
            lattice: lattice.into(),
            curve,
        };
        let any = StaticSecret::from([1; 32]).diffie_hellman(&key.curve);
        if key.encapsulation()?.as_bytes().as_slice() == lattice && any.was_contributory() {
            Ok(key)
        } else {
            Err(HpkeError::ValidationError)
        }
    }
}

impl Serializable for EncappedKey {
    type OutputSize = Sum<CiphertextSize, U32>;

    fn write_exact(&self, out: &mut [u8]) {
        let (lattice, curve) = out.split_at_mut(CiphertextSize::USIZE);
        lattice.copy_from_slice(self.lattice.as_slice());
        curve.copy_from_slice(self.curve.as_bytes());
    }
}

impl Deserializable for EncappedKey {
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        let wrong = || length::<<Self as Serializable>::OutputSize>(bytes);
        let (lattice, curve) = halves(bytes, CiphertextSize::USIZE).ok_or_else(wrong)?;
        let lattice = lattice.try_into().map_err(|_| wrong())?;
        Ok(Self {
            lattice: Box::new(lattice),
            curve,
        })
    }
}

impl hpke::Kem for XWing {
    type PublicKey = PublicKey;
    type PrivateKey = PrivateKey;
    type EncappedKey = EncappedKey;
    type NSecret = U32;

    const KEM_ID: u16 = 0x647a;

    fn sk_to_pk(key: &PrivateKey) -> PublicKey {
        let keys = key.keys();
        PublicKey {
            lattice: keys
                .lattice
                .encapsulation_key()
                .as_bytes()
                .as_slice()
                .into(),
            curve: X25519::from(&keys.curve),
        }
    }

    fn derive_keypair(material: &[u8]) -> (PrivateKey, PublicKey) {
        let mut seed = [0; 32];
        Shake256::default()
            .chain(material)
            .finalize_xof()
            .read(&mut seed);
        let key = PrivateKey::of_seed(seed);
        let public = Self::sk_to_pk(&key);
        (key, public)
    }

    fn decap(
        key: &PrivateKey,
        sender: Option<&PublicKey>,
        from: &EncappedKey,
    ) -> Result<SharedSecret<Self>, HpkeError> {
        if sender.is_some() {
            return Err(HpkeError::DecapError);
        }
        let keys = key.keys();
        let lattice = keys.lattice.decapsulate(&from.lattice);
        let lattice = lattice.map_err(|()| HpkeError::DecapError)?;
        let curve = keys.curve.diffie_hellman(&from.curve);
        if !curve.was_contributory() {
            return Err(HpkeError::DecapError);
        }
        let own = X25519::from(&keys.curve);
        Ok(combined(&lattice, curve.as_bytes(), &from.curve, &own))
    }

    fn encap<R: CryptoRng + RngCore>(
        to: &PublicKey,
        sender: Option<(&PrivateKey, &PublicKey)>,
        random: &mut R,
    ) -> Result<(SharedSecret<Self>, EncappedKey), HpkeError> {
        if sender.is_some() {
            return Err(HpkeError::EncapError);
        }
        let (ciphertext, lattice) = to
            .encapsulation()?
            .encapsulate(random)
            .map_err(|()| HpkeError::EncapError)?;
        let once = StaticSecret::random_from_rng(random);
        let shared = once.diffie_hellman(&to.curve);
        if !shared.was_contributory() {
            return Err(HpkeError::EncapError);
        }
        let curve = X25519::from(&once);
        let secret = combined(&lattice, shared.as_bytes(), &curve, &to.curve);
        let lattice = Box::new(ciphertext);
        Ok((secret, EncappedKey { lattice, curve }))
    }
}

// Section 5.3.
fn combined(lattice: &[u8], curve: &[u8; 32], sent: &X25519, to: &X25519) -> SharedSecret<XWing> {
    let hash = Sha3_256::new()
        .chain_update(lattice)
        .chain_update(curve)
        .chain_update(sent.as_bytes())
        .chain_update(to.as_bytes())
        .chain_update(LABEL);
    SharedSecret(hash.finalize())
}

fn halves(bytes: &[u8], lattice: usize) -> Option<(&[u8], X25519)> {
    let (lattice, curve) = bytes.split_at_checked(lattice)?;
    let curve: [u8; 32] = curve.try_into().ok()?;
    Some((lattice, X25519::from(curve)))
}

fn length<Expected: Unsigned>(bytes: &[u8]) -> HpkeError {
    HpkeError::IncorrectInputLength(Expected::USIZE, bytes.len())
}

/// A little face, as the draft has it.
const LABEL: &[u8] = br"\.//^\";
