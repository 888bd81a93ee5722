//! Helpers of this crate's tests: one exchange between two well-described devices.

use crate::item::Item;
use crate::plant::Plant;
use crate::protocols::{self, Turn};
use crate::random::Random;
use crate::script::{Message, Script, Side};
use crate::values::Values;

const PLANT: &str = r#"
name = "pair"
[[network]]
name = "line"
subnet = "192.168.5.0/24"
dhcp = "server"
[[device]]
name = "client"
on = [{ network = "line", mac = "00:0c:29:00:00:01", ip = "192.168.5.10" }]
system = "windows"
identity = { model = "Windows 10", domain = "PLANT", label = "髙橋～" }
[[device]]
name = "server"
kind = "plc"
on = [{ network = "line", mac = "00:1b:1b:00:00:02", ip = "192.168.5.20" }]
identity = { vendor = "Vendor", model = "MODEL-1", order = "ORDER 1", firmware = "3.2.6", hardware = "4", serial = "SN 99", label = "充填機②", location = "ｼﾞｭｳﾃﾝｷ2", encoding = "cp932", number = 77, vendor_number = 42, product_number = 55, domain = "PLANT" }
unit = [{ number = 7, identity = { vendor = "Meters", model = "M7", firmware = "1.0" } }]
"#;

/// Runs `f` with a turn between `client` and `server`.
pub(crate) fn with_turn<T>(f: impl FnOnce(&mut Turn<'_>) -> T) -> T {
    let plant = Plant::parse(PLANT).expect("the test plant is right");
    let mut turn = Turn {
        plant: &plant,
        client: &plant.devices[0],
        server: &plant.devices[1],
        unit: 0,
        period_us: 20_000,
        values: &mut Values::new(1),
        random: &mut Random::new(1, 1),
        time: 1_750_000_000_000_000_000,
    };
    f(&mut turn)
}

/// The messages of a conversation with these items, after its opening.
pub(crate) fn converse(protocol: &str, unit: u8, items: &[&str]) -> Vec<Message> {
    with_turn(|turn| {
        turn.unit = unit;
        let mut dialogue = (protocols::protocol(protocol).expect("a registered protocol").make)();
        let mut script = Script::default();
        dialogue.open(turn, &mut script);
        script.messages.clear();
        for item in items {
            dialogue.item(turn, &Item::new(item), &mut script).expect("a known item");
        }
        script.messages
    })
}

/// The messages of an announcement by the server device.
pub(crate) fn announce(name: &str) -> Vec<Message> {
    with_turn(|turn| {
        turn.client = turn.server;
        let mut script = Script::default();
        (protocols::announcement(name).expect("a registered announcement").say)(turn, &mut script);
        script.messages
    })
}

/// The bytes of one message in hexadecimal with its side, for comparison.
pub(crate) fn show(message: &Message) -> String {
    let side = if message.side == Side::Client { "> " } else { "< " };
    message.bytes.iter().fold(side.to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// Whether `needle` stands somewhere in `bytes`.
pub(crate) fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Big-endian number at an offset.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
}
