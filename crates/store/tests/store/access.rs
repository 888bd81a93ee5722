//! People, machines, links, sessions.

use crate::assets::user;
use crate::setup::{at, id};
use facts::id::{SessionId, TokenId, UserId};
use store::access::{grant, link, session, throttle, token, user as users};
use store::{Json, Store, Trouble};

pub(crate) fn a_user(number: u32, name: &str) -> users::User {
    users::User {
        id: id(number),
        name: name.into(),
        display_name: "髙橋".into(),
        mail: String::new(),
        language: "ja".into(),
        origin: "local".into(),
        subject: String::new(),
        disabled: false,
        password_hash: "$argon2id$x".into(),
        password_changed_at: Some(at(0)),
        totp_secret: Some(vec![1, 2, 3]),
        totp_step: 0,
        passkeys: Json("[]".into()),
        made_at: at(0),
        last_login_at: None,
    }
}

pub(crate) async fn people_and_their_roles(store: Store) {
    assert_eq!(users::count(&store).await.expect("a count"), 0);
    let person = a_user(0x99, "takahashi");
    let mut tx = store.write().await.expect("a change");
    users::put(&mut tx, &person, at(1)).await.expect("a person");
    let grant = |number: u32, role: &str, until| grant::Grant {
        id: id::<UserId>(number).to_string(),
        user_id: user(),
        role: role.into(),
        scope: Json(r#"{"lines":[]}"#.into()),
        until,
        made_by: user(),
        made_at: at(1),
    };
    grant::put(&mut tx, &grant(1, "auditor", Some(at(100))), at(1)).await.expect("a grant");
    grant::put(&mut tx, &grant(2, "viewer", None), at(1)).await.expect("a grant");
    tx.commit().await.expect("a commit");
    let mut tx = store.write().await.expect("a change");
    let error = users::put(&mut tx, &a_user(0x98, "takahashi"), at(1)).await.expect_err("the name is taken");
    assert_eq!(error.trouble, Trouble::Conflict);
    drop(tx);
    assert_eq!(users::find_by_name(&store, "takahashi").await.expect("a person"), Some(person));
    let roles = |grants: Vec<grant::Grant>| grants.into_iter().map(|grant| grant.role).collect::<Vec<_>>();
    assert_eq!(roles(grant::of_user(&store, user(), at(99)).await.expect("grants")), ["auditor", "viewer"]);
    assert_eq!(roles(grant::of_user(&store, user(), at(100)).await.expect("grants")), ["viewer"]);
    let mut tx = store.write().await.expect("a change");
    assert!(users::take_totp_step(&mut tx, user(), 5).await.expect("a step"));
    assert!(!users::take_totp_step(&mut tx, user(), 5).await.expect("no step"), "no code is taken twice");
    assert!(!users::take_totp_step(&mut tx, user(), 4).await.expect("no step"));
    users::logged_in(&mut tx, user(), at(3)).await.expect("noted");
    tx.commit().await.expect("a commit");
    let person = users::find(&store, user()).await.expect("a person").expect("it is there");
    assert_eq!((person.totp_step, person.last_login_at), (5, Some(at(3))));
    assert_eq!(users::find_by_subject(&store, "oidc", "x").await.expect("nobody"), None);
}

pub(crate) async fn a_link_works_once(store: Store) {
    let link = |hash: &str, seconds| link::Link {
        hash: hash.into(),
        purpose: "first-user".into(),
        subject: String::new(),
        document: Json::default(),
        made_by: String::new(),
        made_at: at(0),
        expires_at: at(seconds),
        used_at: None,
    };
    let mut tx = store.write().await.expect("a change");
    link::add(&mut tx, &link("a", 10)).await.expect("a link");
    link::add(&mut tx, &link("b", 5)).await.expect("a link");
    tx.commit().await.expect("a commit");
    assert_eq!(link::list(&store, "first-user", at(6)).await.expect("links").len(), 1);
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let mut tx = store.write().await.expect("a change");
            let taken = link::take(&mut tx, "a", "first-user", at(6)).await.expect("an answer");
            tx.commit().await.expect("a commit");
            taken.is_some()
        }));
    }
    let mut taken = 0;
    for task in tasks {
        taken += u32::from(task.await.expect("a task"));
    }
    assert_eq!(taken, 1, "only one of four gets it");
    let mut tx = store.write().await.expect("a change");
    assert_eq!(link::take(&mut tx, "b", "first-user", at(6)).await.expect("an answer"), None, "it has ended");
    assert_eq!(
        link::take(&mut tx, "b", "sensor", at(1)).await.expect("an answer"),
        None,
        "it is for other things"
    );
    assert_eq!(link::revoke_all(&mut tx, "first-user").await.expect("revoked"), 1);
    tx.commit().await.expect("a commit");
    assert!(link::find(&store, "a", at(6)).await.expect("a link").expect("it is there").used_at.is_some());
}

