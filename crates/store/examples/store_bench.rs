//! Prints how quickly assets are written and listed. `cargo run --release -p store --example store_bench [URL]`
//!
//! Without a URL: a SQLite file in a temporary folder. With the URL of an empty PostgreSQL database: that.
#![expect(clippy::print_stdout, reason = "a measurement")]

use facts::id::{AssetUid, SiteId};
use std::time::{Duration, Instant};
use store::assets::address::{AddressKey, AddressKind};
use store::assets::list::{Filter, Sort, SortBy, list};
use store::assets::place::{self, Placement};
use store::assets::write::{self, Heard};
use store::structure::{line, site};
use store::{Json, Limit, Moment, Options, ScopeFilter, Store, StoreError};
use uuid::Uuid;

const ASSETS: usize = 50_000;
/// Bytes of the detail of each asset.
const DOCUMENT: usize = 1_000;
const ROUNDS: usize = 20;

type Outcome<T> = Result<T, StoreError>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = std::env::temp_dir().join(format!("yagura-store-bench-{}", std::process::id()));
    let _ = std::fs::create_dir_all(&folder);
    let url = std::env::args().nth(1).unwrap_or_else(|| format!("sqlite:{}/store.db", folder.display()));
    let store = Store::open(&url, Options::default()).await?;
    let result = measure(&store).await;
    store.close().await;
    let _ = std::fs::remove_dir_all(&folder);
    result
}

async fn measure(store: &Store) -> Outcome<()> {
    let mut assets: Vec<Heard> = (0..ASSETS).map(heard).collect();
    say("new assets", write_all(store, &assets).await?);
    for asset in &mut assets {
        asset.last_seen = asset.last_seen.after(60_000_000);
    }
    say("known assets", write_all(store, &assets).await?);
    let lines = place_all(store, &assets).await?;
    let scopes = [
        ("all", ScopeFilter::default()),
        ("2 of 10 lines", ScopeFilter { lines: Some(lines.iter().take(2).copied().collect()), zones: None }),
    ];
    let text = |text: &str| Filter { text: text.into(), ..Filter::default() };
    let filters = [
        ("no filter", Filter::default()),
        ("kind", Filter { kinds: vec!["plc".into()], ..Filter::default() }),
        (
            "vendor and level",
            Filter { vendors: vec!["Maker 3".into()], levels: vec!["1".into()], ..Filter::default() },
        ),
        ("one line", Filter { lines: lines.iter().take(1).copied().collect(), ..Filter::default() }),
        ("search, many hits", text("ジュウテンキ")),
        ("search, one hit", text("station-31234")),
        ("search, no hit", text("nothing like it")),
        ("search, two words", text("10.0.1 maker")),
        ("tag", Filter { tags: vec!["tag7".into()], ..Filter::default() }),
    ];
    for (scope_name, scope) in &scopes {
        for (filter_name, filter) in &filters {
            for by in [SortBy::Name, SortBy::LastSeen, SortBy::Vendor, SortBy::Line, SortBy::Address] {
                let sort = Sort { by, is_descending: by == SortBy::LastSeen };
                let before = cpu();
                let (p95, count) = pages(store, filter, scope, sort).await?;
                let each = (cpu() - before) / u32::try_from(count).unwrap_or(1);
                println!(
                    "list p95 {p95:>8.1?}, cpu {each:>8.1?}: scope {scope_name}, {filter_name}, by {by}"
                );
            }
        }
    }
    Ok(())
}

fn say(what: &str, (took, used): (Duration, Duration)) {
    let rate = |time: Duration| ASSETS as f64 / time.as_secs_f64();
    let (wall, busy) = (rate(took), rate(used));
    println!("{what}: {ASSETS} in {took:.2?}, {wall:.0} rows/s; {busy:.0} rows per CPU second");
    println!("  (each with a document of {DOCUMENT} bytes, two addresses and a row in the feed)");
}

