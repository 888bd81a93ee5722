//! The audit log: append-only, each row carrying the hash of the row before.
//!
//! The bytes that are hashed, in this order: the hash of the row before (32 bytes, zeros for the first row), the
//! sequence number and the time in microseconds (8 bytes each, big endian), then actor, action, object and detail,
//! each as its length in bytes (4 bytes, big endian) and its UTF-8 text. The hash is SHA-256. A signed head fixes the
//! log up to its row: whoever cuts rows off the end is found by the head beyond it.

use crate::error::{StoreError, Trouble};
use crate::query::{Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::{Json, Moment};
use sha2::{Digest, Sha256};

/// Rows that [`verify`] reads at once.
const VERIFY_ROWS: u32 = 2_000;

record! { "audit_entries" key [sequence] fixed []
    /// One row.
    pub struct Entry {
        /// Its place, from 1 without gaps.
        sequence: i64,
        /// When.
        at: Moment,
        /// Who: `user ID`, `token ID`, `host` for commands on the machine, `product`.
        actor: String,
        /// What: a word like `asset.place`.
        action: String,
        /// With what: `asset ID`.
        object: String,
        /// How, for people and for programs.
        detail: Json,
        /// The hash of the row before.
        before_hash: Vec<u8>,
        /// The hash of this row.
        hash: Vec<u8>,
    }
}

record! { "audit_heads" key [sequence] fixed []
    /// A signature over the log up to a row.
    pub struct Head {
        /// The row.
        sequence: i64,
        /// Its hash.
        hash: Vec<u8>,
        /// When it was signed.
        at: Moment,
        /// Which key signed.
        key: String,
        /// The signature over [`Head::signed_bytes`].
        signature: Vec<u8>,
    }
}

impl Head {
    /// What is signed: sequence and time (8 bytes each, big endian) and the hash.
    #[must_use]
    pub fn signed_bytes(sequence: i64, at: Moment, hash: &[u8]) -> Vec<u8> {
        [&sequence.to_be_bytes()[..], &at.0.to_be_bytes(), hash].concat()
    }
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Deed<'d> {
    /// When.
    pub at: Moment,
    /// Who; see [`Entry::actor`].
    pub actor: &'d str,
    /// What.
    pub action: &'d str,
    /// With what.
    pub object: &'d str,
    /// How.
    pub detail: Json,
}

/// Which entries to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// By this actor.
    pub actor: Option<String>,
    /// Of this action.
    pub action: Option<String>,
    /// With this object.
    pub object: Option<String>,
    /// At or after.
    pub since: Option<Moment>,
    /// Before.
    pub until: Option<Moment>,
}

