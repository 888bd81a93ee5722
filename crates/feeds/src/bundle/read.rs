//! Reading a bundle: first who signed what, then whether it is new, then whether it is whole, then what it holds.

use super::content::Content;
use super::header::{FORMAT, Header, Held, MAGIC, PartHeader, Reach};
use super::key::{PublicKey, hex};
use super::limits;
use crate::item::{Item, Part};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

/// Why a bundle is refused, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It could not be read.
    Unreadable(String),
    /// It is something else.
    NoBundle,
    /// A newer program made it.
    Format(u32),
    /// Its header is damaged.
    Header(String),
    /// A length in it passes a limit: which.
    Limit(&'static str),
    /// The signature does not fit: somebody changed it, or it was damaged on the way.
    Tampered,
    /// A key nobody trusts signed it.
    Untrusted(PublicKey),
    /// A part is not what was signed.
    Part(String),
    /// There is something behind the last part.
    Rest,
    /// A newer one, or the same, is here.
    Older {
        /// Serial number of the bundle.
        serial: u64,
        /// Serial number of the one that is here.
        here: u64,
    },
    /// Its serial number is newer but it was made earlier than the one that is here.
    Earlier {
        /// When it was made.
        created: String,
        /// When the one that is here was made.
        here: String,
    },
    /// It holds changes to a bundle that is not here.
    NotHere {
        /// Serial number of the bundle it extends.
        since: u64,
        /// Serial number of the one that is here, if any.
        here: Option<u64>,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(formatter, "the bundle cannot be read: {error}"),
            Self::NoBundle => formatter.write_str("this file is no bundle"),
            Self::Format(format) => {
                write!(
                    formatter,
                    "the bundle has format {format}, this program reads up to {FORMAT}: update it"
                )
            }
            Self::Header(error) => write!(formatter, "the bundle's header is damaged: {error}"),
            Self::Limit(what) => write!(formatter, "the bundle is refused: {what} is larger than allowed"),
            Self::Tampered => {
                formatter.write_str("the bundle was changed or damaged after it was signed: fetch it again")
            }
            Self::Untrusted(key) => {
                write!(formatter, "the bundle is signed by {key}, which is not trusted here")
            }
            Self::Part(name) => {
                write!(
                    formatter,
                    "part {name} of the bundle was changed or damaged after it was signed: fetch it again"
                )
            }
            Self::Rest => formatter.write_str("the bundle has bytes behind its last part: fetch it again"),
            Self::Older { serial, here } if serial == here => {
                write!(formatter, "the bundle (serial {serial}) is already here")
            }
            Self::Older { serial, here } => {
                write!(formatter, "the bundle is older (serial {serial}) than what is here (serial {here})")
            }
            Self::Earlier { created, here } => {
                write!(formatter, "the bundle was made {created}, before what is here ({here})")
            }
            Self::NotHere { since, here: Some(here) } => {
                write!(
                    formatter,
                    "the bundle extends serial {since}, here is serial {here}: import that one first"
                )
            }
            Self::NotHere { since, here: None } => {
                write!(
                    formatter,
                    "the bundle extends serial {since}, which is not here: import a full one first"
                )
            }
        }
    }
}

/// A bundle whose signature, trust, age and parts were checked.
#[derive(Debug)]
pub struct Verified<R> {
    /// What it says of itself.
    pub header: Header,
    /// Who signed it.
    pub key: PublicKey,
    input: R,
    /// Where the first part begins.
    body: u64,
}

/// What a bundle says of itself and who signed it, when the signature fits; whether to trust the key is not asked.
///
/// # Errors
/// When it is no bundle, passes a limit, or was changed.
pub fn peek(input: &mut impl Read) -> Result<(Header, PublicKey), Refusal> {
    let (header, key, _) = head(input)?;
    Ok((header, key))
}

