//! Numbers and texts of the messages between our own processes, which are of one version. Little-endian.

use wire::{Malformed, Reader};

/// Texts are cut here.
const TEXT_MAX: usize = 1_024;
/// Entries of one table, such as VLANs of a capture.
pub(crate) const ENTRIES_MAX: usize = 4_200;

/// Collects the fields of a message.
#[derive(Debug, Default)]
pub(crate) struct Fields(pub(crate) Vec<u8>);

impl Fields {
    pub(crate) fn new(kind: u8) -> Self {
        Self(vec![kind])
    }

    pub(crate) fn number(mut self, number: impl Into<u64>) -> Self {
        self.0.extend(number.into().to_le_bytes());
        self
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        let text = text.get(..text.floor_char_boundary(TEXT_MAX)).unwrap_or_default();
        self.0.extend(u16::try_from(text.len()).unwrap_or(0).to_le_bytes());
        self.0.extend(text.as_bytes());
        self
    }

    /// Bytes of any length, such as a certificate.
    pub(crate) fn long(mut self, bytes: &[u8]) -> Self {
        self.0.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.0.extend(bytes);
        self
    }

    /// The number of entries, then the fields of each.
    pub(crate) fn table<T>(
        self,
        entries: impl ExactSizeIterator<Item = T>,
        write: impl Fn(Self, T) -> Self,
    ) -> Self {
        let len = entries.len().min(ENTRIES_MAX);
        let fields = self.number(u64::try_from(len).unwrap_or(0));
        entries.take(ENTRIES_MAX).fold(fields, write)
    }
}

pub(crate) fn number(reader: &mut Reader<'_>) -> Result<u64, Malformed> {
    reader.u64_le()
}

pub(crate) fn small<T: TryFrom<u64>>(reader: &mut Reader<'_>) -> Result<T, Malformed> {
    let number = reader.u64_le()?;
    T::try_from(number).map_err(|_| reader.defect(wire::Defect::BadValue))
}

pub(crate) fn text(reader: &mut Reader<'_>) -> Result<String, Malformed> {
    let len = reader.u16_le()?;
    Ok(String::from_utf8_lossy(reader.take(usize::from(len))?).into_owned())
}

pub(crate) fn long<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let len = reader.u32_le()?;
    reader.take(usize::try_from(len).unwrap_or(usize::MAX))
}

/// Bytes of any length that are text.
pub(crate) fn long_text(reader: &mut Reader<'_>) -> Result<String, Malformed> {
    Ok(String::from_utf8_lossy(long(reader)?).into_owned())
}

pub(crate) fn table<T>(
    reader: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let len = number(reader)?;
    let len = usize::try_from(len).unwrap_or(usize::MAX).min(ENTRIES_MAX);
    (0..len).map(|_| read(reader)).collect()
}
