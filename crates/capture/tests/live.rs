//! Listening to a virtual cable in a network namespace of its own. Needs root and `ip`; skipped elsewhere.
//!
//! Each test that needs the namespace or another user starts this program again inside it and runs one
//! of the ignored tests there.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]
#![expect(unsafe_code, reason = "only a packet socket sends a frame with a tag")]

use std::ffi::CString;
use std::fs::File;
use std::io::Write;
use std::net::UdpSocket;
use std::os::fd::FromRawFd;
use std::process::Command;
use std::time::{Duration, Instant};

use capture::{Live, LiveError, LiveOptions, Port};
use wire::{CaptureId, LinkType};

const SMALL: LiveOptions = LiveOptions {
    block_size: 256 * 1024,
    blocks: 4,
    handover: Duration::from_millis(5),
    promiscuous: true,
    snap_length: 262_144,
};
const WAIT: Duration = Duration::from_millis(200);

/// An IPv4 header with protocol UDP behind a tag of VLAN 7 and priority 1, and little behind it.
const TAGGED: &[u8; 60] = b"\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x81\0\x20\x07\x08\0\
    \x45\0\0\0\0\0\0\0\0\x11\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// A socket that writes frames as they are, for those that no ordinary socket sends.
fn raw_socket(interface: &str) -> File {
    let name = CString::new(interface).unwrap();
    // SAFETY: the calls get a C string and one `sockaddr_ll` with its size, both of which outlive them;
    // all zeros is a valid `sockaddr_ll`; nothing else knows the new descriptor.
    unsafe {
        let fd = libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0);
        assert!(fd >= 0);
        let mut address: libc::sockaddr_ll = std::mem::zeroed();
        address.sll_family = u16::try_from(libc::AF_PACKET).unwrap();
        address.sll_ifindex = i32::try_from(libc::if_nametoindex(name.as_ptr())).unwrap();
        let len = u32::try_from(size_of::<libc::sockaddr_ll>()).unwrap();
        assert_eq!(libc::bind(fd, (&raw const address).cast(), len), 0);
        File::from_raw_fd(fd)
    }
}

fn run(line: &str) -> bool {
    let mut words = line.split(' ');
    let output = Command::new(words.next().unwrap()).args(words).output();
    output.is_ok_and(|output| output.status.success())
}

/// Runs an ignored test of this program in a new namespace with a cable from `left0` to `right0`, of
/// which the latter is down.
fn in_namespace(test: &str) {
    let name = format!("yagura-{test}-{}", std::process::id());
    if !run(&format!("ip netns add {name}")) {
        println!("skipped: no permission to make a network namespace");
        return;
    }
    let program = std::env::current_exe().unwrap();
    let prepared = [
        "link set lo up",
        "link add left0 type veth peer name right0",
        "link set left0 address 02:00:00:00:00:0a",
        "link set left0 up",
        "address add 10.9.0.1/24 dev left0",
        "neighbor add 10.9.0.2 lladdr 02:00:00:00:00:0b dev left0",
    ]
    .iter()
    .all(|step| run(&format!("ip -n {name} {step}")));
    let output = Command::new("ip")
        .args(["netns", "exec", &name])
        .arg(program)
        .args(["--ignored", "--exact", "--nocapture", test])
        .output();
    assert!(run(&format!("ip netns delete {name}")));
    let output = output.unwrap();
    let is_success = output.status.success();
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(prepared && is_success && text.contains("1 passed"), "{text}");
}

/// All UDP packets over IPv4 that are in the ring: source port and frame.
fn ours(live: &mut Live) -> Vec<(u16, Vec<u8>)> {
    let mut frames = Vec::new();
    while let Some(frame) = live.next(WAIT).unwrap() {
        assert_eq!((frame.capture, frame.link), (CaptureId(3), LinkType::ETHERNET));
        let at = if frame.bytes.get(12..14) == Some(&[0x81, 0]) { 18 } else { 14 };
        if frame.bytes.get(at..at + 1) == Some(&[0x45]) && frame.bytes.get(at + 9) == Some(&17) {
            let port = frame.bytes.get(at + 20..at + 22).unwrap();
            assert_eq!(frame.original_len as usize, frame.bytes.len());
            frames.push((u16::from_be_bytes(port.try_into().unwrap()), frame.bytes.to_vec()));
        }
    }
    frames
}