/// What a check of the whole log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row follows from the one before, and every head fits.
    Whole {
        /// The first row that is kept: 1, or the one after the signed head up to which rows were forgotten.
        first: i64,
        /// Rows.
        rows: u64,
        /// Signed heads.
        heads: u64,
    },
    /// The first row that does not.
    Broken {
        /// Its sequence number.
        sequence: i64,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Appends a row, in the transaction of what it tells.
pub async fn append(on: &mut Transaction, deed: &Deed<'_>) -> Result<Entry, StoreError> {
    // The counter is the lock: two transactions never follow the same row.
    let sequence = on.count("audit", 1).await?;
    let rest = "ORDER BY sequence DESC LIMIT 1";
    let last: Option<Entry> = record::one(&mut *on, rest, |query| query).await?;
    let (before, before_hash) = last.map_or((0, vec![0; 32]), |entry| (entry.sequence, entry.hash));
    if before + 1 != sequence {
        return Err(StoreError::new(Trouble::Damaged, "append to the audit log: rows are missing"));
    }
    let mut entry = Entry {
        sequence,
        at: deed.at,
        actor: deed.actor.replace('\0', "\u{fffd}"),
        action: deed.action.replace('\0', "\u{fffd}"),
        object: deed.object.replace('\0', "\u{fffd}"),
        detail: Json(deed.detail.0.replace('\0', "\u{fffd}")),
        before_hash,
        hash: Vec::new(),
    };
    entry.hash = hash(&entry);
    record::add(on, core::slice::from_ref(&entry)).await?;
    Ok(entry)
}

/// The hash that a row must have.
#[must_use]
pub fn hash(entry: &Entry) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(&entry.before_hash);
    hash.update(entry.sequence.to_be_bytes());
    hash.update(entry.at.0.to_be_bytes());
    for text in [&entry.actor, &entry.action, &entry.object, &entry.detail.0] {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        hash.update(length.to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().to_vec()
}

/// The last row.
pub async fn last(from: impl Into<Reader<'_>>) -> Result<Option<Entry>, StoreError> {
    record::one(from, "ORDER BY sequence DESC LIMIT 1", |query| query).await
}

/// Entries before a sequence number (`i64::MAX` to begin), newest first.
pub async fn list(
    from: impl Into<Reader<'_>>,
    filter: &Filter,
    before: i64,
    limit: u16,
) -> Result<Vec<Entry>, StoreError> {
    let rest = "WHERE sequence < $1 AND ($2 = '' OR actor = $2) AND ($3 = '' OR action = $3) \
                AND ($4 = '' OR object = $4) AND at >= $5 AND at < $6 ORDER BY sequence DESC LIMIT $7";
    let since = filter.since.unwrap_or(Moment(i64::MIN));
    let until = filter.until.unwrap_or(Moment(i64::MAX));
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let bind = |query: crate::query::Query| {
        query
            .bind(before)
            .bind(text(&filter.actor))
            .bind(text(&filter.action))
            .bind(text(&filter.object))
            .bind(since)
            .bind(until)
            .bind(limit)
    };
    select(from, rest, bind).await
}

/// Keeps a signed head.
pub async fn add_head(on: &mut Transaction, head: &Head) -> Result<(), StoreError> {
    record::add(on, core::slice::from_ref(head)).await
}

/// Signed heads, newest first.
pub async fn heads(from: impl Into<Reader<'_>>, limit: u16) -> Result<Vec<Head>, StoreError> {
    select(from, "ORDER BY sequence DESC LIMIT $1", |query| query.bind(limit)).await
}

/// Walks the whole log. `is_signed` checks the signature of a head.
pub async fn verify(
    from: impl Into<Reader<'_>>,
    is_signed: impl Fn(&Head) -> bool,
) -> Result<Verdict, StoreError> {
    let mut from = from.into();
    let heads: Vec<Head> = select_on(&mut from, "ORDER BY sequence", |query| query).await?;
    let mut heads = heads.iter().peekable();
    let Start { mut sequence, mut before, mut checked } =
        match start(&mut from, &mut heads, &is_signed).await? {
            Ok(start) => start,
            Err(broken) => return Ok(broken),
        };
    let forgotten = sequence;
    loop {
        let rest = "WHERE sequence > $1 ORDER BY sequence LIMIT $2";
        let entries: Vec<Entry> =
            select_on(&mut from, rest, |query| query.bind(sequence).bind(VERIFY_ROWS)).await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            if let Some(why) = broken(&entry, sequence, &before) {
                return Ok(Verdict::Broken { sequence: sequence + 1, why });
            }
            if let Some(head) = heads.next_if(|head| head.sequence == entry.sequence) {
                if head.hash != entry.hash || !is_signed(head) {
                    let why = "the signed head of this row does not fit";
                    return Ok(Verdict::Broken { sequence: entry.sequence, why });
                }
                checked += 1;
            }
            sequence = entry.sequence;
            before = entry.hash;
        }
    }
    if heads.next().is_some() {
        return Ok(Verdict::Broken {
            sequence: sequence + 1,
            why: "a signed head tells of rows that are missing",
        });
    }
    Ok(Verdict::Whole { first: forgotten + 1, rows: (sequence - forgotten).unsigned_abs(), heads: checked })
}

/// What the first row that is kept must follow.
struct Start {
    sequence: i64,
    before: Vec<u8>,
    checked: u64,
}

/// Where rows were forgotten, the signed head of the last of them stands in for it.
async fn start(
    from: &mut Reader<'_>,
    heads: &mut core::iter::Peekable<core::slice::Iter<'_, Head>>,
    is_signed: impl Fn(&Head) -> bool,
) -> Result<Result<Start, Verdict>, StoreError> {
    let first: Vec<Entry> = select_on(from, "ORDER BY sequence LIMIT 1", |query| query).await?;
    let forgotten = first.first().map_or(0, |entry| entry.sequence - 1);
    if forgotten == 0 {
        return Ok(Ok(Start { sequence: 0, before: vec![0; 32], checked: 0 }));
    }
    match heads.next_if(|head| head.sequence == forgotten) {
        Some(head) if is_signed(head) => {
            Ok(Ok(Start { sequence: forgotten, before: head.hash.clone(), checked: 1 }))
        }
        Some(_) => {
            let why = "the signed head of the rows that were forgotten does not fit";
            Ok(Err(Verdict::Broken { sequence: forgotten, why }))
        }
        None => Ok(Err(Verdict::Broken { sequence: 1, why: "the row is missing" })),
    }
}

/// Forgets rows that a head signed before `moment` covers, and returns how many. That head stays and stands in for
/// them; without such a head nothing is forgotten.
pub async fn forget_before(on: &mut Transaction, moment: Moment) -> Result<u64, StoreError> {
    let rest = "WHERE at < $1 ORDER BY sequence DESC LIMIT 1";
    let Some(head): Option<Head> = record::one(&mut *on, rest, |query| query.bind(moment)).await? else {
        return Ok(0);
    };
    // The last row of all stays: the next one follows it.
    let newest: Option<Entry> = last(&mut *on).await?;
    if newest.is_none_or(|entry| entry.sequence <= head.sequence) {
        return Ok(0);
    }
    let entries = crate::query::Query::new("DELETE FROM audit_entries WHERE sequence <= $1");
    let forgotten = on.execute(entries.bind(head.sequence)).await?;
    let heads = crate::query::Query::new("DELETE FROM audit_heads WHERE sequence < $1");
    on.execute(heads.bind(head.sequence)).await?;
    Ok(forgotten)
}

fn broken(entry: &Entry, before: i64, before_hash: &[u8]) -> Option<&'static str> {
    if entry.sequence != before + 1 {
        return Some("the row is missing");
    }
    if entry.before_hash != before_hash {
        return Some("the row does not follow from the one before");
    }
    (hash(entry) != entry.hash).then_some("the row was changed")
}

async fn select_on<R: record::Record>(
    from: &mut Reader<'_>,
    rest: &str,
    bind: impl FnOnce(crate::query::Query) -> crate::query::Query,
) -> Result<Vec<R>, StoreError> {
    let text = format!("SELECT {} FROM {} {rest}", R::COLUMNS.join(", "), R::TABLE);
    let rows = from.rows(bind(crate::query::Query::new(text))).await?;
    rows.iter().map(R::read).collect()
}
