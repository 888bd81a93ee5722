//! Feed, settings, sensors, deliveries, history catalogue, jobs.

use crate::access::a_user;
use crate::assets::user;
use crate::setup::{at, id};
use facts::id::{SensorId, WebhookId};
use store::changes::{self, Action};
use store::webhooks::{self, DeliveryState};
use store::{Json, Store, access, history, jobs, sensors, settings, views};

pub(crate) async fn the_feed_has_no_gaps(store: Store) {
    assert_eq!(changes::range(&store).await.expect("a range"), (0, 0));
    let mut tasks = Vec::new();
    for task in 0..6 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let mut tx = store.write().await.expect("a change");
            for object in 0..5 {
                changes::append(&mut tx, "asset", task * 10 + object, Action::Changed, at(task))
                    .await
                    .expect("a row");
            }
            // A transaction that is given up leaves no hole.
            if task % 2 == 0 { tx.commit().await.expect("a commit") } else { drop(tx) }
        }));
    }
    for task in tasks {
        task.await.expect("a task");
    }
    let all = changes::since(&store, 0, 500).await.expect("changes");
    assert_eq!(all.iter().map(|change| change.revision).collect::<Vec<_>>(), (1..=15).collect::<Vec<_>>());
    assert_eq!(changes::since(&store, 13, 500).await.expect("changes").len(), 2);
    let mut tx = store.write().await.expect("a change");
    assert_eq!(changes::forget_beyond(&mut tx, 15).await.expect("as many as there are"), 0);
    assert_eq!(changes::forget_beyond(&mut tx, 11).await.expect("the oldest"), 4);
    assert_eq!(changes::range(&mut tx).await.expect("a range"), (5, 15));
    assert_eq!(changes::forget_before(&mut tx, at(100)).await.expect("forgotten"), 11);
    changes::append(&mut tx, "asset", 1, Action::Added, at(200)).await.expect("a row");
    tx.commit().await.expect("a commit");
    assert_eq!(changes::range(&store).await.expect("a range"), (16, 16), "numbers go on");
}

pub(crate) async fn settings_and_views(store: Store) {
    let setting = |value: &str| settings::Setting {
        key: "mail".into(),
        value: Json(value.into()),
        made_by: String::new(),
        made_at: at(1),
    };
    let mut tx = store.write().await.expect("a change");
    settings::put(&mut tx, &setting("1")).await.expect("set");
    settings::put(&mut tx, &setting("2")).await.expect("set");
    let keep = settings::Retention { kind: "flows".into(), keep_days: 90, bytes_max: 5_000_000_000 };
    settings::put_retention(&mut tx, &keep, at(1)).await.expect("set");
    access::user::put(&mut tx, &a_user(0x99, "a"), at(0)).await.expect("a person");
    access::user::put(&mut tx, &a_user(0x98, "b"), at(0)).await.expect("a person");
    let view = |number: u32, owner: u32, name: &str, shared| views::SavedView {
        id: format!("view {number}"),
        user_id: id(owner),
        noun: "assets".into(),
        name: name.into(),
        document: Json("{}".into()),
        shared,
        revision: 1,
        changed_at: at(1),
    };
    for view in [view(1, 0x98, "private", false), view(2, 0x98, "all", true), view(3, 0x99, "own", false)] {
        views::put(&mut tx, &view).await.expect("a view");
    }
    tx.commit().await.expect("a commit");
    assert_eq!(settings::find(&store, "mail").await.expect("a setting"), Some(setting("2")));
    assert_eq!(settings::list(&store).await.expect("settings").len(), 1);
    assert_eq!(settings::list_retention(&store).await.expect("retention"), [keep]);
    let seen = views::list(&store, user()).await.expect("views");
    assert_eq!(seen.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["all", "own"]);
    let mut tx = store.write().await.expect("a change");
    settings::remove(&mut tx, "mail", at(2)).await.expect("removed");
    views::put(&mut tx, &view(3, 0x99, "renamed", false)).await.expect("a new name");
    views::remove(&mut tx, "view 2").await.expect("removed");
    views::remove(&mut tx, "view 2").await.expect_err("it is gone");
    assert_eq!(views::remove_of_user(&mut tx, id(0x98)).await.expect("removed"), 1);
    tx.commit().await.expect("a commit");
    let mut tx = store.write().await.expect("a change");
    let twice = views::put(&mut tx, &view(4, 0x99, "renamed", false)).await.expect_err("the name is taken");
    assert_eq!(twice.trouble, store::Trouble::Conflict);
}

