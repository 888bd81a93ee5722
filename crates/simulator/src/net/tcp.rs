//! TCP as two well-behaved hosts speak it: handshake, sequence and acknowledgement numbers, segments, end.

use crate::bytes::{Put, low16};
use crate::file::System;
use crate::net::emitter::{Emitter, MICROSECOND, Sender};
use crate::net::frame::TCP;
use crate::net::route::Route;
use crate::random::Random;

/// Largest payload of a segment on Ethernet.
const SEGMENT_MAX: usize = 1_460;

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const PSH: u8 = 0x08;
const ACK: u8 = 0x10;

/// The two ends of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Side {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// One end of a connection.
#[derive(Clone, Copy)]
struct End {
    port: u16,
    sender: Sender,
    system: System,
    /// Sequence number of the next octet.
    next: u32,
    /// Received something that it has not acknowledged.
    owes: bool,
}

/// A connection as both ends see it.
pub(crate) struct Connection {
    client: End,
    server: End,
}

impl Connection {
    /// A connection that is about to be opened, or that already stands when the capture begins.
    pub(crate) fn new(
        client: (u16, Sender, System),
        server: (u16, Sender, System),
        random: &mut Random,
    ) -> Self {
        let mut end = |(port, sender, system)| End { port, sender, system, next: random.u32(), owes: false };
        Self { client: end(client), server: end(server) }
    }

    /// The three-way handshake (RFC 9293, 3.5). Returns when the client may send.
    pub(crate) fn open(&mut self, emitter: &mut Emitter, route: &Route, time: i64) -> i64 {
        self.segment(emitter, route, time, Side::Client, SYN, &[]);
        self.client.next = self.client.next.wrapping_add(1);
        let answer = time + 350 * MICROSECOND;
        self.segment(emitter, route, answer, Side::Server, SYN | ACK, &[]);
        self.server.next = self.server.next.wrapping_add(1);
        let ready = answer + 120 * MICROSECOND;
        self.segment(emitter, route, ready, Side::Client, ACK, &[]);
        ready + 200 * MICROSECOND
    }

    /// A first segment that nobody answers.
    pub(crate) fn knock(&mut self, emitter: &mut Emitter, route: &Route, time: i64) {
        self.segment(emitter, route, time, Side::Client, SYN, &[]);
    }

    /// A first segment to a closed port, and the reset that answers it.
    pub(crate) fn refused(&mut self, emitter: &mut Emitter, route: &Route, time: i64) {
        self.segment(emitter, route, time, Side::Client, SYN, &[]);
        self.client.next = self.client.next.wrapping_add(1);
        self.server.next = 0;
        self.segment(emitter, route, time + 300 * MICROSECOND, Side::Server, RST | ACK, &[]);
    }

    /// Ends the connection at once from the client's side.
    pub(crate) fn reset(&mut self, emitter: &mut Emitter, route: &Route, time: i64) {
        self.segment(emitter, route, time, Side::Client, RST | ACK, &[]);
    }

    /// Sends a payload, cut into segments; the first acknowledges what the sender received before.
    pub(crate) fn send(
        &mut self,
        emitter: &mut Emitter,
        route: &Route,
        time: i64,
        side: Side,
        payload: &[u8],
    ) -> i64 {
        let count = payload.len().div_ceil(SEGMENT_MAX);
        let mut at = time;
        for (chunk, number) in payload.chunks(SEGMENT_MAX).zip(1..) {
            let flags = if number == count { PSH | ACK } else { ACK };
            self.segment(emitter, route, at, side, flags, chunk);
            self.end_mut(side).next =
                self.end(side).next.wrapping_add(u32::try_from(chunk.len()).unwrap_or(0));
            if number < count {
                at += 15 * MICROSECOND;
            }
        }
        self.end_mut(side).owes = false;
        self.end_mut(side.other()).owes = true;
        at
    }

    /// Acknowledges without data whatever `side` still owes.
    pub(crate) fn acknowledge(&mut self, emitter: &mut Emitter, route: &Route, time: i64, side: Side) {
        if self.end(side).owes {
            self.segment(emitter, route, time, side, ACK, &[]);
            self.end_mut(side).owes = false;
        }
    }

    /// The client ends, the server follows (RFC 9293, 3.6). Returns when all is over.
    pub(crate) fn close(&mut self, emitter: &mut Emitter, route: &Route, time: i64) -> i64 {
        self.segment(emitter, route, time, Side::Client, FIN | ACK, &[]);
        self.client.next = self.client.next.wrapping_add(1);
        let answer = time + 400 * MICROSECOND;
        self.segment(emitter, route, answer, Side::Server, FIN | ACK, &[]);
        self.server.next = self.server.next.wrapping_add(1);
        let end = answer + 150 * MICROSECOND;
        self.segment(emitter, route, end, Side::Client, ACK, &[]);
        end
    }

    fn end(&self, side: Side) -> &End {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    fn end_mut(&mut self, side: Side) -> &mut End {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    fn segment(
        &self,
        emitter: &mut Emitter,
        route: &Route,
        time: i64,
        side: Side,
        flags: u8,
        payload: &[u8],
    ) {
        let (end, peer) = (self.end(side), self.end(side.other()));
        let hops = if side == Side::Client { &route.there } else { &route.back };
        let options = if flags & SYN != 0 { syn_options(end.system) } else { &[] };
        let words = 5 + low16(options.len() as u64 / 4);
        let acknowledged = if flags & ACK == 0 { 0 } else { peer.next };
        emitter.ip(time, hops, end.sender, TCP, |out| {
            out.u16(end.port).u16(peer.port).u32(end.next).u32(acknowledged);
            out.u16(words << 12 | u16::from(flags));
            out.u16(if flags & RST == 0 { window(end.system) } else { 0 }).u16(0).u16(0);
            out.put(options).put(payload);
        });
    }
}

/// Time to live as each kind of system sets it.
pub(crate) fn ttl(system: System) -> u8 {
    match system {
        System::Embedded | System::Linux => 64,
        System::Simatic => 30,
        System::Windows | System::WindowsXp => 128,
        System::Network => 255,
    }
}

fn window(system: System) -> u16 {
    match system {
        System::Embedded | System::Simatic => 8_192,
        System::Network => 4_128,
        System::Windows | System::Linux => 64_240,
        System::WindowsXp => 65_535,
    }
}

/// Options of a SYN (RFC 9293, 3.1; RFC 7323; RFC 2018): maximum segment size, then what newer systems add.
fn syn_options(system: System) -> &'static [u8] {
    match system {
        System::Embedded | System::Simatic | System::Network => &[2, 4, 5, 0xb4],
        System::WindowsXp => &[2, 4, 5, 0xb4, 1, 1, 4, 2],
        System::Windows => &[2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2],
        System::Linux => &[2, 4, 5, 0xb4, 1, 1, 4, 2, 1, 3, 3, 7],
    }
}
