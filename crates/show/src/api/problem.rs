//! The one shape of an error: what happened, where, and what to do.

use authz::Refusal;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use login::session::ForeignRequest;
use serde::Serialize;
use store::{StoreError, Trouble};
use utoipa::ToSchema;

/// What every refused or failed request answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    #[serde(skip)]
    status: u16,
    /// A stable word for programs.
    #[schema(example = "not-found")]
    pub code: &'static str,
    /// What happened and where, in one line for people.
    #[schema(example = "there is no asset 0192f0c1-2b3c-7d4e-8f50-617283940a1b")]
    pub message: String,
    /// What to do about it.
    #[schema(example = "look it up in the list of assets; it may have been merged into another")]
    pub advice: String,
    /// Seconds after which to try again, where that helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Problem>;

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>, advice: &str) -> Self {
        Self {
            status: status.as_u16(),
            code,
            message: message.into(),
            advice: advice.into(),
            retry_after: None,
        }
    }

    /// The same, of one part of a request.
    pub(crate) fn at(self, part: &str) -> Self {
        Self { message: format!("{part}: {}", self.message), ..self }
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Something that is not there, or that the asker may not know to be there.
pub(crate) fn not_found(what: &str, which: impl std::fmt::Display) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        format!("there is no {what} {which} that you may see"),
        "look it up in its list; it may have been removed, or lie outside your lines and zones",
    )
}

/// A value that cannot be taken.
pub(crate) fn invalid(field: &str, why: impl std::fmt::Display) -> Problem {
    let advice = "correct the value; the interface's description says what is allowed";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", format!("{field}: {why}"), advice)
}

/// A request that cannot be read at all.
pub(crate) fn unreadable(why: impl std::fmt::Display) -> Problem {
    let advice = "send what the interface's description says, as JSON in UTF-8";
    Problem::new(StatusCode::BAD_REQUEST, "unreadable", format!("the request cannot be read: {why}"), advice)
}

/// The thing changed since the asker looked, or stands in the way.
pub(crate) fn conflict(why: impl std::fmt::Display) -> Problem {
    let advice = "look at it again and repeat the change if it is still wanted";
    Problem::new(StatusCode::CONFLICT, "conflict", why.to_string(), advice)
}

/// Too large.
pub(crate) fn too_large(what: &str, limit: usize) -> Problem {
    let message = format!("{what} is larger than {limit} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", message, "send it in parts, or leave some out")
}

/// Somebody tries too often.
pub(crate) fn too_often(wait_seconds: u32) -> Problem {
    let advice = "wait, then try again; an administrator on the host can reset a log-in";
    let message = format!("too many attempts: the next is possible in {wait_seconds} s");
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-often", message, advice);
    Problem { retry_after: Some(wait_seconds.max(1)), ..problem }
}

/// `authz` says no.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    let (status, message) = match refusal {
        Refusal::Unauthenticated => (StatusCode::UNAUTHORIZED, "nobody is logged in"),
        Refusal::NoPermission => (StatusCode::FORBIDDEN, "your role does not allow this"),
        Refusal::OutOfScope => (StatusCode::FORBIDDEN, "your role does not allow this here"),
        Refusal::Expired => (StatusCode::FORBIDDEN, "your role is over"),
        Refusal::OwnRequest => (StatusCode::FORBIDDEN, "nobody decides a request of their own"),
    };
    Problem::new(status, refusal.code(), message, &refusal.to_string())
}

/// Wrong name, password or code: never says which.
pub(crate) fn wrong_credentials() -> Problem {
    let advice = "check the name, the password and the code; after several failures there is a pause";
    Problem::new(StatusCode::UNAUTHORIZED, "wrong-credentials", "the log-in was not accepted", advice)
}

/// Our own trouble. The cause goes to the log, not to the asker.
pub(crate) fn internal(what: &str, cause: impl std::fmt::Display) -> Problem {
    tracing::error!("cannot {what}: {cause}");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        format!("the server could not {what}"),
        "try again; if it stays so, look at the health page and the server's log",
    )
}

/// Something outside is not ready now: the database is locked, the disk is full.
pub(crate) fn unavailable(what: &str, cause: impl std::fmt::Display) -> Problem {
    tracing::warn!("cannot {what} now: {cause}");
    let problem = Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        format!("the server cannot {what} now: {cause}"),
        "try again in a moment; the health page tells what is wrong",
    );
    Problem { retry_after: Some(2), ..problem }
}

/// The request is not for this server, or comes from a page of another site.
pub(crate) fn foreign(why: &ForeignRequest, own: &str) -> Problem {
    let status = match why {
        ForeignRequest::Host => StatusCode::MISDIRECTED_REQUEST,
        ForeignRequest::Origin => StatusCode::FORBIDDEN,
    };
    let message = format!("the server does not {why}");
    Problem::new(status, "foreign-request", message, &format!("open {own}/ itself"))
}

/// Somebody else vouched for the person, but no rule gives a role for the groups.
pub(crate) fn no_role() -> Problem {
    let message = "you were recognised, but none of your groups has a role here";
    let advice = "ask an administrator to name one of your groups in the configuration";
    Problem::new(StatusCode::FORBIDDEN, "no-role", message, advice)
}

/// A one-time link that does not work (any more).
pub(crate) fn dead_link() -> Problem {
    let message = "the link does not work: it is not complete, too old, or was used";
    Problem::new(StatusCode::NOT_FOUND, "dead-link", message, "ask an administrator for a new one")
}

/// What the framework itself refuses, in the one shape.
pub(crate) fn of_framework(status: StatusCode, text: &str) -> Problem {
    let (code, advice) = match status {
        StatusCode::METHOD_NOT_ALLOWED => ("method-not-allowed", "use a method that the header Allow names"),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "send it in parts, or leave some out"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("media-type", "send the body as application/json"),
        StatusCode::UNPROCESSABLE_ENTITY => {
            ("invalid", "correct it; the interface's description says what is allowed")
        }
        status if status.is_server_error() => {
            ("internal", "try again; if it stays so, look at the server's log")
        }
        _ => ("unreadable", "send what the interface's description says, as JSON in UTF-8"),
    };
    let text = text.trim();
    let text = if text.is_empty() { status.canonical_reason().unwrap_or("refused") } else { text };
    Problem::new(status, code, text.replace(['\n', '\r'], " "), advice)
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error.trouble {
            Trouble::Busy | Trouble::Full | Trouble::Unreachable => unavailable("reach its database", error),
            Trouble::Conflict => conflict(error),
            Trouble::Missing => not_found("entry", error),
            _ => internal("use its database", error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry = self.retry_after.map(HeaderValue::from);
        let mut response = (self.status(), Json(self)).into_response();
        if let Some(retry) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, retry);
        }
        response
    }
}
