//! A register of 500 rows in CP932 with 20 deliberate faults: each is named by its row, nothing else is, the import can be
//! taken back exactly.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the helpers of these tests stand outside the test functions"
)]

use encoding_rs::SHIFT_JIS;
use facts::id::{AssetUid, ImportId, NetworkUid, RegisterRowId};
use plant::register::{
    Encoding, Field, Kept, KnownAsset, KnownNetwork, Options, Register, Source, inverse, plan, preview, read,
};
use std::collections::BTreeMap;
use uuid::Uuid;

const ROWS: usize = 500;
/// The header stands in the fourth row, below the company's heading.
const FIRST: usize = 5;

const NAMES: [&str; 5] = ["ｼﾞｭｳﾃﾝｷ", "充填機②-", "髙橋式包装機", "1号～ポンプ", "ｻｰﾎﾞｱﾝﾌﾟ"];

struct Line([String; 12]);

const TITLES: [&str; 12] = [
    "管理番号",
    "設備名",
    "IPアドレス",
    "MACアドレス",
    "型式",
    "メーカー",
    "シリアルNo.",
    "設置場所",
    "ライン",
    "階層",
    "担当",
    "導入日",
];

fn line(number: usize) -> Line {
    Line([
        format!("E-{number:04}"),
        format!("{}{number}", NAMES[number % NAMES.len()]),
        format!("10.30.{}.{}", number / 200, number % 200 + 1),
        format!("00-00-54-00-{:02X}-{:02X}", number / 256, number % 256),
        "BMEP584040".into(),
        "シュナイダー".into(),
        format!("{:08}", number * 97),
        "第１工場　２階".into(),
        format!("ライン{}", number % 3 + 1),
        "2".into(),
        "髙橋".into(),
        "2019/4/1".into(),
    ])
}

/// Which row gets which value in which column, and what shall be said of it.
fn faults() -> Vec<(usize, usize, &'static str, &'static str)> {
    vec![
        (3, 2, "10.30.0.256", "ip"),
        (27, 2, "10.30.0", "ip"),
        (51, 2, "255.255.255.255", "ip-of-many"),
        (60, 3, "00-00-54-00-00", "mac"),
        (77, 3, "00-00-54-00-00-GG", "mac"),
        (99, 3, "FF-FF-FF-FF-FF-FF", "mac-of-many"),
        (120, 2, "10.30.0.11", "repeated"),
        (141, 3, "00:00:54:00:00:0b", "repeated"),
        (162, 6, "00000970", "repeated"),
        (183, 0, "Ｅ－００１２", "repeated"),
        (204, 8, "ライン9", "unknown"),
        (225, 1, "LONG", "too-long"),
        (246, 1, "ポンプ\u{8}", "control-character"),
        (267, 1, "UNDECODABLE", "undecodable"),
        (288, 9, "7", "level"),
        (309, 11, "4/1/2019", "date"),
        (330, 11, "2019/2/29", "no-such-date"),
        (351, 6, "1.92E+11", "shortened"),
        (372, 0, "3月4日", "made-date"),
        (450, 1, "EMPTY", "no-name"),
    ]
}

fn file() -> Vec<u8> {
    let mut lines: Vec<Line> = (0..ROWS).map(line).collect();
    for (number, column, value, _) in faults() {
        lines[number].0[column] = match value {
            "LONG" => "長".repeat(201),
            "EMPTY" => {
                lines[number].0[0] = String::new();
                String::new()
            }
            value => value.to_owned(),
        };
    }
    let mut text = format!("○○製作所 設備台帳\r\n2026年11月23日現在\r\n\r\n{}\r\n", TITLES.join(","));
    for line in &lines {
        text.push_str(&line.0.join(","));
        text.push_str("\r\n");
    }
    let (bytes, _, lost) = SHIFT_JIS.encode(&text);
    assert!(!lost, "the test's own text is all in CP932");
    // A lead byte without its second.
    let place = bytes.windows(11).position(|window| window == b"UNDECODABLE").unwrap();
    [&bytes[..place], b"\x83\xff", &bytes[place + 11..]].concat()
}

fn import() -> Register {
    let lines = ["ライン1", "ライン2", "ライン3"].map(str::to_owned).to_vec();
    let options = Options { known: BTreeMap::from([(Field::Line, lines)]), ..Options::default() };
    read(&file(), &options).unwrap()
}

