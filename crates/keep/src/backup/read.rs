//! Reading a backup: first all of it, then the parts.

use super::is_name;
use super::{
    ABOUT, About, BackupError, Contents, DESCRIPTION_BYTES_MAX, FORMAT, Hashing, Key, MANIFEST, Manifest,
};
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Identity, scrypt, x25519};
use std::io::{self, BufReader, Read, Seek};
use tar::{Archive, Entry};

/// The largest window of compression that is accepted, as a power of two: 8 MiB. Ours use less.
const WINDOW_LOG_MAX: u32 = 23;
/// The most work that a passphrase may cost, as a power of two: some seconds and 1 GiB.
const WORK_LOG_MAX: u8 = 20;

/// Reads all of a backup and says what is in it. Memory does not grow with it.
///
/// # Errors
/// When it is no backup, cut off, altered, from a newer version, or the key is wrong.
pub fn verify(input: impl Read, key: &Key) -> Result<Manifest, BackupError> {
    pass(input, key, &mut |_, reader| io::copy(reader, &mut io::sink()).map(|_| ()))
}

/// Verifies all of a backup, and only then gives each part, in order, to `take`, which must read it to its end.
///
/// # Errors
/// As [`verify`], before `take` was called once; or what `take` did not want.
pub fn restore(
    input: &mut (impl Read + Seek),
    key: &Key,
    take: &mut dyn FnMut(&Contents, &mut dyn Read) -> io::Result<()>,
) -> Result<Manifest, BackupError> {
    let start = input.stream_position()?;
    let manifest = verify(&mut *input, key)?;
    input.seek(io::SeekFrom::Start(start))?;
    let mut expected = manifest.parts.iter();
    let again = pass(&mut *input, key, &mut |name, reader| match expected.next() {
        Some(contents) if contents.name == name => {
            take(contents, reader).map_err(|error| io::Error::other(Unwanted(error)))
        }
        _ => Err(io::Error::other("it changed while it was read")),
    })?;
    if again == manifest { Ok(manifest) } else { Err(damaged("it changed while it was read")) }
}

/// Marks an error of the one who takes a part, on its way through readers that only know input and output.
#[derive(Debug)]
struct Unwanted(io::Error);

impl std::fmt::Display for Unwanted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for Unwanted {}

type Take<'a> = &'a mut dyn FnMut(&str, &mut dyn Read) -> io::Result<()>;

/// One pass over the whole backup.
fn pass(input: impl Read, key: &Key, take: Take<'_>) -> Result<Manifest, BackupError> {
    let plain = decrypt(input, key)?;
    let mut inflated = zstd::Decoder::new(plain).map_err(unreadable)?;
    inflated.window_log_max(WINDOW_LOG_MAX).map_err(unreadable)?;
    let mut archive = Archive::new(inflated);
    let (mut about, mut manifest, mut parts) = (None, None, Vec::new());
    // Raw: the extensions of tar, which may allocate by a length in the file, are not ours and are refused as names.
    for entry in archive.entries().map_err(unreadable)?.raw(true) {
        let mut entry = entry.map_err(unreadable)?;
        let name = name(&entry)?;
        match (name.as_str(), &about) {
            _ if manifest.is_some() => return Err(damaged("something follows its end")),
            (ABOUT, None) => about = Some(read_about(&mut entry)?),
            (MANIFEST, Some(_)) => manifest = Some(description::<Manifest>(&mut entry)?),
            (_, Some(_)) if is_name(&name) => parts.push(part(entry, name, take)?),
            _ => return Err(damaged("it holds something that is not ours")),
        }
    }
    // Only the end of the outer layers proves that nothing was cut off behind the archive.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(unreadable)?;
    match (about, manifest) {
        (Some(about), Some(manifest)) if manifest.about == about && manifest.parts == parts => Ok(manifest),
        (_, Some(_)) => Err(damaged("its table of contents names something else")),
        _ => Err(damaged("its end is missing")),
    }
}

fn decrypt<'a>(input: impl Read + 'a, key: &Key) -> Result<impl Read + 'a, BackupError> {
    let identity: Box<dyn Identity> = match key {
        Key::Passphrase(passphrase) => {
            let mut identity = scrypt::Identity::new(SecretString::from(passphrase.clone()));
            identity.set_max_work_factor(WORK_LOG_MAX);
            Box::new(identity)
        }
        Key::Identity(text) => {
            // The text is a secret and not repeated.
            let wrong = |_| BackupError::Key("it is no secret key of age (AGE-SECRET-KEY-1…)".into());
            Box::new(text.trim().parse::<x25519::Identity>().map_err(wrong)?)
        }
    };
    let decryptor = Decryptor::new_buffered(BufReader::new(input)).map_err(|error| match error {
        DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => BackupError::Io(error),
        _ => BackupError::Foreign,
    })?;
    decryptor.decrypt(std::iter::once(&*identity)).map_err(|error| match error {
        DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            BackupError::WrongKey
        }
        DecryptError::ExcessiveWork { .. } => damaged("its passphrase would cost too much work"),
        DecryptError::Io(error) => unreadable(error),
        _ => damaged("its head"),
    })
}

fn name(entry: &Entry<'_, impl Read>) -> Result<String, BackupError> {
    let is_file = entry.header().entry_type().is_file();
    match String::from_utf8(entry.header().path_bytes().into_owned()) {
        Ok(name) if is_file => Ok(name),
        _ => Err(damaged("it holds something that is not ours")),
    }
}

fn part(entry: Entry<'_, impl Read>, name: String, take: Take<'_>) -> Result<Contents, BackupError> {
    let mut hashing = Hashing::new(entry);
    if let Err(error) = take(&name, &mut hashing) {
        return Err(match error.downcast::<Unwanted>() {
            Ok(Unwanted(error)) => BackupError::Refused(name, error),
            Err(error) => unreadable(error),
        });
    }
    // What the taker left over belongs to the hash as well.
    io::copy(&mut hashing, &mut io::sink()).map_err(unreadable)?;
    Ok(hashing.finish(name))
}

fn read_about(entry: &mut impl Read) -> Result<About, BackupError> {
    // The format comes first: the rest of a newer one may have changed.
    let value: serde_json::Value = description(entry)?;
    let format = value.get("format").and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
    match format {
        Some(format) if format > FORMAT => Err(BackupError::Newer(format)),
        _ => serde_json::from_value(value).map_err(|error| damaged(&error.to_string())),
    }
}

fn description<T: serde::de::DeserializeOwned>(entry: &mut impl Read) -> Result<T, BackupError> {
    let mut text = Vec::new();
    entry.take(DESCRIPTION_BYTES_MAX).read_to_end(&mut text).map_err(unreadable)?;
    serde_json::from_slice(&text).map_err(|error| damaged(&error.to_string()))
}

fn damaged(what: &str) -> BackupError {
    BackupError::Damaged(what.into())
}

fn unreadable(error: io::Error) -> BackupError {
    BackupError::Damaged(error.to_string())
}
