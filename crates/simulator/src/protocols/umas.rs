//! UMAS: Schneider Electric's engineering protocol in Modbus function 90. Not published by its vendor; layouts
//! follow captures of real controllers.

use crate::bytes::{Put, len8, len16};
use crate::item::Item;
use crate::protocols::Turn;

/// Modbus function code.
const FUNCTION: u8 = 0x5a;
/// The controller accepts the request.
const DONE: u8 = 0xfe;

/// Session of one connection: 0 until the engineer reserved the controller.
#[derive(Default)]
pub(crate) struct Umas {
    session: u8,
}

type Pair = (Vec<u8>, Vec<u8>);

impl Umas {
    /// The request and response PDUs of one item.
    pub(crate) fn item(&mut self, turn: &mut Turn<'_>, item: &Item) -> Result<Vec<Pair>, &'static str> {
        Ok(match item.word(1) {
            "identify" => vec![
                self.pair(0x02, &[0], &identification(turn)),
                self.pair(0x01, &[0], &[0xfd, 0, 1, 4, 0, 0, 0x32, 0, 0, 0, 0, 0, 0, 0]),
                self.pair(0x03, &[0], &project(turn)),
                self.status(),
            ],
            "status" => vec![self.status()],
            "read" => {
                vec![self.read_block(turn, item.number16(2, 0x14), item.number16(3, 0), item.number16(4, 32))]
            }
            "reserve" => {
                let client = turn.client.host_name();
                let mut body = vec![0x43, 0x4c, 0, 0];
                body.u8(len8(client.len())).put(client.as_bytes());
                let pair = self.pair(0x10, &body, &[1]);
                self.session = 1;
                vec![pair]
            }
            "release" => {
                let pair = self.pair(0x11, &[], &[]);
                self.session = 0;
                vec![pair]
            }
            "start" => vec![self.pair(0x40, &[0xff, 0], &[])],
            "stop" => vec![self.pair(0x41, &[0xff, 0], &[])],
            "download" => self.download(turn, item.number16(2, 6)),
            _ => {
                return Err(
                    "known UMAS items: identify, status, read BLOCK AT LENGTH, reserve, release, start, stop, \
                            download BLOCKS",
                );
            }
        })
    }

    fn pair(&self, function: u8, request: &[u8], response: &[u8]) -> Pair {
        let mut asked = vec![FUNCTION, self.session, function];
        asked.put(request);
        let mut answered = vec![FUNCTION, self.session, DONE];
        answered.put(response);
        (asked, answered)
    }

    fn status(&self) -> Pair {
        let mut body = vec![0x02, 0x82, 0x80, 0x06];
        body.put(&[0xb0, 0xd5, 0x6f, 0x1b, 0x37, 0x58, 0x3d, 0x11, 0, 0, 0, 0]);
        body.put(&[0x37, 0x58, 0x3d, 0x11, 0x37, 0x58, 0x3d, 0x11, 3]).fixed(&[], 21, 0);
        body.put(&[0, 0, 1, 8, 4, 0, 1, 1, 0, 0, 0xfa, 0]);
        self.pair(0x04, &[], &body)
    }

    fn read_block(&self, turn: &Turn<'_>, block: u16, at: u16, len: u16) -> Pair {
        let len = len.clamp(1, 240);
        let mut request = vec![0];
        request.u16_le(block).u16_le(at).u16(0).u16_le(len);
        let mut response = vec![0];
        response.u16_le(len);
        let (words, odd) = (len / 2, len % 2 == 1);
        for word in 0..words {
            response.u16_le(turn.values.word(
                turn.server.index,
                "umas",
                u32::from(block) << 16 | u32::from(at + word),
            ));
        }
        if odd {
            response.u8(0);
        }
        self.pair(0x20, &request, &response)
    }

    /// Initialise download, blocks, end.
    fn download(&self, turn: &mut Turn<'_>, blocks: u16) -> Vec<Pair> {
        let mut pairs = vec![self.pair(0x30, &[0, 1], &[0, 1, 0, 0, 0])];
        for block in 1..=blocks.min(200) {
            let mut body = vec![0, 1];
            body.u16_le(block).u16_le(len16(220));
            for _ in 0..55 {
                body.u32(turn.random.u32());
            }
            pairs.push(self.pair(0x31, &body, &[]));
        }
        let mut end = vec![0, 1];
        end.u16_le(blocks + 1);
        pairs.push(self.pair(0x32, &end, &[]));
        pairs
    }
}

/// Answer to `ReadId`: range, identifier, model, firmware and the name of the controller.
fn identification(turn: &Turn<'_>) -> Vec<u8> {
    let identity = turn.server.unit_identity(turn.unit);
    let mut version = identity.firmware.split('.').map(|part| part.parse::<u8>().unwrap_or_default());
    let (major, minor) = (version.next().unwrap_or(1), version.next().unwrap_or(0));
    // Two digits: 2.9 is told as 0x0290.
    let minor = if minor < 10 { minor << 4 } else { ((minor / 10) << 4) | (minor % 10) };
    let mut out =
        vec![0x10, 0xff, 0x5a, 1, 1, 0, 0, 0, minor, major, 0x02, 0, 0, 0x27, 0, 9, 0, 8, 0, 0, 0, 0];
    out.u8(0x0e).fixed(identity.model.as_bytes(), 16, 0).put(&[1, 1, 1, 0, 0, 0, 0, 0x11, 0]);
    out
}

/// Answer to `ReadProjectInfo`: versions, times and the project's name.
fn project(turn: &Turn<'_>) -> Vec<u8> {
    let label = turn.server.label();
    let mut out = vec![2, 5, 0, 0, 0x98, 0x88, 1, 0, 0, 2, 5, 0, 0, 0x98, 0x88, 1, 0, 0];
    for _ in 0..2 {
        out.put(&[0x02, 0x0c, 0x3b, 0x0c, 0x0e, 0x01, 0xde, 0x07]);
    }
    out.put(&[8, 0, 0, 0, 0, 8]).put(&label).u8(0);
    out
}
