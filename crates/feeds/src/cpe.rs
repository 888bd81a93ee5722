//! CPE names, as far as readers need them: part, vendor, product and version of a 2.3 formatted string or a 2.2 URI.

use knowledge::advisory::Kind;

/// The pieces of a name, with the escapes taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cpe {
    /// `a`, `h`, `o`, `*` or `-`.
    pub(crate) part: char,
    /// Vendor in the words of the dictionary, `_` as blank.
    pub(crate) vendor: String,
    /// Product, likewise.
    pub(crate) product: String,
    /// Version; empty when any or none is meant.
    pub(crate) version: String,
    /// Update (service pack, patch); empty when any or none is meant.
    pub(crate) update: String,
}

impl Cpe {
    /// Reads either form; `None` when it is neither.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let pieces = match text.strip_prefix("cpe:2.3:") {
            Some(rest) => formatted(rest)?,
            None => uri(text.strip_prefix("cpe:/")?)?,
        };
        let piece = |at: usize| pieces.get(at).cloned().unwrap_or_default();
        let mut part = piece(0).chars().collect::<Vec<_>>().into_iter();
        let part = match (part.next(), part.next()) {
            (Some(part @ ('a' | 'h' | 'o' | '*' | '-')), None) => part,
            _ => return None,
        };
        let name = |at: usize| piece(at).replace('_', " ");
        let said = |at: usize| Some(piece(at)).filter(|text| text != "*" && text != "-").unwrap_or_default();
        let (vendor, product) = (name(1), name(2));
        (!vendor.is_empty()).then(|| Self { part, vendor, product, version: said(3), update: said(4) })
    }

    /// What sort of thing it names.
    pub(crate) fn kind(&self) -> Kind {
        match self.part {
            'h' => Kind::Hardware,
            'a' => Kind::Software,
            'o' if self.product.ends_with("firmware") => Kind::Firmware,
            'o' => Kind::OperatingSystem,
            _ => Kind::Unknown,
        }
    }

    /// Version and update as one text.
    pub(crate) fn whole_version(&self) -> String {
        format!("{} {}", self.version, self.update).trim().to_owned()
    }
}

/// Eleven pieces between colons that no backslash stands before.
fn formatted(rest: &str) -> Option<Vec<String>> {
    let mut pieces = vec![String::new()];
    let mut letters = rest.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ':' => pieces.push(String::new()),
            '\\' => pieces.last_mut()?.push(letters.next()?),
            letter if letter.is_whitespace() || letter.is_control() => return None,
            letter => pieces.last_mut()?.push(letter),
        }
    }
    (pieces.len() == 11 && pieces.iter().all(|piece| !piece.is_empty())).then_some(pieces)
}

/// Up to seven pieces with percent escapes; vendor at least.
fn uri(rest: &str) -> Option<Vec<String>> {
    let pieces: Vec<String> = rest.split(':').map(decoded).collect::<Option<_>>()?;
    // JVN writes names with eight pieces; vendors alone have an empty part.
    let mut pieces = (2..=8).contains(&pieces.len()).then_some(pieces)?;
    if let Some(part) = pieces.first_mut().filter(|part| part.is_empty()) {
        part.push('*');
    }
    Some(pieces)
}

fn decoded(piece: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(piece.len());
    let mut rest = piece.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::Cpe;

    #[test]
    fn both_forms_are_read_and_nothing_else() {
        for (text, expected) in [
            (
                "cpe:2.3:o:siemens:simatic_s7-1200_firmware:*:*:*:*:*:*:*:*",
                Some("o/siemens/simatic s7-1200 firmware/"),
            ),
            (
                "cpe:2.3:a:soap\\:\\:lite_project:x:1.0:sp1:*:*:*:perl:*:*",
                Some("a/soap::lite project/x/1.0 sp1"),
            ),
            ("cpe:2.3:a:soap::lite_project:soap::lite:*:*:*:*:*:perl:*:*", None),
            ("cpe:/o:redhat:enterprise_linux:9::baseos", Some("o/redhat/enterprise linux/9")),
            ("cpe:/:sun", Some("*/sun//")),
            ("cpe:/a:misc:ruby-git_ruby-git", Some("a/misc/ruby-git ruby-git/")),
            ("cpe:/a:x:y%2fz%", None),
            ("cpe:2.3:x:a:b:*:*:*:*:*:*:*:*", None),
            ("cpe:2.3:a:b", None),
            ("", None),
        ] {
            let read = Cpe::read(text)
                .map(|cpe| format!("{}/{}/{}/{}", cpe.part, cpe.vendor, cpe.product, cpe.whole_version()));
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
