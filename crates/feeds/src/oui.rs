//! Ranges of hardware addresses (IEEE registries MA-L, MA-M, MA-S, IAB, CSV).

use crate::item::{Item, Prefix, Reading};
use crate::problem::{Fault, one_line};
use std::io::Read;

/// Reads a registry line by line. Columns are found by their headings.
pub fn read(input: impl Read, into: &mut Reading<'_>) {
    let mut lines = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let column =
        |name: &str, headings: &csv::StringRecord| headings.iter().position(|heading| heading.trim() == name);
    let columns = match lines.headers() {
        Ok(headings) => column("Assignment", headings).zip(column("Organization Name", headings)),
        Err(error) => return into.refuse(Fault::new("line 1", error)),
    };
    let Some((assignment, organization)) = columns else {
        return into.refuse(Fault::new("line 1", "has no columns Assignment and Organization Name"));
    };
    for line in lines.records() {
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                let place =
                    error.position().map_or(String::new(), |position| format!("line {}", position.line()));
                into.refuse(Fault::new(place, &error));
                if matches!(error.kind(), csv::ErrorKind::Io(_)) {
                    return;
                }
                continue;
            }
        };
        let digits = line.get(assignment).unwrap_or_default().trim().to_ascii_uppercase();
        let name = one_line(line.get(organization).unwrap_or_default().trim());
        let hexadecimal =
            digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && matches!(digits.len(), 6 | 7 | 9);
        if hexadecimal && !name.is_empty() {
            into.give(Item::Prefix(Prefix { digits, organization: name }));
        } else {
            let place = line.position().map_or(String::new(), |position| format!("line {}", position.line()));
            into.refuse(Fault::new(place, format!("is no assignment with an organization: {digits}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::item::{Item, all_of};
    use crate::shared::shared;

    #[test]
    fn lines_become_prefixes_and_bad_ones_are_told() {
        let text = "Registry,Assignment,Organization Name,Organization Address\n\
            MA-L,00001b,\"Novell, Inc.\",x\nMA-S,70B3D5001,EOOS Technologies,\nMA-L,00D0,x,\nMA-L,00D0EF,,\n";
        let (items, problems) = all_of(|into| read(text.as_bytes(), into));
        let [Item::Prefix(one), Item::Prefix(two)] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!((one.digits.as_str(), one.organization.as_str()), ("00001B", "Novell, Inc."));
        assert_eq!(two.digits, "70B3D5001");
        assert_eq!(problems.len(), 2);
        assert!(problems[0].starts_with("f: line 4: refused"), "{problems:?}");
        let (_, problems) = all_of(|into| read(&b"a,b\n1,2\n"[..], into));
        assert_eq!(problems, ["f: line 1: refused: has no columns Assignment and Organization Name"]);
    }

    #[test]
    fn the_registry_is_read_whole() {
        let Some(path) = shared("identity/ieee-oui.csv.gz") else { return };
        let file = std::fs::File::open(path).expect("a file");
        let (items, problems) = all_of(|into| read(flate2::read::GzDecoder::new(file), into));
        println!("{} prefixes, problems {problems:?}", items.len());
        assert_eq!((items.len(), problems), (32_530, Vec::new()));
    }
}
