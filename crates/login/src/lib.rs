//! Proof of who is there: passwords, codes, passkeys, directories, tokens, certificates.
//!
//! Functions without a web framework and without a database: the caller keeps what they give and hands it back. What
//! is secret travels in [`Secret`], which does not print itself; only hashes and sealed blobs are meant to be kept.
//! Times come in as microseconds since 1970 UTC.

pub mod certificate;
pub mod directory;
mod failure;
pub mod groups;
mod head;
mod keyfile;
pub mod oidc;
pub mod passkey;
pub mod password;
mod recovery;
mod seal;
mod secret;
pub mod session;
pub mod throttle;
pub mod token;
mod totp;

pub use head::{HeadError, HeadKey, verify_head};
pub use keyfile::KeyFileError;
pub use recovery::{CODES, RecoveryCodes, find_recovery_code, issue_recovery_codes};
pub use seal::{SealError, SealingKeys};
pub use secret::{NoRandom, Secret, equal, from_hex, random, to_hex};
pub use totp::{CodeError, TotpEnrolment, TotpEnrolmentError, check_totp, enrol_totp};
