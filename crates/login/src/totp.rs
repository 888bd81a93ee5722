//! Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, as every app knows it).

use crate::failure::failures;
use crate::secret::{Secret, random};
use qrcodegen::{QrCode, QrCodeEcc};
use totp_rs::{Builder, Totp};

const STEP_SECONDS: i64 = 30;
/// Steps that a clock may be off, each way.
const SKEW_STEPS: u16 = 1;

/// A new secret and what the user's app reads it from. Seal the secret before it is kept.
#[derive(Debug)]
pub struct TotpEnrolment {
    /// The shared secret.
    pub secret: Secret<Vec<u8>>,
    /// The `otpauth://` URI.
    pub uri: Secret<String>,
    /// The URI as a QR code: an SVG image, black on white.
    pub qr_svg: Secret<String>,
}

failures! {
    /// Why a secret could not be made.
    TotpEnrolmentError {
        /// The operating system gives no random bytes.
        NoRandom "make a secret: the operating system gives no random bytes";
        /// The site's or the user's name cannot stand in the URI.
        Name "write the app's URI: a name is empty or contains a colon";
        /// The URI does not fit a QR code.
        TooLong "draw the QR code: the names are too long";
    }
}

failures! {
    /// Why a code does not count.
    CodeError {
        /// It is not the code of this moment.
        Wrong "accept the code: it is not the current one";
        /// It was used before, or an even later one was.
        Replayed "accept the code: it was used already, wait for the next one";
        /// The kept secret cannot be used.
        Kept "check the code: the kept secret is damaged, enrol the app again";
    }
}

/// A new secret for the app of `user_name`, who reads `issuer` (the site's name) above the code.
///
/// # Errors
/// When there are no random bytes, or a name cannot stand in the URI.
pub fn enrol_totp(issuer: &str, user_name: &str) -> Result<TotpEnrolment, TotpEnrolmentError> {
    let secret = Secret::new(random::<20>().map_err(|_| TotpEnrolmentError::NoRandom)?.to_vec());
    let totp = builder(&secret)
        .with_account_name(user_name)
        .with_issuer(Some(issuer))
        .build()
        .map_err(|_| TotpEnrolmentError::Name)?;
    let uri = Secret::new(totp.to_url().map_err(|_| TotpEnrolmentError::Name)?);
    let qr_svg = Secret::new(svg(uri.expose()).ok_or(TotpEnrolmentError::TooLong)?);
    Ok(TotpEnrolment { secret, uri, qr_svg })
}

/// The time step whose code `code` is. Keep it, and give it as `last_step` next time: a code counts once. To keep
/// that true with two log-ins at once, the caller updates the row only where its step is still smaller.
///
/// # Errors
/// When the code is wrong or was used.
pub fn check_totp(
    secret: &Secret<Vec<u8>>,
    code: &str,
    last_step: Option<i64>,
    now_us: i64,
) -> Result<i64, CodeError> {
    let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::Wrong);
    }
    let totp: Totp = builder(secret).build().map_err(|_| CodeError::Kept)?;
    let seconds = u64::try_from(now_us.div_euclid(1_000_000)).map_err(|_| CodeError::Wrong)?;
    let step =
        totp.check(&code, seconds).and_then(|step| i64::try_from(step).ok()).ok_or(CodeError::Wrong)?;
    if last_step.is_some_and(|last| step <= last) {
        return Err(CodeError::Replayed);
    }
    Ok(step)
}

fn builder(secret: &Secret<Vec<u8>>) -> Builder {
    Builder::new()
        .with_secret(secret.expose().clone())
        .with_skew(SKEW_STEPS)
        .with_step_duration(STEP_SECONDS.unsigned_abs())
}

fn svg(text: &str) -> Option<String> {
    use core::fmt::Write;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    // Readers want four modules of white around the code.
    let side = code.size() + 8;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            write!(path, "M{},{}h1v1h-1z", x + 4, y + 4).ok()?;
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0,0h{side}v{side}h-{side}z\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::{CodeError, TotpEnrolmentError, check_totp, enrol_totp};
    use crate::secret::Secret;

    /// The secret of RFC 6238 appendix B for SHA-1; its eight-digit codes end in these six.
    fn vector() -> Secret<Vec<u8>> {
        Secret::new(b"12345678901234567890".to_vec())
    }

    const SECOND_US: i64 = 1_000_000;

    #[test]
    fn the_codes_of_the_standard() {
        let times = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in times {
            assert_eq!(check_totp(&vector(), code, None, seconds * SECOND_US), Ok(seconds / 30));
        }
        assert_eq!(check_totp(&vector(), "081 804", None, 1_111_111_109 * SECOND_US), Ok(37_037_036));
    }

    #[test]
    fn a_clock_may_be_off_by_one_step_not_two() {
        let at = |seconds: i64| check_totp(&vector(), "287082", None, seconds * SECOND_US);
        assert_eq!([0, 30, 59, 60, 89].map(at), [const { Ok(1) }; 5]);
        assert_eq!(at(90), Err(CodeError::Wrong));
    }

    #[test]
    fn a_code_counts_once_and_no_older_one_after_it() {
        let now = 59 * SECOND_US;
        let step = check_totp(&vector(), "287082", None, now).expect("a right code");
        assert_eq!(check_totp(&vector(), "287082", Some(step), now), Err(CodeError::Replayed));
        assert_eq!(check_totp(&vector(), "287082", Some(step + 1), now), Err(CodeError::Replayed));
        assert_eq!(check_totp(&vector(), "287082", Some(step - 1), now), Ok(step));
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        for code in ["", "287083", "28708", "2870822", "２８７０８２", "-87082", "abcdef"] {
            assert_eq!(check_totp(&vector(), code, None, 59 * SECOND_US), Err(CodeError::Wrong), "{code}");
        }
        assert_eq!(check_totp(&vector(), "287082", None, -1), Err(CodeError::Wrong));
        assert_eq!(check_totp(&Secret::new(vec![1]), "287082", None, 0), Err(CodeError::Kept));
    }

    #[test]
    fn an_app_reads_the_uri() {
        let enrolment = enrol_totp("川崎工場", "tanaka").expect("an enrolment");
        assert!(enrolment.uri.expose().starts_with("otpauth://totp/"));
        let read = totp_rs::Totp::from_url(enrolment.uri.expose()).expect("a URI");
        let now = 1_700_000_000;
        let code = read.generate(now).to_string();
        assert!(check_totp(&enrolment.secret, &code, None, 1_700_000_000 * SECOND_US).is_ok());
        assert_eq!(read.issuer(), Some("川崎工場"));
        assert!(
            enrolment.qr_svg.expose().starts_with("<svg ") && enrolment.qr_svg.expose().contains("h1v1h-1z")
        );
        let other = enrol_totp("川崎工場", "tanaka").expect("an enrolment");
        assert_ne!(other.secret.expose(), enrolment.secret.expose());
        let refused = enrol_totp("a:b", "tanaka").map(|_| ());
        assert_eq!(refused, Err(TotpEnrolmentError::Name));
    }
}
