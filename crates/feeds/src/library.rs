//! Public knowledge as the server of a plant uses it: a bundle in a folder, with the keys that are trusted there.

use crate::bundle::{self, Content, Held, PublicKey, Reach};
use crate::item::Part;
use crate::known::known;
use knowledge::advisory::{About, Beside, Library, PartAbout};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

/// The name of the bundle in its folder.
pub const BUNDLE: &str = "bundle.yagura";
/// Keys that are trusted there, one a line; `#` begins a remark.
pub const KEYS: &str = "trusted-keys";
/// The newest bundles that were taken there, one a line.
const HELD: &str = "held.json";

/// Opens the bundle of a folder: signed by a key that is trusted there, and not older than one that was taken there before.
///
/// # Errors
///
/// Why it is refused, in one line.
pub fn open(folder: &Path) -> Result<Library, String> {
    let path = folder.join(BUNDLE);
    let named = |error: String| format!("{}: {error}", path.display());
    let Read { content, about, held } = read(folder, &path).map_err(named)?;
    let text = serde_json::to_string(&held).unwrap_or_default();
    // Without this a later start would take an older bundle: that is worth telling, but no reason to know nothing now.
    fs::write(folder.join(HELD), text).map_err(|error| named(error.to_string()))?;
    Ok(library(&content, about))
}

/// Reads a bundle that somebody brought to its end, as [`open`] would read it where it is to lie; nothing changes.
///
/// # Errors
///
/// Why it is refused, in one line.
pub fn check(folder: &Path, brought: &Path) -> Result<About, String> {
    read(folder, brought).map(|read| read.about)
}

/// Lays a bundle that was checked in the place of the one that is there.
///
/// # Errors
///
/// Why it cannot be laid there; then the one before is still there.
pub fn lay(folder: &Path, brought: &Path) -> Result<(), String> {
    let path = folder.join(BUNDLE);
    fs::rename(brought, &path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The keys that are trusted in a folder; none where none were written there.
///
/// # Errors
///
/// The line that is no key, or why the file cannot be read.
pub fn keys(folder: &Path) -> Result<Vec<PublicKey>, String> {
    let path = folder.join(KEYS);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(|error| format!("{}: {error}", path.display()))?,
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| PublicKey::read(line).map_err(|error| format!("{}: {error}", path.display()))).collect()
}

/// Writes which keys are trusted in a folder, in place of those before.
///
/// # Errors
///
/// Why they cannot be written.
pub fn trust(folder: &Path, keys: &[PublicKey]) -> Result<(), String> {
    let lines: String = keys.iter().map(|key| format!("{key}\n")).collect();
    let (new, path) = (folder.join(format!("{KEYS}.new")), folder.join(KEYS));
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::write(&new, lines))
        .and_then(|()| fs::rename(&new, &path));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

/// A bundle that was read to its end.
struct Read {
    content: Content,
    about: About,
    /// The newest of each line, this one included.
    held: Vec<Held>,
}

fn read(folder: &Path, path: &Path) -> Result<Read, String> {
    let keys = keys(folder)?;
    if keys.is_empty() {
        return Err(format!(
            "no key is trusted here: name the public key of who makes your bundles in the settings, or in a file {KEYS} beside it"
        ));
    }
    let held: Vec<Held> = fs::read_to_string(folder.join(HELD))
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let said = |error: &dyn std::fmt::Display| error.to_string();
    // The same bundle again is no older one: what is held is compared only when the file holds another.
    let file = File::open(path).map_err(|error| said(&error))?;
    let (header, _) = bundle::peek(&mut &file).map_err(|error| said(&error))?;
    let is_other = |held: &&Held| {
        !(held.line == header.line && held.serial == header.serial && held.created == header.created)
    };
    let others: Vec<Held> = held.iter().filter(is_other).cloned().collect();
    let file = File::open(path).map_err(|error| said(&error))?;
    let mut verified = bundle::verify(file, &keys, &others).map_err(|error| said(&error))?;
    if verified.header.reach != Reach::Full {
        return Err("it holds changes only: bring the full bundle of its line".into());
    }
    let mut content = Content::default();
    verified.apply(&mut content).map_err(|error| said(&error))?;
    let header = verified.header;
    let mut about = about(&content);
    (about.signed_by, about.line, about.serial, about.created) =
        (verified.key.to_string(), header.line.clone(), header.serial, header.created.clone());
    let mut held: Vec<Held> = held.into_iter().filter(|held| held.line != header.line).collect();
    held.push(Held { line: header.line, serial: header.serial, created: header.created });
    Ok(Read { content, about, held })
}

/// What the program itself brings.
#[must_use]
pub fn starter() -> Library {
    let content = crate::starter::content();
    let about = about(&content);
    library(&content, about)
}

/// A content, ready to be asked; our own corrections are applied.
#[must_use]
pub fn library(content: &Content, about: About) -> Library {
    let known = known(content);
    let beside = Beside {
        exploited: known.exploited.into_values().flatten().collect(),
        epss: known.epss.into_values().collect(),
        ssvc: known.ssvc.into_values().flatten().collect(),
        ends: known.end_of_life,
    };
    Library::new(known.advisories, beside, about)
}

/// What a content holds, part by part.
#[must_use]
pub fn about(content: &Content) -> About {
    let part = |(part, items): (Part, usize)| PartAbout {
        name: part.name().to_owned(),
        items: u64::try_from(items).unwrap_or(u64::MAX),
        origins: content.origins(part).map(|origin| (origin.source.clone(), origin.date.clone())).collect(),
    };
    About { parts: content.counts().map(part).collect(), ..About::default() }
}
