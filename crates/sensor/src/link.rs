//! The stream between a sensor and the main process: frames with a length in front, acknowledgements back.

use crate::account::Account;
use crate::fields::{Fields, number, table, text};
use crate::outbox::{Outbox, Waiting};
use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use wire::{Defect, Malformed, Reader};

/// Raised when an old main process could misunderstand a new sensor. Both come from one program, so this only catches
/// a mistake in the installation.
const VERSION: u64 = 1;
/// No frame is longer; a batch is at most a few hundred kilobytes.
const FRAME_MAX: usize = 16 << 20;
const LENGTH_LEN: usize = 4;
/// What is read from a socket at once.
const READ_LEN: usize = 256 * 1024;

/// What a sensor says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The first frame: the sandbox is closed. Lines say what this kernel lacks.
    Hello { incarnation: u64, remarks: Vec<String> },
    /// Observations.
    Batch { sequence: u64, lost_before: u64, bytes: Vec<u8> },
    /// Its state.
    Account(Account),
    /// A file was read to its end, or as far as it can be read.
    Ended { remark: Option<String> },
}

fn frame(fields: Fields) -> Vec<u8> {
    let len = u32::try_from(fields.0.len()).unwrap_or(u32::MAX);
    [len.to_le_bytes().as_slice(), &fields.0].concat()
}

fn hello(incarnation: u64, remarks: &[String]) -> Vec<u8> {
    let fields = Fields::new(1).number(VERSION).number(incarnation);
    frame(fields.table(remarks.iter(), |fields, remark| fields.text(remark)))
}

fn batch(batch: &Waiting) -> Vec<u8> {
    let mut fields = Fields::new(2).number(batch.sequence).number(batch.lost_before);
    fields.0.extend(&batch.bytes);
    frame(fields)
}

pub(crate) fn account(account: &Account) -> Vec<u8> {
    frame(account.write(Fields::new(3)))
}

pub(crate) fn ended(remark: Option<&str>) -> Vec<u8> {
    frame(Fields::new(4).number(u8::from(remark.is_some())).text(remark.unwrap_or_default()))
}

fn said(bytes: &[u8]) -> Result<Said, Malformed> {
    let mut reader = Reader::new(bytes);
    let kind = reader.u8()?;
    let reader = &mut reader;
    match kind {
        1 => {
            let version = number(reader)?;
            reader.ensure(version == VERSION, Defect::BadMagic)?;
            Ok(Said::Hello { incarnation: number(reader)?, remarks: table(reader, text)? })
        }
        2 => Ok(Said::Batch {
            sequence: number(reader)?,
            lost_before: number(reader)?,
            bytes: reader.rest().to_vec(),
        }),
        3 => Account::read(reader).map(Said::Account),
        4 => {
            let has_remark = number(reader)? != 0;
            Ok(Said::Ended { remark: has_remark.then_some(text(reader)?) })
        }
        _ => Err(reader.defect(Defect::BadValue)),
    }
}

/// The sensor's end.
#[derive(Debug)]
pub(crate) struct Outgoing {
    socket: OwnedFd,
    /// The frame that is being written, and how far it is.
    frame: Vec<u8>,
    written: usize,
    /// What goes out before the next batch: few frames, the newest account among them.
    urgent: Option<Vec<u8>>,
    acknowledgement: Vec<u8>,
}

impl Outgoing {
    pub(crate) fn new(socket: OwnedFd, incarnation: u64, remarks: &[String]) -> Self {
        let frame = hello(incarnation, remarks);
        Self { socket, frame, written: 0, urgent: None, acknowledgement: Vec::new() }
    }

    /// Lets a frame go before the next batch; it takes the place of one that still waits.
    pub(crate) fn urge(&mut self, frame: Vec<u8>) {
        self.urgent = Some(frame);
    }

