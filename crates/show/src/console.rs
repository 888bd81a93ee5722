//! The console: the built pages of `web/`, as they stand in the program.
//!
//! Every path that is no file, no interface and no link is the console's own: its one page is answered, and the
//! browser's part shows what the path names, the log-in included. The pages hold no data, so anybody may have them.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{LazyLock, OnceLock};

/// What browsers may do with the pages: nothing but what the server itself sends. Icons in style sheets are `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                      connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
/// Files have no hash in their names, so browsers ask whether theirs is still the one.
const ASK_AGAIN: &str = "no-cache";
/// The page that shows every path.
const PAGE: &str = "index.html";

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Built;

struct File {
    plain: Bytes,
    /// Made when first asked for; none where it would save nothing.
    packed: OnceLock<Option<Bytes>>,
    kind: &'static str,
    tag: String,
}

static FILES: LazyLock<HashMap<String, File>> = LazyLock::new(|| {
    let read = |name: &str| Built::get(name).map(|found| (name.to_owned(), file(name, &found)));
    Built::iter().filter_map(|name| read(&name)).collect()
});

/// A file of the console, or its page for every other path.
pub(crate) async fn show(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let name = uri.path().trim_start_matches('/');
    // A missing script must not be answered with the page.
    let found = if name.contains('.') { FILES.get(name) } else { FILES.get(PAGE) };
    match found {
        Some(file) => answer(file, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn file(name: &str, found: &rust_embed::EmbeddedFile) -> File {
    let tag: String =
        found.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    File {
        plain: Bytes::from(found.data.to_vec()),
        packed: OnceLock::new(),
        kind: kind(name),
        tag: format!("\"{tag}\""),
    }
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn answer(file: &File, asked: &HeaderMap) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(ASK_AGAIN));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&file.tag) {
        headers.insert(header::ETAG, tag);
    }
    if says(asked, &header::IF_NONE_MATCH, &file.tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let packed = if says(asked, &header::ACCEPT_ENCODING, "gzip") { packed(file) } else { None };
    match packed {
        Some(packed) => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            (headers, packed).into_response()
        }
        None => (headers, file.plain.clone()).into_response(),
    }
}

fn says(asked: &HeaderMap, name: &header::HeaderName, word: &str) -> bool {
    asked.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(word))
}

fn packed(file: &File) -> Option<Bytes> {
    let pack = || {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        let written = packer.write_all(&file.plain).and_then(|()| packer.finish());
        written.ok().filter(|packed| packed.len() < file.plain.len()).map(Bytes::from)
    };
    file.packed.get_or_init(pack).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().expect("a value")));
        show(Method::GET, path.parse().expect("a path"), headers.collect()).await
    }

    fn header(response: &Response, name: header::HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
    }

    #[tokio::test]
    async fn every_path_of_the_console_is_its_page() {
        for path in ["/", "/login", "/assets/01a206ce-9155-714d-adb3-fefb536557aa"] {
            let told = ask(path, &[]).await;
            assert_eq!(
                (told.status(), header(&told, header::CONTENT_TYPE)),
                (StatusCode::OK, kind(PAGE)),
                "{path}"
            );
            assert!(header(&told, header::CONTENT_SECURITY_POLICY).contains("script-src 'self';"));
        }
        assert_eq!(ask("/assets/nothing.js", &[]).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(ask("/SOURCE.txt", &[]).await.status(), StatusCode::NOT_FOUND);
        let written = show(Method::POST, Uri::from_static("/"), HeaderMap::new()).await;
        assert_eq!(written.status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    #[tokio::test]
    async fn what_a_browser_has_is_not_sent_again() {
        let first = ask("/theme.js", &[(header::ACCEPT_ENCODING, "gzip, br")]).await;
        assert_eq!(header(&first, header::CONTENT_ENCODING), "gzip");
        let tag = header(&first, header::ETAG).to_owned();
        let again = ask("/theme.js", &[(header::IF_NONE_MATCH, &tag)]).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(&ask("/theme.js", &[]).await, header::CONTENT_ENCODING), "");
    }
}
