//! How long a log-in lasts, and which requests may use it.
//!
//! The session is a random id in a cookie ([`cookie`]); everything else is kept by the server. Against forged
//! requests of other sites stand three things: the cookie is `SameSite=Strict`, [`check_origin`] refuses a changing
//! request whose `Origin` (or, without one, `Sec-Fetch-Site`) is not the product's own, and refuses every request
//! whose `Host` is not, which also defeats names that are rebound to this address. A machine's token travels in the
//! `Authorization` header, which no browser adds by itself.

use crate::failure::failures;
use crate::secret::Secret;

/// How long a log-in lasts, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// Without a request for this long, it ends.
    pub idle_us: i64,
    /// It ends after this long in any case.
    pub absolute_us: i64,
}

/// What is kept of a log-in to judge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    /// When it began, in microseconds since 1970 UTC.
    pub began_us: i64,
    /// Its newest request.
    pub used_us: i64,
    /// The kind of browser it began with.
    pub browser: Browser,
}

/// The kind of browser, which an update does not change: a cookie that moves to another kind was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Edge.
    Edge,
    /// Chrome and Chromium.
    Chrome,
    /// Firefox.
    Firefox,
    /// Safari.
    Safari,
    /// Any other program.
    Other,
}

failures! {
    /// Why a log-in no longer counts.
    SessionEnd {
        /// Nothing was asked for too long.
        Idle "use the session: it was idle for too long, log in again";
        /// It has lasted as long as any may.
        Old "use the session: it has lasted its full time, log in again";
        /// The cookie came from another kind of browser.
        OtherBrowser "use the session: it began in another browser, log in again";
    }
}

failures! {
    /// Why a request is not taken for one of the product's own pages.
    ForeignRequest {
        /// The Host header is missing or names somebody else.
        Host "take the request: its Host is not an address of this server";
        /// It comes from a page of another site.
        Origin "take the request: it comes from a page of another site";
    }
}

/// What [`check_origin`] reads from a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestHeaders<'a> {
    /// Whether the method changes something (anything but GET, HEAD and OPTIONS).
    pub changes: bool,
    /// `Host`, or the authority of HTTP/2.
    pub host: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
}

impl Default for SessionPolicy {
    fn default() -> Self {
        const MINUTE_US: i64 = 60_000_000;
        Self { idle_us: 30 * MINUTE_US, absolute_us: 12 * 60 * MINUTE_US }
    }
}

impl SessionPolicy {
    /// Whether a log-in still counts for a request of `browser` at `now_us`. A clock that went back ends nothing.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, times: &SessionTimes, browser: Browser, now_us: i64) -> Result<(), SessionEnd> {
        if now_us.saturating_sub(times.began_us) >= self.absolute_us {
            return Err(SessionEnd::Old);
        }
        if now_us.saturating_sub(times.used_us) >= self.idle_us {
            return Err(SessionEnd::Idle);
        }
        if times.browser != browser {
            return Err(SessionEnd::OtherBrowser);
        }
        Ok(())
    }
}

impl Browser {
    const NAMED: [(Self, &'static str); 5] = [
        (Self::Edge, "edge"),
        (Self::Chrome, "chrome"),
        (Self::Firefox, "firefox"),
        (Self::Safari, "safari"),
        (Self::Other, "other"),
    ];

    /// From a `User-Agent` header. Edge also calls itself Chrome, and Chrome Safari, so the order matters.
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        let marks = [
            ("Edg", Self::Edge),
            ("Chrom", Self::Chrome),
            ("Firefox", Self::Firefox),
            ("Safari", Self::Safari),
        ];
        marks.iter().find(|(mark, _)| user_agent.contains(mark)).map_or(Self::Other, |(_, browser)| *browser)
    }

    /// The word that is kept.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(browser, _)| *browser == self).map_or("other", |(_, name)| name)
    }

    /// From the word that was kept.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(_, known)| *known == name).map(|(browser, _)| *browser)
    }
}

/// The name of the session's cookie: with TLS the browser itself enforces `Secure`, no `Domain` and `Path=/` for it.
#[must_use]
pub fn cookie_name(tls: bool) -> &'static str {
    if tls { "__Host-yagura" } else { "yagura" }
}

/// The `Set-Cookie` header that gives the browser its session; it ends with the browser, the server ends it earlier.
#[must_use]
pub fn cookie(text: &Secret<String>, tls: bool) -> String {
    let secure = if tls { "; Secure" } else { "" };
    format!("{}={}; Path=/; HttpOnly; SameSite=Strict{secure}", cookie_name(tls), text.expose())
}

