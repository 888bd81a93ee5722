//! Operating systems as devices announce them, as the CPE names that advisories use.

/// What a device announces, lower case, and the names of what it may be. The longer text stands before the shorter.
const SYSTEMS: &[(&str, &[&str])] = &[
    ("windows nt 5.0", &["windows_2000"]),
    ("windows nt 5.1", &["windows_xp"]),
    ("windows nt 5.2", &["windows_server_2003"]),
    ("windows nt 6.0", &["windows_vista", "windows_server_2008"]),
    ("windows nt 6.1", &["windows_7", "windows_server_2008"]),
    ("windows nt 6.2", &["windows_8", "windows_server_2012"]),
    ("windows nt 6.3", &["windows_8.1", "windows_server_2012"]),
    ("windows nt 10.0 build 10240", &["windows_10", "windows_10_1507"]),
    ("windows nt 10.0 build 14393", &["windows_10_1607", "windows_server_2016"]),
    ("windows nt 10.0 build 17763", &["windows_10_1809", "windows_server_2019"]),
    ("windows nt 10.0 build 19044", &["windows_10_21h2"]),
    ("windows nt 10.0 build 19045", &["windows_10_22h2"]),
    ("windows nt 10.0 build 20348", &["windows_server_2022"]),
    ("windows nt 10.0 build 22631", &["windows_11_23h2"]),
    ("windows nt 10.0 build 26100", &["windows_11_24h2", "windows_server_2025"]),
    ("windows 2000", &["windows_2000"]),
    ("windows xp", &["windows_xp"]),
    ("windows vista", &["windows_vista"]),
    ("windows 7", &["windows_7"]),
    ("windows 8.1", &["windows_8.1"]),
    ("windows server 2003", &["windows_server_2003"]),
    ("windows server 2008", &["windows_server_2008"]),
    ("windows server 2012", &["windows_server_2012"]),
    ("windows server 2016", &["windows_server_2016"]),
    ("windows server 2019", &["windows_server_2019"]),
    ("windows server 2022", &["windows_server_2022"]),
];

/// CPE 2.3 names of the operating system that a device announces (`Windows NT 5.1`, `Windows 7 Professional`), for
/// [`super::Spoken::cpes`]. More than one where the number stands for several; none when it tells no release.
#[must_use]
pub fn system_cpes(announced: &str) -> Vec<String> {
    let lower = announced.trim().to_lowercase();
    let found = SYSTEMS.iter().find(|(text, _)| {
        // `Windows 7` is not `Windows 7x`.
        lower.match_indices(text).any(|(at, _)| {
            let behind = lower.get(at + text.len()..).and_then(|rest| rest.chars().next());
            !behind.is_some_and(|letter| letter.is_ascii_digit())
        })
    });
    let name = |product: &&str| format!("cpe:2.3:o:microsoft:{product}:-:*:*:*:*:*:*:*");
    found.map(|(_, products)| products.iter().map(name).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::system_cpes;

    #[test]
    fn systems_have_the_names_that_advisories_use() {
        assert_eq!(system_cpes("Windows NT 5.1"), ["cpe:2.3:o:microsoft:windows_xp:-:*:*:*:*:*:*:*"]);
        assert_eq!(system_cpes("Windows 7 Professional 6.1").len(), 1);
        assert_eq!(system_cpes("Windows NT 10.0 build 17763").len(), 2);
        // Without its build it tells no release.
        for announced in ["Windows NT 10.0", "Windows 10", "UNIX Type: L8", "", "Windows 75"] {
            assert_eq!(system_cpes(announced), Vec::<String>::new(), "{announced}");
        }
    }
}
