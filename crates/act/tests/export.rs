//! Tables as files, and back through the reader of registers.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests stand outside the test functions")]

use act::export::{
    Charset, Column, ExportError, Kind, Language, Place, Provenance, Table, Title, Value, csv, json, xlsx,
};
use jiff::civil::date;
use plant::register::{Encoding, Field, Options, Register, Source, read};
use std::borrow::Cow;

const NAMES: [&str; 9] = [
    "ｼﾞｭｳﾃﾝｷ2",
    "充填機②",
    "髙橋",
    "1号～2号",
    "1号〜2号",
    "=HYPERLINK(\"x\")",
    "'-1",
    "「引用\"符\"」, 改",
    "𠮷野",
];

fn column(key: &'static str, japanese: &'static str, kind: Kind) -> Column {
    Column { key: Cow::Borrowed(key), title: Title::new(key, japanese), kind }
}

fn table() -> Table {
    let row = |(number, name): (i64, &&str)| {
        vec![
            Value::Text((*name).into()),
            Value::Texts(vec![format!("10.0.0.{number}"), format!("10.0.1.{number}")]),
            Value::Text(format!("000{number}")),
            Value::Date(date(2019, 4, 1)),
            Value::Integer(-number),
            Value::Time("2026-11-23T01:04:05.25Z".parse().unwrap()),
            Value::Decimal(0.5),
            Value::Boolean(true),
        ]
    };
    Table {
        title: Title::new("Assets", "資産"),
        columns: vec![
            column("name", "設備名", Kind::Text),
            column("ip", "IPアドレス", Kind::Texts),
            column("serial", "シリアル番号", Kind::Text),
            column("installed", "導入日", Kind::Date),
            column("delta", "差", Kind::Integer),
            column("last_heard", "最終検知", Kind::Time),
            column("share", "割合", Kind::Decimal),
            column("known", "既知", Kind::Boolean),
        ],
        rows: (1..).zip(&NAMES).map(row).collect(),
    }
}

fn provenance() -> Provenance {
    Provenance {
        site: "横浜工場".into(),
        filter: "=line:1".into(),
        at: "2026-11-23T01:04:05Z".parse().unwrap(),
        zone: plant::calendar::zone("Asia/Tokyo").unwrap(),
        by: "髙橋".into(),
        hidden: 7,
    }
}

fn names(register: &Register) -> Vec<&str> {
    assert_eq!(register.faults, []);
    register.rows.iter().map(|row| row.entry.get(Field::Name)).collect()
}

#[test]
fn utf8_brings_every_name_back() {
    for language in [Language::English, Language::Japanese] {
        let file = csv(&table(), &provenance(), language, Charset::Utf8).unwrap();
        assert_eq!(file.losses.count, 0);
        let register = read(&file.bytes, &Options::default()).unwrap();
        assert_eq!(register.source, Source::Csv { encoding: Encoding::Utf8, delimiter: b',' });
        assert_eq!(register.header_row, 8);
        assert_eq!(names(&register), NAMES);
        assert_eq!(register.rows[0].entry.get(Field::Ip), "10.0.0.1, 10.0.1.1");
        assert_eq!(register.rows[0].entry.get(Field::Serial), "0001");
        assert_eq!(register.rows[0].entry.get(Field::Installed), "2019-04-01");
    }
}

#[test]
fn the_file_says_where_it_comes_from() {
    let file = csv(&table(), &provenance(), Language::English, Charset::Utf8).unwrap();
    let text = String::from_utf8(file.bytes).unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split("\r\n").collect();
    assert_eq!(
        lines[..9],
        [
            "\"# Site\",\"横浜工場\"",
            "\"# Table\",\"Assets\"",
            "\"# Filter\",\"'=line:1\"",
            "\"# Made at\",\"2026-11-23T10:04:05+09:00 (Asia/Tokyo)\"",
            "\"# Made by\",\"髙橋\"",
            "\"# Rows\",9",
            "\"# Rows hidden from this person\",7",
            "\"name\",\"ip\",\"serial\",\"installed\",\"delta\",\"last_heard\",\"share\",\"known\"",
            "\"ｼﾞｭｳﾃﾝｷ2\",\"10.0.0.1, 10.0.1.1\",0001,\"2019-04-01\",-1,\"2026-11-23T10:04:05.25+09:00\",0.5,\"TRUE\"",
        ]
    );
    assert!(lines.iter().any(|line| line.starts_with("\"'=HYPERLINK(\"\"x\"\")\",")));
}

