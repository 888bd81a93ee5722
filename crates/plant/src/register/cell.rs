//! One cell to one value in one spelling, or to what is wrong with it.

use super::entry::BETWEEN;
use super::sheet::Cell;
use super::{FaultKind, Field, damage};
use crate::calendar::{era_year, is_in_named_era};
use crate::structure::Level;
use core::net::{IpAddr, Ipv4Addr};
use jiff::civil::{Date, DateTime};
use unicode_normalization::UnicodeNormalization;
use wire::Mac;

/// What people write into a cell of which they have nothing to say.
const NOTHING: [&str; 12] =
    ["-", "--", "---", "n/a", "na", "none", "なし", "無し", "無", "不明", "未定", "該当なし"];

/// The value of a cell; empty when it says nothing.
pub(super) fn read(field: Field, cell: &Cell) -> Result<String, FaultKind> {
    let text = match cell {
        Cell::Error(_) => return Err(FaultKind::SpreadsheetError),
        Cell::Date(date) => return read_date(field, *date),
        Cell::Number(number) => damage::whole_number(field, *number)?,
        Cell::Text(text) => text.clone(),
    };
    let text = text.trim();
    damage::check(field, text)?;
    check_characters(field, text)?;
    if text.is_empty() || NOTHING.contains(&crate::fold(text).as_str()) {
        return Ok(String::new());
    }
    let plain = || text.nfkc().collect::<String>();
    let value = match field {
        Field::Ip => addresses(&plain(), read_ip)?,
        Field::Mac => addresses(&plain(), read_mac)?,
        Field::Serial => plain().trim().to_owned(),
        Field::Level => Level::read(text).ok_or(FaultKind::Level)?.name().to_owned(),
        Field::Installed => date(&plain())?.to_string(),
        Field::Tags => tags(text),
        Field::Notes => text.to_owned(),
        _ => text.replace('\n', " "),
    };
    let is = value.chars().count();
    let max = field.length_max();
    if is > max { Err(FaultKind::TooLong { max, is }) } else { Ok(value) }
}

fn check_characters(field: Field, text: &str) -> Result<(), FaultKind> {
    if text.contains('\u{fffd}') {
        return Err(FaultKind::Undecodable);
    }
    // A quotation mark that is never closed swallows the rest of the file: say the length before anything else.
    let is = text.chars().count();
    let max = field.length_max();
    if is > max {
        return Err(FaultKind::TooLong { max, is });
    }
    let is_wrong = |character: &char| {
        let is_break = *character == '\n' || (*character == '\t' && field == Field::Notes);
        character.is_control() && !is_break
    };
    text.chars().find(is_wrong).map_or(Ok(()), |character| Err(FaultKind::Control(character)))
}

fn read_date(field: Field, at: DateTime) -> Result<String, FaultKind> {
    match field {
        Field::Installed => Ok(at.date().to_string()),
        Field::Notes => Ok(at.to_string()),
        _ => Err(FaultKind::MadeDate),
    }
}

