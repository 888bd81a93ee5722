//! Credentials that the product makes itself: machine tokens, session cookies, one-time links.
//!
//! Each is 256 random bits beside an id, shown once as `yg_<id>_<secret>` (the first two letters tell the kind, so
//! that a leaked one is recognised by the pattern `y[gsern]_[0-9a-f]{32}_[0-9a-f]{64}`). Only a SHA-256 is kept: with
//! 256 random bits there is nothing to guess, so a slow hash would only slow the server. The hash covers the kind and
//! the id, so that one kind never passes for another and a secret never for another row's.

use crate::failure::failures;
use crate::secret::{NoRandom, Secret, equal, from_hex, random, to_hex};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What a credential is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A machine's token for the API; its id is a `TokenId`.
    Machine,
    /// A log-in; its id is a `SessionId`.
    Session,
    /// A one-time link that lets a new user enrol; its id is the user's.
    Enrolment,
    /// A one-time link that lets a user set a new password; its id is the user's.
    Reset,
    /// A one-time code that lets a remote sensor enrol; its id is a `SensorId`.
    SensorEnrolment,
}

/// A new credential.
#[derive(Debug)]
pub struct Issued {
    /// What its holder gets to see, once.
    pub text: Secret<String>,
    /// What is kept.
    pub hash: [u8; 32],
}

/// A credential as somebody presents it; nothing is proved yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// Whose it claims to be: the row to look up.
    pub id: Uuid,
    hash: [u8; 32],
}

failures! {
    /// Why a text is no credential of the wanted kind.
    NotACredential {
        /// It does not have the form.
        Form "read the credential: it is not complete or of another kind";
    }
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] =
        &[Self::Machine, Self::Session, Self::Enrolment, Self::Reset, Self::SensorEnrolment];

    /// The first letters of the text.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Machine => "yg",
            Self::Session => "ys",
            Self::Enrolment => "ye",
            Self::Reset => "yr",
            Self::SensorEnrolment => "yn",
        }
    }
}

/// Makes a credential for `id`.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn issue(kind: Kind, id: Uuid) -> Result<Issued, NoRandom> {
    let secret = Secret::new(random::<32>()?);
    let digits = Secret::new(to_hex(secret.expose()));
    let text = format!("{}_{}_{}", kind.prefix(), id.simple(), digits.expose());
    Ok(Issued { text: Secret::new(text), hash: digest(kind, id, secret.expose()) })
}

/// Reads a presented text.
///
/// # Errors
/// When it is not a credential of `kind`.
pub fn read(kind: Kind, text: &str) -> Result<Presented, NotACredential> {
    parse(kind, text).ok_or(NotACredential::Form)
}

impl Presented {
    /// The hash to look a kept credential up by, where the row is not found by [`Presented::id`].
    #[must_use]
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }
}

/// Whether the presented credential is the one whose hash was kept. Expiry and single use are the caller's.
#[must_use]
pub fn matches(presented: &Presented, kept: &[u8]) -> bool {
    equal(&presented.hash, kept)
}

fn parse(kind: Kind, text: &str) -> Option<Presented> {
    let (id, secret) = text.strip_prefix(kind.prefix())?.strip_prefix('_')?.split_once('_')?;
    let id = Uuid::from_bytes(from_hex(id)?);
    let secret = Secret::new(from_hex::<32>(secret)?);
    Some(Presented { id, hash: digest(kind, id, secret.expose()) })
}

fn digest(kind: Kind, id: Uuid, secret: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update(kind.prefix())
        .chain_update(id.as_bytes())
        .chain_update(secret)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::{Kind, issue, matches, read};
    use uuid::Uuid;

    const ID: Uuid = Uuid::from_u128(7);

    #[test]
    fn what_was_issued_is_accepted_for_its_row_only() {
        let first = issue(Kind::Machine, ID).expect("a token");
        let second = issue(Kind::Machine, ID).expect("a token");
        let presented = read(Kind::Machine, first.text.expose()).expect("a token");
        assert_eq!(presented.id, ID);
        assert!(matches(&presented, &first.hash));
        assert!(!matches(&presented, &second.hash));
        assert!(!matches(&presented, &[]));
        assert!(!format!("{first:?}").contains(&first.text.expose()[36..]));
    }

    #[test]
    fn a_secret_under_another_id_is_refused() {
        let issued = issue(Kind::Machine, ID).expect("a token");
        let text = issued.text.expose().replacen("00000007", "00000008", 1);
        let presented = read(Kind::Machine, &text).expect("well formed");
        assert_eq!(presented.id, Uuid::from_u128(8));
        assert!(!matches(&presented, &issued.hash));
    }

    #[test]
    fn one_kind_does_not_pass_for_another() {
        for kind in Kind::ALL {
            let issued = issue(*kind, ID).expect("a credential");
            for other in Kind::ALL.iter().filter(|other| *other != kind) {
                assert!(read(*other, issued.text.expose()).is_err());
                let relabelled = issued.text.expose().replacen(kind.prefix(), other.prefix(), 1);
                let presented = read(*other, &relabelled).expect("well formed");
                assert!(!matches(&presented, &issued.hash));
            }
        }
    }

    #[test]
    fn a_text_cut_or_grown_at_any_place_is_refused() {
        let issued = issue(Kind::Reset, ID).expect("a link");
        let text = issued.text.expose();
        for end in 0..text.len() {
            assert!(read(Kind::Reset, &text[..end]).is_err());
        }
        assert!(read(Kind::Reset, &format!("{text}0")).is_err());
        assert!(read(Kind::Reset, &text.to_uppercase()).is_err());
    }
}
