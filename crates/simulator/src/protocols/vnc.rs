//! VNC: the RFB protocol 3.8 (RFC 6143), port 5900.

use crate::bytes::{Put, len32};
use crate::item::Item;
use crate::protocols::certificate::random_bytes;
use crate::protocols::{Dialogue, Turn};
use crate::script::Script;

/// 32 bits per pixel, depth 24, little-endian, true colour, eight bits each.
const PIXELS: [u8; 16] = [32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];

/// A session has no state that we would need.
#[derive(Default)]
pub(crate) struct Vnc;

impl Dialogue for Vnc {
    fn open(&mut self, turn: &mut Turn<'_>, script: &mut Script) {
        let version = b"RFB 003.008\n".to_vec();
        script.answer(version.clone()).ask(version);
        // One security type: VNC authentication (2), chosen; challenge and response; accepted.
        let (mut challenge, mut response) = (Vec::new(), Vec::new());
        random_bytes(&mut challenge, turn.random, 16);
        random_bytes(&mut response, turn.random, 16);
        script.answer(vec![1, 2]).ask(vec![2]).answer(challenge).ask(response).answer(vec![0; 4]);
        let name = turn.server.label_text();
        let mut init = Vec::new();
        init.u16(1_024).u16(768).put(&PIXELS).u32(len32(name.len())).put(name.as_bytes());
        script.ask(vec![1]).answer(init);
        // Set pixel format, then encodings: raw only.
        script.ask([&[0, 0, 0, 0][..], &PIXELS].concat()).ask(vec![2, 0, 0, 1, 0, 0, 0, 0]);
    }

    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        match item.word(0) {
            "update" => {
                let mut ask = vec![3, 1];
                ask.u16(0).u16(0).u16(1_024).u16(768);
                // One rectangle of 16 by 8 pixels, raw.
                let mut answer = vec![0, 0, 0, 1];
                answer.u16(100).u16(100).u16(16).u16(8).u32(0);
                random_bytes(&mut answer, turn.random, 16 * 8 * 4);
                script.ask(ask).answer(answer);
            }
            "press" => {
                // A key down and up, or the pointer.
                let key = item.number(1, 0x0d);
                for down in [1, 0] {
                    let mut event = vec![4, down, 0, 0];
                    event.u32(key);
                    script.ask(event);
                }
            }
            _ => return Err("known items: update, press KEYSYM"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::converse;

    #[test]
    fn an_update_holds_its_rectangle() {
        let messages = converse("vnc", 0, &["update", "press 65"]);
        assert_eq!(messages[1].bytes.len(), 16 + 16 * 8 * 4);
        assert_eq!(messages[2].bytes, [4, 1, 0, 0, 0, 0, 0, 65]);
    }
}
