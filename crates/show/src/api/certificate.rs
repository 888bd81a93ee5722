//! The certificate with which the server proves who it is.

use super::guard::guarded;
use super::state::Api;
use crate::time::utc_us;
use authz::Permission::ViewSettings;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the certificate that is served comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateSource {
    /// Issued by the authority of this plant, anew at each start.
    OwnAuthority,
    /// Imported with `yagura admin certificate import`.
    Imported,
    /// Files that the configuration names.
    Files,
}

/// The certificate that is served.
#[derive(Clone, Debug)]
pub struct Served {
    /// The chain in PEM, the server's own first.
    pub chain: String,
    /// Where it comes from.
    pub source: CertificateSource,
}

/// The certificate that is served.
#[derive(Debug, Serialize, ToSchema)]
struct CertificateRow {
    /// Whether the server speaks TLS at all; without it it may only be reached from its own machine.
    is_tls: bool,
    /// Where the certificate comes from: `own-authority`, `imported` or `files`; null without TLS.
    source: Option<CertificateSource>,
    /// Its last moment, UTC; null where that cannot be read.
    ends: Option<String>,
    /// SHA-256 of the certificate, in hexadecimal: browsers show the same.
    fingerprint: Option<String>,
    /// The certificate of the plant's own authority in PEM, for browsers that are to trust it; null for others.
    authority: Option<String>,
    /// Names and addresses under which the server is reached.
    origins: Vec<String>,
}

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(guarded(ViewSettings, routes!(show_certificate)))
}

/// The certificate that is served, until when, and by whom it was issued. It is changed on the server's own machine.
#[utoipa::path(get, path = "/certificate", tag = "settings",
    responses((status = 200, description = "The certificate", body = CertificateRow)))]
async fn show_certificate(State(api): State<Api>) -> Json<CertificateRow> {
    let served = api.parts().certificate.as_ref();
    let chain = served.map(|served| served.chain.as_str());
    let is_own = served.is_some_and(|served| served.source == CertificateSource::OwnAuthority);
    Json(CertificateRow {
        is_tls: api.parts().tls,
        source: served.map(|served| served.source),
        ends: chain.and_then(|chain| login::certificate::ends_us(chain).ok()).map(utc_us),
        fingerprint: chain.and_then(|chain| login::certificate::fingerprint(chain).ok()),
        authority: chain.filter(|_| is_own).and_then(last_of),
        origins: api.parts().origins.clone(),
    })
}

/// The last certificate of a chain.
fn last_of(chain: &str) -> Option<String> {
    chain.rfind("-----BEGIN CERTIFICATE-----").and_then(|at| chain.get(at..)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{NOW, administrator, api, ask, router};
    use super::*;
    use login::certificate::Authority;
    use serde_json::{Value, json};

    #[tokio::test]
    async fn it_tells_what_is_served_and_until_when() {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = Authority::create("第一工場", NOW).expect("an authority");
        let issued = authority.issue_server(&["192.0.2.7".to_owned()], NOW).expect("a certificate");
        let chain = issued.pem + authority.certificate_pem();
        let served = Served { chain, source: CertificateSource::OwnAuthority };
        let (with, _uploads) = api(folder.path(), |parts| parts.certificate = Some(served)).await;
        let (_, told) = ask(&router(&with, administrator()), "GET", "/certificate", &Value::Null).await;
        assert_eq!(told["source"], json!("own-authority"));
        assert!(told["ends"].as_str().is_some_and(|ends| ends > utc_us(NOW).as_str()), "{told}");
        assert_eq!(told["authority"], json!(authority.certificate_pem()));
        assert_eq!(told["fingerprint"].as_str().map(str::len), Some(64));
        let folder = tempfile::tempdir().expect("a folder");
        let (without, _uploads) = api(folder.path(), |_| {}).await;
        let (_, told) = ask(&router(&without, administrator()), "GET", "/certificate", &Value::Null).await;
        assert_eq!((&told["is_tls"], &told["source"]), (&json!(false), &Value::Null));
    }
}
