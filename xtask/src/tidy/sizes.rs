//! Sizes of files and functions.

use super::Offence;
use crate::source::Source;

/// Lines of a file, tests included, beyond which the list of exceptions must give a reason.
const FILE_MAX: usize = 800;
/// Lines of a function from its keyword to its closing brace: a screen.
const FUNCTION_MAX: usize = 70;
/// The most lines of the median file and of all but one in twenty, without tests.
const MEDIAN_MAX: usize = 150;
const MOST_MAX: usize = 500;

pub(super) fn check(sources: &[Source]) -> Vec<Offence> {
    let mut offences: Vec<Offence> = sources.iter().filter_map(file).collect();
    offences.extend(sources.iter().flat_map(functions));
    let (median, most) = percentiles(sources);
    if median > MEDIAN_MAX || most > MOST_MAX {
        offences.push(Offence {
            rule: "lines",
            subject: "all".into(),
            amount: 1,
            text: format!(
                "the median file has {median} lines (at most {MEDIAN_MAX}), 95 % {most} (at most {MOST_MAX})"
            ),
        });
    }
    offences
}

fn file(source: &Source) -> Option<Offence> {
    let lines = source.text.lines().count();
    (lines > FILE_MAX).then(|| Offence {
        rule: "lines",
        subject: source.path.clone(),
        amount: lines,
        text: format!(
            "{}: {lines} lines, at most {FILE_MAX}: give a part of it a file of its own",
            source.path
        ),
    })
}

fn functions(source: &Source) -> Vec<Offence> {
    let offence = |function: crate::source::Function| {
        let line = source.line(function.span.start);
        let lines = source.line(function.span.end) - line + 1;
        (lines > FUNCTION_MAX).then(|| Offence {
            rule: "function",
            subject: format!("{}::{}", source.path, function.name),
            amount: lines,
            text: format!(
                "{}:{line}: {} has {lines} lines, at most {FUNCTION_MAX}",
                source.path, function.name
            ),
        })
    };
    source.functions().into_iter().filter_map(offence).collect()
}

/// Lines of the median file and the 95th percentile, over files that are not tests, without their test modules.
pub(super) fn percentiles(sources: &[Source]) -> (usize, usize) {
    let lines = |source: &Source| source.shipped.trim_end().lines().count();
    let mut sizes: Vec<usize> = sources.iter().map(lines).filter(|lines| *lines > 0).collect();
    sizes.sort_unstable();
    let at = |share: usize| sizes.get((sizes.len() * share / 100).min(sizes.len().saturating_sub(1)));
    (at(50).copied().unwrap_or(0), at(95).copied().unwrap_or(0))
}
