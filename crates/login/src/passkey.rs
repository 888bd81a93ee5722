//! Passkeys (WebAuthn level 2 and later), always with user verification.
//!
//! A browser offers passkeys only on HTTPS (or localhost) and only for a name, never for a bare IP address; a plant
//! reached by address alone uses passwords and codes. Options and responses are the JSON that the browser's
//! `navigator.credentials` takes and gives. A challenge is answered once: the caller takes its state out of memory
//! (or gets an expired one refused here) before finishing.

use crate::failure::failures;
use crate::secret::to_hex;
use facts::id::UserId;
use webauthn_rs::prelude::{
    Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Url, Webauthn, WebauthnBuilder,
};

/// How long a challenge may stay unanswered, in microseconds.
const CHALLENGE_US: i64 = 300_000_000;

/// The site as browsers know it.
#[derive(Debug)]
pub struct Passkeys(Webauthn);

/// A registered passkey. `record` is public: it holds no secret of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRecord {
    /// The credential's id in hexadecimal: unique over all users, the caller refuses a second one.
    pub id: String,
    /// The JSON to keep and to give back.
    pub record: String,
}

/// A challenge to register, to be kept in memory until it is answered.
#[derive(Debug)]
pub struct Registration {
    state: PasskeyRegistration,
    began_us: i64,
}

/// A challenge to log in, to be kept in memory until it is answered.
#[derive(Debug)]
pub struct Authentication {
    state: PasskeyAuthentication,
    began_us: i64,
}

failures! {
    /// Why a passkey is not accepted.
    PasskeyError {
        /// The site's name or address cannot be used for passkeys.
        Site(String) "offer passkeys: they need an https address with a name";
        /// A kept record cannot be read.
        Kept "read a kept passkey: remove it and register it again";
        /// The user has none.
        NoneKept "log in by passkey: none is registered";
        /// The browser's answer cannot be read.
        Answer(String) "read the browser's answer";
        /// The answer came too late.
        Expired "accept the passkey: the challenge is too old, try again";
        /// The answer does not prove possession of the passkey for this site and challenge.
        Refused(String) "accept the passkey";
    }
}

impl Passkeys {
    /// For the site that browsers reach at `origin` (such as `https://yagura.plant.example`); `name` is shown to users.
    ///
    /// # Errors
    /// When passkeys cannot work there.
    pub fn new(origin: &str, name: &str) -> Result<Self, PasskeyError> {
        let url = Url::parse(origin).map_err(|error| PasskeyError::Site(error.to_string()))?;
        let domain = url.domain().ok_or_else(|| PasskeyError::Site(origin.to_owned()))?;
        if url.scheme() != "https" && domain != "localhost" {
            return Err(PasskeyError::Site(origin.to_owned()));
        }
        WebauthnBuilder::new(domain, &url)
            .and_then(|builder| builder.rp_name(name).build())
            .map(Self)
            .map_err(|error| PasskeyError::Site(error.to_string()))
    }

    /// Options for the browser to make a passkey, and what to keep until it answers. A device that already holds one
    /// of `kept` refuses to make a second.
    ///
    /// # Errors
    /// When a kept record cannot be read.
    pub fn start_registration(
        &self,
        user: UserId,
        user_name: &str,
        kept: &[PasskeyRecord],
        now_us: i64,
    ) -> Result<(String, Registration), PasskeyError> {
        let kept = read_all(kept)?;
        let ids = kept.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let (options, state) =
            self.0.start_passkey_registration(user.0, user_name, user_name, Some(ids)).map_err(refused)?;
        Ok((to_json(&options)?, Registration { state, began_us: now_us }))
    }

    /// The passkey to keep, from the browser's answer.
    ///
    /// # Errors
    /// When the answer is late, or not one to this challenge from this site.
    pub fn finish_registration(
        &self,
        answer: &str,
        registration: &Registration,
        now_us: i64,
    ) -> Result<PasskeyRecord, PasskeyError> {
        check_age(registration.began_us, now_us)?;
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(unreadable)?;
        let passkey = self.0.finish_passkey_registration(&answer, &registration.state).map_err(refused)?;
        to_record(&passkey)
    }

    /// Options for the browser to prove one of the user's `kept` passkeys, and what to keep until it answers.
    ///
    /// # Errors
    /// When there is none, or a kept record cannot be read.
    pub fn start_authentication(
        &self,
        kept: &[PasskeyRecord],
        now_us: i64,
    ) -> Result<(String, Authentication), PasskeyError> {
        let kept = read_all(kept)?;
        if kept.is_empty() {
            return Err(PasskeyError::NoneKept);
        }
        let (options, state) = self.0.start_passkey_authentication(&kept).map_err(refused)?;
        Ok((to_json(&options)?, Authentication { state, began_us: now_us }))
    }

    /// The passkey that the browser proved, with its counter moved on: keep this record instead of the old one.
    ///
    /// # Errors
    /// When the answer is late, is not one to this challenge by one of these passkeys, or its counter went back (a
    /// copied authenticator).
    pub fn finish_authentication(
        &self,
        answer: &str,
        authentication: &Authentication,
        kept: &[PasskeyRecord],
        now_us: i64,
    ) -> Result<PasskeyRecord, PasskeyError> {
        check_age(authentication.began_us, now_us)?;
        let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(unreadable)?;
        let result = self.0.finish_passkey_authentication(&answer, &authentication.state).map_err(refused)?;
        let mut kept = read_all(kept)?;
        let proved = kept.iter_mut().find(|passkey| passkey.cred_id() == result.cred_id());
        let proved = proved.ok_or(PasskeyError::NoneKept)?;
        proved.update_credential(&result);
        to_record(proved)
    }
}

fn check_age(began_us: i64, now_us: i64) -> Result<(), PasskeyError> {
    if now_us.saturating_sub(began_us) > CHALLENGE_US { Err(PasskeyError::Expired) } else { Ok(()) }
}

fn read_all(kept: &[PasskeyRecord]) -> Result<Vec<Passkey>, PasskeyError> {
    kept.iter().map(|kept| serde_json::from_str(&kept.record).map_err(|_| PasskeyError::Kept)).collect()
}

fn to_record(passkey: &Passkey) -> Result<PasskeyRecord, PasskeyError> {
    Ok(PasskeyRecord { id: to_hex(passkey.cred_id()), record: to_json(passkey)? })
}

fn to_json(value: &impl serde::Serialize) -> Result<String, PasskeyError> {
    serde_json::to_string(value).map_err(unreadable)
}

fn refused(error: webauthn_rs::prelude::WebauthnError) -> PasskeyError {
    PasskeyError::Refused(error.to_string())
}

fn unreadable(error: serde_json::Error) -> PasskeyError {
    PasskeyError::Answer(error.to_string())
}
