//! People for whom a directory or an identity provider vouches, from the log-in page to their roles.

use super::bench::{Told, api_of, ask, cookie, request, through_door};
use super::vouching::{GROUP, OWN_PASSWORD, PASSWORD, directory, provider};
use crate::api::{Api, Directory, Live, Provider, Rule};
use authz::Role;
use axum::Router;
use axum::http::{HeaderValue, header};
use login::Secret;
use login::directory::{DirectoryConfig, GroupSource};
use serde_json::{Value, json};
use std::sync::Arc;
use store::structure::line::{self, Line};
use store::{Moment, audit};
use tokio::sync::watch;
use uuid::Uuid;

const LINE: facts::id::LineId = facts::id::LineId(Uuid::from_u128(7));

fn rule(role: Role, lines: Option<&str>) -> Rule {
    let lines = lines.map(|name| vec![name.to_owned()]);
    Rule { group: GROUP.to_uppercase(), role, lines, zones: None, until_us: None }
}

fn rules(rules: Vec<Rule>) -> Arc<Live> {
    Arc::new(Live { rules, ..Live::default() })
}

async fn with_line(api: &Api) {
    let mut tx = api.store().write().await.expect("a transaction");
    let row = Line {
        id: LINE,
        site: api.parts().site,
        name: "Line 1".into(),
        code: "L1".into(),
        position: 0,
        calendar: String::new(),
        note: String::new(),
    };
    line::put(&mut tx, &row, Moment(0)).await.expect("a line");
    tx.commit().await.expect("a commit");
}

async fn last_words(api: &Api) -> (String, Value) {
    let entry = audit::last(api.store()).await.expect("the log").expect("an entry");
    (entry.action, serde_json::from_str(&entry.detail.0).expect("JSON"))
}

#[tokio::test]
async fn a_person_of_the_directory_has_the_roles_of_the_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = DirectoryConfig {
        url: directory().await,
        bind_name: "cn=yagura,dc=plant".into(),
        bind_password: Secret::new(OWN_PASSWORD.into()),
        user_base: "ou=people,dc=plant".into(),
        user_filter: "(uid={user})".into(),
        groups: GroupSource::Attribute("memberOf".into()),
        name_attribute: "displayName".into(),
        mail_attribute: "mail".into(),
        authority_pem: None,
    };
    let (live, now) = watch::channel(rules(Vec::new()));
    let api = api_of(folder.path(), |parts| {
        parts.entry.directory = Some(Directory { config });
        parts.live = now;
    })
    .await;
    with_line(&api).await;
    let router = through_door(&api);
    let log_in = async |password: &str| {
        let body = json!({ "name": "Tanaka", "password": password });
        ask(&router, "post", "/api/v1/auth/login", "", Some(body)).await
    };
    assert_eq!(log_in("wrong").await.status, 401);
    let told = log_in(PASSWORD).await;
    assert_eq!((told.status.as_u16(), told.body["code"].as_str()), (403, Some("no-role")), "no rule");
    let (action, detail) = last_words(&api).await;
    assert_eq!(
        (action.as_str(), &detail["why"]),
        ("session.refused", &json!("none of the groups has a role"))
    );
    live.send_replace(rules(vec![rule(Role::Operator, Some("Line 9"))]));
    assert_eq!(log_in(PASSWORD).await.status, 403, "a line that is not there gives nothing");

    live.send_replace(rules(vec![rule(Role::Operator, Some("L1"))]));
    let told = log_in(PASSWORD).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let [role] = told.body["roles"].as_array().expect("roles").as_slice() else { panic!("{}", told.body) };
    assert_eq!((&role["role"], &role["reach"]["lines"]), (&json!("operator"), &json!([LINE.to_string()])));
    assert_eq!((&told.body["name"], &told.body["display_name"]), (&json!("tanaka"), &json!("田中")));
    let before = cookie(&told);
    assert_eq!(ask(&router, "get", "/api/v1/links", &before, None).await.status, 200);

    live.send_replace(rules(vec![rule(Role::Viewer, None)]));
    let told = log_in(PASSWORD).await;
    assert_eq!(told.body["roles"][0]["role"], "viewer", "roles follow the rules");
    assert_eq!(told.body["roles"].as_array().map(Vec::len), Some(1));
    let past = Rule { until_us: Some(1), ..rule(Role::Viewer, None) };
    live.send_replace(rules(vec![past]));
    assert_eq!(log_in(PASSWORD).await.status, 403, "the rule is over");
    let after = ask(&router, "get", "/api/v1/auth/session", &before, None).await;
    assert_eq!(after.body["kind"], "nobody", "whoever has no role any more has no log-in either");
}

/// The browser goes to the provider and comes back with what it gave.
async fn through_provider(router: &Router, vouched: &super::vouching::Vouched) -> Told {
    let begun = ask(router, "get", "/api/v1/auth/oidc/begin", "", None).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    let url = begun.headers[header::LOCATION].to_str().expect("text").to_owned();
    let state = vouched.says(&url);
    let path = format!("/api/v1/auth/oidc/callback?code=a-code&state={state}");
    let mut back = request("get", &path, &cookie(&begun), None);
    let foreign = HeaderValue::from_static("cross-site");
    back.headers_mut().insert("sec-fetch-site", foreign);
    super::bench::answer(router, back).await
}

#[tokio::test]
async fn a_person_of_the_provider_comes_in_by_its_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let vouched = provider().await;
    let entry = Provider {
        label: "Single sign-on".into(),
        issuer: vouched.issuer(),
        client_id: "yagura".into(),
        client_secret: None,
        groups_claim: "groups".into(),
        scopes: vec!["profile".into(), "email".into()],
        authority_pem: None,
    };
    let (live, now) = watch::channel(rules(Vec::new()));
    let api = api_of(folder.path(), |parts| {
        parts.entry.provider = Some(entry);
        parts.live = now;
    })
    .await;
    let router = through_door(&api);
    let methods = ask(&router, "get", "/api/v1/auth/methods", "", None).await.body;
    assert_eq!(methods["provider"], "Single sign-on");
    let told = through_provider(&router, &vouched).await;
    let to = told.headers.get(header::LOCATION).and_then(|to| to.to_str().ok());
    assert_eq!((told.status.as_u16(), to), (303, Some("/login#no-role")), "{}", told.body);
    assert_eq!(last_words(&api).await.0, "session.refused");

    live.send_replace(rules(vec![rule(Role::SiteLeader, None)]));
    let told = through_provider(&router, &vouched).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let session = cookie(&told);
    let who = ask(&router, "get", "/api/v1/auth/session", &session, None).await.body;
    assert_eq!(
        (&who["name"], &who["roles"][0]["role"]),
        (&json!("tanaka@plant.example"), &json!("site-leader"))
    );
    // What the provider gave works once.
    let again = ask(&router, "get", "/api/v1/auth/oidc/callback?code=a-code&state=x", &session, None).await;
    assert_eq!(again.status, 404);
}
