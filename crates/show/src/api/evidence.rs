//! Packets as evidence: what the ring still holds, and a pcapng file of what was asked for.

use super::caller::Caller;
use super::guard::guarded;
use super::history::moment;
use super::problem::{Answer, internal, invalid, not_found, unavailable};
use super::sight::Sight;
use super::state::Api;
use crate::time::utc;
use authz::Permission;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderValue, Response, header};
use capture::evidence::{self, Address, EndFilter, Exported, FlowFilter, Heading, Query as Wanted};
use facts::id::AssetUid;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufWriter, Seek};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::assets::address::{AddressKind, AddressRow};
use tokio::io::AsyncReadExt;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use wire::{Mac, Time};

/// Exports that are made at once; each reads the whole index of the ring.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// Bytes of an answer that are read at once.
const PIECE: usize = 64 * 1024;

pub(super) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(guarded(Permission::ViewEvidence, routes!(export_evidence)))
        .routes(guarded(Permission::ViewEvidence, routes!(show_evidence_summary)))
}

/// Which packets.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EvidenceFilter {
    /// Packets of this asset. Who does not see the whole plant must name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    asset: Option<String>,
    /// Packets of this IP or hardware address; not together with `asset`. A hardware address finds frames without IP.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Only those with this IP or hardware address at the other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<String>,
    /// Only those with this TCP or UDP port at either end.
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    /// Only this protocol over IP: `tcp`, `udp`, `icmp`, or its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    /// Not before this moment (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Before this moment (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// What the ring still holds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceSummary {
    /// Whether packets are kept at all.
    is_kept: bool,
    /// The earliest packet, UTC: what was before is gone.
    from: Option<String>,
    /// The latest packet, UTC.
    until: Option<String>,
    /// Packets in the ring.
    packets: u64,
    /// Packets that were never kept, because one conversation had its share of the ring.
    left_out: u64,
}

/// What the ring of packets still holds.
#[utoipa::path(get, path = "/evidence/summary", tag = "evidence",
    responses((status = 200, description = "What is held", body = EvidenceSummary)))]
pub(crate) async fn show_evidence_summary(State(api): State<Api>) -> Answer<Json<EvidenceSummary>> {
    let Some(folder) = api.parts().evidence.clone() else {
        return Ok(Json(EvidenceSummary {
            is_kept: false,
            from: None,
            until: None,
            packets: 0,
            left_out: 0,
        }));
    };
    let _permit = AT_ONCE.acquire().await;
    // With no room for packets everything that is held lies beyond the limit, and is counted there.
    let wanted = Wanted { packets_max: 0, ..Wanted::default() };
    let found = tokio::task::spawn_blocking(move || evidence::find(&folder, &wanted)).await;
    let found = found.map_err(|error| internal("look at the evidence", error))?;
    let found = found.map_err(|error| unavailable("read the evidence", error))?;
    Ok(Json(EvidenceSummary {
        is_kept: true,
        from: found.held.map(|held| utc(held.0)),
        until: found.held.map(|held| utc(held.1)),
        packets: found.beyond_limit,
        left_out: found.left_out,
    }))
}

/// Packets as pcapng, a million at most, the newest ones. The file's own comment says site, filter, time and what is
/// missing; headers repeat the numbers: `Yagura-Packets`, `Yagura-Overwritten`, `Yagura-Beyond-Limit`,
/// `Yagura-Left-Out`. Each export is in the audit log.
#[utoipa::path(get, path = "/evidence", tag = "evidence", params(EvidenceFilter),
    responses((status = 200, description = "Packets", body = crate::api::binary::Binary, content_type = "application/x-pcapng"),
        (status = 404, description = "No such asset, or no packets are kept", body = super::Problem)))]