pub(crate) async fn a_batch_counts_once(store: Store) {
    let sensor = sensors::Sensor {
        id: id(1),
        name: "s1".into(),
        interfaces: Json("[]".into()),
        certificate: "ab".into(),
        version: "0.1".into(),
        enrolled_at: Some(at(0)),
        revoked_at: None,
        last_batch: 0,
        last_batch_at: None,
        first_capture: 4_096,
    };
    let mut tx = store.write().await.expect("a change");
    assert_eq!(sensors::highest_capture(&mut tx).await.expect("an answer"), 0);
    sensors::put(&mut tx, &sensor, at(0)).await.expect("a sensor");
    assert!(sensors::advance(&mut tx, sensor.id, 1, at(1)).await.expect("an answer"));
    assert!(sensors::advance(&mut tx, sensor.id, 3, at(2)).await.expect("an answer"));
    assert!(!sensors::advance(&mut tx, sensor.id, 3, at(3)).await.expect("an answer"));
    assert_eq!(sensors::highest_capture(&mut tx).await.expect("an answer"), 4_096);
    sensors::put(&mut tx, &sensor, at(4)).await.expect("told again");
    tx.commit().await.expect("a commit");
    let found = sensors::find(&store, id::<SensorId>(1)).await.expect("a sensor").expect("it is there");
    assert_eq!((found.last_batch, found.last_batch_at), (3, Some(at(2))));
    assert!(sensors::find_by_certificate(&store, "ab").await.expect("a sensor").is_some());
    assert!(sensors::find_by_certificate(&store, "").await.expect("none").is_none());
    let mut tx = store.write().await.expect("a change");
    sensors::revoke(&mut tx, sensor.id, at(5)).await.expect("revoked");
    tx.commit().await.expect("a commit");
    assert!(sensors::find_by_certificate(&store, "ab").await.expect("none").is_none());
    assert_eq!(sensors::list(&store).await.expect("sensors").len(), 1);
}

