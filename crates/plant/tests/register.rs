//! Reading, matching and taking back, case by case.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests stand outside the test functions")]

use facts::id::{AssetUid, ImportId, NetworkUid, RegisterRowId};
use plant::register::{
    Conflict, Decision, Entry, FaultKind, Field, Kept, KeptRow, Key, KnownAsset, KnownNetwork, Mapping,
    Options, ReadError, Row, Source, Verdict, inverse, plan, preview, read,
};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};
use std::collections::BTreeMap;
use uuid::Uuid;
use wire::Mac;

fn asset(number: u128) -> AssetUid {
    AssetUid(Uuid::from_u128(number))
}

fn network(number: u128) -> NetworkUid {
    NetworkUid(Uuid::from_u128(number))
}

fn known(number: u128, mac: u8, ip: &str, serial: &str, name: &str) -> KnownAsset {
    let texts = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    KnownAsset {
        asset: asset(number),
        macs: if mac == 0 { Vec::new() } else { vec![Mac([0, 0, 0x54, 0, 0, mac])] },
        ips: if ip.is_empty() { Vec::new() } else { vec![(network(1), ip.parse().unwrap())] },
        serials: texts(serial),
        names: texts(name),
        says: BTreeMap::new(),
    }
}

fn rows(csv: &str) -> Vec<Row> {
    let register = read(csv.as_bytes(), &Options::default()).unwrap();
    assert_eq!(register.faults, []);
    register.rows
}

fn verdicts(csv: &str, assets: &[KnownAsset]) -> Vec<Verdict> {
    let networks = [
        KnownNetwork { network: network(1), name: "制御LAN".into() },
        KnownNetwork { network: network(2), name: "事務LAN".into() },
    ];
    let seen = preview(&rows(csv), assets, &networks, &Kept::default());
    seen.outcomes.into_iter().map(|outcome| outcome.verdict).collect()
}

fn matched(number: u128, key: Key) -> Verdict {
    Verdict::Matched { asset: asset(number), key }
}

#[test]
fn rows_find_their_assets_by_the_strongest_key() {
    let assets = [
        known(1, 1, "10.0.0.1", "SN-0001", "ジュウテンキ２"),
        known(2, 2, "10.0.0.2", "SN-0002", "ポンプ"),
        known(3, 0, "10.0.0.3", "", "PLC"),
        known(4, 0, "10.0.0.4", "", "PLC"),
    ];
    let found = verdicts(
        "name,ip,mac,serial,network\n\
         Ａ,,00-00-54-00-00-01,,\n\
         Ｂ,,,ｓｎ－0002,\n\
         Ｃ,10.0.0.3,,,ｾｲｷﾞｮLAN?\n\
         Ｄ,10.0.0.4,,,事務LAN\n\
         Ｅ,10.9.9.9,,,\n",
        &assets,
    );
    assert_eq!(found[..3], [matched(1, Key::Mac), matched(2, Key::Serial), matched(3, Key::Ip)]);
    // The address is known in another network only.
    assert_eq!(found[3..], [Verdict::NeverSeen, Verdict::NeverSeen]);
    assert_eq!(verdicts("設備名,型式\nｼﾞｭｳﾃﾝｷ2,X\n", &assets), [matched(1, Key::Name)]);
    let reasons = vec![Conflict::SeveralAssets { key: Key::Name, assets: vec![asset(3), asset(4)] }];
    assert_eq!(verdicts("設備名,型式\nPLC,X\n", &assets), [Verdict::Conflict { asset: None, reasons }]);
    // A weaker key decides inside what a stronger one leaves.
    assert_eq!(verdicts("設備名,IP\nPLC,10.0.0.4\n", &assets), [matched(4, Key::Ip)]);
}

#[test]
fn conflicts_tell_both_sides() {
    let mut assets = [known(1, 1, "10.0.0.1", "SN-0001", ""), known(2, 2, "10.0.0.2", "", "")];
    assets[0].says = BTreeMap::from([
        (Field::Model, "FX5U-32MR/ES".into()),
        (Field::Vendor, "Mitsubishi Electric".into()),
    ]);
    let conflict = |csv: &str| match verdicts(csv, &assets).remove(0) {
        Verdict::Conflict { asset, reasons } => (asset, reasons),
        other => panic!("{other:?}"),
    };
    let contradiction = |field, register: &str, heard: &str| Conflict::Contradiction {
        field,
        register: register.into(),
        heard: heard.into(),
    };
    let (who, reasons) = conflict("name,mac,ip\na,00:00:54:00:00:01,10.0.0.2\n");
    assert_eq!(who, Some(asset(1)));
    let disagree = Conflict::KeysDisagree { strong: (Key::Mac, asset(1)), weak: (Key::Ip, asset(2)) };
    assert_eq!(reasons, [disagree, contradiction(Field::Ip, "10.0.0.2", "10.0.0.1")]);
    let (_, reasons) = conflict("name,ip,mac\na,10.0.0.1,00:00:54:00:00:99\n");
    assert_eq!(reasons, [contradiction(Field::Mac, "00:00:54:00:00:99", "00:00:54:00:00:01")]);
    let (_, reasons) = conflict("name,ip,model,vendor,serial\na,10.0.0.1,fx5u-32m,オムロン,SN-0009\n");
    assert_eq!(
        reasons,
        [
            contradiction(Field::Serial, "SN-0009", "SN-0001"),
            contradiction(Field::Vendor, "オムロン", "Mitsubishi Electric")
        ]
    );
    let both = verdicts("name,ip,mac\na,10.0.0.1,\nb,,00:00:54:00:00:01\n", &assets);
    for verdict in both {
        let reasons = vec![Conflict::SeveralRows { rows: vec![2, 3], count: 2 }];
        assert_eq!(verdict, Verdict::Conflict { asset: Some(asset(1)), reasons });
    }
}

