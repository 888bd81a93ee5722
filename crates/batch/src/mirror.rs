//! How far a mirror port can be trusted, as the sensor measured it.

use crate::{Code, Decoder, Encoder};
use wire::{CaptureId, Malformed, Time};

/// Most reasons and VLANs of one account.
const ROWS_MAX: usize = 4096;

/// What was measured of one capture since the sensor started: all counts only grow, so that an account that was lost
/// is made good by the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MirrorAccount {
    /// Which capture.
    pub capture: CaptureId,
    /// Time of its latest frame.
    pub last: Time,
    /// Frames captured.
    pub frames: u64,
    /// Bytes of them on the wire.
    pub bytes: u64,
    /// Frames that the kernel dropped because the sensor was too slow.
    pub kernel_drops: u64,
    /// Frames that the sensor dropped before it decoded them.
    pub queue_drops: u64,
    /// Exact copies: the mirror delivered a frame twice.
    pub duplicates: u64,
    /// Values of busy cyclic polls that were passed over.
    pub values_sampled: u64,
    /// Holes in TCP streams.
    pub gaps: u64,
    /// TCP conversations heard in one direction only.
    pub one_way_flows: u64,
    /// Frames, or layers of them, that could not be decoded: the decoder's name of the reason, and how many.
    pub undecoded: Vec<(String, u64)>,
    /// VLAN ids seen, with their packets; 0 stands for untagged frames.
    pub vlans: Vec<(u16, u64)>,
}

impl<'a> Code<'a> for MirrorAccount {
    fn encode(&self, encoder: &mut Encoder) {
        self.capture.encode(encoder);
        self.last.encode(encoder);
        self.counts().encode(encoder);
        let (undecoded, vlans) = (self.undecoded.iter().take(ROWS_MAX), self.vlans.iter().take(ROWS_MAX));
        encoder.list(undecoded);
        encoder.list(vlans);
    }

    fn decode(decoder: &mut Decoder<'a, '_>) -> Result<Self, Malformed> {
        let (capture, last) = (Code::decode(decoder)?, Code::decode(decoder)?);
        let [frames, bytes, kernel_drops, queue_drops, duplicates, values_sampled, gaps, one_way_flows] =
            Code::decode(decoder)?;
        Ok(Self {
            capture,
            last,
            frames,
            bytes,
            kernel_drops,
            queue_drops,
            duplicates,
            values_sampled,
            gaps,
            one_way_flows,
            undecoded: decoder.list(ROWS_MAX)?,
            vlans: decoder.list(ROWS_MAX)?,
        })
    }
}

impl MirrorAccount {
    fn counts(&self) -> [u64; 8] {
        [
            self.frames,
            self.bytes,
            self.kernel_drops,
            self.queue_drops,
            self.duplicates,
            self.values_sampled,
            self.gaps,
            self.one_way_flows,
        ]
    }
}
