//! Keys that sign bundles (ed25519).

use core::fmt;
use ed25519_dalek::{Signature, Signer, VerifyingKey};

/// Stands before what is signed, so that no other signature of the key could pass for a bundle's.
const CONTEXT: &[u8] = b"yagura knowledge bundle 1\n";
/// Stands before the digits of a public key.
const PREFIX: &str = "ed25519:";

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadKey {
    /// Not 64 hexadecimal digits, after `ed25519:` for a public key.
    Digits,
    /// No point of the curve, or one that would let anybody sign.
    Weak,
    /// The machine gave no random numbers.
    NoRandom,
}

impl fmt::Display for BadKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Digits => "a key is 64 hexadecimal digits",
            Self::Weak => "the key is weak: make a new one",
            Self::NoRandom => "the machine gives no random numbers",
        })
    }
}

/// The secret key of somebody who makes bundles.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new one.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn random() -> Result<Self, BadKey> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| BadKey::NoRandom)?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// The key of 64 hexadecimal digits.
    ///
    /// # Errors
    /// When they are not.
    pub fn from_hex(text: &str) -> Result<Self, BadKey> {
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&bytes(text.trim())?)))
    }

    /// Its 64 hexadecimal digits: a secret.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex(self.0.as_bytes())
    }

    /// The key that verifies.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs the first bytes of a bundle.
    pub(super) fn sign(&self, head: &[u8]) -> [u8; 64] {
        self.0.sign(&[CONTEXT, head].concat()).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.public())
    }
}

/// A key that verifies bundles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey(pub(super) [u8; 32]);

impl PublicKey {
    /// The key of `ed25519:` and 64 hexadecimal digits.
    ///
    /// # Errors
    /// When it is not, or is a weak one.
    pub fn read(text: &str) -> Result<Self, BadKey> {
        let text = text.trim();
        let bytes = bytes(text.strip_prefix(PREFIX).unwrap_or(text))?;
        match VerifyingKey::from_bytes(&bytes) {
            Ok(key) if !key.is_weak() => Ok(Self(bytes)),
            _ => Err(BadKey::Weak),
        }
    }

    /// Whether the signature is this key's over the first bytes of a bundle.
    pub(super) fn fits(&self, head: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
            key.verify_strict(&[CONTEXT, head].concat(), &Signature::from_bytes(signature)).is_ok()
        })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{PREFIX}{}", hex(&self.0))
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(text: &str) -> Result<[u8; 32], BadKey> {
    let mut digits = text.chars().map(|digit| digit.to_digit(16));
    let mut bytes = [0; 32];
    for byte in &mut bytes {
        let (Some(Some(high)), Some(Some(low))) = (digits.next(), digits.next()) else {
            return Err(BadKey::Digits);
        };
        *byte = u8::try_from(high * 16 + low).map_err(|_| BadKey::Digits)?;
    }
    if digits.next().is_some() { Err(BadKey::Digits) } else { Ok(bytes) }
}