pub(crate) async fn messages_are_tried_until_taken(store: Store) {
    let webhook = webhooks::Webhook {
        id: id(1),
        name: "siem".into(),
        url: "https://example.com".into(),
        secret: vec![1],
        kinds: vec!["asset".into()],
        enabled: true,
        made_by: user(),
        made_at: at(0),
        last_revision: 0,
    };
    let hook = id::<WebhookId>(1);
    let messages = [(1, "one".to_owned()), (2, "two".to_owned())];
    let mut tx = store.write().await.expect("a change");
    webhooks::put(&mut tx, &webhook, at(0)).await.expect("a webhook");
    webhooks::enqueue(&mut tx, hook, &messages, 2, at(1)).await.expect("queued");
    webhooks::enqueue(&mut tx, hook, &messages, 2, at(9)).await.expect("queued again");
    tx.commit().await.expect("a commit");
    let mut due = webhooks::due(&store, at(1), 10).await.expect("messages");
    assert_eq!(due.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    due[0].state = DeliveryState::Delivered;
    due[1].attempts = 1;
    due[1].next_at = at(60);
    due[1].answer = "503".into();
    let mut tx = store.write().await.expect("a change");
    for message in &due {
        webhooks::tried(&mut tx, message).await.expect("noted");
    }
    webhooks::put(&mut tx, &webhook, at(3)).await.expect("told again");
    tx.commit().await.expect("a commit");
    assert!(webhooks::due(&store, at(59), 10).await.expect("none").is_empty());
    assert_eq!(webhooks::due(&store, at(60), 10).await.expect("messages"), [due[1].clone()]);
    assert_eq!(
        webhooks::find(&store, hook).await.expect("a webhook").map(|hook| hook.last_revision),
        Some(2)
    );
    let mut tx = store.write().await.expect("a change");
    assert_eq!(webhooks::replay(&mut tx, hook, 1, at(70)).await.expect("replayed"), 2);
    tx.commit().await.expect("a commit");
    assert_eq!(webhooks::due(&store, at(70), 10).await.expect("messages").len(), 2);
    let mut tx = store.write().await.expect("a change");
    webhooks::put(&mut tx, &webhooks::Webhook { enabled: false, ..webhook }, at(71)).await.expect("off");
    assert_eq!(webhooks::forget_up_to(&mut tx, 9).await.expect("waiting ones stay"), 0);
    tx.commit().await.expect("a commit");
    assert!(webhooks::due(&store, at(99), 10).await.expect("none").is_empty());
    assert_eq!(webhooks::deliveries(&store, hook, i64::MAX, 10).await.expect("messages").len(), 2);
    let mut tx = store.write().await.expect("a change");
    webhooks::remove(&mut tx, hook, at(80)).await.expect("removed");
    tx.commit().await.expect("a commit");
    assert!(webhooks::list(&store).await.expect("none").is_empty());
}

pub(crate) async fn the_catalogue_of_history(store: Store) {
    let file = |hour: i64, shard: u32| history::HistoryFile {
        kind: "flows".into(),
        hour: at(hour * 3600),
        shard,
        path: format!("flows/{hour}-{shard}"),
        rows: 10,
        bytes: 1000,
        crc: u32::MAX,
        first_at: at(hour * 3600),
        last_at: at(hour * 3600 + 3599),
        made_at: at(0),
    };
    let mut tx = store.write().await.expect("a change");
    history::replace(&mut tx, &[file(0, 1), file(0, 2), file(1, 1)], &[]).await.expect("listed");
    let both = [("flows", at(0), 1), ("flows", at(0), 2)];
    history::replace(&mut tx, &[file(0, 3)], &both).await.expect("joined");
    tx.commit().await.expect("a commit");
    let found = history::between(&store, "flows", at(0), at(3600)).await.expect("files");
    assert_eq!(found, [file(0, 3)]);
    assert_eq!(history::between(&store, "", at(3599), at(3601)).await.expect("files").len(), 2);
    let totals = history::totals(&store).await.expect("totals");
    let expected = history::Total {
        kind: "flows".into(),
        files: 2,
        rows: 20,
        bytes: 2000,
        oldest: at(0),
        newest: at(3600),
    };
    assert_eq!(totals, [expected]);
}

pub(crate) async fn a_job_has_one_holder(store: Store) {
    let job = |number: u32, every| jobs::Job {
        id: id(number),
        kind: "backup".into(),
        unique_key: format!("backup-{number}"),
        document: Json::default(),
        due_at: at(10),
        every,
        lease_holder: String::new(),
        lease_until: at(-1_000_000),
        attempts: 0,
        last_error: String::new(),
        last_done_at: None,
    };
    let mut tx = store.write().await.expect("a change");
    assert!(jobs::add(&mut tx, &job(1, 60_000_000)).await.expect("added"));
    let twin = jobs::Job { id: id(7), ..job(1, 0) };
    assert!(!jobs::add(&mut tx, &twin).await.expect("not added"), "one of a key");
    let early = jobs::take(&mut tx, &["backup"], "p", at(9), at(20)).await.expect("an answer");
    assert_eq!(early, None);
    tx.commit().await.expect("a commit");
    let mut tasks = Vec::new();
    for holder in 0..4 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let mut tx = store.write().await.expect("a change");
            let holder = format!("p{holder}");
            let taken =
                jobs::take(&mut tx, &["other", "backup"], &holder, at(10), at(20)).await.expect("an answer");
            tx.commit().await.expect("a commit");
            taken
        }));
    }
    let mut taken = Vec::new();
    for task in tasks {
        taken.extend(task.await.expect("a task"));
    }
    assert_eq!(taken.len(), 1);
    let lost = taken.remove(0);
    // The holder died; after the lease the next one has it, and the dead one's word counts no more.
    let mut tx = store.write().await.expect("a change");
    let held =
        jobs::take(&mut tx, &["backup"], "q", at(20), at(30)).await.expect("an answer").expect("a job");
    assert_eq!((held.lease_holder.as_str(), held.attempts), ("q", 2));
    assert!(!jobs::succeed(&mut tx, &lost, at(21)).await.expect("an answer"));
    assert!(jobs::extend(&mut tx, &held, at(40)).await.expect("an answer"));
    assert!(jobs::fail(&mut tx, &held, "no room", at(25)).await.expect("an answer"));
    let held =
        jobs::take(&mut tx, &["backup"], "q", at(25), at(30)).await.expect("an answer").expect("a job");
    assert_eq!(held.last_error, "no room");
    assert!(jobs::succeed(&mut tx, &held, at(26)).await.expect("an answer"));
    tx.commit().await.expect("a commit");
    let jobs = jobs::list(&store).await.expect("jobs");
    assert_eq!((jobs[0].due_at, jobs[0].last_done_at, jobs[0].attempts), (at(86), Some(at(26)), 0));
    let mut tx = store.write().await.expect("a change");
    let own = jobs::take_one(&mut tx, id(1), "r", at(30), at(40)).await.expect("an answer");
    assert_eq!(own.map(|job| job.lease_until), Some(at(40)), "one job is taken though it is not due");
    assert_eq!(jobs::take_one(&mut tx, id(1), "s", at(39), at(50)).await.expect("an answer"), None);
    assert!(jobs::take_one(&mut tx, id(1), "r", at(39), at(50)).await.expect("an answer").is_some());
}

