//! Options of the form `--name value` and `--name`.

/// The value behind `--name`, read as a number; `default` without the option.
pub(crate) fn number(arguments: &[String], name: &str, default: u64) -> Result<u64, String> {
    match text(arguments, name)? {
        Some(value) => value.parse().map_err(|_| format!("{name} wants a number, not `{value}`")),
        None => Ok(default),
    }
}

/// The value behind `--name`.
pub(crate) fn text<'a>(arguments: &'a [String], name: &str) -> Result<Option<&'a str>, String> {
    let Some(at) = arguments.iter().position(|argument| argument == name) else { return Ok(None) };
    arguments.get(at + 1).map(|value| Some(value.as_str())).ok_or_else(|| format!("{name} wants a value"))
}

/// Refuses what no option of the subcommand is.
pub(crate) fn only(arguments: &[String], with_value: &[&str], alone: &[&str]) -> Result<(), String> {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if with_value.contains(&argument.as_str()) {
            rest.next();
        } else if !alone.contains(&argument.as_str()) {
            return Err(format!("unknown argument `{argument}`"));
        }
    }
    Ok(())
}
