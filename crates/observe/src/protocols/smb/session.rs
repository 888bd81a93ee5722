//! What one connection remembers: bytes to pass over and the log-in that waits for its answer.

use super::ntlm::Ntlm;
use crate::out::Out;
use facts::LoginOutcome;
use wire::{Both, Charset, Text};

/// Longest user name that is kept until the answer comes; a longer one is told without its outcome.
const USER_MAX: usize = 40;
/// The server wants another round ([MS-ERREF], 2.3).
const MORE_PROCESSING: u32 = 0xc000_0016;

/// State of one connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    /// Bytes of the present message that are passed over.
    pub(super) left: Both<u32>,
    pending: bool,
    charset: Charset,
    user_len: u8,
    user: [u8; USER_MAX],
}

impl Default for Session {
    fn default() -> Self {
        Self {
            left: Both::default(),
            pending: false,
            charset: Charset::Unknown,
            user_len: 0,
            user: [0; USER_MAX],
        }
    }
}

/// Keeps the user of a log-in until its answer; tells it at once when it does not fit.
pub(super) fn ask(session: &mut Session, user: Text<'_>, out: &mut Out<'_, '_>) {
    match (session.user.get_mut(..user.bytes.len()), u8::try_from(user.bytes.len())) {
        (Some(place), Ok(len)) => {
            place.copy_from_slice(user.bytes);
            (session.user_len, session.charset, session.pending) = (len, user.charset, true);
        }
        _ => out.login(user, "ntlm", LoginOutcome::Attempted),
    }
}

/// Tells the log-in with the status of its answer.
pub(super) fn answer(session: &mut Session, status: u32, out: &mut Out<'_, '_>) {
    if !session.pending || status == MORE_PROCESSING {
        return;
    }
    session.pending = false;
    let outcome = if status == 0 { LoginOutcome::Accepted } else { LoginOutcome::Refused };
    let bytes = session.user.get(..usize::from(session.user_len)).unwrap_or_default();
    let method = if bytes.is_empty() { "anonymous" } else { "ntlm" };
    out.login(Text { bytes, charset: session.charset }, method, outcome);
}

/// Tells what a security token says and keeps its user.
pub(super) fn token(blob: &[u8], session: &mut Session, out: &mut Out<'_, '_>) {
    let Some(found) = super::ntlm::find(blob) else { return };
    super::ntlm::tell(&found, out);
    if let Ntlm::Authenticate { user, .. } = found {
        ask(session, user, out);
    }
}
