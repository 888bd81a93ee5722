//! Writing a backup.

use super::{ABOUT, About, BackupError, Contents, Hashing, Lock, MANIFEST, Manifest, Part, is_name};
use age::secrecy::SecretString;
use age::{Encryptor, x25519};
use std::io::{Read, Write};
use tar::{Builder, EntryType, Header};

/// Compression: level 3 is as fast as a disk and near the best of the quick ones.
const LEVEL: i32 = 3;

/// Writes a backup as a stream; memory does not grow with it. The caller flushes and names the file when it is whole.
///
/// # Errors
/// When a key or name is not allowed, a part is not what was announced, or reading or writing fails.
pub fn write(
    out: impl Write,
    lock: &Lock,
    about: &About,
    parts: Vec<Part<'_>>,
) -> Result<Manifest, BackupError> {
    let encrypted = encryptor(lock)?.wrap_output(out)?;
    let compressed = zstd::Encoder::new(encrypted, LEVEL)?;
    let mut archive = Builder::new(compressed);
    append(&mut archive, ABOUT, about.time, &json(about)?)?;
    let mut manifest = Manifest { about: about.clone(), parts: Vec::new() };
    for part in parts {
        let is_new = manifest.parts.iter().all(|before| before.name != part.name);
        if !is_name(&part.name) || !is_new {
            return Err(BackupError::Name(part.name));
        }
        manifest.parts.push(append_part(&mut archive, about.time, part)?);
    }
    append(&mut archive, MANIFEST, about.time, &json(&manifest)?)?;
    let encrypted = archive.into_inner()?.finish()?;
    encrypted.finish()?.flush()?;
    Ok(manifest)
}

fn encryptor(lock: &Lock) -> Result<Encryptor, BackupError> {
    let list = match lock {
        Lock::Passphrase(passphrase) => {
            return Ok(Encryptor::with_user_passphrase(SecretString::from(passphrase.clone())));
        }
        Lock::Recipients(list) => list,
    };
    let parse = |text: &String| {
        let wrong = |error| BackupError::Key(format!("`{text}` is no age recipient ({error})"));
        text.parse::<x25519::Recipient>().map_err(wrong)
    };
    let recipients = list.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as _))
        .map_err(|error| BackupError::Key(error.to_string()))
}

fn append_part(
    archive: &mut Builder<impl Write>,
    time: i64,
    part: Part<'_>,
) -> Result<Contents, BackupError> {
    let Part { name, size, reader } = part;
    let mut hashing = Hashing::new(reader);
    archive.append(&header(&name, time, size)?, (&mut hashing).take(size))?;
    // A part that grew or shrank while it was copied would be restored as something that never was.
    let has_more = hashing.inner.read(&mut [0])? > 0;
    if has_more || hashing.size != size {
        return Err(BackupError::Size(name));
    }
    Ok(hashing.finish(name))
}

fn append(archive: &mut Builder<impl Write>, name: &str, time: i64, bytes: &[u8]) -> Result<(), BackupError> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(archive.append(&header(name, time, size)?, bytes)?)
}

fn header(name: &str, time: i64, size: u64) -> Result<Header, BackupError> {
    let mut header = Header::new_ustar();
    header.set_path(name).map_err(|_| BackupError::Name(name.into()))?;
    header.set_entry_type(EntryType::Regular);
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(time / 1_000_000).unwrap_or(0));
    header.set_cksum();
    Ok(header)
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, BackupError> {
    serde_json::to_vec_pretty(value).map_err(|error| BackupError::Io(error.into()))
}