#[test]
fn code_page_932_counts_and_lists_what_it_changes() {
    let file = csv(&table(), &provenance(), Language::Japanese, Charset::Cp932).unwrap();
    let characters: Vec<_> =
        file.losses.characters.iter().map(|(from, to)| (*from, to.character, to.count)).collect();
    assert_eq!(characters, [('〜', '～', 1), ('𠮷', '〓', 1)]);
    assert_eq!(file.losses.count, 2);
    let place = |row, character| Place { row, column: 1, character };
    assert_eq!(file.losses.places, [place(14, '〜'), place(18, '𠮷')]);
    let register = read(&file.bytes, &Options::default()).unwrap();
    assert_eq!(register.source, Source::Csv { encoding: Encoding::Cp932, delimiter: b',' });
    let expected = NAMES.map(|name| name.replace('〜', "～").replace('𠮷', "〓"));
    assert_eq!(names(&register), expected);
    // The places are those that a reader of the file finds.
    assert_eq!(register.rows[4].number, 14);
    let (text, _, _) = encoding_rs::SHIFT_JIS.decode(&file.bytes);
    assert!(text.contains("\"# CP932で表せず変更した文字数\",2\r\n"), "{text}");
}

#[test]
fn a_workbook_holds_real_values_and_comes_back() {
    let file = xlsx(&table(), &provenance(), Language::Japanese).unwrap();
    assert_eq!(file.cut, 0);
    let register = read(&file.bytes, &Options::default()).unwrap();
    let sheets = vec!["資産".to_owned(), "出力情報".to_owned()];
    assert_eq!(register.source, Source::Xlsx { sheet: "資産".into(), sheets });
    assert_eq!(names(&register), NAMES);
    assert_eq!(register.rows[0].entry.get(Field::Serial), "0001");
    assert_eq!(register.rows[0].entry.get(Field::Installed), "2019-04-01", "a real date");
    assert_eq!(xlsx(&table(), &provenance(), Language::Japanese).unwrap(), file, "no clock in the file");
}

#[test]
fn a_workbook_has_limits() {
    let mut table = table();
    table.title = Title::new("History", "a/b:*?[長い名前]長い名前長い名前長い名前長い名前長い名前");
    table.rows.truncate(1);
    table.rows[0][0] = Value::Text("長".repeat(40_000));
    table.rows[0][4] = Value::Integer(i64::MAX);
    table.rows[0][6] = Value::Decimal(f64::NAN);
    for language in [Language::English, Language::Japanese] {
        assert_eq!(xlsx(&table, &provenance(), language).unwrap().cut, 1);
    }
    table.columns = (0..20_000).map(|_| column("a", "a", Kind::Text)).collect();
    let error = xlsx(&table, &provenance(), Language::English).unwrap_err();
    assert_eq!(error, ExportError::TooLarge { rows: 1, columns: 20_000 });
}

#[test]
fn json_has_a_stable_shape() {
    let mut table = table();
    table.rows.truncate(1);
    table.rows[0].truncate(7);
    table.rows[0][6] = Value::Decimal(f64::INFINITY);
    let text = String::from_utf8(json(&table, &provenance())).unwrap();
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["format"], "yagura-table/1");
    assert_eq!(
        found["provenance"],
        serde_json::json!({
            "site": "横浜工場", "table": {"en": "Assets", "ja": "資産"}, "filter": "=line:1",
            "made_at": "2026-11-23T10:04:05+09:00", "zone": "Asia/Tokyo", "made_by": "髙橋", "rows": 1, "hidden": 7,
        })
    );
    assert_eq!(
        found["columns"][1],
        serde_json::json!({"key": "ip", "title": {"en": "ip", "ja": "IPアドレス"}, "type": "texts"})
    );
    assert_eq!(
        found["rows"],
        serde_json::json!([{
            "name": "ｼﾞｭｳﾃﾝｷ2", "ip": ["10.0.0.1", "10.0.1.1"], "serial": "0001", "installed": "2019-04-01", "delta": -1,
            "last_heard": "2026-11-23T10:04:05.25+09:00", "share": null, "known": null,
        }])
    );
}