pub(crate) async fn export_evidence(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Query(filter): Query<EvidenceFilter>,
) -> Answer<Response<Body>> {
    let wanted = filter.checked(&api, &caller).await?;
    let Some(folder) = api.parts().evidence.clone() else {
        return Err(not_found("evidence", "here: no packets are kept,"));
    };
    let detail = serde_json::to_value(&filter).unwrap_or_default();
    let heading = Heading {
        site: api.parts().site.to_string(),
        filter: detail.to_string(),
        made: crate::time::utc_us(caller.now_us),
        program: concat!("yagura ", env!("CARGO_PKG_VERSION")).into(),
    };
    // Who looks at evidence leaves a trace before the first byte of it goes out.
    let object = filter.asset.as_ref().map_or_else(|| "evidence".into(), |asset| format!("asset {asset}"));
    let mut tx = api.store().write().await?;
    caller.note(&mut tx, "evidence.export", &object, &detail).await?;
    tx.commit().await?;
    let _permit = AT_ONCE.acquire().await;
    let work = api.parts().folder.clone();
    let made = tokio::task::spawn_blocking(move || write(&work, &folder, &wanted, &heading)).await;
    let made = made.map_err(|error| internal("export the evidence", error))?;
    let (file, exported) = made.map_err(|error| unavailable("export the evidence", error))?;
    Ok(answer(file, &exported))
}

/// Writes the export into a file that is gone as soon as nobody reads it any more, however the server ends.
fn write(work: &Path, folder: &Path, wanted: &Wanted, heading: &Heading) -> io::Result<(File, Exported)> {
    let path: PathBuf = work.join(format!("evidence-{}.pcapng", Uuid::now_v7()));
    let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    let mut out = BufWriter::new(file);
    let exported = evidence::export(folder, wanted, heading, utc, &mut out)?;
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok((file, exported))
}

fn answer(file: File, exported: &Exported) -> Response<Body> {
    let file = tokio::fs::File::from_std(file);
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-pcapng"));
    let disposition = HeaderValue::from_static("attachment; filename=\"evidence.pcapng\"");
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert("yagura-packets", exported.packets.into());
    headers.insert("yagura-overwritten", exported.overwritten.into());
    headers.insert("yagura-beyond-limit", exported.beyond_limit.into());
    headers.insert("yagura-left-out", exported.left_out.into());
    response
}

impl EvidenceFilter {
    async fn checked(&self, api: &Api, caller: &Caller) -> Answer<Wanted> {
        let mut sight = Sight::new(api, caller, Permission::ViewEvidence);
        let ends: Vec<Heard> = match (&self.asset, &self.address) {
            (Some(_), Some(_)) => {
                return Err(invalid("address", "cannot be asked for together with an asset"));
            }
            (Some(asset), None) => {
                let who = sight.named("asset", asset).await?;
                let mut ends = Vec::new();
                for id in who.assets.iter().take(1) {
                    ends.extend(ends_of(api, *id).await?);
                }
                if ends.is_empty() {
                    return Err(invalid("asset", "has no address by which its packets could be told apart"));
                }
                ends
            }
            // Packets have no place of their own, so a limited view needs an asset that has one.
            _ if !sight.is_everything() => {
                return Err(invalid("asset", "must be named by who sees part of the plant"));
            }
            (None, Some(text)) => vec![(Some(read_address("address", text)?), None)],
            (None, None) => vec![(None, None)],
        };
        let peer = self.peer.as_deref().map(|text| read_address("peer", text)).transpose()?;
        let protocol = self.protocol.as_deref().map(protocol).transpose()?;
        let mut flows = Vec::new();
        for (address, interfaces) in ends {
            let flow = |port, peer_port| FlowFilter {
                one: EndFilter { address, port },
                other: EndFilter { address: peer, port: peer_port },
                protocol,
                interfaces: interfaces.clone(),
            };
            flows.push(flow(self.port, None));
            // The port may be at either end.
            if self.port.is_some() {
                flows.push(flow(None, self.port));
            }
        }
        let time = |field: &str, text: &Option<String>| -> Answer<Option<Time>> {
            let moment = moment(field, text.as_deref())?;
            Ok(moment.map(|us| Time(us.saturating_mul(1_000))))
        };
        Ok(Wanted {
            from: time("from", &self.from)?,
            until: time("until", &self.until)?,
            flows,
            ..Wanted::default()
        })
    }
}

/// An address, and the interfaces on which its packets were heard; `None` is any.
type Heard = (Option<Address>, Option<Vec<String>>);

