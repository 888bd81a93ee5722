//! Secrets at rest: sealed with AES-256-GCM under a key that stands in a file of its own, outside the database.
//!
//! A sealed blob is `1 | key id (4) | nonce (12) | ciphertext | tag (16)`. The purpose (such as `totp:<user id>`) is
//! authenticated with it, so that a blob copied to another row does not open. The key's id stands in the blob, so
//! that a new key can come while old blobs wait to be sealed again.

use crate::failure::failures;
use crate::keyfile::{KeyFileError, create_key_file, read_key_file, replace_key_file};
use crate::secret::{Secret, from_hex, random, to_hex};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::path::Path;

const FORMAT: u8 = 1;
const HEAD: usize = 5;

/// The keys that seal and open.
#[derive(Debug)]
pub struct SealingKeys {
    /// In order of age; the last one seals.
    keys: Vec<(u32, Secret<[u8; 32]>)>,
}

failures! {
    /// Why a blob does not open, or nothing could be sealed.
    SealError {
        /// The operating system gives no random bytes, or the cipher refused.
        Cipher "seal a secret";
        /// The blob is not one of this product, or was changed, or is for another purpose.
        Damaged "open a sealed secret: it was changed, or belongs elsewhere";
        /// Sealed with a key that is not in the file.
        UnknownKey(u32) "open a sealed secret: its key is not in the key file, restore the file: key id";
    }
}

impl SealingKeys {
    /// The keys in `path`; at first start a file with one new key is made there, readable by its owner only.
    ///
    /// # Errors
    /// When the file cannot be read or made, is readable by others, or is damaged.
    pub fn open_or_create(path: &Path) -> Result<Self, KeyFileError> {
        if let Some(text) = read_key_file(path)? {
            return Self::parse(text.expose())
                .ok_or_else(|| KeyFileError::Damaged(path.display().to_string()));
        }
        let keys = Self { keys: vec![(1, new_key()?)] };
        create_key_file(path, &keys.render())?;
        Ok(keys)
    }

    /// The same keys and a new one that seals from now on; the file is replaced in one step.
    ///
    /// # Errors
    /// When the file cannot be written; the old one then still stands.
    pub fn rotate(mut self, path: &Path) -> Result<Self, KeyFileError> {
        let next = self.current_id().saturating_add(1);
        self.keys.push((next, new_key()?));
        replace_key_file(path, &self.render())?;
        Ok(self)
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn current_id(&self) -> u32 {
        self.keys.last().map_or(0, |(id, _)| *id)
    }

    /// Whether `blob` was sealed with the newest key; otherwise it should be opened and sealed again.
    #[must_use]
    pub fn is_current(&self, blob: &[u8]) -> bool {
        blob.first_chunk::<HEAD>().is_some_and(|head| *head == head_of(self.current_id()))
    }

    /// Seals `plain` for `purpose`.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let (id, key) = self.keys.last().ok_or(SealError::Cipher)?;
        let head = head_of(*id);
        let nonce = random::<NONCE_LEN>().map_err(|_| SealError::Cipher)?;
        let mut body = plain.to_vec();
        cipher(key)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(head, purpose), &mut body)
            .map_err(|_| SealError::Cipher)?;
        Ok([&head[..], &nonce, &body].concat())
    }

    /// Opens what was sealed for `purpose`.
    ///
    /// # Errors
    /// When it was changed, sealed for another purpose, or with a key that is not in the file.
    pub fn open(&self, purpose: &str, blob: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let (head, rest) = blob.split_first_chunk::<HEAD>().ok_or(SealError::Damaged)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Damaged)?;
        let [format, id @ ..] = *head;
        if format != FORMAT {
            return Err(SealError::Damaged);
        }
        let id = u32::from_be_bytes(id);
        let (_, key) = self.keys.iter().find(|(known, _)| *known == id).ok_or(SealError::UnknownKey(id))?;
        let mut body = body.to_vec();
        let length = cipher(key)?
            .open_in_place(Nonce::assume_unique_for_key(*nonce), aad(*head, purpose), &mut body)
            .map_err(|_| SealError::Damaged)?
            .len();
        body.truncate(length);
        Ok(Secret::new(body))
    }

    fn parse(text: &str) -> Option<Self> {
        let keys: Vec<_> = text
            .lines()
            .map(|line| {
                let (id, key) = line.split_once(' ')?;
                Some((id.parse().ok()?, Secret::new(from_hex(key)?)))
            })
            .collect::<Option<_>>()?;
        let ascending = keys.is_sorted_by(|(one, _), (next, _): &(u32, _)| one < next);
        (ascending && !keys.is_empty()).then_some(Self { keys })
    }

    fn render(&self) -> Secret<String> {
        let lines = self.keys.iter().map(|(id, key)| format!("{id} {}\n", to_hex(key.expose())));
        Secret::new(lines.collect())
    }
}

