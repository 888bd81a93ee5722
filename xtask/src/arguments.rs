//! Options of the form `--name value` and `--name`.

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