pub(crate) async fn a_job_that_is_done_is_forgotten_by_its_time(store: Store) {
    let job = |number: u32| jobs::Job {
        id: id(number),
        kind: "upload".into(),
        unique_key: format!("upload-{number}"),
        document: Json::default(),
        due_at: at(0),
        every: 60_000_000,
        lease_holder: String::new(),
        lease_until: at(0),
        attempts: 0,
        last_error: String::new(),
        last_done_at: None,
    };
    let mut tx = store.write().await.expect("a change");
    for number in 1..=5 {
        jobs::add(&mut tx, &job(number)).await.expect("added");
    }
    // The first and the fifth were done, the second failed for good, the third for now, the fourth waits.
    for number in [1, 2, 3, 5] {
        let taken = jobs::take_one(&mut tx, id(number), "r", at(1), at(9)).await.expect("an answer");
        let taken = taken.expect("a job");
        let again_at = if number == 2 { store::Moment(i64::MAX) } else { at(90) };
        let ended = match number {
            1 | 5 => jobs::succeed(&mut tx, &taken, at(2)).await,
            _ => jobs::fail(&mut tx, &taken, "no capture", again_at).await,
        };
        assert!(ended.expect("an answer"));
    }
    assert_eq!(jobs::forget_ended(&mut tx, "backup", id(9)).await.expect("an answer"), 0);
    assert_eq!(jobs::forget_ended(&mut tx, "upload", id(5)).await.expect("an answer"), 2);
    tx.commit().await.expect("a commit");
    let mut left: Vec<_> = jobs::list(&store).await.expect("jobs").iter().map(|job| job.id).collect();
    left.sort();
    assert_eq!(left, [id(3), id(4), id(5)]);
}
