//! Where the packets of a capture end: a second, much simpler reader, to judge the real one by.

/// What a capture's first bytes say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Bytes of the file's own header; 0 for what is no plain capture.
    pub(crate) header: usize,
    /// The end of each whole packet record, or nothing when a record contradicts the file.
    pub(crate) ends: Option<Vec<usize>>,
}

/// The layout of a plain pcap or pcapng file.
pub(crate) fn layout(bytes: &[u8]) -> Layout {
    match bytes.first_chunk() {
        Some([0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1]) => pcap(bytes, u32::from_le_bytes),
        Some([0xa1, 0xb2, 0xc3, 0xd4] | [0xa1, 0xb2, 0x3c, 0x4d]) => pcap(bytes, u32::from_be_bytes),
        Some([0x0a, 0x0d, 0x0d, 0x0a]) => pcapng(bytes),
        _ => Layout::default(),
    }
}

type Number = fn([u8; 4]) -> u32;

fn number(bytes: &[u8], at: usize, read: Number) -> Option<usize> {
    usize::try_from(read(*bytes.get(at..)?.first_chunk()?)).ok()
}

fn pcap(bytes: &[u8], read: Number) -> Layout {
    let (mut at, mut ends) = (24, Vec::new());
    while at < bytes.len() {
        let end = number(bytes, at + 8, read).and_then(|len| at.checked_add(16)?.checked_add(len));
        match end.filter(|end| *end <= bytes.len()) {
            Some(end) => at = end,
            None => return Layout { header: 24, ends: None },
        }
        ends.push(at);
    }
    Layout { header: 24, ends: Some(ends) }
}

fn pcapng(bytes: &[u8]) -> Layout {
    let (mut at, mut ends, mut read): (usize, _, Number) = (0, Vec::new(), u32::from_le_bytes);
    while at < bytes.len() {
        if bytes.get(at..at + 4) == Some(&[0x0a, 0x0d, 0x0d, 0x0a]) {
            let is_big = bytes.get(at + 8) == Some(&0x1a);
            read = if is_big { u32::from_be_bytes } else { u32::from_le_bytes };
        }
        let (kind, len) = (number(bytes, at, read), number(bytes, at + 4, read).unwrap_or(0));
        let end = at.saturating_add(len);
        let is_whole = len >= 12 && end <= bytes.len() && number(bytes, end - 4, read) == Some(len);
        if !is_whole {
            return Layout { header: 28, ends: None };
        }
        at = end;
        if matches!(kind, Some(2 | 3 | 6)) {
            ends.push(at);
        }
    }
    Layout { header: 28, ends: Some(ends) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_pcap() {
        let mut bytes = vec![0xd4, 0xc3, 0xb2, 0xa1];
        bytes.resize(24, 0);
        for len in [2u32, 3] {
            bytes.extend([0; 8]);
            bytes.extend(len.to_le_bytes());
            bytes.extend([0; 4]);
            bytes.extend(vec![9; usize::try_from(len).unwrap()]);
        }
        assert_eq!(layout(&bytes), Layout { header: 24, ends: Some(vec![42, 61]) });
        bytes.truncate(60);
        assert_eq!(layout(&bytes), Layout { header: 24, ends: None });
        assert_eq!(layout(b"MZ"), Layout::default());
    }
}
