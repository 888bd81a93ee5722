//! Writing of protocol fields into a growing buffer. Multi-byte numbers are big-endian unless the name ends in `_le`.

/// Fields appended in order; each method returns the buffer so that a message reads like its layout.
pub(crate) trait Put {
    /// Appends bytes as they are.
    fn put(&mut self, bytes: &[u8]) -> &mut Self;

    /// Overwrites bytes that were appended before; does nothing where `at` lies outside.
    fn patch(&mut self, at: usize, bytes: &[u8]);

    /// Appends `bytes` cut or filled to `len`.
    fn fixed(&mut self, bytes: &[u8], len: usize, fill: u8) -> &mut Self {
        for index in 0..len {
            self.u8(bytes.get(index).copied().unwrap_or(fill));
        }
        self
    }

    fn u8(&mut self, value: u8) -> &mut Self {
        self.put(&[value])
    }
    fn u16(&mut self, value: u16) -> &mut Self {
        self.put(&value.to_be_bytes())
    }
    fn u24(&mut self, value: u32) -> &mut Self {
        let [_, a, b, c] = value.to_be_bytes();
        self.put(&[a, b, c])
    }
    fn u32(&mut self, value: u32) -> &mut Self {
        self.put(&value.to_be_bytes())
    }
    fn u64(&mut self, value: u64) -> &mut Self {
        self.put(&value.to_be_bytes())
    }
    fn u16_le(&mut self, value: u16) -> &mut Self {
        self.put(&value.to_le_bytes())
    }
    fn u24_le(&mut self, value: u32) -> &mut Self {
        let [a, b, c, _] = value.to_le_bytes();
        self.put(&[a, b, c])
    }
    fn u32_le(&mut self, value: u32) -> &mut Self {
        self.put(&value.to_le_bytes())
    }
    fn i32_le(&mut self, value: i32) -> &mut Self {
        self.put(&value.to_le_bytes())
    }
    fn u64_le(&mut self, value: u64) -> &mut Self {
        self.put(&value.to_le_bytes())
    }
    fn f32(&mut self, value: f32) -> &mut Self {
        self.put(&value.to_be_bytes())
    }
    fn f32_le(&mut self, value: f32) -> &mut Self {
        self.put(&value.to_le_bytes())
    }
    fn f64_le(&mut self, value: f64) -> &mut Self {
        self.put(&value.to_le_bytes())
    }
}

impl Put for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.extend_from_slice(bytes);
        self
    }

    fn patch(&mut self, at: usize, bytes: &[u8]) {
        if let Some(place) = self.get_mut(at..at.saturating_add(bytes.len())) {
            place.copy_from_slice(bytes);
        }
    }
}

/// A length as an octet; saturates, which no message of ours reaches.
pub(crate) fn len8(len: usize) -> u8 {
    u8::try_from(len).unwrap_or(u8::MAX)
}

/// A length as two octets; saturates, which no message of ours reaches.
pub(crate) fn len16(len: usize) -> u16 {
    u16::try_from(len).unwrap_or(u16::MAX)
}

/// A length as four octets.
pub(crate) fn len32(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// The low octet of a number.
pub(crate) fn low8(value: u64) -> u8 {
    let [low, ..] = value.to_le_bytes();
    low
}

/// The low two octets of a number.
pub(crate) fn low16(value: u64) -> u16 {
    let [a, b, ..] = value.to_le_bytes();
    u16::from_le_bytes([a, b])
}

/// The low four octets of a number.
pub(crate) fn low32(value: u64) -> u32 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
