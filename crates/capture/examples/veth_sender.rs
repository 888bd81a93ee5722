//! Sends frames at a rate through a packet socket: `veth_sender INTERFACE PACKETS_PER_SECOND SECONDS [CAPTURE]`.
//!
//! The other half of the live measurement. With a capture, the frames of its first 4,096 conversations are sent over
//! and over, padded or cut to 400 bytes; without one, frames of 4,096 made-up conversations. Prints one JSON line.

#![expect(clippy::print_stdout, reason = "it answers on standard output")]
#![expect(unsafe_code, reason = "sendmmsg has no safe equal; each block says why it holds")]

use capture::Source;
use std::collections::HashSet;
use std::error::Error;
use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};
use wire::CaptureId;

const FRAME_BYTES: usize = 400;
const CONVERSATIONS: usize = 4096;
const FRAMES_MAX: usize = 65_536;
/// Frames handed to the kernel at once.
const BATCH: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [interface, rate, seconds, rest @ ..] = arguments.as_slice() else {
        return Err("usage: veth_sender INTERFACE PACKETS_PER_SECOND SECONDS [CAPTURE]".into());
    };
    let (rate, seconds): (u64, u64) = (rate.parse()?, seconds.parse()?);
    let frames = match rest {
        [capture, ..] => frames_of(Path::new(capture))?,
        [] => made_up(),
    };
    let socket = open(interface)?;
    let (begun, end) = (Instant::now(), Duration::from_secs(seconds));
    let (mut sent, mut at) = (0u64, 0);
    while begun.elapsed() < end && sent < rate * seconds {
        let due = begun.elapsed().as_micros() * u128::from(rate) / 1_000_000;
        if u128::from(sent) >= due {
            std::hint::spin_loop();
            continue;
        }
        let batch: Vec<&[u8]> = frames.iter().cycle().skip(at).take(BATCH).map(Vec::as_slice).collect();
        let accepted = send(&socket, &batch)?;
        sent += u64::try_from(accepted)?;
        at = (at + accepted) % frames.len();
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{{\"sent\":{sent},\"seconds\":{seconds:.3},\"packets_per_second\":{:.0}}}",
        sent as f64 / seconds
    );
    Ok(())
}

/// Frames of the first conversations of a capture.
fn frames_of(path: &Path) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut source = Source::open(path, CaptureId(0))?;
    let (mut known, mut frames) = (HashSet::new(), Vec::new());
    while let Some(frame) = source.next() {
        // Addresses and ports of IPv4 in Ethernet: as good a name of a conversation as is needed here.
        let Some(ends) = frame.bytes.get(26..38) else { continue };
        if !known.contains(ends) && known.len() >= CONVERSATIONS {
            continue;
        }
        known.insert(ends.to_vec());
        let mut bytes = frame.bytes.to_vec();
        bytes.resize(FRAME_BYTES, 0);
        frames.push(bytes);
        if frames.len() >= FRAMES_MAX {
            break;
        }
    }
    if frames.is_empty() { Err("the capture holds no frame to send".into()) } else { Ok(frames) }
}

/// UDP datagrams between made-up machines.
fn made_up() -> Vec<Vec<u8>> {
    let one = |number: u16| {
        let [high, low] = number.to_be_bytes();
        let mut frame = vec![
            2, 0, 0, 0, 1, low, 2, 0, 0, 0, 0, high, 8, 0, 0x45, 0, 1, 0x82, high, low, 0, 0, 64, 17, 0, 0,
        ];
        frame.extend([10, 0, high, low, 10, 1, high, low, high | 0x80, low, 0x30, 0x39, 1, 0x6e, 0, 0]);
        frame.resize(FRAME_BYTES, 0);
        frame
    };
    (0u16..4096).map(one).collect()
}

fn open(interface: &str) -> Result<OwnedFd, Box<dyn Error>> {
    let name = CString::new(interface)?;
    // SAFETY: the calls get a C string, one `sockaddr_ll` and one `int` with their sizes, all of which outlive them;
    // all zeros is a valid `sockaddr_ll`; nothing else knows the new descriptor.
    unsafe {
        let fd = libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0);
        if fd < 0 {
            return Err(io::Error::last_os_error().into());
        }
        let socket = OwnedFd::from_raw_fd(fd);
        let bypass: libc::c_int = 1;
        let size = u32::try_from(size_of_val(&bypass))?;
        let set = libc::setsockopt(
            fd,
            libc::SOL_PACKET,
            libc::PACKET_QDISC_BYPASS,
            (&raw const bypass).cast(),
            size,
        );
        let mut address: libc::sockaddr_ll = std::mem::zeroed();
        address.sll_family = u16::try_from(libc::AF_PACKET)?;
        address.sll_ifindex = i32::try_from(libc::if_nametoindex(name.as_ptr()))?;
        let size = u32::try_from(size_of::<libc::sockaddr_ll>())?;
        if set != 0 || address.sll_ifindex == 0 || libc::bind(fd, (&raw const address).cast(), size) != 0 {
            return Err(io::Error::last_os_error().into());
        }
        Ok(socket)
    }
}

/// Hands frames to the kernel; answers how many it took.
fn send(socket: &OwnedFd, frames: &[&[u8]]) -> Result<usize, Box<dyn Error>> {
    let mut parts: Vec<libc::iovec> = frames
        .iter()
        .map(|frame| libc::iovec { iov_base: frame.as_ptr().cast_mut().cast(), iov_len: frame.len() })
        .collect();
    let mut messages: Vec<libc::mmsghdr> = parts
        .iter_mut()
        .map(|part| {
            // SAFETY: all zeros is a valid `mmsghdr`: no name, no control data.
            let mut message: libc::mmsghdr = unsafe { std::mem::zeroed() };
            message.msg_hdr.msg_iov = part;
            message.msg_hdr.msg_iovlen = 1;
            message
        })
        .collect();
    let count = u32::try_from(messages.len())?;
    // SAFETY: every message points at one `iovec` and that at one frame; all three lists outlive the call, and the
    // kernel only reads the frames.
    let taken = unsafe { libc::sendmmsg(socket.as_raw_fd(), messages.as_mut_ptr(), count, 0) };
    match usize::try_from(taken) {
        Ok(taken) => Ok(taken),
        Err(_) => match io::Error::last_os_error() {
            error if matches!(error.raw_os_error(), Some(libc::ENOBUFS | libc::EAGAIN)) => Ok(0),
            error => Err(error.into()),
        },
    }
}