#[test]
fn each_fault_is_named_by_its_row() {
    let register = import();
    assert_eq!(register.source, Source::Csv { encoding: Encoding::Cp932, delimiter: b',' });
    assert_eq!(register.header_row, 4);
    assert!(register.columns.iter().all(|column| column.field.is_some()), "{:?}", register.columns);
    let found: Vec<_> =
        register.faults.iter().map(|fault| (fault.row, fault.column, fault.kind.code())).collect();
    let expected: Vec<_> = faults()
        .into_iter()
        .map(|(number, column, _, code)| (u32::try_from(number + FIRST).unwrap(), column + 1, code))
        .collect();
    // The row without a name also has no equipment number, and is blamed once, in the column of the name.
    assert_eq!(found, expected);
    assert_eq!(register.rows.len(), ROWS - 20);
    assert_eq!((register.refused, register.faults_unlisted), (20, 0));
    let repeated = register.faults.iter().find(|fault| fault.row == 125).unwrap();
    assert_eq!(
        repeated.to_string(),
        "row 125, column C (IPアドレス), `10.30.0.11`: row 15 has the same: each belongs to one row only"
    );
    let unknown = register.faults.iter().find(|fault| fault.kind.code() == "unknown").unwrap();
    assert!(unknown.to_string().contains("is it `ライン1`?"), "{unknown}");
}

#[test]
fn names_stay_as_written() {
    let register = import();
    for (row, name) in [(5, "ｼﾞｭｳﾃﾝｷ0"), (6, "充填機②-1"), (7, "髙橋式包装機2"), (9, "ｻｰﾎﾞｱﾝﾌﾟ4")]
    {
        let row = register.rows.iter().find(|found| found.number == row).unwrap();
        assert_eq!(row.entry.get(Field::Name), name);
        assert_eq!(row.entry.get(Field::Serial).len(), 8);
        assert_eq!(row.entry.get(Field::Installed), "2019-04-01");
    }
}

#[test]
fn taking_it_back_restores_the_register_exactly() {
    let register = import();
    let network = NetworkUid(Uuid::from_u128(1));
    // Every second machine was heard, and fifty that nobody registered.
    let known = |number: usize, mac| KnownAsset {
        asset: AssetUid(Uuid::from_u128(u128::try_from(number).unwrap())),
        macs: vec![wire::Mac(mac)],
        ips: Vec::new(),
        serials: Vec::new(),
        names: Vec::new(),
        says: BTreeMap::new(),
    };
    let octet = |value: usize| u8::try_from(value % 256).unwrap();
    let mut assets: Vec<_> = (0..ROWS)
        .step_by(2)
        .map(|number| known(number, [0, 0, 0x54, 0, octet(number / 256), octet(number)]))
        .collect();
    assets.extend((0..50).map(|number| known(1_000 + number, [2, 0, 0, 0, 0, octet(number)])));
    let networks = [KnownNetwork { network, name: "制御LAN".into() }];

    let mut kept = Kept::default();
    let mut id = 0;
    let mut apply = |kept: &mut Kept, rows: &[_], remove_absent| {
        let seen = preview(rows, &assets, &networks, kept);
        id += 1;
        let import = ImportId(Uuid::from_u128(id));
        let changes = plan(&seen, rows, &BTreeMap::new(), kept, import, remove_absent, || {
            id += 1;
            RegisterRowId(Uuid::from_u128(id))
        });
        kept.apply(&changes).unwrap();
        (seen, changes)
    };
    let empty = kept.clone();
    let (first, changes) = apply(&mut kept, &register.rows, false);
    let refused = faults().into_iter().filter(|(number, ..)| number % 2 == 0).count();
    assert_eq!(first.counts.rows, 480);
    assert_eq!(first.counts.matched, 250 - refused);
    assert_eq!(first.counts.never_seen, 480 - first.counts.matched);
    assert_eq!(first.counts.conflicts, 0);
    assert_eq!(first.counts.unregistered, 50 + refused);
    assert_eq!(kept.rows.len(), 480);
    let after_first = kept.clone();

    // The same file again changes nothing; half of it, with the rest removed and one row changed, does.
    let (again, nothing) = apply(&mut kept, &register.rows, true);
    assert_eq!((again.counts.unchanged, nothing.len()), (480, 0));
    let mut half: Vec<_> = register.rows.iter().take(240).cloned().collect();
    half[0].entry.set(Field::Owner, "佐藤".into());
    let (second, more) = apply(&mut kept, &half, true);
    assert_eq!((second.counts.unchanged, second.counts.absent), (239, 240));
    assert_eq!(kept.rows.len(), 240);

    // Not in the wrong order; then back step by step.
    let at_end = kept.clone();
    assert!(kept.apply(&inverse(&changes)).is_err());
    assert_eq!(kept, at_end, "a refused list changes nothing");
    kept.apply(&inverse(&more)).unwrap();
    assert_eq!(kept, after_first);
    kept.apply(&inverse(&changes)).unwrap();
    assert_eq!(kept, empty);
}
