//! Capture files: pcap and pcapng, plain or compressed with gzip or zstd.

mod compression;
mod error;
mod expand;
mod order;
mod pcap;
mod pcapng;
mod report;
mod resolution;
mod window;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use wire::{CaptureId, Frame, LinkType, Time};

pub use error::OpenError;
pub use expand::expand;
pub use report::{Interface, Report};

use self::pcap::Pcap;
use self::pcapng::Pcapng;
use self::window::Window;

/// The most captured bytes of one packet, as in libpcap: a longer length field is damage.
pub const RECORD_MAX: usize = 256 * 1024;

/// How far a reader looks for the next whole record behind a damaged one before it gives up.
const RESYNCHRONISE_MAX: usize = 4 * 1024 * 1024;

/// An open capture that lends its frames in the order of the file.
pub struct Source {
    window: Window,
    format: Format,
    report: Report,
    stopped: bool,
}

enum Format {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

/// Where a packet lies in the window and what its header says.
struct Record {
    time: Time,
    /// Index into the interfaces of the report.
    interface: usize,
    capture: CaptureId,
    link: LinkType,
    original_len: u32,
    at: usize,
    len: usize,
}

/// Why there is no further record.
enum Stop {
    /// The file ends behind a whole record.
    End,
    /// The file ends inside a record.
    Cut,
    /// A damaged record, and no whole one within reach behind it.
    Damaged,
}

impl Source {
    /// Opens a capture file.
    ///
    /// Its first interface gets `first_id`, each further interface of a pcapng file the next number;
    /// [`Report::interfaces`] says how many there were in the end.
    pub fn open(path: &Path, first_id: CaptureId) -> Result<Self, OpenError> {
        let name = path.display().to_string();
        let unreadable = |source| OpenError::Unreadable { path: name.clone(), source };
        let file = File::open(path).map_err(unreadable)?;
        if file.metadata().map_err(unreadable)?.is_dir() {
            return Err(OpenError::Folder { path: name });
        }
        Self::from_reader(Box::new(file), name, first_id)
    }

    /// Reads a capture from standard input; its path in the report is `-`.
    pub fn stdin(first_id: CaptureId) -> Result<Self, OpenError> {
        // The small buffer of `Stdin` is no cost: reads larger than it go past it.
        Self::from_reader(Box::new(io::stdin()), "-".to_owned(), first_id)
    }

    /// Reads a capture from anything that yields its bytes; `name` stands for it in the report.
    pub fn from_reader(
        reader: Box<dyn Read + Send>,
        name: String,
        first_id: CaptureId,
    ) -> Result<Self, OpenError> {
        let (reader, compression) = match compression::detect(reader) {
            Ok(detected) => detected,
            Err(source) => return Err(OpenError::Unreadable { path: name, source }),
        };
        let mut window = Window::new(reader);
        let mut report = Report::new(name, compression);
        window.ensure(4);
        let format = if pcapng::is_section(window.available()) {
            report.format = "pcapng";
            Pcapng::open(&mut window, first_id).map(Format::Pcapng)
        } else {
            report.format = "pcap";
            Pcap::open(&mut window, &mut report, first_id).map(Format::Pcap)
        };
        match format {
            Ok(format) => Ok(Self { window, format, report, stopped: false }),
            Err(reason) => Err(match window.take_error() {
                Some(source) if compression.is_none() => OpenError::Unreadable { path: report.path, source },
                Some(_) => {
                    OpenError::NotACapture { path: report.path, reason: "its compressed data is damaged" }
                }
                None => OpenError::NotACapture { path: report.path, reason },
            }),
        }
    }

    /// The next frame, or `None` at the end of what can be read; [`Report::remark`] then says whether
    /// that is the end of the capture.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend from its own buffer")]
    #[inline]
    pub fn next(&mut self) -> Option<Frame<'_>> {
        if self.stopped {
            return None;
        }
        let next = match &mut self.format {
            Format::Pcap(pcap) => pcap.next(&mut self.window, &mut self.report),
            Format::Pcapng(pcapng) => pcapng.next(&mut self.window, &mut self.report),
        };
        match next {
            Ok(record) => {
                self.report.add(&record);
                Some(Frame {
                    time: record.time,
                    capture: record.capture,
                    link: record.link,
                    original_len: record.original_len,
                    bytes: self.window.bytes(record.at, record.len),
                })
            }
            Err(stop) => {
                self.stopped = true;
                self.report.stop(&stop, self.window.position(), self.window.take_error());
                None
            }
        }
    }

    /// What has been read so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }
}
