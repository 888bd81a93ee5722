//! The system calls of a packet socket, each behind a safe function.

#![expect(unsafe_code, reason = "packet sockets and interface flags exist only as C functions")]

use std::ffi::{CStr, CString};
use std::io;
use std::mem;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::Duration;

use libc::{c_int, c_short, c_void, socklen_t};

/// A raw packet socket that receives nothing until it is bound.
pub(super) fn packet_socket() -> io::Result<OwnedFd> {
    // SAFETY: the call takes no pointers.
    let fd = check(unsafe { libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0) })?;
    // SAFETY: the descriptor was opened in the line above and nothing else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A socket to ask about interfaces; it needs no capability.
pub(super) fn any_socket() -> io::Result<OwnedFd> {
    std::os::unix::net::UnixDatagram::unbound().map(OwnedFd::from)
}

/// Keeps every descriptor beyond the standard streams from the programs that this process starts, also those that it
/// inherited itself. A kernel before 5.11 refuses, and they are passed on.
pub fn keep_descriptors() -> io::Result<()> {
    // SAFETY: the call takes no pointers and closes nothing in this process.
    check(unsafe { libc::close_range(3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC.cast_signed()) })
        .map(drop)
}

/// Sets an option at the level of packet sockets.
pub(super) fn set_option<T: Plain>(socket: &OwnedFd, option: c_int, value: &T) -> io::Result<()> {
    // SAFETY: the kernel reads exactly as many bytes as `value` has, during the call.
    let result = unsafe {
        let value = std::ptr::from_ref(value).cast::<c_void>();
        libc::setsockopt(socket.as_raw_fd(), libc::SOL_PACKET, option, value, len_of::<T>())
    };
    check(result).map(|_| ())
}

/// Reads an option.
pub(super) fn option<T: Plain>(socket: &OwnedFd, level: c_int, option: c_int) -> io::Result<T> {
    let mut value = T::ZERO;
    let mut len = len_of::<T>();
    // SAFETY: the kernel writes at most `len` bytes, which is the size of `value`, during the call, and
    // every bit pattern is a valid `T` because `T` is `Plain`.
    let result = unsafe {
        let value = std::ptr::from_mut(&mut value).cast::<c_void>();
        libc::getsockopt(socket.as_raw_fd(), level, option, value, &raw mut len)
    };
    check(result).map(|_| value)
}

