//! Scores of CVSS vectors, versions 2.0, 3.0, 3.1 and 4.0. This module alone knows the crate `cvss`, which holds the
//! arithmetic of the standard; only the product of the temporal equation of version 3 is written here, with the crate's
//! own weights and rounding, because the crate has no function for it.

use ::cvss::v3::Metric;
use ::cvss::{Cvss, v2, v3, v4};
use knowledge::advisory::CvssVersion;

/// The longest vector that can be one.
const VECTOR_MAX: usize = 400;

/// All scores of a vector, 0 to 10 with one decimal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// Version of the standard.
    pub version: CvssVersion,
    /// Of the weakness itself.
    pub base: f64,
    /// With what is known of exploits and fixes: temporal metrics of versions 2 and 3, threat metric of version 4; `None`
    /// when a vector of version 2 or 4 has no such metric.
    pub temporal: Option<f64>,
    /// With what the place asks for and all of the above; `None` when a vector of version 2 or 4 has no such metric.
    pub environmental: Option<f64>,
}

impl Scores {
    /// The score that uses every metric of the vector.
    #[must_use]
    pub fn overall(&self) -> f64 {
        self.environmental.or(self.temporal).unwrap_or(self.base)
    }
}

/// Computes all scores of a vector.
///
/// # Errors
/// One line, when it is no vector of a known version or lacks a metric that must be there.
pub fn scores(vector: &str) -> Result<Scores, String> {
    let vector = vector.trim();
    if vector.len() > VECTOR_MAX {
        return Err(format!("is longer than {VECTOR_MAX} characters"));
    }
    // Feeds of version 2 still write the vector in the brackets of its specification.
    let bare = vector.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(vector);
    let read: Cvss = bare.parse().map_err(|error| format!("is no CVSS vector: {error}"))?;
    match read {
        Cvss::CvssV20(vector) => Ok(of_v2(&vector)),
        Cvss::CvssV30(vector) => of_v3(CvssVersion::V30, &vector),
        Cvss::CvssV31(vector) => of_v3(CvssVersion::V31, &vector),
        Cvss::CvssV40(vector) => of_v4(bare, &vector),
        _ => Err("is a CVSS vector of an unknown version".into()),
    }
}

fn of_v2(vector: &v2::Vector) -> Scores {
    let v2::Vector { e, rl, rc, cdp, td, cr, ir, ar, .. } = vector;
    let timed = e.is_some() || rl.is_some() || rc.is_some();
    let placed = cdp.is_some() || td.is_some() || cr.is_some() || ir.is_some() || ar.is_some();
    Scores {
        version: CvssVersion::V2,
        base: vector.score().value(),
        temporal: timed.then(|| vector.temporal_score().value()),
        environmental: placed.then(|| vector.environmental_score().value()),
    }
}

fn of_v3(version: CvssVersion, vector: &v3::Vector) -> Result<Scores, String> {
    let v3::Vector { av, ac, pr, ui, s, c, i, a, .. } = vector;
    let exploit = av.is_some() && ac.is_some() && pr.is_some() && ui.is_some();
    // The crate counts what is missing as nothing.
    if !exploit || s.is_none() || c.is_none() || i.is_none() || a.is_none() {
        return Err("is no CVSS vector: a base metric is missing".into());
    }
    let base = vector.base_score().value();
    let weight = |weight: Option<f64>| weight.unwrap_or(1.0);
    // Specification 3.1, section 7.2: Roundup(BaseScore × E × RL × RC).
    let timed = base
        * weight(vector.e.map(Metric::score))
        * weight(vector.rl.map(Metric::score))
        * weight(vector.rc.map(Metric::score));
    Ok(Scores {
        version,
        base,
        temporal: Some(v3::Score::new(timed).roundup_for_version(vector.minor_version).value()),
        environmental: Some(vector.environmental_score().value()),
    })
}

/// Version 4 has one equation; its base score is that of the vector without threat and environment.
fn of_v4(text: &str, vector: &v4::Vector) -> Result<Scores, String> {
    const BASE: [&str; 11] = ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];
    let keys = |keys: &[&str]| {
        let kept = text.split('/').filter(|metric| {
            let (key, value) = metric.split_once(':').unwrap_or((metric, ""));
            key == "CVSS" || keys.contains(&key) && value != "X"
        });
        kept.collect::<Vec<_>>().join("/")
    };
    let score = |text: String| match text.parse::<v4::Vector>() {
        Ok(vector) => Ok(vector.score().value()),
        Err(error) => Err(format!("is no CVSS vector: {error}")),
    };
    let base = keys(&BASE);
    let timed = keys(&[&BASE[..], &["E"]].concat());
    let placed = text.split('/').any(|metric| {
        let (key, value) = metric.split_once(':').unwrap_or((metric, ""));
        value != "X" && (matches!(key, "CR" | "IR" | "AR") || key.len() == 3 && key.starts_with('M'))
    });
    Ok(Scores {
        version: CvssVersion::V4,
        temporal: (timed != base).then(|| score(timed)).transpose()?,
        base: score(base)?,
        environmental: placed.then(|| vector.score().value()),
    })
}

#[cfg(test)]
mod tests {
    use super::scores;
    use crate::shared::shared;

    #[test]
    fn every_score_of_a_vector() {
        for (vector, expected) in [
            ("AV:N/AC:L/Au:N/C:C/I:C/A:C", "10 None None"),
            ("(AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C)", "7.8 Some(6.4) None"),
            (
                "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H",
                "7.8 Some(6.4) Some(9.2)",
            ),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:C", "9.8 Some(8.5) Some(8.5)"),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "9.3 None None"),
            (
                "CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:U/S:P/U:Red",
                "7.3 Some(4.1) None",
            ),
        ] {
            let read = scores(vector)
                .map(|read| format!("{} {:?} {:?}", read.base, read.temporal, read.environmental));
            assert_eq!(read.as_deref(), Ok(expected), "{vector}");
        }
        for vector in [
            "",
            "CVSS:3.1/AV:N",
            "CVSS:5.0/AV:N",
            "AV:N/AC:L",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Q",
        ] {
            assert!(scores(vector).is_err(), "{vector}");
        }
        assert!(scores(&"A".repeat(1_000)).is_err());
    }

    #[test]
    fn every_reference_vector_has_its_scores() {
        let Some(folder) = shared("cvss") else { return };
        let (mut right, mut wrong) = (0, Vec::new());
        let mut files: Vec<_> =
            std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
        files.sort();
        for file in files.iter().filter(|file| {
            file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("vectors_"))
        }) {
            for line in std::fs::read_to_string(file).expect("text").lines() {
                let (vector, expected) = line.split_once(" - ").expect("a vector and its scores");
                let numbers: Vec<Option<f64>> = expected
                    .trim_matches(['(', ')'])
                    .split(',')
                    .map(str::trim)
                    .filter(|number| !number.is_empty())
                    .map(|number| (number != "None").then(|| number.parse().expect("a number")))
                    .collect();
                let read = scores(vector).map(|read| match numbers.len() {
                    1 => vec![Some(read.overall())],
                    _ => vec![Some(read.base), read.temporal, read.environmental],
                });
                // The reference writes `-0.0` for nothing.
                if read.as_ref() == Ok(&numbers) {
                    right += 1
                } else {
                    wrong.push(format!("{line}: {read:?}"))
                }
            }
        }
        println!(
            "{right} vectors right, {} wrong: {:#?}",
            wrong.len(),
            wrong.iter().take(20).collect::<Vec<_>>()
        );
        assert_eq!((right, wrong.len()), (7_667, 0));
    }
}
