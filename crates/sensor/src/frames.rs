//! Frames that another of our processes makes, such as the simulated plant: messages on a socket, each of whole
//! records, so that a sensor that was killed does not leave its successor in the middle of one.

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use wire::{CaptureId, Frame, LinkType, Malformed, Reader, Time};

/// A message is sent when it has this much, and is never longer than this and one frame.
const SEND_AT: usize = 32 * 1024;
/// Longer frames are cut.
const FRAME_MAX: usize = 65_535;
const MESSAGE_MAX: usize = SEND_AT + FRAME_MAX + 32;

/// Sends frames to a sensor. What is not flushed is lost when it is dropped.
#[derive(Debug)]
pub struct FrameSender {
    socket: OwnedFd,
    message: Vec<u8>,
}

impl FrameSender {
    /// Sends on this socket, which must keep message borders.
    #[must_use]
    pub fn new(socket: OwnedFd) -> Self {
        Self { socket, message: Vec::with_capacity(MESSAGE_MAX) }
    }

    /// Sends on standard output, which is where the opener has put the socket.
    pub fn from_stdout() -> io::Result<Self> {
        Ok(Self::new(io::stdout().as_fd().try_clone_to_owned()?))
    }

    /// Takes a frame; its capture is the port's number, from 0. Waits while the sensor is behind.
    pub fn send(&mut self, frame: &Frame<'_>) -> io::Result<()> {
        let bytes = frame.bytes.get(..FRAME_MAX).unwrap_or(frame.bytes);
        self.message.extend(frame.capture.0.to_le_bytes());
        self.message.extend(frame.link.0.to_le_bytes());
        self.message.extend(frame.time.0.to_le_bytes());
        self.message.extend(frame.original_len.to_le_bytes());
        self.message.extend(u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
        self.message.extend(bytes);
        if self.message.len() >= SEND_AT { self.flush() } else { Ok(()) }
    }

    /// Sends what was collected.
    pub fn flush(&mut self) -> io::Result<()> {
        while !self.message.is_empty() {
            match send(&self.socket, &self.message, SendFlags::NOSIGNAL) {
                Ok(_) => self.message.clear(),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    poll(&mut [PollFd::new(&self.socket, PollFlags::OUT)], None)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// The sensor's end.
#[derive(Debug)]
pub(crate) struct FrameReceiver {
    socket: OwnedFd,
    first: CaptureId,
    ports: u16,
    message: Vec<u8>,
    len: usize,
    at: usize,
}

impl FrameReceiver {
    pub(crate) fn new(socket: OwnedFd, first: CaptureId, ports: u16) -> Self {
        Self { socket, first, ports, message: vec![0; MESSAGE_MAX], len: 0, at: 0 }
    }

    /// The next frame that is there. Those of ports that were not announced are passed over.
    pub(crate) fn next(&mut self) -> io::Result<Option<Frame<'_>>> {
        loop {
            if self.at >= self.len {
                // Nothing is left of the message before, whatever comes: it must not be read again.
                (self.at, self.len) = (0, 0);
                self.len = match recv(&self.socket, self.message.as_mut_slice(), RecvFlags::DONTWAIT) {
                    Ok((0, _)) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Ok((len, _)) => len,
                    Err(Errno::AGAIN | Errno::INTR) => return Ok(None),
                    Err(error) => return Err(error.into()),
                };
            }
            let rest = self.message.get(self.at..self.len).unwrap_or_default();
            let mut reader = Reader::new(rest);
            let Ok(head) = head(&mut reader) else {
                self.at = self.len;
                continue;
            };
            let end = self.at + reader.at();
            let start = end - head.captured;
            self.at = end;
            if head.port < self.ports {
                let Head { port, link, time, original_len, .. } = head;
                let capture = CaptureId(self.first.0.saturating_add(port));
                let bytes = self.message.get(start..end).unwrap_or_default();
                return Ok(Some(Frame { time, capture, link, original_len, bytes }));
            }
        }
    }
}

/// What stands in front of a frame.
struct Head {
    port: u16,
    link: LinkType,
    time: Time,
    original_len: u32,
    captured: usize,
}

/// The reader then stands behind the frame.
fn head(reader: &mut Reader<'_>) -> Result<Head, Malformed> {
    let head = Head {
        port: reader.u16_le()?,
        link: LinkType(reader.u16_le()?),
        time: Time(i64::from_le_bytes(reader.array()?)),
        original_len: reader.u32_le()?,
        captured: usize::try_from(reader.u32_le()?).unwrap_or(usize::MAX),
    };
    reader.skip(head.captured)?;
    Ok(head)
}

impl AsFd for FrameReceiver {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pass::message_pair;

    #[test]
    fn frames_arrive_whole_and_a_second_reader_goes_on_at_a_border() {
        let (ours, theirs) = message_pair().unwrap();
        let again = theirs.try_clone().unwrap();
        let mut sender = FrameSender::new(ours);
        for number in 0..100_u8 {
            let bytes = vec![number; 1_400];
            let capture = CaptureId(u16::from(number % 3));
            let (time, link) = (Time(i64::from(number)), LinkType::ETHERNET);
            sender.send(&Frame { time, capture, link, original_len: 1_500, bytes: &bytes }).unwrap();
        }
        sender.flush().unwrap();
        let mut first = FrameReceiver::new(theirs, CaptureId(5), 2);
        let frame = first.next().unwrap().unwrap();
        assert_eq!((frame.time, frame.capture, frame.original_len), (Time(0), CaptureId(5), 1_500));
        let mut second = FrameReceiver::new(again, CaptureId(5), 2);
        let mut last = None;
        while let Some(frame) = second.next().unwrap() {
            assert!(frame.bytes.len() == 1_400 && frame.capture <= CaptureId(6), "a port not announced");
            assert_eq!(Time(i64::from(frame.bytes[0])), frame.time);
            last = Some(frame.time);
        }
        assert_eq!(last, Some(Time(99)));
    }

    #[test]
    fn a_message_is_read_once_however_often_somebody_asks() {
        let (ours, theirs) = message_pair().unwrap();
        let mut sender = FrameSender::new(ours);
        let mut receiver = FrameReceiver::new(theirs, CaptureId(0), 1);
        for number in 0..3 {
            let (time, capture, link) = (Time(number), CaptureId(0), LinkType::ETHERNET);
            sender.send(&Frame { time, capture, link, original_len: 60, bytes: &[0; 60] }).unwrap();
            sender.flush().unwrap();
            assert_eq!(receiver.next().unwrap().map(|frame| frame.time), Some(time));
            for _ in 0..3 {
                assert!(receiver.next().unwrap().is_none(), "nothing more was sent");
            }
        }
    }
}
