//! Security advisories in the Common Security Advisory Framework (OASIS CSAF 2.0 and 2.1): checked, then read.

mod check;
#[cfg(test)]
mod conformance;
mod extensions;
mod involvements;
mod leeway;
mod ranges;

pub use check::{Checked, Finding, Level, Verdict, check, check_one};
pub use extensions::Extensions;

use crate::item::{Item, Reading};
use crate::problem::Fault;
use knowledge::advisory::read_csaf;
use serde_json::Value;

/// At most so many findings of one document are told.
const TOLD_MAX: usize = 20;

/// Mandatory tests of which a failure says nothing against what is used of a document. 6.1.11 compares the name of a CWE
/// with the list of its year: one in twenty of CISA's advisories fails it, and nothing else.
const BEARABLE: [&str; 1] = ["6.1.11"];

/// Reads one document. It is refused when it fails a mandatory test of its standard, unless `lenient` or the test is a
/// bearable one (6.1.11); what fails other tests is read, with a warning that carries the number of the test.
pub fn read(document: &Value, lenient: bool, into: &mut Reading<'_>) {
    let Some(checked) = check(document, &Extensions::default()) else {
        return into.refuse(Fault::new("/document/csaf_version", "is none of 2.0 and 2.1"));
    };
    let weighs = |finding: &Finding| {
        finding.level == Level::Mandatory && !lenient && !BEARABLE.contains(&finding.test.as_str())
    };
    let (mandatory, other): (Vec<_>, Vec<_>) = checked.findings.into_iter().partition(weighs);
    let fault = |finding: &Finding| {
        Fault::new(finding.at.clone(), format!("test {}: {}", finding.test, finding.what))
    };
    if let Some(first) = mandatory.first() {
        // The reason once, with how much more there is: a refused document is one problem.
        let more = match mandatory.len() {
            1 => String::new(),
            many => format!(" (and {} more)", many - 1),
        };
        return into
            .refuse(Fault::new(first.at.clone(), format!("test {}: {}{more}", first.test, first.what)));
    }
    other.iter().take(TOLD_MAX).for_each(|finding| into.warn(fault(finding)));
    match read_csaf(document) {
        Ok((advisory, defects)) => {
            for defect in defects.iter().take(TOLD_MAX) {
                into.partly(Fault::new(defect.path.clone(), &defect.what));
            }
            into.give(Item::Advisory(Box::new(advisory)));
        }
        Err(defects) => {
            let first = defects.first();
            let at = first.map_or(String::new(), |defect| defect.path.clone());
            into.refuse(Fault::new(at, first.map_or("has no identifier", |defect| defect.what.as_str())));
        }
    }
}
