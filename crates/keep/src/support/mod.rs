//! The support bundle: named texts in a `.tar.gz` that people send to those who help them. Every text is redacted on
//! its way in; there is no way around it.

mod redact;

pub use redact::redact;

use flate2::{Compression, write::GzEncoder};
use std::io::{self, Write};
use tar::{Builder, Header};

/// Writes a bundle; the number of secrets that were blotted out in each text is its first file, `redacted.txt`.
///
/// # Errors
/// When `out` does not take it, or a name is longer than 90 bytes or no plain relative path.
pub fn write(out: impl Write, time: i64, texts: &[(&str, &str)]) -> io::Result<()> {
    let clean: Vec<_> = texts.iter().map(|(name, text)| (*name, redact(text))).collect();
    let told: String = clean.iter().map(|(name, (_, count))| format!("{name}\t{count}\n")).collect();
    let mut archive = Builder::new(GzEncoder::new(out, Compression::default()));
    append(&mut archive, time, "redacted.txt", &told)?;
    for (name, (text, _)) in &clean {
        append(&mut archive, time, name, text)?;
    }
    archive.into_inner()?.finish()?.flush()
}

fn append(archive: &mut Builder<impl Write>, time: i64, name: &str, text: &str) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_path(format!("support/{name}"))?;
    header.set_size(u64::try_from(text.len()).unwrap_or(u64::MAX));
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(time / 1_000_000).unwrap_or(0));
    header.set_cksum();
    archive.append(&header, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    #[test]
    fn a_bundle_holds_clean_texts_and_says_what_was_blotted_out() {
        let mut bytes = Vec::new();
        super::write(&mut bytes, 0, &[("log.txt", "password=hunter2\nok"), ("b.txt", "fine")]).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&bytes[..]));
        let mut found = Vec::new();
        for entry in archive.entries().unwrap() {
            let (mut entry, mut text) = (entry.unwrap(), String::new());
            let path = entry.path().unwrap().display().to_string();
            entry.read_to_string(&mut text).unwrap();
            found.push((path, text));
        }
        let expected = [
            ("support/redacted.txt", "log.txt\t1\nb.txt\t0\n"),
            ("support/log.txt", "password=[redacted]\nok"),
            ("support/b.txt", "fine"),
        ];
        assert_eq!(found, expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
        assert!(super::write(std::io::sink(), 0, &[("../x", "")]).is_err());
    }
}
