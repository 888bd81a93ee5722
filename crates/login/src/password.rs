//! Passwords: argon2id, in bounded concurrency, and what a password must be.

use crate::failure::failures;
use crate::secret::{Secret, random};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory per computation, in KiB: the second recommended choice of RFC 9106 section 4.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// Computations at once: with their memory this bounds what a flood of log-ins can take (128 MiB).
const AT_ONCE: usize = 2;
/// Computations that may wait for their turn; more are turned away.
const WAITING: usize = 32;

/// The fewest characters of a password.
pub const LENGTH_MIN: usize = 12;
/// The most characters: enough for any sentence.
pub const LENGTH_MAX: usize = 256;

/// The most common passwords that are long enough, lower case, one a line.
const COMMON: &str = include_str!("common_passwords.txt");

/// A turnstile before the costly function. One per process.
#[derive(Debug)]
pub struct Passwords {
    admitted: Arc<Semaphore>,
    computing: Arc<Semaphore>,
    /// Checked when there is no such user, so that an answer takes as long as for one who exists.
    nobodys: String,
}

/// What a verification found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right {
        /// Whether the kept hash is of weaker parameters, and a new one should be kept.
        rehash: bool,
    },
    /// It is wrong, or there is no such user.
    Wrong,
}

failures! {
    /// Why no hash was computed.
    PasswordError {
        /// Too many wait already.
        Busy "check the password: too many log-ins at once, try again in a moment";
        /// The kept hash cannot be read.
        Kept "check the password: the kept hash is damaged, reset the password";
        /// The computation itself failed.
        Computation "compute the password's hash";
    }
}

failures! {
    /// Why a password is not good enough.
    Weakness {
        /// Too short.
        Short "accept the password: it needs at least 12 characters";
        /// Too long.
        Long "accept the password: it may have at most 256 characters";
        /// The user name is most of it.
        UserName "accept the password: it contains the user name";
        /// It is on the list of common passwords.
        Common "accept the password: it is one of the most common ones";
        /// It is made of very few different characters.
        Monotonous "accept the password: it repeats too few characters";
    }
}

/// Whether `password` is good enough for the user called `user_name`. Length counts, mixtures of signs do not
/// (NIST SP 800-63B).
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_policy(password: &Secret<String>, user_name: &str) -> Result<(), Weakness> {
    let characters = password.expose().chars().count();
    if characters < LENGTH_MIN {
        return Err(Weakness::Short);
    }
    if characters > LENGTH_MAX {
        return Err(Weakness::Long);
    }
    let lower = Secret::new(password.expose().to_lowercase());
    let user_name = user_name.to_lowercase();
    let rest = lower.expose().replace(&user_name, "").chars().count();
    if !user_name.is_empty() && lower.expose().contains(&user_name) && rest < LENGTH_MIN {
        return Err(Weakness::UserName);
    }
    let mut different: Vec<char> = lower.expose().chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 5 {
        return Err(Weakness::Monotonous);
    }
    let bare = lower.expose().trim_end_matches(|sign: char| !sign.is_alphabetic());
    if COMMON.lines().any(|common| common == lower.expose() || common == bare) {
        return Err(Weakness::Common);
    }
    Ok(())
}

impl Passwords {
    /// A turnstile with the product's own limits.
    ///
    /// # Errors
    /// When the computation fails, for want of memory or random bytes.
    pub fn new() -> Result<Self, PasswordError> {
        Ok(Self {
            admitted: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            computing: Arc::new(Semaphore::new(AT_ONCE)),
            nobodys: hash_now(b"nobody has this one")?,
        })
    }

    /// The hash to keep for `password`, in the PHC string format.
    ///
    /// # Errors
    /// When too many wait already, or the computation fails.
    pub async fn hash(&self, password: &Secret<String>) -> Result<String, PasswordError> {
        let password = Secret::new(password.expose().clone());
        self.compute(move || hash_now(password.expose().as_bytes())).await
    }

    /// Whether `password` is the one whose hash was `kept`; `None` when there is no such user, which takes as long.
    ///
    /// # Errors
    /// When too many wait already, or the kept hash cannot be read.
    pub async fn verify(
        &self,
        password: &Secret<String>,
        kept: Option<&str>,
    ) -> Result<Verdict, PasswordError> {
        let exists = kept.is_some();
        let kept = kept.unwrap_or(&self.nobodys).to_owned();
        let password = Secret::new(password.expose().clone());
        let verdict = self.compute(move || verify_now(password.expose().as_bytes(), &kept)).await?;
        Ok(if exists { verdict } else { Verdict::Wrong })
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        // Both permits go with the computation: a client that hangs up does not end it, so it must still count.
        let admitted = self.admitted.clone().try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let computing = self.computing.clone().acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        let work = move || {
            let result = work();
            drop((admitted, computing));
            result
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Computation)?
    }
}

fn argon2id() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PasswordError::Computation)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &[u8]) -> Result<String, PasswordError> {
    let salt: [u8; 16] = random().map_err(|_| PasswordError::Computation)?;
    let hash: PasswordHash =
        argon2id()?.hash_password_with_salt(password, &salt).map_err(|_| PasswordError::Computation)?;
    Ok(hash.to_string())
}