/// Several addresses in one cell, each read by `read`, in the order written, each once.
fn addresses(text: &str, read: fn(&str) -> Result<Option<String>, FaultKind>) -> Result<String, FaultKind> {
    let mut values: Vec<String> = Vec::new();
    for part in text.split([',', ';', '、', '\n', '・']).map(str::trim).filter(|part| !part.is_empty()) {
        let whole = read(part);
        let found = match whole {
            Ok(value) => vec![value],
            // `10.0.0.1 / 10.0.0.2`: a slash or a space divides where the whole is no address.
            Err(fault) => {
                let pieces = part.split(['/', ' ']).filter(|piece| !piece.is_empty());
                let pieces: Result<Vec<_>, _> = pieces.map(read).collect();
                pieces.map_err(|_| fault)?
            }
        };
        for value in found.into_iter().flatten() {
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    Ok(values.join(BETWEEN))
}

fn read_ip(text: &str) -> Result<Option<String>, FaultKind> {
    if text.eq_ignore_ascii_case("dhcp") || text == "自動" || text == "自動取得" {
        return Ok(None);
    }
    let (address, prefix) =
        text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let address = ip(address.trim()).ok_or(FaultKind::Ip)?;
    let longest = if address.is_ipv4() { 32_u8 } else { 128 };
    let fits = |prefix: &str| prefix.trim().parse::<u8>().is_ok_and(|length| length <= longest);
    if prefix.is_some_and(|prefix| !fits(prefix)) {
        return Err(FaultKind::Ip);
    }
    if wire::is_group_ip(address) || address.is_loopback() {
        return Err(FaultKind::IpOfMany);
    }
    Ok(Some(address.to_string()))
}

/// `192.168.001.010`, padded so that a column sorts, is decimal: no ledger counts in eights.
fn ip(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part =
            parts.next().filter(|part| part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets).into())
}

fn read_mac(text: &str) -> Result<Option<String>, FaultKind> {
    let address = mac(text).ok_or(FaultKind::Mac)?;
    if address.is_host() { Ok(Some(address.to_string())) } else { Err(FaultKind::MacOfMany) }
}

/// `00:1b:21:3c:4d:5e`, `00-1B-…`, `001b.213c.4d5e`, `001b213c4d5e`, `00 1B …`: twelve digits, divided evenly or not.
pub(super) fn mac(text: &str) -> Option<Mac> {
    let separator = text.chars().find(|character| !character.is_ascii_hexdigit());
    let width = match separator {
        None => 12,
        Some(':' | '-' | ' ') => 2,
        Some('.') => 4,
        Some(_) => return None,
    };
    let mut digits = Vec::with_capacity(12);
    for group in text.split(|character| Some(character) == separator) {
        if group.len() != width {
            return None;
        }
        for digit in group.chars() {
            digits.push(u8::try_from(digit.to_digit(16)?).ok()?);
        }
    }
    if digits.len() != 12 {
        return None;
    }
    let mut octets = [0; 6];
    for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
        *octet = pair.iter().fold(0, |value, digit| value << 4 | digit);
    }
    Some(Mac(octets))
}

/// Year, month, day in this order, in figures; a year may be an era's. Day and month first are refused: 3/4 is two days.
fn date(text: &str) -> Result<Date, FaultKind> {
    let text =
        text.split_once([' ', 'T']).map_or(text, |(date, time)| if time.contains(':') { date } else { text });
    let text = text.trim();
    let (year, rest) = match era_year(text) {
        Some((year, rest)) => (year, rest),
        None => {
            let (year, rest) = text.split_at_checked(4).ok_or(FaultKind::Date)?;
            let year = year.bytes().all(|byte| byte.is_ascii_digit()).then(|| year.parse().ok()).flatten();
            (year.ok_or(FaultKind::Date)?, rest)
        }
    };
    let rest = rest.trim();
    let (month, day) = if rest.len() == 4 && rest.bytes().all(|byte| byte.is_ascii_digit()) {
        rest.split_at(2)
    } else {
        let rest = rest.strip_prefix(['年', '/', '-', '.']).ok_or(FaultKind::Date)?;
        let (month, day) = rest.split_once(['月', '/', '-', '.']).ok_or(FaultKind::Date)?;
        (month.trim(), day.trim().trim_end_matches('日'))
    };
    let number = |text: &str| {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<i8>().ok()).flatten().ok_or(FaultKind::Date)
    };
    let found = Date::new(year, number(month)?, number(day)?).map_err(|_| FaultKind::NoSuchDate)?;
    if era_year(text).is_some() && !is_in_named_era(text, found) {
        return Err(FaultKind::NoSuchDate);
    }
    Ok(found)
}