/// By what an asset's packets are found: each address only where its own network is heard, for another line may have a
/// machine with the same one.
async fn ends_of(api: &Api, asset: AssetUid) -> Answer<Vec<Heard>> {
    let view = api.view();
    if view.time_us == 0 {
        return Err(unavailable("tell the networks apart", "the plant was not looked at yet"));
    }
    let rows = store::assets::address::of_asset(api.store(), asset).await?;
    let heard = rows.iter().filter(|row| matches!(row.kind, AddressKind::Ip | AddressKind::Mac));
    let end = |row: &AddressRow| {
        let interfaces = row.network.and_then(|network| view.networks.get(&network)).cloned();
        Some((Some(address(&row.address)?), Some(interfaces.unwrap_or_default())))
    };
    Ok(heard.filter_map(end).collect())
}

fn read_address(field: &str, text: &str) -> Answer<Address> {
    address(text).ok_or_else(|| invalid(field, "is neither an IP address nor a hardware address"))
}

fn address(text: &str) -> Option<Address> {
    if let Ok(ip) = text.parse() {
        return Some(Address::Ip(ip));
    }
    let bytes: Option<Vec<u8>> =
        text.split([':', '-']).map(|part| u8::from_str_radix(part, 16).ok()).collect();
    Some(Address::Mac(Mac(bytes?.try_into().ok()?)))
}

/// IANA protocol numbers.
fn protocol(text: &str) -> Answer<u8> {
    match text {
        "icmp" => Ok(1),
        "tcp" => Ok(6),
        "udp" => Ok(17),
        number => number
            .parse()
            .map_err(|_| invalid("protocol", "is none of tcp, udp, icmp, nor a number up to 255")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{administrator, api, ask, person, router};
    use super::*;
    use authz::{Role, Scope};
    use axum::body::to_bytes;
    use axum::http::{Request, StatusCode};
    use facts::id::LineId;
    use serde_json::{Value, json};
    use tower::ServiceExt;

    #[test]
    fn addresses_are_read_in_the_forms_that_people_write() {
        assert_eq!(address("192.0.2.1"), Some(Address::Ip([192, 0, 2, 1].into())));
        assert_eq!(address("02-00-00-00-00-0A"), Some(Address::Mac(Mac([2, 0, 0, 0, 0, 10]))));
        for bad in ["", "192.0.2", "02:00:00:00:00", "02:00:00:00:00:00:00", "zz:00:00:00:00:00"] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn an_export_is_a_pcapng_file_that_leaves_a_trace() {
        let folder = tempfile::tempdir().expect("a folder");
        let ring = folder.path().join("ring");
        std::fs::create_dir(&ring).expect("a ring");
        let (api, _uploads) = api(folder.path(), |parts| parts.evidence = Some(ring)).await;
        let everything = router(&api, administrator());
        let request = Request::get("/api/v1/evidence?address=192.0.2.1&port=502").body(Body::empty());
        let response = everything.clone().oneshot(request.expect("a request")).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers().get("yagura-packets"), Some(&HeaderValue::from_static("0")));
        let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
        assert_eq!(bytes.get(..4), Some(&[0x0a, 0x0d, 0x0d, 0x0a][..]));
        let entry = store::audit::last(api.store()).await.expect("the log").expect("an entry");
        assert_eq!(entry.action, "evidence.export");
        assert!(entry.detail.0.contains("192.0.2.1"), "{}", entry.detail.0);
        let left = std::fs::read_dir(folder.path()).expect("the folder").flatten();
        assert!(!left.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("evidence-")));

        let (_, summary) = ask(&everything, "GET", "/evidence/summary", &Value::Null).await;
        assert_eq!((&summary["is_kept"], &summary["packets"]), (&json!(true), &json!(0)));
    }

    #[tokio::test]
    async fn who_sees_part_of_the_plant_must_name_an_asset_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (api, _uploads) = api(folder.path(), |_| {}).await;
        let line = LineId(Uuid::from_u128(7));
        let scope = Scope { lines: Some([line].into()), ..Scope::everything() };
        let operator = router(&api, person(Role::Operator, scope));
        let (status, _) = ask(&operator, "GET", "/evidence?address=192.0.2.1", &Value::Null).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let path = format!("/evidence?asset={}", Uuid::from_u128(9));
        assert_eq!(ask(&operator, "GET", &path, &Value::Null).await.0, StatusCode::NOT_FOUND);
        let viewer = router(&api, person(Role::Viewer, Scope::everything()));
        assert_eq!(ask(&viewer, "GET", "/evidence", &Value::Null).await.0, StatusCode::FORBIDDEN);
    }
}