#[test]
fn a_decision_settles_a_row() {
    let assets = [known(3, 0, "10.0.0.3", "", "PLC"), known(4, 0, "10.0.0.4", "", "PLC")];
    let rows = rows("設備名,担当\nPLC,髙橋\n");
    let mut kept = Kept::default();
    let seen = preview(&rows, &assets, &[], &kept);
    assert_eq!((seen.counts.conflicts, seen.counts.unregistered), (1, 0));
    let import = ImportId(Uuid::from_u128(9));
    let id = || RegisterRowId(Uuid::from_u128(7));
    let decide = |decision: Option<Decision>, kept: &Kept| {
        let decisions = decision.map(|decision| (2, decision)).into_iter().collect();
        plan(&seen, &rows, &decisions, kept, import, false, id)
    };
    assert!(decide(None, &kept).is_empty());
    assert!(decide(Some(Decision::Skip), &kept).is_empty());
    assert_eq!(decide(Some(Decision::Keep), &kept).len(), 1);
    kept.apply(&decide(Some(Decision::Attach(asset(4))), &kept)).unwrap();
    assert_eq!(kept.rows.values().next().unwrap().asset, Some(asset(4)));
    assert_eq!(kept.claims.get(&(asset(4), Field::Owner)).map(String::as_str), Some("髙橋"));
}

#[test]
fn columns_are_chosen_by_a_person_where_titles_say_nothing() {
    let csv = "a,b,c\nポンプ,10.0.0.1,x\n";
    let error = read(csv.as_bytes(), &Options::default()).unwrap_err();
    assert_eq!(error, ReadError::NoHeader { first: vec!["a".into(), "b".into(), "c".into()] });
    let columns = BTreeMap::from([(1, Some(Field::Name)), (2, Some(Field::Ip))]);
    let mapping = Mapping { header_row: Some(1), columns };
    let register = read(csv.as_bytes(), &Options { mapping, ..Options::default() }).unwrap();
    assert_eq!(register.rows.len(), 1);
    assert_eq!(register.rows[0].entry.get(Field::Ip), "10.0.0.1");
    let columns = BTreeMap::from([(1, Some(Field::Name)), (2, Some(Field::Name))]);
    let mapping = Mapping { header_row: Some(0), columns };
    let error = read(csv.as_bytes(), &Options { mapping, ..Options::default() }).unwrap_err();
    assert_eq!(error, ReadError::TwoColumns { field: Field::Name, columns: [1, 2] });
}

#[test]
fn a_value_with_a_delimiter_shifts_no_row() {
    let csv = "name,ip,owner\nポンプ,10.0.0.1,佐藤,鈴木\n";
    let register = read(csv.as_bytes(), &Options::default()).unwrap();
    assert_eq!(register.faults.len(), 1);
    assert_eq!((register.faults[0].row, register.faults[0].column), (2, 4));
    assert_eq!(register.faults[0].kind, FaultKind::MoreCells);
}

#[test]
fn doubts_leave_the_row() {
    let mut csv = "name,serial\n".to_owned();
    for number in 0..9 {
        csv.push_str(&format!("a{number},000{number:05}\n"));
    }
    csv.push_str("a9,12345\n\u{e000}印,A-1\n");
    let register = read(csv.as_bytes(), &Options::default()).unwrap();
    let kinds: Vec<_> = register.faults.iter().map(|fault| (fault.row, fault.kind.clone())).collect();
    assert_eq!(
        kinds,
        [(11, FaultKind::ZerosLost { digits: 8 }), (12, FaultKind::PrivateCharacter('\u{e000}'))]
    );
    assert_eq!((register.rows.len(), register.refused), (11, 0));
}

