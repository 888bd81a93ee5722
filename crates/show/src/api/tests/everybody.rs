//! Every endpoint × everybody × every scope: refused exactly as `authz` decides, from the description alone.

use super::bench::{START_US, access_of, api, machine, person, request, set_clock, through_door};
use crate::api::{Api, document};
use authz::{Access, Actor, Grant, Holder, Permission, Role, Scope};
use axum::http::StatusCode;
use facts::id::{LineId, TokenId};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

/// Endpoints whose own answer to an empty request by somebody who may enter is 401 or 403. The list may only shrink.
const EXCEPTIONS: &[&str] = &[];

/// One operation of the description.
pub(super) struct Operation {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) permission: Option<Permission>,
    pub(super) described: Value,
}

/// Every operation of the interface.
pub(super) fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(document()).expect("a description");
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, described) in methods.as_object().expect("methods") {
            let name = described["x-permission"].as_str().expect("every endpoint says who may");
            let permission = Permission::ALL.iter().copied().find(|permission| permission.name() == name);
            assert!(permission.is_some() || name == "open", "{method} {path}: {name}");
            let (method, path) = (method.clone(), path.clone());
            all.push(Operation { method, path, permission, described: described.clone() });
        }
    }
    all
}

/// Somebody, and what `authz` knows of them.
struct Somebody {
    name: String,
    role: Option<Role>,
    scope: Scope,
    access: Access,
}

async fn everybody(api: &Api) -> Vec<Somebody> {
    let limited = Some([LineId(Uuid::from_u128(7))].into());
    let later = Some(START_US + 86_400_000_000);
    let over = Some(START_US + 1);
    let scopes = [
        ("whole", Scope { until_us: later, ..Scope::everything() }),
        ("limited", Scope { lines: limited, zones: None, until_us: later }),
        ("over", Scope { until_us: over, ..Scope::everything() }),
    ];
    let nobody =
        Somebody { name: "nobody".into(), role: None, scope: Scope::everything(), access: Access::nobody() };
    let mut all = vec![nobody];
    for role in Role::ALL {
        for (word, scope) in &scopes {
            let name = format!("{role}-{word}");
            let access = match role.holder() {
                Holder::Person => access_of(api, person(api, &name, *role, scope).await.0).await,
                // A token that is over proves nothing, so it is nobody who asks.
                Holder::Machine if *word == "over" => Access::nobody(),
                Holder::Machine => {
                    let actor = Actor::Machine { token: TokenId(Uuid::nil()), issued_by: None };
                    Access::new(actor, vec![Grant::new(*role, scope.clone()).expect("a grant")])
                }
            };
            all.push(Somebody { name, role: Some(*role), scope: scope.clone(), access });
        }
    }
    all
}

async fn proof(api: &Api, somebody: &Somebody) -> String {
    match somebody.role {
        None => String::new(),
        // A log-in of its own for each request: one of them is the log-out.
        Some(role) if role.holder() == Holder::Person => {
            person(api, &somebody.name, role, &somebody.scope).await.1
        }
        Some(role) => machine(api, role, &somebody.scope).await,
    }
}

/// Fills what stands in braces with an id that nothing has.
fn filled(path: &str) -> String {
    let nothing = Uuid::from_u128(0xdead).to_string();
    path.split('/')
        .map(|part| if part.starts_with('{') { nothing.as_str() } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn every_endpoint_refuses_exactly_whom_it_should() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = api(folder.path()).await;
    let router = through_door(&api);
    let everybody = everybody(&api).await;
    let now_us = START_US + 1_000_000;
    let (mut wrong, mut asked, mut needed) = (Vec::new(), 0, Vec::new());
    for operation in operations() {
        let at = format!("{} {}", operation.method, operation.path);
        for somebody in &everybody {
            set_clock(START_US);
            let proof = proof(&api, somebody).await;
            set_clock(now_us);
            let body = json!({});
            let request = request(&operation.method, &filled(&operation.path), &proof, Some(&body));
            // Only the head of the answer is awaited: a stream of changes never ends.
            let status = router.clone().oneshot(request).await.expect("an answer").status();
            asked += 1;
            let expected =
                match operation.permission.map(|permission| somebody.access.may_enter(permission, now_us)) {
                    Some(Err(authz::Refusal::Unauthenticated)) => Some(StatusCode::UNAUTHORIZED),
                    Some(Err(_)) => Some(StatusCode::FORBIDDEN),
                    Some(Ok(())) | None => None,
                };
            let is_refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
            let is_right = expected.map_or(!is_refused, |expected| status == expected);
            if !is_right && expected.is_none() && EXCEPTIONS.contains(&at.as_str()) {
                needed.push(at.clone());
            } else if !is_right {
                wrong.push(format!("{at} by {}: {status}, expected {expected:?}", somebody.name));
            }
            if status.is_server_error() {
                wrong.push(format!("{at} by {}: {status}", somebody.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked} answers are wrong: {wrong:#?}", wrong.len());
    for exception in EXCEPTIONS {
        assert!(needed.iter().any(|at| at == exception), "{exception} is no exception any more: remove it");
    }
    println!("{asked} requests were refused or let in as authz decides");
}
