//! The tests of the standard (CSAF 2.0 and 2.1, section 6). This module alone knows the crate `csaf-rs`; what that crate
//! lacks or sees otherwise than the standard's own test documents stands beside it, one small function per test.

use super::extensions::Extensions;
use super::{involvements, leeway, ranges};
use crate::problem::one_line;
use csaf_rs::csaf::raw::RawDocument;
use csaf_rs::schema::{csaf2_0, csaf2_1};
use csaf_rs::validation::{TestResultStatus, Validatable, ValidationError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// At most so many findings are kept of one document.
const FINDINGS_MAX: usize = 200;

/// How much a test weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The JSON schema, or section 6.1: the document is invalid.
    Mandatory,
    /// Section 6.2: a warning.
    Recommended,
    /// Section 6.3: worth knowing.
    Informative,
}

/// What one test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Number of the test, such as `6.1.14`, or `schema`.
    pub test: String,
    /// How much it weighs.
    pub level: Level,
    /// JSON pointer into the document.
    pub at: String,
    /// What is wrong.
    pub what: String,
}

/// What the tests found in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Findings by test, mandatory ones first; at most 200.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Whether the document follows the standard: nothing mandatory failed.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.findings.iter().all(|finding| finding.level != Level::Mandatory)
    }
}

/// Answer of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The document passes; a mandatory test may warn all the same.
    Pass(Vec<Finding>),
    /// It does not, with at least one finding.
    Fail(Vec<Finding>),
    /// Nobody here knows this test.
    Unknown,
}

/// Runs the schema and every known test. `None` when `document.csaf_version` names no version that is known.
#[must_use]
pub fn check(document: &Value, extensions: &Extensions) -> Option<Checked> {
    let open = Open::new(document, extensions)?;
    let mut findings = open.run("schema").findings();
    // The tests read typed documents: without the schema most of them have nothing to read.
    if findings.is_empty() {
        findings = open.tests().iter().flat_map(|id| open.run(id).findings()).collect();
    }
    findings.sort_by_key(|finding| finding.level);
    findings.truncate(FINDINGS_MAX);
    Some(Checked { findings })
}

/// Runs one test by its number. `None` when the version of the document is not known.
#[must_use]
pub fn check_one(document: &Value, test: &str, extensions: &Extensions) -> Option<Verdict> {
    Some(Open::new(document, extensions)?.run(test))
}

/// A document as the crate holds it, beside the one that was given.
struct Open<'d> {
    given: &'d Value,
    extensions: &'d Extensions,
    /// Whether parts of the given document are tested here and not by the crate.
    split: bool,
    held: Held,
}

enum Held {
    V20(Box<RawDocument<csaf2_0::schema::CommonSecurityAdvisoryFramework>>),
    V21(Box<RawDocument<csaf2_1::schema::CommonSecurityAdvisoryFramework>>),
}

impl<'d> Open<'d> {
    fn new(given: &'d Value, extensions: &'d Extensions) -> Option<Self> {
        let version = given.pointer("/document/csaf_version")?.as_str()?;
        let rest = if version == "2.1" { involvements::without(given) } else { None };
        let split = rest.is_some();
        let seen = rest.unwrap_or_else(|| given.clone());
        let held = match version {
            "2.0" => Held::V20(Box::new(RawDocument::new(seen))),
            "2.1" => Held::V21(Box::new(RawDocument::new(seen))),
            _ => return None,
        };
        Some(Self { given, extensions, split, held })
    }

    fn tests(&self) -> Vec<String> {
        let known = match self.held {
            Held::V20(_) => csaf2_0::schema::CommonSecurityAdvisoryFramework::get_tests(),
            Held::V21(_) => csaf2_1::schema::CommonSecurityAdvisoryFramework::get_tests(),
        };
        known.into_iter().map(|(id, _)| id.to_owned()).filter(|id| id.starts_with("6.")).collect()
    }

    fn run(&self, test: &str) -> Verdict {
        let own = match (&self.held, test) {
            (Held::V21(_), "6.1.60.2") => return Verdict::of(self.extensions.test_content(self.given)),
            (Held::V21(_), "6.1.60.3") => return Verdict::of(self.extensions.test(self.given)),
            (Held::V21(_), "6.1.50") => ranges::test(self.given),
            _ if self.split => involvements::test(self.given, test),
            _ => Vec::new(),
        };
        // The crate is young and the document a stranger's: one that makes it panic is refused, the others go on.
        let ran = catch_unwind(AssertUnwindSafe(|| match &self.held {
            Held::V20(document) => document.run_test(test),
            Held::V21(document) => document.run_test(test),
        }));
        let Ok(result) = ran else {
            return Verdict::of(vec![finding(test, "", "the test could not be run")]);
        };
        let mut findings = match result.status {
            TestResultStatus::NotFound => return Verdict::Unknown,
            TestResultStatus::Success | TestResultStatus::Skipped => Vec::new(),
            TestResultStatus::Failure { errors, warnings, infos } => {
                self.weighed(test, errors, warnings.into_iter().chain(infos))
            }
        };
        findings.extend(own);
        Verdict::of(findings)
    }

    /// Findings of the crate by weight: of a mandatory test its errors only.
    fn weighed(
        &self,
        test: &str,
        errors: Vec<ValidationError>,
        rest: impl Iterator<Item = ValidationError>,
    ) -> Vec<Finding> {
        let told = |error: ValidationError| finding(test, &error.instance_path, &error.message);
        let mut findings: Vec<Finding> = errors.into_iter().take(FINDINGS_MAX).map(told).collect();
        for finding in &mut findings {
            if finding.level == Level::Mandatory && leeway::is_warning(self.given, finding) {
                finding.level = Level::Recommended;
            }
        }
        findings.extend(rest.take(FINDINGS_MAX).map(told).map(|finding| match finding.level {
            Level::Mandatory => Finding { level: Level::Recommended, ..finding },
            _ => finding,
        }));
        findings
    }
}

impl Verdict {
    fn of(findings: Vec<Finding>) -> Self {
        let fails =
            |finding: &Finding| finding.level == Level::Mandatory || !finding.test.starts_with("6.1.");
        if findings.iter().any(fails) { Self::Fail(findings) } else { Self::Pass(findings) }
    }

    /// What the test found, whatever its answer.
    #[must_use]
    pub fn findings(self) -> Vec<Finding> {
        match self {
            Self::Pass(findings) | Self::Fail(findings) => findings,
            Self::Unknown => Vec::new(),
        }
    }
}

pub(super) fn finding(test: &str, at: &str, what: &str) -> Finding {
    let level = match test.get(..4) {
        Some("6.2.") => Level::Recommended,
        Some("6.3.") => Level::Informative,
        _ => Level::Mandatory,
    };
    Finding { test: test.to_owned(), level, at: one_line(at), what: one_line(what) }
}