fn tags(text: &str) -> String {
    let mut tags: Vec<&str> = Vec::new();
    for tag in text.split([',', '、', ';', '\n', '，']).map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.join(BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: Field, text: &str, expected: Result<&str, FaultKind>) {
        let found = read(field, &Cell::Text(text.to_owned()));
        assert_eq!(found.as_deref(), expected.as_ref().map(|text| *text), "{field:?} {text:?}");
    }

    #[test]
    fn addresses_have_one_spelling() {
        check(Field::Ip, "１９２．１６８．１．１０", Ok("192.168.1.10"));
        check(Field::Ip, "192.168.001.010/24", Ok("192.168.1.10"));
        check(Field::Ip, "10.0.0.1 / 10.0.0.2\n10.0.0.1、fe80::1", Ok("10.0.0.1, 10.0.0.2, fe80::1"));
        check(Field::Ip, "DHCP", Ok(""));
        check(Field::Ip, "－", Ok(""));
        check(Field::Ip, "192.168.1.256", Err(FaultKind::Ip));
        check(Field::Ip, "192.168.1", Err(FaultKind::Ip));
        check(Field::Ip, "10.0.0.1/33", Err(FaultKind::Ip));
        check(Field::Ip, "10.0.0.1:502", Err(FaultKind::Ip));
        check(Field::Ip, "255.255.255.255", Err(FaultKind::IpOfMany));
        check(Field::Ip, "0.0.0.0", Err(FaultKind::IpOfMany));
        for text in [
            "00-1B-21-3C-4D-5E",
            "001b.213c.4d5e",
            "００：１Ｂ：２１：３ｃ：４ｄ：５ｅ",
            "001B213C4D5E",
            "00 1b 21 3c 4d 5e",
        ] {
            check(Field::Mac, text, Ok("00:1b:21:3c:4d:5e"));
        }
        check(
            Field::Mac,
            "00:1b:21:3c:4d:5e / 00:1b:21:3c:4d:5f",
            Ok("00:1b:21:3c:4d:5e, 00:1b:21:3c:4d:5f"),
        );
        check(Field::Mac, "00:1B:21:3C:4D:5G", Err(FaultKind::Mac));
        check(Field::Mac, "1b213c4d5e", Err(FaultKind::Mac));
        check(Field::Mac, "ff:ff:ff:ff:ff:ff", Err(FaultKind::MacOfMany));
    }

    #[test]
    fn dates_have_one_spelling() {
        for text in [
            "2026-11-23",
            "2026/11/23",
            "2026.11.23",
            "20261123",
            "２０２６年１１月２３日",
            "令和8年11月23日",
            "R8.11.23",
            "r08/11/23",
            "2026/11/23 0:00:00",
        ] {
            check(Field::Installed, text, Ok("2026-11-23"));
        }
        check(Field::Installed, "平成元年1月8日", Ok("1989-01-08"));
        check(Field::Installed, "平成32年1月8日", Err(FaultKind::NoSuchDate));
        check(Field::Installed, "2026/2/30", Err(FaultKind::NoSuchDate));
        check(Field::Installed, "11/23/2026", Err(FaultKind::Date));
        check(Field::Installed, "26/11/23", Err(FaultKind::Date));
        check(Field::Installed, "2026年", Err(FaultKind::Date));
    }

    #[test]
    fn names_stay_as_written() {
        for name in ["ｼﾞｭｳﾃﾝｷ2", "充填機②", "髙橋", "1号～2号"] {
            check(Field::Name, name, Ok(name));
        }
        check(Field::Serial, "ＡＢ－００１２", Ok("AB-0012"));
        check(Field::Name, "充填\n機", Ok("充填 機"));
        check(Field::Name, "a\u{7}b", Err(FaultKind::Control('\u{7}')));
        check(Field::Name, "a\u{fffd}", Err(FaultKind::Undecodable));
        check(Field::Name, &"名".repeat(201), Err(FaultKind::TooLong { max: 200, is: 201 }));
        check(Field::Level, "レベル５", Err(FaultKind::Level));
        check(Field::Tags, "重要, 充填、重要", Ok("重要, 充填"));
    }

    proptest::proptest! {
        #[test]
        fn reading_a_value_again_changes_nothing(text in "\\PC{0,30}|[0-9a-fA-F:./ -]{0,24}") {
            for &field in Field::ALL {
                if let Ok(value) = read(field, &Cell::Text(text.clone())) {
                    let again = read(field, &Cell::Text(value.clone()));
                    proptest::prop_assert!(again.is_ok_and(|again| again == value || again.is_empty()), "{:?} {}", field, value);
                }
            }
        }
    }
}