/// Begins to receive every frame of the interface.
pub(super) fn bind(socket: &OwnedFd, index: u32) -> io::Result<()> {
    let address = libc::sockaddr_ll {
        sll_family: u16::try_from(libc::AF_PACKET).unwrap_or(0),
        sll_protocol: u16::try_from(libc::ETH_P_ALL).unwrap_or(0).to_be(),
        sll_ifindex: c_int::try_from(index).unwrap_or(0),
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    // SAFETY: the kernel reads one `sockaddr_ll`, whose size is given, during the call.
    let result = unsafe {
        let pointer = (&raw const address).cast::<libc::sockaddr>();
        libc::bind(socket.as_raw_fd(), pointer, len_of::<libc::sockaddr_ll>())
    };
    check(result).map(|_| ())
}

/// Waits until the socket has something to read or to report; false when `timeout` has passed or a
/// signal arrived.
pub(super) fn wait(socket: &OwnedFd, timeout: Duration) -> io::Result<bool> {
    let events = libc::POLLIN | libc::POLLERR;
    let mut poll = libc::pollfd { fd: socket.as_raw_fd(), events, revents: 0 };
    let timeout = c_int::try_from(timeout.as_millis()).unwrap_or(c_int::MAX);
    // SAFETY: the kernel reads and writes one `pollfd`, as the count says, during the call.
    match check(unsafe { libc::poll(&raw mut poll, 1, timeout) }) {
        Ok(ready) => Ok(ready > 0),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
        Err(error) => Err(error),
    }
}

/// The number of the interface with this name.
pub(super) fn interface_index(name: &str) -> Option<u32> {
    let name = CString::new(name).ok()?;
    // SAFETY: the name is a C string that outlives the call.
    let index = unsafe { libc::if_nametoindex(name.as_ptr()) };
    (index != 0).then_some(index)
}

/// The names of all interfaces; empty when the system does not tell.
pub(super) fn interface_names() -> Vec<String> {
    let mut names = Vec::new();
    // SAFETY: the call takes no arguments; the list is freed below and not used behind that.
    let list = unsafe { libc::if_nameindex() };
    if list.is_null() {
        return names;
    }
    let mut entry = list;
    // SAFETY: the list ends with an entry of index 0 and a null name, and no entry behind that is read;
    // each name is a C string that lives until the list is freed.
    unsafe {
        while (*entry).if_index != 0 && !(*entry).if_name.is_null() {
            names.push(CStr::from_ptr((*entry).if_name).to_string_lossy().into_owned());
            entry = entry.add(1);
        }
        libc::if_freenameindex(list);
    }
    names
}

/// Whether the interface is up.
pub(super) fn is_up(socket: &OwnedFd, name: &str) -> io::Result<bool> {
    let request = request(socket, name, libc::SIOCGIFFLAGS)?;
    // SAFETY: SIOCGIFFLAGS succeeded, so the kernel has filled this member of the union.
    let flags: c_short = unsafe { request.ifr_ifru.ifru_flags };
    Ok(c_int::from(flags) & libc::IFF_UP != 0)
}

/// The hardware type of the interface (`ARPHRD_...`).
pub(super) fn hardware_type(socket: &OwnedFd, name: &str) -> io::Result<u16> {
    let request = request(socket, name, libc::SIOCGIFHWADDR)?;
    // SAFETY: SIOCGIFHWADDR succeeded, so the kernel has filled this member of the union.
    Ok(unsafe { request.ifr_ifru.ifru_hwaddr.sa_family })
}

fn request(socket: &OwnedFd, name: &str, question: libc::Ioctl) -> io::Result<libc::ifreq> {
    // SAFETY: `ifreq` is a C structure of numbers and byte arrays; all zeros is a valid value.
    let mut request: libc::ifreq = unsafe { mem::zeroed() };
    // The last byte stays zero, because the kernel expects a C string.
    let places = request.ifr_name.iter_mut().take(libc::IFNAMSIZ - 1);
    for (place, byte) in places.zip(name.bytes()) {
        *place = libc::c_char::from_ne_bytes([byte]);
    }
    // SAFETY: both questions read and write one `ifreq`, during the call.
    check(unsafe { libc::ioctl(socket.as_raw_fd(), question, &raw mut request) })?;
    Ok(request)
}

/// Types that cross the boundary to the kernel as plain bytes.
///
/// # Safety
/// Every bit pattern is a valid value, and there is no padding.
pub(super) unsafe trait Plain {
    /// All bits zero.
    const ZERO: Self;
}

// SAFETY: an integer.
unsafe impl Plain for c_int {
    const ZERO: Self = 0;
}

// SAFETY: seven integers of 32 bits.
unsafe impl Plain for libc::tpacket_req3 {
    const ZERO: Self = Self {
        tp_block_size: 0,
        tp_block_nr: 0,
        tp_frame_size: 0,
        tp_frame_nr: 0,
        tp_retire_blk_tov: 0,
        tp_sizeof_priv: 0,
        tp_feature_req_word: 0,
    };
}

// SAFETY: three integers of 32 bits.
unsafe impl Plain for libc::tpacket_stats_v3 {
    const ZERO: Self = Self { tp_packets: 0, tp_drops: 0, tp_freeze_q_cnt: 0 };
}

// SAFETY: an integer of 32 bits, two of 16 bits and eight bytes.
unsafe impl Plain for libc::packet_mreq {
    const ZERO: Self = Self { mr_ifindex: 0, mr_type: 0, mr_alen: 0, mr_address: [0; 8] };
}

fn len_of<T>() -> socklen_t {
    socklen_t::try_from(size_of::<T>()).unwrap_or(0)
}

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
