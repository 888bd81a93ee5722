//! Probabilities of exploitation (FIRST EPSS, CSV) in the four forms its files have had: without a line about the model
//! and without percentiles, with percentiles, with the line, and with the line and a time in UTC.

use crate::day::{cve, day};
use crate::item::{Item, Reading};
use crate::json::strip_bom;
use crate::problem::Fault;
use knowledge::advisory::Epss;
use std::io::{BufRead, BufReader, Read};

/// The longest line that can be one of a file.
const LINE_MAX: u64 = 4_096;

/// Reads a file line by line. The day of the scores stands in its first line, in older files only in its name:
/// `file_day` is what the name says.
pub fn read(input: impl Read, file_day: Option<&str>, into: &mut Reading<'_>) {
    if let Err(fault) = lines(BufReader::new(input), file_day, into) {
        into.refuse(fault);
    }
}

/// The day in a name such as `epss_scores-2022-02-04.csv.gz`.
#[must_use]
pub fn day_of_name(name: &str) -> Option<String> {
    let at = name.find("epss_scores-")?;
    day(name.get(at + "epss_scores-".len()..)?)
}

fn lines(mut input: impl BufRead, file_day: Option<&str>, into: &mut Reading<'_>) -> Result<(), Fault> {
    let mut scored = file_day.map(str::to_owned);
    let mut columns: Option<usize> = None;
    for number in 1_usize.. {
        let place = format!("line {number}");
        let Some(line) = line(&mut input, &place)? else { break };
        let line = line.trim();
        if let Some(about) = line.strip_prefix('#') {
            scored =
                about.split(',').find_map(|field| day(field.trim().strip_prefix("score_date:")?)).or(scored);
        } else if columns.is_none() {
            columns = Some(header(line, &place)?);
            if scored.is_none() {
                return Err(Fault::new("line 1", "the day of the scores (score_date) is missing"));
            }
        } else if !line.is_empty() {
            match row(line, columns.unwrap_or_default(), scored.as_deref().unwrap_or_default()) {
                Ok(epss) => into.give(Item::Epss(epss)),
                Err(what) => into.refuse(Fault::new(place, what)),
            }
        }
    }
    columns.map(|_| ()).ok_or_else(|| Fault::new("", "is empty"))
}

fn line(input: &mut impl BufRead, place: &str) -> Result<Option<String>, Fault> {
    let mut bytes = Vec::new();
    let read = input.take(LINE_MAX).read_until(b'\n', &mut bytes);
    match read.map_err(|error| Fault::new(place, format!("cannot be read: {error}")))? {
        0 => Ok(None),
        len if len as u64 >= LINE_MAX => Err(Fault::new(place, "is too long for a line of scores")),
        _ => Ok(Some(String::from_utf8_lossy(strip_bom(&bytes)).into_owned())),
    }
}

fn header(line: &str, place: &str) -> Result<usize, Fault> {
    match line {
        "cve,epss" => Ok(2),
        "cve,epss,percentile" => Ok(3),
        _ => Err(Fault::new(place, format!("is no header cve,epss[,percentile]: {line}"))),
    }
}

