//! What spreadsheets do to numbers that are names: serial numbers, equipment numbers, designations.

use super::{FaultKind, Field, Row};
use crate::fold;
use std::collections::BTreeMap;

/// Fields whose values look like numbers and dates but are neither.
fn is_designation(field: Field) -> bool {
    matches!(
        field,
        Field::Serial
            | Field::EquipmentNumber
            | Field::Model
            | Field::Firmware
            | Field::Mac
            | Field::SwitchPort
            | Field::Panel
    )
}

/// A number of a workbook as a person sees it, where nothing of it was lost.
pub(super) fn whole_number(field: Field, number: f64) -> Result<String, FaultKind> {
    /// 15 digits are what a spreadsheet keeps.
    const EXACT_MAX: f64 = 999_999_999_999_999.0;
    if number.abs() > EXACT_MAX && is_designation(field) {
        return Err(FaultKind::DigitsLost);
    }
    // 123 and not 123.0; Rust writes floats without exponent.
    Ok(number.to_string())
}

/// Damage that can be seen in the text alone.
pub(super) fn check(field: Field, text: &str) -> Result<(), FaultKind> {
    const ERRORS: [&str; 8] = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"];
    let is_hashes = text.len() >= 3 && text.bytes().all(|byte| byte == b'#');
    if ERRORS.contains(&text) || is_hashes {
        return Err(FaultKind::SpreadsheetError);
    }
    if !is_designation(field) {
        return Ok(());
    }
    let folded = fold(text);
    if is_shortened(&folded) {
        return Err(FaultKind::Shortened);
    }
    // A firmware or a port may well be `1-2`; only what names a month or has three parts with a year is a date.
    if is_made_date(&folded) { Err(FaultKind::MadeDate) } else { Ok(()) }
}

/// `1.92e+11`: what a spreadsheet makes of 12 digits or more. `1e5` may be a designation.
fn is_shortened(folded: &str) -> bool {
    let Some((mantissa, exponent)) = folded.split_once("e+") else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    whole.len() == 1 && is_number(whole) && is_number(part) && is_number(exponent) && exponent.len() <= 3
}

/// `2026/3/4`, `3月4日`, `4-mar`, `mar-04`.
fn is_made_date(folded: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let number = |text: &str, max: u16| {
        (1..=4).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u16>().is_ok_and(|number| number <= max)
    };
    if let Some((month, day)) = folded.strip_suffix('日').and_then(|rest| rest.split_once('月')) {
        let month = month.rsplit_once('年').map_or(month, |(_, month)| month);
        return number(month, 12) && number(day, 31);
    }
    if let [year, month, day] = folded.split('/').collect::<Vec<_>>().as_slice() {
        return year.len() == 4 && number(year, 2099) && number(month, 12) && number(day, 31);
    }
    let Some((left, right)) = folded.split_once('-') else { return false };
    let day_or_year = |text: &str| text.len() <= 2 && number(text, 99);
    (MONTHS.contains(&left) && day_or_year(right)) || (MONTHS.contains(&right) && day_or_year(left))
}

/// The rows whose number is shorter than the others of its field, though a column of numbers of one length, some with
/// zeros in front, has short ones only by accident. Gives the row and the digits of the others.
pub(super) fn zeros_lost(rows: &[Row], field: Field) -> Vec<(&Row, usize)> {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = || rows.iter().map(|row| (row, row.entry.get(field))).filter(|(_, text)| !text.is_empty());
    let mut lengths = BTreeMap::<usize, usize>::new();
    let (mut all, mut zeros) = (0_usize, false);
    for (_, text) in numbers() {
        all += 1;
        if is_digits(text) {
            *lengths.entry(text.len()).or_default() += 1;
            zeros |= text.starts_with('0');
        }
    }
    let Some((digits, count)) = lengths.into_iter().max_by_key(|(_, count)| *count) else {
        return Vec::new();
    };
    // Four of five numbers of one length: a serial number of one maker; a mixed column proves nothing.
    if !zeros || count * 5 < all * 4 || count < 5 {
        return Vec::new();
    }
    let short = numbers().filter(|(_, text)| is_digits(text) && text.len() < digits);
    short.map(|(row, _)| (row, digits)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_seen_and_designations_are_not_damage() {
        for text in ["1.92E+11", "２．１２Ｅ＋１０", "1E+05"] {
            assert_eq!(check(Field::Serial, text), Err(FaultKind::Shortened), "{text}");
        }
        for text in ["2026/3/4", "3月4日", "2026年3月4日", "4-Mar", "Mar-04"] {
            assert_eq!(check(Field::EquipmentNumber, text), Err(FaultKind::MadeDate), "{text}");
        }
        for text in ["FX5U-32MR/ES", "6ES7 315-2EH14-0AB0", "3-4", "1E5", "MAR-2024A", "M-4/2/1", "0012345"] {
            assert_eq!(check(Field::Model, text), Ok(()), "{text}");
        }
        assert_eq!(check(Field::Name, "#N/A"), Err(FaultKind::SpreadsheetError));
        assert_eq!(check(Field::Name, "3月4日"), Ok(()));
        assert_eq!(whole_number(Field::Serial, 21_230_345_678.0).as_deref(), Ok("21230345678"));
        assert_eq!(whole_number(Field::Serial, 1.234_567_890_123_456_7e17), Err(FaultKind::DigitsLost));
        assert_eq!(whole_number(Field::Level, 3.5).as_deref(), Ok("3.5"));
    }
}
