//! What was begun and waits for its second half: challenges, codes to confirm, log-ins at a provider.

use login::Secret;
use login::oidc::OidcPending;
use login::passkey::{Authentication, Registration};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// How long it waits, in microseconds.
const WAIT_US: i64 = 600_000_000;
/// How much waits at most; the oldest gives way.
const MOST: usize = 1000;
/// A use is written down at most this often, in microseconds.
const TOUCH_US: i64 = 60_000_000;
/// How many uses are remembered at most.
const TOUCHES_MOST: usize = 10_000;

/// One thing that waits. Each is taken out once.
#[derive(Debug)]
pub(crate) enum Half {
    /// A secret that its owner must prove to have in an app.
    Totp(Secret<Vec<u8>>),
    /// A passkey that is being made.
    Registration(Box<Registration>),
    /// A passkey that is to be proved, by which user.
    Authentication(facts::id::UserId, Box<Authentication>),
    /// A log-in at the provider.
    Provider(Box<OidcPending>),
}

/// What waits, by a key that only its owner knows or is.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    halves: Mutex<HashMap<String, (i64, Half)>>,
    touched: Mutex<HashMap<Uuid, i64>>,
}

impl Waiting {
    /// Keeps a half; one of the same key gives way.
    pub(crate) fn put(&self, key: String, half: Half, now_us: i64) {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if halves.len() >= MOST {
            halves.retain(|_, (began, _)| now_us.saturating_sub(*began) < WAIT_US);
        }
        if halves.len() >= MOST {
            let oldest = halves.iter().min_by_key(|(_, (began, _))| *began).map(|(key, _)| key.clone());
            oldest.and_then(|key| halves.remove(&key));
        }
        halves.insert(key, (now_us, half));
    }

    /// Takes a half out, if it is not too old.
    pub(crate) fn take(&self, key: &str, now_us: i64) -> Option<Half> {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, half) = halves.remove(key)?;
        (now_us.saturating_sub(began) < WAIT_US).then_some(half)
    }

    /// Whether a use of this session or token is the first of the minute, and so to be written down.
    pub(crate) fn is_first_use(&self, id: Uuid, now_us: i64) -> bool {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        if touched.get(&id).is_some_and(|last| now_us.saturating_sub(*last).abs() < TOUCH_US) {
            return false;
        }
        if touched.len() >= TOUCHES_MOST {
            touched.retain(|_, last| now_us.saturating_sub(*last).abs() < TOUCH_US);
        }
        touched.insert(id, now_us);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_is_taken_once_and_not_for_ever() {
        let waiting = Waiting::default();
        let half = || Half::Totp(Secret::new(vec![1]));
        waiting.put("a".into(), half(), 0);
        assert!(waiting.take("a", 1).is_some());
        assert!(waiting.take("a", 1).is_none());
        waiting.put("a".into(), half(), 0);
        assert!(waiting.take("a", WAIT_US).is_none());
        for number in 0..2 * MOST {
            waiting.put(number.to_string(), half(), 5);
        }
        assert!(waiting.halves.lock().unwrap().len() <= MOST);
    }

    #[test]
    fn a_use_is_written_once_a_minute() {
        let waiting = Waiting::default();
        assert!(waiting.is_first_use(Uuid::nil(), 0));
        assert!(!waiting.is_first_use(Uuid::nil(), TOUCH_US - 1));
        assert!(waiting.is_first_use(Uuid::nil(), TOUCH_US));
    }
}
