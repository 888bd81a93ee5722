//! Public knowledge as the server of a plant uses it: a bundle in a folder, with the keys that are trusted there.

use crate::bundle::{self, Content, Held, PublicKey, Reach};
use crate::item::Part;
use crate::known::known;
use knowledge::advisory::{About, Beside, Library, PartAbout};
use std::fs::{self, File};
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
    let name = path.display();
    let cannot = |error: &dyn std::fmt::Display| format!("{name}: {error}");
    let keys = fs::read_to_string(folder.join(KEYS)).map_err(|error| {
        format!(
            "{}: {error}; write the public key of who makes your bundles into it",
            folder.join(KEYS).display()
        )
    })?;
    let lines = keys.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Vec<PublicKey> =
        lines.map(|line| PublicKey::read(line).map_err(|error| cannot(&error))).collect::<Result<_, _>>()?;
    let held: Vec<Held> = fs::read_to_string(folder.join(HELD))
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    // The same bundle again is no older one: what is held is compared only when the file holds another.
    let file = File::open(&path).map_err(|error| cannot(&error))?;
    let (header, _) = bundle::peek(&mut &file).map_err(|error| cannot(&error))?;
    let is_same = |held: &&Held| {
        !(held.line == header.line && held.serial == header.serial && held.created == header.created)
    };
    let others: Vec<Held> = held.iter().filter(is_same).cloned().collect();
    let file = File::open(&path).map_err(|error| cannot(&error))?;
    let mut verified = bundle::verify(file, &keys, &others).map_err(|error| cannot(&error))?;
    if verified.header.reach != Reach::Full {
        return Err(cannot(&"it holds changes only: lay the full bundle of its line here"));
    }
    let mut content = Content::default();
    verified.apply(&mut content).map_err(|error| cannot(&error))?;
    let header = verified.header;
    let mut about = about(&content);
    (about.signed_by, about.line, about.serial, about.created) =
        (verified.key.to_string(), header.line.clone(), header.serial, header.created.clone());
    let mut held: Vec<Held> = held.into_iter().filter(|held| held.line != header.line).collect();
    held.push(Held { line: header.line, serial: header.serial, created: header.created });
    let text = serde_json::to_string(&held).unwrap_or_default();
    // Without this a later start would take an older bundle: that is worth telling, but no reason to know nothing now.
    fs::write(folder.join(HELD), text).map_err(|error| cannot(&error))?;
    Ok(library(&content, about))
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
