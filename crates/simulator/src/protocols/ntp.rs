//! NTP version 4 (RFC 5905), UDP port 123.

use crate::bytes::{Put, low32};
use crate::item::Item;
use crate::protocols::{Dialogue, Turn};
use crate::script::Script;

/// Seconds from 1900 to 1970.
const ERA: i64 = 2_208_988_800;

/// A poll has no state.
#[derive(Default)]
pub(crate) struct Ntp;

impl Dialogue for Ntp {
    fn item(&mut self, turn: &mut Turn<'_>, item: &Item, script: &mut Script) -> Result<(), &'static str> {
        if item.word(0) != "poll" {
            return Err("known items: poll");
        }
        let now = stamp(turn.time);
        let mut ask = vec![0x23, 0, 6, 0xec];
        ask.fixed(&[], 36, 0).u64(now);
        // A server of stratum 2 whose own source is 133.243.238.243.
        let mut answer = vec![0x24, 2, 6, 0xec];
        answer.u32(0x0000_0218).u32(0x0000_0432).put(&[133, 243, 238, 243]);
        answer.u64(stamp(turn.time - 30_000_000_000)).u64(now).u64(now + 3_000_000).u64(now + 3_400_000);
        script.ask(ask).answer(answer);
        Ok(())
    }
}

/// Seconds since 1900 and their fraction in 32 bits each.
fn stamp(time: i64) -> u64 {
    let seconds = low32((time.div_euclid(1_000_000_000) + ERA).cast_unsigned());
    let fraction = (time.rem_euclid(1_000_000_000).cast_unsigned() << 32) / 1_000_000_000;
    u64::from(seconds) << 32 | fraction
}

#[cfg(test)]
mod tests {
    use crate::testing::converse;

    #[test]
    fn the_answer_returns_the_clients_stamp() {
        let messages = converse("ntp", 0, &["poll"]);
        assert_eq!((messages[0].bytes.len(), messages[1].bytes.len()), (48, 48));
        assert_eq!(messages[0].bytes[40..], messages[1].bytes[24..32]);
        assert_eq!(super::stamp(500_000_000), 2_208_988_800 << 32 | 1 << 31);
    }
}
