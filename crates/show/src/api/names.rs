//! What a user may be called and what other short texts may hold.

use super::problem::{Answer, invalid};

/// Letters of a user name at most.
const NAME_MAX: usize = 64;
/// Letters of other short texts at most.
pub(crate) const TEXT_MAX: usize = 200;

/// A user name in the form that is kept: lower case, so that nobody passes for another by a capital letter.
pub(crate) fn user_name(given: &str) -> Answer<String> {
    let name = given.trim().to_lowercase();
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '@');
    if name.is_empty() || name.chars().count() > NAME_MAX || !name.chars().all(fits) {
        let why = "needs 1 to 64 letters, digits or . _ - @";
        return Err(invalid("name", why));
    }
    Ok(name)
}

/// A text of one line.
pub(crate) fn text(field: &str, given: &str) -> Answer<String> {
    let text = given.trim();
    if text.chars().count() > TEXT_MAX || text.chars().any(char::is_control) {
        return Err(invalid(field, format!("may have {TEXT_MAX} letters at most, on one line")));
    }
    Ok(text.to_owned())
}

/// `en`, `ja` or nothing.
pub(crate) fn language(given: &str) -> Answer<String> {
    if matches!(given, "" | "en" | "ja") {
        Ok(given.to_owned())
    } else {
        Err(invalid("language", "is none of en, ja"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_more_than_case() {
        assert_eq!(user_name(" Tanaka ").ok().as_deref(), Some("tanaka"));
        assert_eq!(user_name("髙橋").ok().as_deref(), Some("髙橋"));
        for bad in ["", "a b", "a:b", "a\nb", "../x"] {
            assert!(user_name(bad).is_err(), "{bad:?}");
        }
    }
}
