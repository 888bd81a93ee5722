//! Workbooks that were made to do harm.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests stand outside the test functions")]

use plant::register::{Options, ReadError, UNPACKED_BYTES_MAX, read};
use rust_xlsxwriter::{Format, Workbook};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn error(bytes: &[u8]) -> ReadError {
    read(bytes, &Options::default()).unwrap_err()
}

#[test]
fn a_small_file_that_unpacks_to_anything_is_refused() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let zeros = vec![0; 1 << 20];
    archive.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).unwrap();
    for _ in 0..=UNPACKED_BYTES_MAX >> 20 {
        archive.write_all(&zeros).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    assert_eq!(error(&bytes), ReadError::TooLarge);
}

#[test]
fn cells_in_the_corners_fill_no_memory() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "name").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let chosen = Options { sheet: Some("Sheet1".into()), ..Options::default() };
    assert_eq!(read(&bytes, &chosen).unwrap_err(), ReadError::TooManyColumns);

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..20_000 {
        sheet.write_string(row, 250, "x").unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(read(&bytes, &chosen).unwrap_err(), ReadError::TooManyRows);
}

/// The parts of a sound workbook with dates, joined cells, formulas and Japanese.
fn parts() -> Vec<(String, Vec<u8>)> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("yyyy/mm/dd");
    for (column, title) in (0..).zip(["設備名", "IPアドレス", "導入日", "ライン"]) {
        sheet.write_string(0, column, title).unwrap();
    }
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2019, 4, 1).unwrap();
    for row in 1..5 {
        sheet.write_string(row, 0, format!("充填機{row}")).unwrap();
        sheet.write_string(row, 1, format!("10.0.0.{row}")).unwrap();
        sheet.write_datetime_with_format(row, 2, &day, &date).unwrap();
        sheet.write_formula(row, 5, "A1&\"x\"").unwrap();
    }
    sheet.merge_range(1, 3, 4, 3, "ライン1", &Format::new()).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(book.save_to_buffer().unwrap())).unwrap();
    (0..archive.len())
        .map(|part| {
            let mut part = archive.by_index(part).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// What the parts become when one of them has a text replaced.
fn with(replaced: &str, by: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts() {
        let text = String::from_utf8(bytes).unwrap().replace(replaced, by);
        archive.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_count_that_lies_reserves_no_memory() {
    assert!(read(&with("uniqueCount", "uniqueCount"), &Options::default()).is_ok());
    for lie in ["uniqueCount=\"99999999999999\" old", "uniqueCount = '+99999999999999999999' old"] {
        assert!(matches!(error(&with("uniqueCount", lie)), ReadError::Workbook(_)), "{lie}");
    }
}

#[test]
fn damaged_parts_are_read_or_refused() {
    let parts = parts();
    // A generator of its own (SplitMix64), so that a failure can be repeated.
    let mut state = 0_u64;
    let mut random = |below: usize| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(below).unwrap()).unwrap()
    };
    let mut read_all = 0;
    for _ in 0..2_000 {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let hit = random(parts.len());
        for (place, (name, bytes)) in parts.iter().enumerate() {
            let mut bytes = bytes.clone();
            if place == hit && !bytes.is_empty() {
                for _ in 0..=random(4) {
                    let at = random(bytes.len());
                    match random(4) {
                        0 => bytes[at] = b"0123456789<>\"&/:AZ"[random(18)],
                        1 => bytes[at] ^= 1 << random(8),
                        2 => bytes.truncate(at.max(1)),
                        _ => drop(bytes.splice(at..at, *b"99999999999")),
                    }
                }
            }
            archive.start_file(name.as_str(), options).unwrap();
            archive.write_all(&bytes).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        read_all += usize::from(read(&bytes, &Options::default()).is_ok());
    }
    assert!((200..1_990).contains(&read_all), "some damage is seen, some is not: {read_all}");
}
