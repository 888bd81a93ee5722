//! The files of the ring: made and opened before anything is written.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use super::index::{HEADER_LEN, RECORD_LEN};

/// Segments that fit into one hand-over of descriptors, two for each.
const SEGMENTS_MAX: u16 = 100;
/// A smaller segment would hold little more than one packet of the largest size.
const SEGMENT_BYTES_MIN: u64 = 1024 * 1024;
/// Positions in a segment are 32 bits wide.
const SEGMENT_BYTES_MAX: u64 = 0xf000_0000;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files together, index included; at least 1 MiB for each segment is taken.
    pub bytes: u64,
    /// Number of segments, from 2 to 100: when the ring is full, one of them is given up at once.
    pub segments: u16,
    /// Bytes kept of a packet; what is longer is cut.
    pub snap: u32,
    /// The part of a segment that one conversation may fill, in percent. What it says beyond that is left out and
    /// counted, so that a backup over the network does not push out everything else.
    pub flow_percent: u8,
}

impl Default for Limits {
    /// 1 GiB in 16 segments, whole packets, a quarter of a segment for one conversation.
    fn default() -> Self {
        Self { bytes: 1 << 30, segments: 16, snap: 65_535, flow_percent: 25 }
    }
}

impl Limits {
    pub(super) fn segments(&self) -> u16 {
        self.segments.clamp(2, SEGMENTS_MAX)
    }

    fn segment_bytes(&self) -> u64 {
        (self.bytes / u64::from(self.segments())).clamp(SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX)
    }

    /// Records that an index may hold: it takes a quarter of the segment, enough for packets of 192 bytes on average.
    pub(super) fn records_max(&self) -> u64 {
        let header = u64::try_from(HEADER_LEN).unwrap_or(0);
        (self.segment_bytes() / 4).saturating_sub(header) / u64::try_from(RECORD_LEN).unwrap_or(1)
    }

    /// Bytes that the pcap file of a segment may have.
    pub(super) fn data_bytes_max(&self) -> u64 {
        self.segment_bytes() / 4 * 3
    }

    /// Bytes of one conversation in a segment.
    pub(super) fn flow_bytes_max(&self) -> u32 {
        let share = self.data_bytes_max() / 100 * u64::from(self.flow_percent.clamp(1, 100));
        u32::try_from(share).unwrap_or(u32::MAX)
    }
}

/// The open files of a ring.
#[derive(Debug)]
pub struct Files {
    pub(super) segments: Vec<Segment>,
    pub(super) limits: Limits,
}

/// The two files of a segment.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) data: File,
    pub(super) index: File,
}

impl Files {
    /// Makes what is missing in the folder, removes segments beyond the limit, and opens the rest for writing.
    pub fn open(folder: &Path, limits: Limits) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let open =
            |path: PathBuf| OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let segment = |number| {
            let (data, index) = paths(folder, number);
            Ok(Segment { data: open(data)?, index: open(index)? })
        };
        let segments = (0..limits.segments()).map(segment).collect::<io::Result<_>>()?;
        for number in limits.segments()..SEGMENTS_MAX {
            let (data, index) = paths(folder, number);
            for path in [data, index] {
                match fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(Self { segments, limits })
    }

    /// The descriptors in a fixed order, to be handed to another process.
    #[must_use]
    pub fn into_descriptors(self) -> Vec<OwnedFd> {
        self.segments.into_iter().flat_map(|segment| [segment.data.into(), segment.index.into()]).collect()
    }

    /// The other side of [`Files::into_descriptors`]; the limits must be the same.
    #[must_use]
    pub fn from_descriptors(descriptors: Vec<OwnedFd>, limits: Limits) -> Self {
        let mut files = descriptors.into_iter().map(File::from);
        let mut segments = Vec::new();
        while let (Some(data), Some(index)) = (files.next(), files.next()) {
            segments.push(Segment { data, index });
        }
        Self { segments, limits }
    }
}

/// Opens the segments that there are, for reading.
pub(super) fn open_to_read(folder: &Path) -> Vec<Segment> {
    let open = |number| {
        let (data, index) = paths(folder, number);
        Some(Segment { data: File::open(data).ok()?, index: File::open(index).ok()? })
    };
    (0..SEGMENTS_MAX).map_while(open).collect()
}

fn paths(folder: &Path, number: u16) -> (PathBuf, PathBuf) {
    let path = |kind| folder.join(format!("evidence-{number:03}.{kind}"));
    (path("pcap"), path("index"))
}