#[test]
fn listening_in_a_namespace() {
    in_namespace("listen");
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn listen() {
    let open = |options| Live::open("right0", CaptureId(3), options);
    assert!(matches!(open(SMALL), Err(LiveError::Down { .. })));
    assert!(run("ip link set right0 up"));
    let mut live = open(LiveOptions { blocks: 64, ..SMALL }).unwrap();
    let plain = UdpSocket::bind("10.9.0.1:0").unwrap();
    let tagged = raw_socket("left0");
    for number in 0..3_000_u32 {
        plain.send_to(&[number.to_le_bytes()[0]; 100], "10.9.0.2:9000").unwrap();
        if number % 100 == 0 {
            assert_eq!((&tagged).write(TAGGED).unwrap(), TAGGED.len());
        }
    }
    let frames = ours(&mut live);
    let (with_tag, without): (Vec<_>, Vec<_>) =
        frames.iter().map(|(_, frame)| frame).partition(|frame| frame[12..14] == [0x81, 0]);
    assert_eq!((without.len(), with_tag.len()), (3_000, 30));
    assert!(
        without.iter().zip(0_u32..).all(|(frame, number)| frame.last() == Some(&number.to_le_bytes()[0]))
    );
    let head = b"\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a";
    assert!(without.iter().all(|frame| frame.starts_with(head) && frame.len() == 142));
    assert!(with_tag.iter().all(|frame| frame.starts_with(head) && frame[..] == TAGGED[..]));
    let statistics = live.statistics().unwrap();
    assert!(statistics.received >= 3_030 && statistics.dropped == 0, "{statistics:?}");

    // A ring that nobody empties overflows, and that is counted.
    let mut live = open(SMALL).unwrap();
    for _ in 0..8_000 {
        plain.send_to(&[1; 400], "10.9.0.2:9000").unwrap();
    }
    let mut read = 0;
    while live.next(WAIT).unwrap().is_some() {
        read += 1;
    }
    let statistics = live.statistics().unwrap();
    assert!(statistics.dropped > 0 && statistics.freezes > 0, "{statistics:?}");
    assert_eq!(statistics.received - statistics.dropped, read, "{statistics:?}");
    assert!(statistics.received >= 8_000, "{statistics:?}");

    assert!(run("ip link set right0 down"));
    let until = Instant::now() + Duration::from_secs(5);
    let error = loop {
        match live.next(WAIT) {
            Err(error) => break error,
            Ok(_) => assert!(Instant::now() < until, "the interface went down and nothing was said"),
        }
    };
    assert_eq!(error.to_string(), "right0: the interface is down: sudo ip link set right0 up");
    assert!(run("ip link set right0 up"));
    // The other end learns of the carrier up to a second later and discards what is sent before.
    let until = Instant::now() + Duration::from_secs(5);
    while ours(&mut live).is_empty() {
        assert!(Instant::now() < until, "frames return with the interface");
        plain.send_to(&[1; 400], "10.9.0.2:9000").unwrap();
    }
}

#[test]
fn cutting_in_a_namespace() {
    in_namespace("cut");
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn cut() {
    assert!(run("ip link set right0 up"));
    let mut live = Live::open("right0", CaptureId(3), LiveOptions { snap_length: 60, ..SMALL }).unwrap();
    let plain = UdpSocket::bind("10.9.0.1:0").unwrap();
    plain.send_to(&[1; 400], "10.9.0.2:9000").unwrap();
    plain.send_to(&[2; 18], "10.9.0.2:9000").unwrap();
    let mut lengths = Vec::new();
    while let Some(frame) = live.next(WAIT).unwrap() {
        if frame.bytes.get(12..15) == Some(&[8, 0, 0x45]) && frame.bytes.get(23) == Some(&17) {
            lengths.push((frame.bytes.len(), frame.original_len));
        }
    }
    assert_eq!(lengths, [(60, 442), (60, 60)], "the length on the wire is told, and a short frame is whole");
}

#[test]
fn loopback_in_a_namespace() {
    in_namespace("loopback");
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn loopback() {
    let mut live = Live::open("lo", CaptureId(3), SMALL).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
    for _ in 0..50 {
        socket.send_to(&[1; 50], receiver.local_addr().unwrap()).unwrap();
    }
    assert_eq!(ours(&mut live).len(), 50, "each frame once");
}

#[test]
fn an_unknown_interface_is_answered_with_those_there_are() {
    let error = Live::open("nonexistent0", CaptureId(0), SMALL).err().unwrap().to_string();
    assert!(error.starts_with("nonexistent0: no such interface; there are: "), "{error}");
    assert!(error.contains("lo"), "{error}");
}

#[test]
fn without_permission_the_remedy_is_named() {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--clear-groups"]).arg(program);
    let Ok(output) = command.args(["--ignored", "--exact", "--nocapture", "refused"]).output() else {
        println!("skipped: setpriv is absent");
        return;
    };
    let is_success = output.status.success();
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    if text.contains("setpriv:") {
        println!("skipped: no permission to become another user");
        return;
    }
    assert!(is_success && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "run as another user by the test above"]
fn refused() {
    let error = Live::open("lo", CaptureId(0), SMALL).err().unwrap().to_string();
    assert!(error.contains("CAP_NET_RAW") && error.contains("sudo setcap cap_net_raw=ep /"), "{error}");
}

#[test]
fn another_reader_in_a_namespace() {
    in_namespace("take_over");
}

#[test]
#[ignore = "run in a namespace by the test above"]
fn take_over() {
    assert!(run("ip link set right0 up"));
    let port = Port::open("right0", LiveOptions { blocks: 8, ..SMALL }).unwrap();
    let again =
        || Port { interface: port.interface.clone(), socket: port.socket.try_clone().unwrap(), ..port };
    let plain = UdpSocket::bind("10.9.0.1:0").unwrap();
    let send = |count: usize| {
        (0..count).for_each(|_| assert!(plain.send_to(&[1; 400], "10.9.0.2:9000").is_ok()));
        std::thread::sleep(Duration::from_millis(30));
    };

    let mut first = Live::attach(again(), CaptureId(3)).unwrap();
    send(10);
    assert_eq!(ours(&mut first).len(), 10);
    send(20); // Waits in the ring; the reader begins it and is gone.
    assert!(first.next(WAIT).unwrap().is_some());
    drop(first);
    send(5);
    send(7);
    let mut second = Live::attach(again(), CaptureId(3)).unwrap();
    assert_eq!(ours(&mut second).len(), 12, "what came meanwhile is read, what was begun is not");
    send(9);
    assert_eq!(ours(&mut second).len(), 9, "and so is what comes then");
    drop(second);
    let mut third = Live::attach(again(), CaptureId(3)).unwrap();
    assert!(third.next(Duration::ZERO).unwrap().is_none(), "nothing is read twice");
    for round in 0..30 {
        send(700); // More than a block: around the ring several times.
        assert_eq!(ours(&mut third).len(), 700, "round {round}");
    }
    assert_eq!(third.statistics().unwrap().dropped, 0);
}