/// CPU time of this process: what a machine that others use too cannot blur. Counted in hundredths of a second.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

async fn write_all(store: &Store, assets: &[Heard]) -> Outcome<(Duration, Duration)> {
    let (begin, before) = (Instant::now(), cpu());
    for assets in assets.chunks(5_000) {
        let mut tx = store.write().await?;
        write::put_all(&mut tx, assets, Moment(1)).await?;
        tx.commit().await?;
    }
    Ok((begin.elapsed(), cpu() - before))
}

async fn place_all(store: &Store, assets: &[Heard]) -> Outcome<Vec<facts::id::LineId>> {
    let mut tx = store.write().await?;
    let plant = site::Site {
        id: SiteId(Uuid::now_v7()),
        name: "Plant".into(),
        code: String::new(),
        time_zone: "Asia/Tokyo".into(),
        note: String::new(),
    };
    site::put(&mut tx, &plant, Moment(1)).await?;
    let mut lines = Vec::new();
    for number in 0..10_u32 {
        let line = line::Line {
            id: facts::id::LineId(Uuid::now_v7()),
            site: plant.id,
            name: format!("Line {number}"),
            code: String::new(),
            position: number,
            calendar: String::new(),
            note: String::new(),
        };
        line::put(&mut tx, &line, Moment(1)).await?;
        lines.push(line.id);
    }
    for (number, asset) in assets.iter().enumerate() {
        let placement = Placement {
            line: lines.get(number % 12).copied(),
            floor_name: format!("ｼﾞｭｳﾃﾝｷ{number}"),
            tags: store::assets::Tags(vec![format!("tag{}", number % 100)]),
            ..Placement::default()
        };
        place::put(&mut tx, asset.id, &placement, Moment(1)).await?;
    }
    tx.commit().await?;
    Ok(lines)
}

/// The 95th percentile of a first page and of the page after it.
async fn pages(
    store: &Store,
    filter: &Filter,
    scope: &ScopeFilter,
    sort: Sort,
) -> Outcome<(Duration, usize)> {
    let mut times = Vec::new();
    let limit = Limit::default();
    for _ in 0..ROUNDS / 2 {
        let begin = Instant::now();
        let page = list(store, filter, scope, sort, None, limit).await?;
        times.push(begin.elapsed());
        if page.next.is_some() {
            let begin = Instant::now();
            list(store, filter, scope, sort, page.next.as_ref(), limit).await?;
            times.push(begin.elapsed());
        }
    }
    times.sort();
    Ok((times.get(times.len() * 95 / 100).copied().unwrap_or_default(), times.len()))
}

fn heard(number: usize) -> Heard {
    let key = |kind, address: String| AddressKey { network: None, kind, address };
    let low = number % 256;
    let high = number / 256 % 256;
    Heard {
        id: AssetUid(Uuid::now_v7()),
        // Names do not come in the order of ids.
        name: format!("station-{}", number * 7919 % 100_003),
        kind: ["plc", "hmi", "switch", "drive", "robot"].get(number % 5).copied().unwrap_or_default().into(),
        role: "controller".into(),
        level: format!("{}", number % 4),
        vendor: format!("Maker {}", number % 17),
        model: format!("Model {}", number % 211),
        order_number: format!("6ES7 {:05}", number % 997),
        firmware: format!("{}.{}", number % 5, number % 11),
        hardware: "1".into(),
        serial: format!("S{number:08}"),
        os: String::new(),
        hearing: "both".into(),
        network: None,
        first_seen: Moment(1_000_000),
        last_seen: Moment(i64::try_from(number * 7919 % 100_003).unwrap_or_default() * 1_000_000),
        addresses: vec![
            key(AddressKind::Mac, format!("00:1b:1b:00:{high:02x}:{low:02x}")),
            key(AddressKind::Ip, format!("10.0.{high}.{low}")),
        ],
        document: Json("x".repeat(DOCUMENT)),
    }
}