fn row(line: &str, columns: usize, scored: &str) -> Result<Epss, String> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let share = |text: &str| {
        let value: f64 = text.parse().map_err(|_| format!("{text} is no number"))?;
        if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(format!("{text} is not from 0 to 1")) }
    };
    let (id, probability, percentile) = match (columns, fields.as_slice()) {
        (2, [id, probability]) => (*id, share(probability)?, None),
        (3, [id, probability, percentile]) => (*id, share(probability)?, Some(share(percentile)?)),
        _ => return Err(format!("has {} fields instead of {columns}", fields.len())),
    };
    let cve = cve(id).ok_or_else(|| format!("{id} is no CVE identifier"))?;
    Ok(Epss { cve, probability, percentile, day: scored.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::all_of;
    use crate::shared::shared;
    use flate2::read::GzDecoder;

    fn scores(text: &str, name: &str) -> (Vec<String>, Vec<String>) {
        let file_day = day_of_name(name);
        let (items, problems) = all_of(|into| read(text.as_bytes(), file_day.as_deref(), into));
        let shown = items.iter().map(|item| match item {
            Item::Epss(epss) => {
                format!("{} {} {:?} {}", epss.cve, epss.probability, epss.percentile, epss.day)
            }
            _ => panic!("{item:?}"),
        });
        (shown.collect(), problems)
    }

    #[test]
    fn the_four_forms_are_read() {
        for (text, name, expected) in [
            (
                "cve,epss\nCVE-2020-5902,0.65",
                "epss_scores-2021-04-14.csv",
                "CVE-2020-5902 0.65 None 2021-04-14",
            ),
            (
                "cve,epss,percentile\r\nCVE-2020-5902,0.65,0.998\r\n",
                "epss_scores-2021-09-01.csv",
                "CVE-2020-5902 0.65 Some(0.998) 2021-09-01",
            ),
            (
                "#model_version:v2022.01.01,score_date:2022-02-04T00:00:00+0000\ncve,epss,percentile\nCVE-2020-5902,1.0,0\n",
                "x.csv",
                "CVE-2020-5902 1 Some(0.0) 2022-02-04",
            ),
            (
                "#model_version:v2025.03.14,score_date:2026-08-21T00:00:00Z\ncve,epss,percentile\nCVE-2020-5902,1.0,0\n",
                "epss_scores-current.csv",
                "CVE-2020-5902 1 Some(0.0) 2026-08-21",
            ),
        ] {
            assert_eq!(scores(text, name), (vec![expected.to_owned()], Vec::new()), "{name}");
        }
    }

    #[test]
    fn bad_lines_are_told_by_number_and_bad_files_once() {
        let text = "cve,epss\nCVE-2020-1,0.1\nCVE-2020-0001,2\nCVE-2020-0002\nCVE-2020-0003,0.5\n";
        let (read, problems) = scores(text, "epss_scores-2021-04-14.csv");
        assert_eq!(read, ["CVE-2020-0003 0.5 None 2021-04-14"]);
        assert_eq!(
            problems,
            [
                "f: line 2: refused: CVE-2020-1 is no CVE identifier",
                "f: line 3: refused: 2 is not from 0 to 1",
                "f: line 4: refused: has 1 fields instead of 2",
            ]
        );
        for text in ["", "a,b\n", "cve,epss\nCVE-2020-0003,0.5\n", &"x".repeat(10_000)] {
            assert_eq!(scores(text, "x").1.len(), 1, "{text:.20}");
        }
    }

    #[test]
    fn published_files_are_read() {
        for (name, items, problems) in [
            ("epss_scores-2021-04-14.csv.gz", 2, 0),
            ("epss_scores-2021-09-01.csv.gz", 2, 0),
            ("epss_scores-2022-02-04.csv.gz", 2, 0),
            ("epss_scores-2023-03-07.csv.gz", 2, 0),
            ("epss_SYNTHETIC_ot-cves.csv.gz", 6_977, 0),
            ("example-1.csv", 5, 0),
            ("invalid-header.csv", 0, 1),
            ("missing-date.csv", 0, 1),
        ] {
            let Some(path) = shared(&format!("epss/{name}")) else { return };
            let bytes = std::fs::read(path).expect("a file");
            let day = day_of_name(name);
            let found = if name.ends_with(".gz") {
                all_of(|into| read(GzDecoder::new(bytes.as_slice()), day.as_deref(), into))
            } else {
                all_of(|into| read(bytes.as_slice(), day.as_deref(), into))
            };
            println!("{name}: {} scores, problems {:?}", found.0.len(), found.1);
            assert_eq!((found.0.len(), found.1.len()), (items, problems), "{name}");
        }
    }
}