#[test]
fn a_workbook_is_read_with_its_damage() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("表紙").unwrap().write_string(0, 0, "設備台帳").unwrap();
    let sheet = book.add_worksheet().set_name("台帳").unwrap();
    let date = Format::new().set_num_format("yyyy/mm/dd");
    for (column, title) in ["設備名", "シリアル番号", "導入日", "ライン"].into_iter().enumerate()
    {
        sheet.write_string(2, u16::try_from(column).unwrap(), title).unwrap();
    }
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2019, 4, 1).unwrap();
    sheet.merge_range(3, 3, 5, 3, "ライン1", &Format::new()).unwrap();
    sheet.write_string(3, 0, "ポンプ").unwrap();
    sheet.write_number(3, 1, 21_230_345_678.0).unwrap();
    sheet.write_datetime_with_format(3, 2, &day, &date).unwrap();
    sheet.write_string(4, 0, "撹拌機").unwrap();
    sheet.write_number(4, 1, 1.234_567_890_123_456_7e17).unwrap();
    sheet.write_string(5, 0, "充填機②").unwrap();
    sheet.write_datetime_with_format(5, 1, &day, &date).unwrap();
    let bytes = book.save_to_buffer().unwrap();

    let register = read(&bytes, &Options::default()).unwrap();
    let sheets = vec!["表紙".to_owned(), "台帳".to_owned()];
    assert_eq!(register.source, Source::Xlsx { sheet: "台帳".into(), sheets: sheets.clone() });
    assert_eq!(register.header_row, 3);
    let kinds: Vec<_> = register.faults.iter().map(|fault| (fault.row, fault.kind.clone())).collect();
    assert_eq!(kinds, [(5, FaultKind::DigitsLost), (6, FaultKind::MadeDate)]);
    let entry = &register.rows[0].entry;
    assert_eq!(entry.get(Field::Serial), "21230345678");
    assert_eq!(entry.get(Field::Installed), "2019-04-01");
    assert_eq!(entry.get(Field::Line), "ライン1");

    let options = Options { sheet: Some("無い".into()), ..Options::default() };
    assert_eq!(read(&bytes, &options).unwrap_err(), ReadError::NoSheet { name: "無い".into(), sheets });
    // Cut anywhere, it is refused and nothing worse.
    for end in (4..bytes.len()).step_by(97) {
        assert!(read(&bytes[..end], &Options::default()).is_err());
    }
}

#[test]
fn files_that_are_no_register() {
    let error = |bytes: &[u8]| read(bytes, &Options::default()).unwrap_err();
    assert_eq!(error(b""), ReadError::Empty);
    assert_eq!(error(b"\n\n"), ReadError::Empty);
    assert_eq!(error(b"%PDF-1.7"), ReadError::NotATable);
    assert_eq!(error(b"\xd0\xcf\x11\xe0\xa1\xb1"), ReadError::NotATable);
    assert_eq!(error(b"PK\x03\x04rubbish"), ReadError::NotATable);
    assert_eq!(error(",".repeat(300).as_bytes()), ReadError::TooManyColumns);
    assert!(matches!(error(b"hello\n"), ReadError::NoHeader { .. }));
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let field = prop::sample::select(Field::ALL.to_vec());
    prop::collection::vec((field, "[a-c]{0,2}"), 0..6).prop_map(|pairs| {
        let mut entry = Entry::default();
        for (field, value) in pairs {
            let value = match field {
                Field::Mac if !value.is_empty() => format!("00:00:54:00:00:{:02x}", value.len()),
                Field::Ip if !value.is_empty() => format!("10.0.0.{}", value.len()),
                _ => value,
            };
            entry.set(field, value);
        }
        entry
    })
}

fn any_kept() -> impl Strategy<Value = Kept> {
    let row = (0_u128..30, any_entry(), 0_u128..6);
    prop::collection::vec(row, 0..12).prop_map(|rows| {
        let mut kept = Kept::default();
        for (id, entry, of) in rows {
            let row =
                KeptRow { entry, import: ImportId(Uuid::from_u128(1)), asset: (of > 0).then(|| asset(of)) };
            kept.rows.insert(RegisterRowId(Uuid::from_u128(id)), row);
        }
        kept
    })
}

proptest! {
    #[test]
    fn applied_and_taken_back_is_as_before(
        kept in any_kept(),
        entries in prop::collection::vec(any_entry(), 0..12),
        decided in prop::collection::vec(0_u8..6, 12),
        remove_absent: bool,
    ) {
        let rows: Vec<Row> =
            (1..).zip(entries).map(|(number, entry)| Row { number, entry }).collect();
        let decisions: BTreeMap<u32, Decision> = (1..).zip(decided).filter_map(|(row, decided)| match decided {
            0 => Some((row, Decision::Skip)),
            1 => Some((row, Decision::Keep)),
            2 => Some((row, Decision::Attach(asset(3)))),
            _ => None,
        }).collect();
        let assets = [known(1, 1, "10.0.0.1", "abcd", "a"), known(2, 2, "10.0.0.2", "", "b"), known(3, 0, "", "", "b")];
        let seen = preview(&rows, &assets, &[], &kept);
        prop_assert_eq!(seen.counts.matched + seen.counts.conflicts + seen.counts.never_seen, rows.len());
        let mut next = 1_000;
        let changes = plan(&seen, &rows, &decisions, &kept, ImportId(Uuid::from_u128(2)), remove_absent, || {
            next += 1;
            RegisterRowId(Uuid::from_u128(next))
        });
        let mut state = kept.clone();
        state.apply(&changes).unwrap();
        state.apply(&inverse(&changes)).unwrap();
        prop_assert_eq!(state, kept);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _outcome = read(&bytes, &Options::default());
        let titled = [b"name,ip,mac,serial,level,installed\n", bytes.as_slice()].concat();
        let _outcome = read(&titled, &Options::default());
    }
}
