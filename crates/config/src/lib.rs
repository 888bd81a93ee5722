//! The one configuration file of a plant (`yagura site --config FILE`): read raw, then checked.
//!
//! Promises: every fault of a file is found in one go and named with file, line, key and what is allowed; an unknown
//! key is a fault that names the nearest known one; a key is described once, at its raw field, and its check, the
//! schema (`docs/config.schema.json`), the page (`docs/configuration.md`) and whether it may change at run time all
//! come from there. Environment variables `YAGURA_SECTION__KEY` come before the file.
//!
//! Secrets never stand in the file: keys that end in `_file` name where they lie.

mod at;
mod change;
mod check;
mod fault;
mod files;
mod reference;
mod sections;
mod size;
mod tree;

#[cfg(test)]
mod tests;

pub use change::{Change, Changed, changes};
pub use fault::{Fault, Faults, Place};
pub use files::{SecretError, check_machine, secret};
pub use reference::{reference, schema};
pub use sections::*;

use std::path::Path;

/// The largest configuration file that is read.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// The variables of this process's environment that may override keys: `YAGURA_SECTION__KEY`.
#[must_use]
pub fn environment() -> Vec<(String, String)> {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let mut variables: Vec<_> =
        std::env::vars_os().filter_map(text).filter(|(n, _)| tree::is_override(n)).collect();
    variables.sort();
    variables
}

/// Reads and checks a file; without one, the defaults and the environment count.
///
/// # Errors
/// All faults of the file, or the one that it cannot be read.
pub fn read(path: Option<&Path>, variables: &[(String, String)]) -> Result<Config, Faults> {
    let Some(path) = path else { return parse("defaults", "", variables) };
    let name = path.display().to_string();
    let text = files::bounded(path, FILE_BYTES_MAX).map_err(|error| Faults::unreadable(&name, &error))?;
    match String::from_utf8(text) {
        Ok(text) => parse(&name, &text, variables),
        Err(error) => {
            let line =
                error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n');
            let line = u32::try_from(line.count() + 1).unwrap_or(u32::MAX);
            Err(Faults(vec![Fault::at_line(&name, line, "not UTF-8: save the file in UTF-8")]))
        }
    }
}

/// Checks the text of a file that is called `name` in faults. Looks at no file and no clock.
///
/// # Errors
/// All faults.
pub fn parse(name: &str, text: &str, variables: &[(String, String)]) -> Result<Config, Faults> {
    let schema = schema();
    let (raw, origin, faults) = tree::read(name, text, variables, &schema);
    let mut check = check::Check::new(&origin, &schema, faults);
    let config = sections::check(raw, &mut check);
    match (config, check.into_faults()) {
        (Some(config), faults) if faults.is_empty() => Ok(config),
        (_, faults) => Err(Faults::sorted(faults)),
    }
}
