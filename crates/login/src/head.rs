//! Signed heads of the audit log's chain: who holds the public key can tell that no earlier entry was rewritten.

use crate::failure::failures;
use crate::keyfile::{KeyFileError, create_key_file, read_key_file};
use crate::secret::{Secret, from_hex, random, to_hex};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use std::path::Path;

/// Stands before what is signed, so that no other signature of this key could pass for a head's.
const CONTEXT: &[u8] = b"yagura audit head 1\n";

/// The key that signs heads.
pub struct HeadKey(SigningKey);

failures! {
    /// Why a signed head is not trusted.
    HeadError {
        /// The public key is none.
        PublicKey "read the public key of the audit log";
        /// The signature is not of this key over these bytes.
        Signature "trust the head of the audit log: its signature does not fit";
    }
}

impl core::fmt::Debug for HeadKey {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "HeadKey({})", to_hex(&self.public()))
    }
}

impl HeadKey {
    /// The key in `path`, made at first start, readable by its owner only.
    ///
    /// # Errors
    /// When the file cannot be read or made, is readable by others, or is damaged.
    pub fn open_or_create(path: &Path) -> Result<Self, KeyFileError> {
        if let Some(text) = read_key_file(path)? {
            let seed = from_hex::<32>(text.expose().trim_end()).map(Secret::new);
            let seed = seed.ok_or_else(|| KeyFileError::Damaged(path.display().to_string()))?;
            return Ok(Self(SigningKey::from_bytes(seed.expose())));
        }
        let seed = Secret::new(random::<32>().map_err(|_| KeyFileError::NoRandom)?);
        create_key_file(path, &Secret::new(format!("{}\n", to_hex(seed.expose()))))?;
        Ok(Self(SigningKey::from_bytes(seed.expose())))
    }

    /// The public key, to be kept where the log is not.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs the canonical bytes of a head.
    #[must_use]
    pub fn sign(&self, canonical: &[u8]) -> [u8; 64] {
        self.0.sign(&[CONTEXT, canonical].concat()).to_bytes()
    }
}

/// Whether `signature` is of `public` over the canonical bytes of a head.
///
/// # Errors
/// When it is not.
pub fn verify_head(public: &[u8; 32], canonical: &[u8], signature: &[u8]) -> Result<(), HeadError> {
    let key = VerifyingKey::from_bytes(public).map_err(|_| HeadError::PublicKey)?;
    let signature = Signature::from_slice(signature).map_err(|_| HeadError::Signature)?;
    key.verify_strict(&[CONTEXT, canonical].concat(), &signature).map_err(|_| HeadError::Signature)
}

#[cfg(test)]
mod tests {
    use super::{HeadError, HeadKey, verify_head};
    use crate::keyfile::tests::Folder;

    #[test]
    fn a_signed_head_is_trusted_as_signed_only() {
        let folder = Folder::new("head");
        let path = folder.join("audit.key");
        let signature = HeadKey::open_or_create(&path).expect("a key").sign(b"entry 7");
        let key = HeadKey::open_or_create(&path).expect("the same key");
        assert_eq!(verify_head(&key.public(), b"entry 7", &signature), Ok(()));
        assert_eq!(verify_head(&key.public(), b"entry 8", &signature), Err(HeadError::Signature));
        assert_eq!(verify_head(&key.public(), b"entry 7", &signature[1..]), Err(HeadError::Signature));
        let other = HeadKey::open_or_create(&folder.join("other.key")).expect("a key");
        assert_eq!(verify_head(&other.public(), b"entry 7", &signature), Err(HeadError::Signature));
        let text = std::fs::read_to_string(&path).expect("the file");
        assert!(!format!("{key:?}").contains(text.trim()));
    }
}
