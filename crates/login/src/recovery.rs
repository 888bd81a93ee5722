//! Recovery codes: what a user keeps on paper for the day the phone is gone.

use crate::secret::{NoRandom, Secret, equal, random};
use facts::id::UserId;
use sha2::{Digest, Sha256};

/// Codes that a user gets at once.
pub const CODES: usize = 10;

/// Sixteen of these 32 signs make a code of 80 bits; letters that look like digits are left out.
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// New codes and what is kept of them.
#[derive(Debug)]
pub struct RecoveryCodes {
    /// What the user sees, once.
    pub texts: Vec<Secret<String>>,
    /// What is kept, in the same order.
    pub hashes: Vec<[u8; 32]>,
}

/// New codes for `user`; they replace the old ones.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn issue_recovery_codes(user: UserId) -> Result<RecoveryCodes, NoRandom> {
    let mut codes = RecoveryCodes { texts: Vec::new(), hashes: Vec::new() };
    for _ in 0..CODES {
        let bytes = Secret::new(random::<16>()?);
        let signs =
            bytes.expose().iter().map(|byte| SIGNS.get(usize::from(byte & 31)).copied().unwrap_or(b'0'));
        let mut text = String::new();
        for (at, sign) in signs.enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(sign));
        }
        codes.hashes.push(digest(user, &text));
        codes.texts.push(Secret::new(text));
    }
    Ok(codes)
}

/// Which of the kept codes `text` is; the caller removes it, for a code counts once.
#[must_use]
pub fn find_recovery_code(user: UserId, text: &str, kept: &[[u8; 32]]) -> Option<usize> {
    let hash = digest(user, text);
    // Every one is compared, so that the time does not tell which it was.
    let mut found = None;
    for (at, code) in kept.iter().enumerate() {
        if equal(&hash, code) {
            found = Some(at);
        }
    }
    found
}

/// As typed from paper: any case, with or without the dashes, o for 0 and i or l for 1.
fn digest(user: UserId, text: &str) -> [u8; 32] {
    let signs =
        text.chars().filter(char::is_ascii_alphanumeric).map(|sign| match sign.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        });
    let plain = Secret::new(signs.collect::<String>());
    let hash = Sha256::new().chain_update(b"recovery code").chain_update(user.0.as_bytes());
    hash.chain_update(plain.expose().as_bytes()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::{CODES, find_recovery_code, issue_recovery_codes};
    use facts::id::UserId;
    use uuid::Uuid;

    const USER: UserId = UserId(Uuid::from_u128(1));

    #[test]
    fn each_code_is_found_as_people_type_it() {
        let codes = issue_recovery_codes(USER).expect("codes");
        assert_eq!((codes.texts.len(), codes.hashes.len()), (CODES, CODES));
        for (at, text) in codes.texts.iter().enumerate() {
            let text = text.expose();
            assert_eq!(text.len(), 19, "{text}");
            let typed = [text.clone(), text.to_uppercase(), text.replace('-', ""), text.replace('0', "O")];
            for typed in typed {
                assert_eq!(find_recovery_code(USER, &typed, &codes.hashes), Some(at), "{typed}");
            }
        }
    }

    #[test]
    fn a_spent_code_and_another_users_are_refused() {
        let codes = issue_recovery_codes(USER).expect("codes");
        let text = codes.texts[3].expose();
        let rest: Vec<_> = codes.hashes.iter().copied().filter(|hash| *hash != codes.hashes[3]).collect();
        assert_eq!(find_recovery_code(USER, text, &rest), None);
        assert_eq!(find_recovery_code(UserId(Uuid::from_u128(2)), text, &codes.hashes), None);
        assert_eq!(find_recovery_code(USER, "", &codes.hashes), None);
        assert_eq!(find_recovery_code(USER, &text[1..], &codes.hashes), None);
    }
}