/// Checks a bundle: signature of a trusted key, newer than what is here, every part as it was signed.
///
/// # Errors
/// The reason it is refused; nothing of it was unpacked.
pub fn verify<R: Read + Seek>(
    mut input: R,
    trusted: &[PublicKey],
    held: &[Held],
) -> Result<Verified<R>, Refusal> {
    let (header, key, body) = head(&mut input)?;
    if !trusted.contains(&key) {
        return Err(Refusal::Untrusted(key));
    }
    is_new(&header, held)?;
    for part in &header.parts {
        if !has_hash(&mut input, part)? {
            return Err(Refusal::Part(crate::problem::one_line(&part.name)));
        }
    }
    if input.read(&mut [0]).map_err(unreadable)? != 0 {
        return Err(Refusal::Rest);
    }
    Ok(Verified { header, key, input, body })
}

/// Reads the stored bytes of a part, a piece at a time.
fn has_hash(input: &mut impl Read, part: &PartHeader) -> Result<bool, Refusal> {
    let (mut hash, mut left) = (Sha256::new(), part.stored);
    let mut piece = vec![0; 1 << 16];
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        let read = input.read(piece.get_mut(..most).unwrap_or_default()).map_err(unreadable)?;
        if read == 0 {
            return Ok(false);
        }
        hash.update(piece.get(..read).unwrap_or_default());
        left = left.saturating_sub(read as u64);
    }
    Ok(hex(&hash.finalize()) == part.sha256)
}

fn unreadable(error: std::io::Error) -> Refusal {
    Refusal::Unreadable(error.to_string())
}

fn head(input: &mut impl Read) -> Result<(Header, PublicKey, u64), Refusal> {
    let mut start = [0; 12];
    let mut exact = |bytes: &mut [u8], otherwise: Refusal| match input.read_exact(bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(otherwise),
        other => other.map_err(unreadable),
    };
    exact(&mut start, Refusal::NoBundle)?;
    let [m0, m1, m2, m3, m4, m5, m6, m7, l0, l1, l2, l3] = start;
    if [m0, m1, m2, m3, m4, m5, m6, m7] != MAGIC {
        return Err(Refusal::NoBundle);
    }
    let len = u32::from_le_bytes([l0, l1, l2, l3]);
    if len > limits::HEADER {
        return Err(Refusal::Limit("its header"));
    }
    let mut text = vec![0; len as usize];
    exact(&mut text, Refusal::Tampered)?;
    let (mut key, mut signature) = ([0; 32], [0; 64]);
    exact(&mut key, Refusal::Tampered)?;
    exact(&mut signature, Refusal::Tampered)?;
    let key = PublicKey(key);
    if !key.fits(&[&start[..], &text].concat(), &signature) {
        return Err(Refusal::Tampered);
    }
    Ok((header(&text)?, key, start.len() as u64 + u64::from(len) + 32 + 64))
}

/// A header whose signature fits. Its signer may still be a stranger: lengths are checked against the limits.
fn header(text: &[u8]) -> Result<Header, Refusal> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let damaged = |error: serde_json::Error| Refusal::Header(crate::problem::one_line(&error.to_string()));
    let Format { format } = serde_json::from_slice(text).map_err(damaged)?;
    if format == 0 || format > FORMAT {
        return Err(Refusal::Format(format));
    }
    let header: Header = serde_json::from_slice(text).map_err(damaged)?;
    if header.parts.len() > limits::PARTS {
        return Err(Refusal::Limit("its number of parts"));
    }
    for part in &header.parts {
        for (value, limit, what) in [
            (part.stored, limits::STORED, "a part"),
            (part.unpacked, limits::UNPACKED, "an unpacked part"),
            (part.items, limits::ITEMS, "the number of items"),
            (part.origins.len() as u64, limits::ORIGINS as u64, "the list of origins"),
        ] {
            if value > limit {
                return Err(Refusal::Limit(what));
            }
        }
    }
    Ok(header)
}

