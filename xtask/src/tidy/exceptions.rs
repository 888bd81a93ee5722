//! The list of exceptions: each with its number and its reason, and it may only shrink.

use super::Offence;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The committed list.
pub(super) const LIST: &str = "xtask/tidy-exceptions.txt";

/// One line: `RULE SUBJECT NUMBER: REASON`.
#[derive(Debug)]
struct Exception {
    rule: String,
    subject: String,
    amount: usize,
    reason: String,
}

/// Lines for every offence beyond the list, and for every exception that is no longer needed.
pub(super) fn apply(root: &Path, offences: Vec<Offence>, bless: bool) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(root.join(LIST)).unwrap_or_default();
    let (limit, mut exceptions) = parse(&text)?;
    if bless {
        lower(&mut exceptions, &offences);
        let written = write(&text, &exceptions);
        fs::write(root.join(LIST), written).map_err(|error| format!("{LIST}: {error}"))?;
        return Ok(compare(exceptions.len(), &exceptions, offences));
    }
    Ok(compare(limit, &exceptions, offences))
}

fn parse(text: &str) -> Result<(usize, Vec<Exception>), String> {
    let (mut limit, mut exceptions) = (0, Vec::new());
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
    {
        let wrong = || format!("{LIST}:{}: write `RULE SUBJECT NUMBER: REASON`", at + 1);
        let (head, reason) = line.split_once(": ").ok_or_else(wrong)?;
        let words: Vec<&str> = head.split_whitespace().collect();
        match words.as_slice() {
            ["limit", number] => limit = number.parse().map_err(|_| wrong())?,
            [rule, subject, amount] if !reason.trim().is_empty() => exceptions.push(Exception {
                rule: (*rule).into(),
                subject: (*subject).into(),
                amount: amount.parse().map_err(|_| wrong())?,
                reason: reason.trim().into(),
            }),
            _ => return Err(wrong()),
        }
    }
    Ok((limit, exceptions))
}

fn amounts(offences: &[Offence]) -> BTreeMap<(&str, &str), usize> {
    let mut amounts = BTreeMap::new();
    for offence in offences {
        *amounts.entry((offence.rule, offence.subject.as_str())).or_default() += offence.amount;
    }
    amounts
}

/// Drops what is no longer needed and lowers what became smaller; never raises anything.
fn lower(exceptions: &mut Vec<Exception>, offences: &[Offence]) {
    let amounts = amounts(offences);
    exceptions.retain_mut(|exception| {
        let amount =
            amounts.get(&(exception.rule.as_str(), exception.subject.as_str())).copied().unwrap_or(0);
        exception.amount = exception.amount.min(amount);
        amount > 0
    });
}

fn write(before: &str, exceptions: &[Exception]) -> String {
    let mut lines: Vec<String> =
        before.lines().take_while(|line| line.starts_with('#')).map(String::from).collect();
    lines.push(format!("limit {}: lines below; the number may only fall", exceptions.len()));
    lines.extend(exceptions.iter().map(|e| format!("{} {} {}: {}", e.rule, e.subject, e.amount, e.reason)));
    lines.join("\n") + "\n"
}

fn compare(limit: usize, exceptions: &[Exception], offences: Vec<Offence>) -> Vec<String> {
    let mut failures = Vec::new();
    if exceptions.len() != limit {
        failures.push(format!("{LIST}: {} exceptions, but its limit says {limit}", exceptions.len()));
    }
    let amounts = amounts(&offences);
    for exception in exceptions {
        let key = (exception.rule.as_str(), exception.subject.as_str());
        let now = amounts.get(&key).copied().unwrap_or(0);
        if now < exception.amount {
            let Exception { rule, subject, amount, .. } = exception;
            failures.push(format!("{LIST}: {rule} {subject} fell from {amount} to {now}: run tidy --bless"));
        }
    }
    let allowed = |offence: &Offence| {
        let key = (offence.rule, offence.subject.as_str());
        let now = amounts.get(&key).copied().unwrap_or(0);
        exceptions.iter().any(|e| (e.rule.as_str(), e.subject.as_str()) == key && now <= e.amount)
    };
    let beyond = offences.iter().filter(|offence| !allowed(offence));
    failures.extend(beyond.map(|offence| format!("{}: {}", offence.rule, offence.text)));
    failures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offence(amount: usize) -> Offence {
        Offence { rule: "function", subject: "a.rs::b".into(), amount, text: "a.rs:1: too long".into() }
    }

    fn failures(list: &str, offences: Vec<Offence>) -> Vec<String> {
        let (limit, exceptions) = parse(list).unwrap();
        compare(limit, &exceptions, offences)
    }

    #[test]
    fn the_list_may_only_shrink() {
        let list = "# head\nlimit 1: lines\nfunction a.rs::b 80: a table\n";
        assert!(failures(list, vec![offence(80)]).is_empty());
        assert_eq!(failures(list, vec![offence(81)]), ["function: a.rs:1: too long"]);
        assert_eq!(failures(list, vec![offence(79)]).len(), 1, "a smaller number must be written down");
        assert_eq!(failures(list, Vec::new()).len(), 1, "an exception without offence must go");
        let longer = format!("{list}function c.rs::d 90: another\n");
        assert_eq!(failures(&longer, vec![offence(80)]).len(), 2, "a new line needs a higher limit");
    }

    #[test]
    fn blessing_lowers_and_never_raises() {
        let (_, mut exceptions) = parse("function a.rs::b 80: x\nlines c.rs 900: y\n").unwrap();
        lower(&mut exceptions, &[offence(75)]);
        assert_eq!(write("# head\nlimit 2: z\n", &exceptions).lines().last(), Some("function a.rs::b 75: x"));
        lower(&mut exceptions, &[offence(85)]);
        assert_eq!(exceptions.first().map(|e| e.amount), Some(75));
    }

    #[test]
    fn an_exception_without_a_reason_is_refused() {
        assert!(parse("function a.rs::b 80\n").is_err());
        assert!(parse("function a.rs::b 80:  \n").is_err());
    }
}