fn new_key() -> Result<Secret<[u8; 32]>, KeyFileError> {
    random().map(Secret::new).map_err(|_| KeyFileError::NoRandom)
}

fn head_of(id: u32) -> [u8; HEAD] {
    let [a, b, c, d] = id.to_be_bytes();
    [FORMAT, a, b, c, d]
}

fn aad(head: [u8; HEAD], purpose: &str) -> Aad<Vec<u8>> {
    Aad::from([&head[..], purpose.as_bytes()].concat())
}

fn cipher(key: &Secret<[u8; 32]>) -> Result<LessSafeKey, SealError> {
    UnboundKey::new(&AES_256_GCM, key.expose()).map(LessSafeKey::new).map_err(|_| SealError::Cipher)
}

#[cfg(test)]
mod tests {
    use super::{SealError, SealingKeys};
    use crate::keyfile::KeyFileError;
    use crate::keyfile::tests::Folder;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_was_sealed_opens_again_for_its_purpose_only() {
        let folder = Folder::new("seal");
        let path = folder.join("sealing.key");
        let keys = SealingKeys::open_or_create(&path).expect("keys");
        let blob = keys.seal("totp:1", b"a secret").expect("sealed");
        assert!(!blob.windows(8).any(|window| window == b"a secret"));
        assert_ne!(keys.seal("totp:1", b"a secret").expect("sealed"), blob, "a nonce of its own");
        let again = SealingKeys::open_or_create(&path).expect("keys");
        assert_eq!(again.open("totp:1", &blob).expect("opened").expose(), b"a secret");
        assert_eq!(again.open("totp:2", &blob).map(|_| ()), Err(SealError::Damaged));
    }

    #[test]
    fn any_changed_bit_and_any_cut_is_noticed() {
        let folder = Folder::new("seal-bits");
        let keys = SealingKeys::open_or_create(&folder.join("sealing.key")).expect("keys");
        let blob = keys.seal("x", b"secret").expect("sealed");
        for at in 0..blob.len() {
            let mut changed = blob.clone();
            changed[at] ^= 1;
            assert!(keys.open("x", &changed).is_err(), "byte {at}");
            assert!(keys.open("x", &blob[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let folder = Folder::new("seal-rotate");
        let path = folder.join("sealing.key");
        let keys = SealingKeys::open_or_create(&path).expect("keys");
        let old = keys.seal("x", b"secret").expect("sealed");
        assert!(keys.is_current(&old));
        let keys = keys.rotate(&path).expect("rotated");
        let new = keys.seal("x", b"secret").expect("sealed");
        assert!(keys.is_current(&new) && !keys.is_current(&old));
        let read = SealingKeys::open_or_create(&path).expect("keys");
        assert_eq!(read.current_id(), 2);
        for blob in [&old, &new] {
            assert_eq!(read.open("x", blob).expect("opened").expose(), b"secret");
        }
        let stranger = SealingKeys::open_or_create(&folder.join("other.key")).expect("keys");
        assert_eq!(stranger.open("x", &new).map(|_| ()), Err(SealError::UnknownKey(2)));
        assert_eq!(stranger.open("x", &old).map(|_| ()), Err(SealError::Damaged));
    }

    #[test]
    fn a_key_file_that_others_may_read_or_that_is_damaged_is_refused() {
        let folder = Folder::new("seal-mode");
        let path = folder.join("sealing.key");
        SealingKeys::open_or_create(&path).expect("keys");
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).expect("a mode");
        let refused = SealingKeys::open_or_create(&path).map(|_| ());
        assert!(matches!(refused, Err(KeyFileError::ReadableByOthers(_))), "{refused:?}");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("a mode");
        for damaged in ["", "1", "1 00", "x 00\n", "2 zz"] {
            std::fs::write(&path, damaged).expect("written");
            let refused = SealingKeys::open_or_create(&path).map(|_| ());
            assert!(matches!(refused, Err(KeyFileError::Damaged(_))), "{damaged:?}: {refused:?}");
        }
    }
}
