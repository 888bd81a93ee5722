//! A fresh store for each test.

use crate::Test;
use crate::server::Server;
use core::future::Future;
use core::pin::Pin;
use core::sync::atomic::{AtomicU32, Ordering};
use std::path::{Path, PathBuf};
use store::{Moment, Options, Store};

/// A folder that is gone when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("yagura-store-{}-{next}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}/store.db", self.0.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

pub(crate) fn on_sqlite(test: impl FnOnce(Store) -> Pin<Box<dyn Future<Output = ()> + Send>>) {
    let folder = Folder::new();
    run(async {
        let store = Store::open(&folder.url(), Options::default()).await.expect("a new store");
        test(store.clone()).await;
        store.close().await;
    });
}

pub(crate) fn on_postgres(tests: &[(&str, Test)]) {
    let Some(server) = Server::start() else {
        println!("skipped: PostgreSQL is not installed (apt-get install postgresql)");
        return;
    };
    let mut failed = Vec::new();
    run(async {
        let admin = sqlx::PgPool::connect(&server.url("postgres")).await.expect("the server answers");
        for (at, (name, test)) in tests.iter().enumerate() {
            let database = format!("test{at}");
            let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {database}"));
            sqlx::query(create).execute(&admin).await.expect("a database");
            let store = Store::open(&server.url(&database), Options::default()).await.expect("a new store");
            if tokio::spawn(test(store.clone())).await.is_err() {
                failed.push(*name);
            }
            store.close().await;
        }
        admin.close().await;
    });
    assert!(failed.is_empty(), "on PostgreSQL: {}", failed.join(", "));
}

/// A moment of the tests: so many seconds after their beginning.
pub(crate) fn at(seconds: i64) -> Moment {
    Moment(1_800_000_000_000_000 + seconds * 1_000_000)
}

/// An id of any kind, the same for the same number.
pub(crate) fn id<T: core::str::FromStr>(number: u32) -> T {
    let text = format!("0192f0c1-2b3c-7d4e-8f50-{number:012x}");
    text.parse().ok().expect("a well-formed id")
}