    /// Sends and receives what is possible at once. An error means that the other side is gone.
    pub(crate) fn pump(&mut self, outbox: &mut Outbox) -> io::Result<()> {
        self.receive(outbox)?;
        loop {
            let rest = self.frame.get(self.written..).unwrap_or_default();
            if rest.is_empty() {
                self.frame.clear();
                self.written = 0;
                match self.urgent.take().or_else(|| outbox.send().map(batch)) {
                    Some(next) => self.frame = next,
                    None => return Ok(()),
                }
                continue;
            }
            match send(&self.socket, rest, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
                Ok(len) => self.written += len,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn receive(&mut self, outbox: &mut Outbox) -> io::Result<()> {
        let mut bytes = [0; 1_024];
        loop {
            match recv(&self.socket, &mut bytes, RecvFlags::DONTWAIT) {
                Ok((0, _)) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok((len, _)) => {
                    self.acknowledgement.extend(bytes.get(..len).unwrap_or_default());
                    let (numbers, rest) = self.acknowledgement.as_chunks::<8>();
                    if let Some(number) = numbers.last() {
                        outbox.acknowledge(u64::from_le_bytes(*number));
                    }
                    self.acknowledgement = rest.to_vec();
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// What to wait for: acknowledgements, and room when there is something to send.
    pub(crate) fn poll(&self) -> PollFd<'_> {
        let is_writing = self.written < self.frame.len() || self.urgent.is_some();
        let writing = if is_writing { PollFlags::OUT } else { PollFlags::empty() };
        PollFd::new(&self.socket, PollFlags::IN | writing)
    }

    /// Whether everything was handed to the kernel.
    pub(crate) fn is_idle(&self) -> bool {
        self.written >= self.frame.len() && self.urgent.is_none()
    }
}

/// The main process's end.
#[derive(Debug)]
pub(crate) struct Incoming {
    socket: OwnedFd,
    buffer: Vec<u8>,
    used: usize,
    ended: bool,
}

impl Incoming {
    pub(crate) fn new(socket: OwnedFd) -> Self {
        Self { socket, buffer: Vec::new(), used: 0, ended: false }
    }

    /// The next frame that is whole; `None` when there is none at present.
    pub(crate) fn next(&mut self) -> io::Result<Option<Said>> {
        loop {
            if let Some(said) = self.take()? {
                return Ok(Some(said));
            }
            if self.ended || !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Whether the other side is gone, and everything it said was handed out.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Says that everything up to this number is kept. A sensor that is gone does not need to know.
    pub(crate) fn acknowledge(&self, sequence: u64) {
        send(&self.socket, &sequence.to_le_bytes(), SendFlags::DONTWAIT | SendFlags::NOSIGNAL).ok();
    }

    fn take(&mut self) -> io::Result<Option<Said>> {
        let rest = self.buffer.get(self.used..).unwrap_or_default();
        let Some((length, behind)) = rest.split_first_chunk::<LENGTH_LEN>() else { return Ok(None) };
        let len = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if len > FRAME_MAX {
            return Err(io::Error::other("the sensor's stream is damaged: a frame is too long"));
        }
        let Some(bytes) = behind.get(..len) else { return Ok(None) };
        let said = said(bytes).map_err(|malformed| {
            io::Error::other(format!("the sensor's stream is damaged: {malformed:?}"))
        })?;
        self.used += LENGTH_LEN + len;
        Ok(Some(said))
    }

    /// Reads on; false when there is nothing at present or for good.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.used);
        self.used = 0;
        let len = self.buffer.len();
        self.buffer.resize(len + READ_LEN, 0);
        let place = self.buffer.get_mut(len..).unwrap_or_default();
        let result = recv(&self.socket, place, RecvFlags::DONTWAIT);
        self.buffer.truncate(len + result.as_ref().map_or(0, |(more, _)| *more));
        match result {
            Ok((0, _)) | Err(Errno::CONNRESET) => {
                self.ended = true;
                Ok(false)
            }
            Ok(_) | Err(Errno::INTR) => Ok(true),
            Err(Errno::AGAIN) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsFd for Incoming {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pass::stream_pair;

    #[test]
    fn batches_arrive_in_order_and_acknowledgements_go_back() {
        let (ours, theirs) = stream_pair().unwrap();
        let mut outgoing = Outgoing::new(ours, 7, &["old kernel".to_owned()]);
        let mut incoming = Incoming::new(theirs);
        let mut outbox = Outbox::new(100 << 20);
        // More than the socket holds, so that frames are cut on their way.
        (0..200_u8).for_each(|number| outbox.push(u64::from(number) + 1, vec![number; 20_000]));
        let mut next = 1;
        let mut is_greeted = false;
        while next <= 200 {
            outgoing.pump(&mut outbox).unwrap();
            while let Some(said) = incoming.next().unwrap() {
                match said {
                    Said::Hello { incarnation, remarks } => {
                        is_greeted = incarnation == 7 && remarks == ["old kernel"];
                    }
                    Said::Batch { sequence, lost_before, bytes } => {
                        assert_eq!((sequence, lost_before), (next, 0));
                        assert_eq!(bytes, vec![u8::try_from(next - 1).unwrap(); 20_000]);
                        incoming.acknowledge(sequence);
                        next += 1;
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        outgoing.urge(ended(Some("cut")));
        outgoing.pump(&mut outbox).unwrap();
        assert!(is_greeted && outbox.is_empty() && outgoing.is_idle());
        assert_eq!(incoming.next().unwrap(), Some(Said::Ended { remark: Some("cut".into()) }));
        drop(outgoing);
        assert_eq!(incoming.next().unwrap(), None);
        assert!(incoming.is_ended());
    }

    #[test]
    fn a_hostile_sensor_is_refused() {
        for bytes in [[0xff; 8].as_slice(), &[1, 0, 0, 0, 9], &[3, 0, 0, 0, 1, 0, 0]] {
            let (ours, theirs) = stream_pair().unwrap();
            send(&ours, bytes, SendFlags::NOSIGNAL).unwrap();
            assert!(Incoming::new(theirs).next().is_err());
        }
    }
}
