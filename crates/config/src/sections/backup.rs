//! `[backup]`

use crate::at::At;
use crate::check::Check;
use crate::files::Purpose;
use jiff::civil::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawBackup {
    /// Folder for backups, best on another machine's disk; without it, none are made by themselves.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    folder: Option<At<String>>,
    /// How often.
    every: At<Every>,
    /// Time of day in the plant's time zone.
    #[schemars(extend("x-form" = "a time of day, such as `\"03:30\"`"))]
    at: At<String>,
    /// Backups that stay; older ones of this plant are removed once a newer one succeeded.
    #[schemars(range(min = 1, max = 3660))]
    keep: At<u32>,
    /// Public keys of those who can open a backup; the product itself then cannot. The copy before an upgrade is
    /// encrypted for them too.
    #[schemars(extend("x-form" = "a list of age recipients, each beginning with `age1`"))]
    recipients: Vec<At<String>>,
    /// File with the passphrase that opens a backup, in place of recipients.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    passphrase_file: Option<At<String>>,
}

/// How often backups are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Each day.
    #[default]
    Day,
    /// Each Sunday.
    Week,
}

/// Regular encrypted backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where they are written.
    pub folder: PathBuf,
    /// How often.
    pub every: Every,
    /// Time of day in the plant's time zone.
    pub at: Time,
    /// Backups that stay.
    pub keep: u32,
    /// Who can open them.
    pub key: BackupKey,
}

/// Who can open a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupKey {
    /// Holders of the secret keys of these age recipients; at least one.
    Recipients(Vec<String>),
    /// Whoever knows the passphrase in this file.
    PassphraseFile(PathBuf),
}

impl Default for RawBackup {
    fn default() -> Self {
        Self {
            folder: None,
            every: Every::Day.into(),
            at: "03:30".into(),
            keep: 14.into(),
            recipients: Vec::new(),
            passphrase_file: None,
        }
    }
}

pub(crate) fn check(raw: &RawBackup, check: &mut Check<'_>) -> Option<Backup> {
    let folder = check.optional_path(&raw.folder, Purpose::Folder);
    let at = parse_time(&raw.at.value);
    if at.is_none() {
        check.refuse(&raw.at);
    }
    for recipient in raw.recipients.iter().filter(|recipient| !is_recipient(&recipient.value)) {
        if recipient.value.to_uppercase().starts_with("AGE-SECRET-KEY") {
            check.because(
                recipient,
                "is a secret key: write the public one, which begins with `age1`, and renew this one",
            );
        } else {
            check.because(
                recipient,
                "is no age recipient: write 62 letters and digits that begin with `age1`",
            );
        }
    }
    let passphrase_file = check.optional_path(&raw.passphrase_file, Purpose::Secret);
    let key = match (&raw.passphrase_file, raw.recipients.first()) {
        (Some(_), Some(recipient)) => {
            check.because(recipient, "stands beside passphrase_file: remove one of the two");
            None
        }
        (Some(_), None) => passphrase_file.map(BackupKey::PassphraseFile),
        (None, Some(_)) => Some(BackupKey::Recipients(
            raw.recipients.iter().map(|recipient| recipient.value.clone()).collect(),
        )),
        (None, None) => {
            if raw.folder.is_some() {
                check.missing(
                    "backup.recipients",
                    "is missing: name recipients or passphrase_file, backups are encrypted",
                );
            }
            None
        }
    };
    Some(Backup { folder: folder?, every: raw.every.value, at: at?, keep: raw.keep.value, key: key? })
}

/// `03:30`, on a clock of 24 hours.
pub(super) fn parse_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let is_number = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hour) || !is_number(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// An X25519 recipient in its usual form: Bech32 of 32 bytes with the prefix `age` (C2SP age, section X25519).
fn is_recipient(text: &str) -> bool {
    const LETTERS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    text.len() == 62
        && text.strip_prefix("age1").is_some_and(|rest| rest.chars().all(|c| LETTERS.contains(c)))
}
