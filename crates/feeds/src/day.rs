//! Days and identifiers as sources write them.

/// The day in front of a date or a time: `2024-10-24T06:00:00Z`, `2023/11/02 12:00:18` and `2021-04-14` become
/// `YYYY-MM-DD`. `None` when it is no day of the calendar.
pub(crate) fn day(text: &str) -> Option<String> {
    let head = text.trim().get(..10)?.replace('/', "-");
    let date: jiff::civil::Date = head.parse().ok()?;
    (date.to_string() == head).then_some(head)
}

/// `CVE-2017-12741` in upper case, when it is one.
pub(crate) fn cve(text: &str) -> Option<String> {
    let id = text.trim().to_ascii_uppercase();
    let (year, number) = id.strip_prefix("CVE-")?.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_identifiers() {
        for (text, expected) in [
            ("2024-10-24T06:00:00.000000Z", Some("2024-10-24")),
            ("2023/11/02 12:00:18", Some("2023-11-02")),
            ("2021-02-30", None),
            ("20210214", None),
            ("日日日日", None),
        ] {
            assert_eq!(day(text).as_deref(), expected, "{text}");
        }
        assert_eq!(cve(" cve-2020-0001 ").as_deref(), Some("CVE-2020-0001"));
        for text in ["CVE-2020-001", "CVE-20-0001", "2020-0001", "CVE-2020-00x1", "CVE-2020-"] {
            assert_eq!(cve(text), None, "{text}");
        }
    }
}