/// The `Set-Cookie` header that takes the session away.
#[must_use]
pub fn cookie_removal(tls: bool) -> String {
    let secure = if tls { "; Secure" } else { "" };
    format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{secure}", cookie_name(tls))
}

/// Whether a request is one of the product's own pages', or of no page at all (a tool, which has no cookie unless it
/// was given one). `own` are the server's origins, such as `https://plant.example:8443`.
///
/// # Errors
/// Which header says otherwise.
pub fn check_origin(headers: &RequestHeaders<'_>, own: &[String]) -> Result<(), ForeignRequest> {
    let is_own_host = |host: &str| {
        own.iter().any(|origin| {
            origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
        })
    };
    if !headers.host.is_some_and(is_own_host) {
        return Err(ForeignRequest::Host);
    }
    let is_own = match (headers.origin, headers.fetch_site) {
        (Some(origin), _) => own.iter().any(|known| known.eq_ignore_ascii_case(origin)),
        (None, Some(site)) => !headers.changes || matches!(site, "same-origin" | "none"),
        (None, None) => true,
    };
    if is_own { Ok(()) } else { Err(ForeignRequest::Origin) }
}

#[cfg(test)]
mod tests {
    use super::{
        Browser, ForeignRequest, RequestHeaders, SessionEnd, SessionPolicy, SessionTimes, check_origin,
        cookie,
    };
    use crate::secret::Secret;

    const MINUTE: i64 = 60_000_000;

    #[test]
    fn a_session_ends_idle_old_or_elsewhere() {
        let policy = SessionPolicy::default();
        let times = |began, used| SessionTimes {
            began_us: began * MINUTE,
            used_us: used * MINUTE,
            browser: Browser::Firefox,
        };
        let check = |times, now| policy.check(&times, Browser::Firefox, now * MINUTE);
        assert_eq!(check(times(0, 0), 29), Ok(()));
        assert_eq!(check(times(0, 0), 30), Err(SessionEnd::Idle));
        assert_eq!(check(times(0, 719), 719), Ok(()));
        assert_eq!(check(times(0, 719), 720), Err(SessionEnd::Old));
        assert_eq!(check(times(10, 10), 0), Ok(()), "the clock went back");
        assert_eq!(policy.check(&times(0, 0), Browser::Chrome, MINUTE), Err(SessionEnd::OtherBrowser));
    }

    #[test]
    fn browsers_are_told_apart_over_updates() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0";
        assert_eq!(Browser::of(edge), Browser::Edge);
        assert_eq!(Browser::of(&edge.replace("130", "131")), Browser::Edge);
        assert_eq!(Browser::of("Mozilla/5.0 Chrome/130.0 Safari/537.36"), Browser::Chrome);
        assert_eq!(Browser::of("Mozilla/5.0 (X11) Gecko/20100101 Firefox/131.0"), Browser::Firefox);
        assert_eq!(Browser::of("curl/8"), Browser::Other);
        for browser in [Browser::Edge, Browser::Chrome, Browser::Firefox, Browser::Safari, Browser::Other] {
            assert_eq!(Browser::from_name(browser.name()), Some(browser));
        }
    }

    #[test]
    fn only_the_own_pages_change_something() {
        let own = [String::from("https://plant.example:8443")];
        let request = |changes, host, origin, fetch_site| {
            check_origin(&RequestHeaders { changes, host, origin, fetch_site }, &own)
        };
        let host = Some("plant.example:8443");
        assert_eq!(request(true, host, Some("https://plant.example:8443"), None), Ok(()));
        assert_eq!(request(true, host, None, Some("same-origin")), Ok(()));
        assert_eq!(request(true, host, None, None), Ok(()), "a tool");
        assert_eq!(request(false, host, None, Some("cross-site")), Ok(()), "a link from elsewhere");
        for origin in
            ["https://evil.example", "null", "http://plant.example:8443", "https://plant.example:8443.evil"]
        {
            assert_eq!(request(true, host, Some(origin), None), Err(ForeignRequest::Origin));
            assert_eq!(request(false, host, Some(origin), None), Err(ForeignRequest::Origin));
        }
        for site in ["cross-site", "same-site"] {
            assert_eq!(request(true, host, None, Some(site)), Err(ForeignRequest::Origin));
        }
        for host in [None, Some("evil.example:8443"), Some("plant.example"), Some("")] {
            assert_eq!(request(false, host, None, None), Err(ForeignRequest::Host), "a rebound name");
        }
    }

    #[test]
    fn the_cookie_is_for_this_site_and_no_script() {
        let text = Secret::new(String::from("ys_1_2"));
        assert_eq!(cookie(&text, true), "__Host-yagura=ys_1_2; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(cookie(&text, false), "yagura=ys_1_2; Path=/; HttpOnly; SameSite=Strict");
    }
}