fn verify_now(password: &[u8], kept: &str) -> Result<Verdict, PasswordError> {
    let parsed = PasswordHash::new(kept).map_err(|_| PasswordError::Kept)?;
    let params = Params::try_from(&parsed).map_err(|_| PasswordError::Kept)?;
    // A damaged or planted row must not make the server take more memory than a hash of its own.
    if params.m_cost() > MEMORY_KIB || params.t_cost() > 16 || params.p_cost() > 16 {
        return Err(PasswordError::Kept);
    }
    if parsed.salt.is_none() || parsed.hash.is_none() {
        return Err(PasswordError::Kept);
    }
    let weaker = (params.m_cost(), params.t_cost()) != (MEMORY_KIB, PASSES)
        || parsed.algorithm.as_str() != Algorithm::Argon2id.as_str();
    match argon2id()?.verify_password(password, &parsed) {
        Ok(()) => Ok(Verdict::Right { rehash: weaker }),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
        Err(_) => Err(PasswordError::Kept),
    }
}

#[cfg(test)]
mod tests {
    use super::{PasswordError, Passwords, Verdict, Weakness, check_policy};
    use crate::secret::Secret;
    use argon2::password_hash::PasswordHasher;
    use argon2::password_hash::phc::PasswordHash;
    use argon2::{Algorithm, Argon2, Params, Version};
    use std::time::Duration;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_and_no_other() {
        let passwords = Passwords::new().expect("a turnstile");
        let kept = passwords.hash(&secret("塔の上から見張る者たち")).await.expect("a hash");
        assert!(kept.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{kept}");
        let right = passwords.verify(&secret("塔の上から見張る者たち"), Some(&kept)).await;
        assert_eq!(right, Ok(Verdict::Right { rehash: false }));
        for wrong in ["塔の上から見張る者", "", "x"] {
            assert_eq!(passwords.verify(&secret(wrong), Some(&kept)).await, Ok(Verdict::Wrong));
        }
        assert_ne!(passwords.hash(&secret("塔の上から見張る者たち")).await.expect("a hash"), kept, "salted");
    }

    #[tokio::test]
    async fn nobody_is_wrong_even_with_nobodys_password() {
        let passwords = Passwords::new().expect("a turnstile");
        let verdict = passwords.verify(&secret("nobody has this one"), None).await;
        assert_eq!(verdict, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn an_older_hash_still_counts_and_asks_to_be_renewed() {
        let passwords = Passwords::new().expect("a turnstile");
        let weak =
            Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).expect("p"));
        let kept: PasswordHash = weak.hash_password_with_salt(b"an old password", &[7; 16]).expect("a hash");
        let kept = kept.to_string();
        let verdict = passwords.verify(&secret("an old password"), Some(&kept)).await;
        assert_eq!(verdict, Ok(Verdict::Right { rehash: true }));
        assert_eq!(passwords.verify(&secret("another"), Some(&kept)).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn a_damaged_hash_is_an_error_and_takes_no_memory() {
        let passwords = Passwords::new().expect("a turnstile");
        let greedy = "$argon2id$v=19$m=4194304,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for kept in ["", "plain", "$argon2id$v=19$m=65536", greedy] {
            assert_eq!(passwords.verify(&secret("x"), Some(kept)).await, Err(PasswordError::Kept), "{kept}");
        }
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_does_not_free_its_turn() {
        let passwords = Passwords::new().expect("a turnstile");
        let password = secret("x");
        let abandoned =
            tokio::time::timeout(Duration::from_millis(1), passwords.verify(&password, None)).await;
        assert!(abandoned.is_err());
        assert_eq!(passwords.computing.available_permits(), 1, "the computation still runs");
        let _all = passwords.computing.acquire_many(2).await.expect("permits after it has ended");
    }

    #[tokio::test]
    async fn a_flood_is_turned_away() {
        let passwords = Passwords::new().expect("a turnstile");
        // All permits of the first semaphore are taken, as by log-ins that wait.
        let waiting = passwords.admitted.acquire_many(34).await.expect("permits");
        let turned_away = passwords.verify(&secret("x"), None).await;
        assert_eq!(turned_away, Err(PasswordError::Busy));
        drop(waiting);
        assert_eq!(passwords.verify(&secret("x"), None).await, Ok(Verdict::Wrong));
    }

    #[test]
    fn weak_passwords_are_named() {
        let check = |password: &str| check_policy(&secret(password), "tanaka");
        assert_eq!(check("elevenchars"), Err(Weakness::Short));
        assert_eq!(check(&"long enough ".repeat(22)), Err(Weakness::Long));
        assert_eq!(check("Tanaka-tanaka-1"), Err(Weakness::UserName));
        assert_eq!(check("ababababababab"), Err(Weakness::Monotonous));
        assert_eq!(check("Password1234"), Err(Weakness::Common));
        assert_eq!(check("administrator2024!"), Err(Weakness::Common));
        assert_eq!(check("tanaka likes rivers and bridges"), Ok(()));
        assert_eq!(check("見張り台から工場の灯を見る"), Ok(()));
        assert_eq!(check_policy(&secret("rivers and bridges"), ""), Ok(()));
    }

    #[test]
    fn the_common_list_is_lower_case_and_long_enough() {
        let mut seen = std::collections::BTreeSet::new();
        for common in super::COMMON.lines() {
            assert_eq!(common, common.to_lowercase());
            assert!(seen.insert(common), "{common} stands twice");
        }
        assert!(seen.len() > 100);
    }
}
