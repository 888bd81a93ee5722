//! Binary search in sorted lines of `key TAB value`.

/// The value of `key` in a table whose lines are sorted by key bytes.
pub(crate) fn look_up(table: &'static str, key: &str) -> Option<&'static str> {
    let mut rest = table;
    while !rest.is_empty() {
        let (before, line, after) = middle_line(rest)?;
        let (line_key, value) = line.split_once('\t')?;
        match key.as_bytes().cmp(line_key.as_bytes()) {
            core::cmp::Ordering::Equal => return Some(value),
            core::cmp::Ordering::Less => rest = before,
            core::cmp::Ordering::Greater => rest = after,
        }
    }
    None
}

/// The line over the middle of the text, and the text before and behind it. `None` never occurs for ASCII line
/// ends; it only spares the callers an index that could panic.
fn middle_line(text: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let bytes = text.as_bytes();
    let middle = text.len() / 2;
    let start = bytes.get(..middle)?.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end =
        bytes.get(middle..)?.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| middle + at);
    Some((text.get(..start)?, text.get(start..end)?, text.get(end + 1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::look_up;

    #[test]
    fn finds_first_middle_and_last_and_nothing_else() {
        let table = "a\tone\nbb\ttwo\nc\tthree\n";
        let found: Vec<_> = ["a", "bb", "c", "", "b", "d"].map(|key| look_up(table, key)).into();
        assert_eq!(found, [Some("one"), Some("two"), Some("three"), None, None, None]);
    }

    #[test]
    fn an_empty_table_has_nothing() {
        assert_eq!(look_up("", "a"), None);
    }
}