pub(crate) async fn sessions_and_tokens_end(store: Store) {
    let mut tx = store.write().await.expect("a change");
    users::put(&mut tx, &a_user(0x99, "takahashi"), at(1)).await.expect("a person");
    let session = session::Session {
        id: id(1),
        hash: "h".into(),
        user_id: user(),
        method: "passkey".into(),
        address: "192.0.2.1".into(),
        agent: "x".into(),
        csrf_hash: "c".into(),
        made_at: at(1),
        last_used_at: at(1),
        expires_at: at(10),
    };
    session::add(&mut tx, &session).await.expect("a session");
    let token = token::Token {
        id: id(2),
        hash: "t".into(),
        name: "cmdb".into(),
        role: "viewer".into(),
        scope: Json::default(),
        made_by: user(),
        made_at: at(1),
        expires_at: Some(at(10)),
        last_used_at: None,
        revoked_at: None,
    };
    token::add(&mut tx, &token).await.expect("a token");
    tx.commit().await.expect("a commit");
    assert!(session::find_by_hash(&store, "h", at(9)).await.expect("a session").is_some());
    assert!(session::find_by_hash(&store, "h", at(10)).await.expect("none").is_none());
    assert!(token::find_by_hash(&store, "t", at(9)).await.expect("a token").is_some());
    assert!(token::find_by_hash(&store, "t", at(10)).await.expect("none").is_none());
    let mut tx = store.write().await.expect("a change");
    session::touch(&mut tx, id::<SessionId>(1), at(9), at(19)).await.expect("touched");
    token::touch(&mut tx, id::<TokenId>(2), at(5)).await.expect("touched");
    token::revoke(&mut tx, id::<TokenId>(2), at(6)).await.expect("revoked");
    tx.commit().await.expect("a commit");
    assert_eq!(session::of_user(&store, user(), at(15)).await.expect("sessions").len(), 1);
    assert!(token::find_by_hash(&store, "t", at(7)).await.expect("none").is_none());
    assert_eq!(token::list(&store).await.expect("tokens")[0].last_used_at, Some(at(5)));
    let mut tx = store.write().await.expect("a change");
    assert_eq!(session::forget_ended(&mut tx, at(15)).await.expect("none"), 0);
    assert_eq!(session::remove_of_user(&mut tx, user()).await.expect("one"), 1);
    tx.commit().await.expect("a commit");
}

pub(crate) async fn failures_are_counted(store: Store) {
    let mut tasks = Vec::new();
    for _ in 0..5 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let mut tx = store.write().await.expect("a change");
            throttle::fail(&mut tx, "user x", at(1)).await.expect("counted");
            tx.commit().await.expect("a commit");
        }));
    }
    for task in tasks {
        task.await.expect("a task");
    }
    let mut tx = store.write().await.expect("a change");
    throttle::block(&mut tx, "user x", at(60)).await.expect("blocked");
    tx.commit().await.expect("a commit");
    let found = throttle::find(&store, "user x").await.expect("a throttle").expect("it is there");
    assert_eq!((found.failures, found.blocked_until), (5, at(60)));
    let mut tx = store.write().await.expect("a change");
    assert_eq!(throttle::forget_before(&mut tx, at(30)).await.expect("it blocks still"), 0);
    throttle::clear(&mut tx, "user x").await.expect("cleared");
    tx.commit().await.expect("a commit");
    assert_eq!(throttle::find(&store, "user x").await.expect("none"), None);
}