fn is_new(header: &Header, held: &[Held]) -> Result<(), Refusal> {
    let here = held.iter().find(|held| held.line == header.line);
    if let Reach::Since { serial: since } = header.reach
        && here.is_none_or(|here| here.serial < since)
    {
        return Err(Refusal::NotHere { since, here: here.map(|here| here.serial) });
    }
    let Some(here) = here else { return Ok(()) };
    if header.serial <= here.serial {
        return Err(Refusal::Older { serial: header.serial, here: here.serial });
    }
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    match (time(&header.created), time(&here.created)) {
        (Some(created), Some(earlier)) if created < earlier => {
            Err(Refusal::Earlier { created: header.created.clone(), here: here.created.clone() })
        }
        (None, _) => Err(Refusal::Header("it does not say when it was made".into())),
        _ => Ok(()),
    }
}

impl<R: Read + Seek> Verified<R> {
    /// Gives every item of every known part to `each`, part by part, unpacking as it goes.
    ///
    /// # Errors
    /// When the file changed since it was checked, or a part is not what its header says.
    pub fn items(&mut self, each: &mut dyn FnMut(Part, Item)) -> Result<(), Refusal> {
        self.lines(&mut |part, line| {
            let item: Item = serde_json::from_str(line).map_err(|error| error.to_string())?;
            if item.part() != part {
                return Err("an item of another part".into());
            }
            each(part, item);
            Ok(())
        })
    }

    /// Puts what it holds into a content: whole parts take the place of what was there, the others join.
    ///
    /// # Errors
    /// As [`Self::items`]; the content is then not to be used.
    pub fn apply(&mut self, content: &mut Content) -> Result<(), Refusal> {
        if self.header.reach == Reach::Full {
            *content = Content::default();
        }
        let known = |header: &PartHeader| Part::ALL.into_iter().find(|part| part.name() == header.name);
        for (part, header) in self.header.parts.iter().filter_map(|header| Some((known(header)?, header))) {
            if header.whole {
                content.clear(part);
            }
            for origin in &header.origins {
                content.came_from(part, origin.clone());
            }
        }
        self.items(&mut |_, item| content.add(&item))
    }

    fn lines(&mut self, each: &mut dyn FnMut(Part, &str) -> Result<(), String>) -> Result<(), Refusal> {
        let mut at = self.body;
        for header in &self.header.parts {
            self.input.seek(SeekFrom::Start(at)).map_err(unreadable)?;
            at += header.stored;
            if let Some(part) = Part::ALL.into_iter().find(|part| part.name() == header.name) {
                unpack((&mut self.input).take(header.stored), header, &mut |line| each(part, line))?;
            }
        }
        Ok(())
    }
}

fn unpack(
    stored: impl Read,
    header: &PartHeader,
    each: &mut dyn FnMut(&str) -> Result<(), String>,
) -> Result<(), Refusal> {
    let wrong =
        |what: String| Refusal::Header(crate::problem::one_line(&format!("part {}: {what}", header.name)));
    let mut unpacker = zstd::Decoder::new(stored).map_err(unreadable)?;
    unpacker.window_log_max(limits::WINDOW_LOG).map_err(unreadable)?;
    // One byte more than said, to notice that there is more.
    let mut lines = BufReader::new(unpacker.take(header.unpacked + 1));
    let (mut seen, mut items) = (0_u64, 0_u64);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut lines)
            .take(limits::ITEM)
            .read_until(b'\n', &mut line)
            .map_err(|error| wrong(error.to_string()))?;
        if read == 0 {
            break;
        }
        seen += read as u64;
        items += 1;
        if seen > header.unpacked || items > header.items {
            return Err(wrong("holds more than it says".into()));
        }
        let text = line.strip_suffix(b"\n").ok_or_else(|| wrong("an item does not end".into()))?;
        let text = std::str::from_utf8(text).map_err(|_| wrong("an item is no UTF-8".into()))?;
        each(text).map_err(wrong)?;
    }
    if (seen, items) == (header.unpacked, header.items) {
        Ok(())
    } else {
        Err(wrong("holds less than it says".into()))
    }
}
