//! Typed scans over files and open hours.

use crate::catalogue::{Catalogue, Entry};
use crate::cell::Cell;
use crate::error::Error;
use crate::filter::{Filter, Test};
use crate::hour::{Range, hour_of};
use crate::meta::Footers;
use crate::open::Parts;
use crate::read::{Piece, pieces, read};
use crate::row::{CommandRow, DetectionRow, FlowRow, Kind, RowOf, ValueRow};
use core::fmt;
use core::num::ParseIntError;
use core::str::FromStr;
use object_store::ObjectStore;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where a page ended: give it back to go on from there. Written as `TIME.ROW`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Beginning of the last row of the page.
    pub time_us: i64,
    /// Its number.
    pub row: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.time_us, self.row)
    }
}

impl FromStr for Cursor {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (time, row) = text.split_once('.').unwrap_or((text, ""));
        Ok(Self { time_us: time.parse()?, row: row.parse()? })
    }
}

/// Which way the rows come, by their beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// From the past on.
    #[default]
    OldestFirst,
    /// From now back.
    NewestFirst,
}

/// Rows, and what it took to find them.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<R> {
    /// In the order asked for.
    pub rows: Vec<R>,
    /// Where to go on; `None` when there is no more.
    pub next: Option<Cursor>,
    /// What was read.
    pub reading: Reading,
}

/// What a scan had to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Files in the range.
    pub files: u64,
    /// Row groups in those files that were looked into.
    pub groups: u64,
    /// Row groups that were read.
    pub groups_read: u64,
    /// Files that are damaged or gone, by path: their rows are missing in the page.
    pub damaged: Vec<String>,
}

/// A row that can be asked for.
pub trait Row: Sized + Send {
    /// Its table.
    const KIND: Kind;
    /// Out of a row of any kind.
    fn of(row: RowOf) -> Option<Self>;
}

macro_rules! rows {
    ($($row:ident $kind:ident $variant:ident;)*) => {$(
        impl Row for $row {
            const KIND: Kind = Kind::$kind;

            fn of(row: RowOf) -> Option<Self> {
                match row {
                    RowOf::$variant(row) => Some(row),
                    _ => None,
                }
            }
        }
    )*};
}

rows! {
    FlowRow Flows Flow;
    CommandRow Commands Command;
    ValueRow Values Value;
    DetectionRow Detections Detection;
}

/// History as readers see it. Cheap to clone.
#[derive(Clone)]
pub struct History {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) catalogue: Arc<dyn Catalogue>,
    pub(crate) footers: Arc<Footers>,
    pub(crate) parts: Arc<Parts>,
}

impl History {
    /// History without a writer, as another process sees it: open hours are not in it.
    #[must_use]
    pub fn read_only(store: Arc<dyn ObjectStore>, catalogue: Arc<dyn Catalogue>) -> Self {
        Self { store, catalogue, footers: Arc::default(), parts: Arc::default() }
    }

    /// The same, without what it remembers of files: what a first look costs.
    #[must_use]
    pub fn without_footers(&self) -> Self {
        Self { footers: Arc::default(), ..self.clone() }
    }

    /// At most `limit` rows that pass the filter, in order, after `after`. Rows of hours that are still open are
    /// among them as they stand now. What cannot be read is named in the page and left out.
    ///
    /// # Errors
    /// The catalogue cannot be read.
    pub async fn page<R: Row>(
        &self,
        filter: &Filter,
        range: Range,
        order: Order,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<R>, Error> {
        let tests = Arc::new(filter.tests(R::KIND, range, after, order));
        let mut found = Found { rows: BTreeMap::new(), order, given: Vec::new(), limit };
        let mut reading = Reading::default();
        if tests.iter().any(|test| matches!(test, Test::Never)) {
            return Ok(Page { rows: Vec::new(), next: None, reading });
        }
        // Memory first: a file made meanwhile is known by its number and left out.
        let (open, numbers) = self.open_rows(R::KIND, &tests);
        let mut entries = self.catalogue.list(R::KIND, range).await?;
        entries.retain(|entry| !numbers.contains(&(entry.hour_us, entry.shard)));
        reading.files = entries.len() as u64;
        let mut hours: BTreeMap<i64, (Vec<Entry>, Vec<RowOf>)> = BTreeMap::new();
        for entry in entries {
            hours.entry(entry.hour_us).or_default().0.push(entry);
        }
        for row in open {
            hours.entry(hour_of(row.time())).or_default().1.push(row);
        }
        let mut hours: Vec<_> = hours.into_values().collect();
        if order == Order::NewestFirst {
            hours.reverse();
        }
        for (entries, rows) in hours {
            self.read_hour(entries, rows, &tests, &mut found, &mut reading).await;
            if found.enough() {
                break;
            }
        }
        Ok(page(found, reading))
    }

    /// Flows: [`Self::page`] from the oldest.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub async fn flows(&self, filter: &Filter, range: Range, limit: usize) -> Result<Page<FlowRow>, Error> {
        self.page(filter, range, Order::OldestFirst, None, limit).await
    }

    /// Commands: [`Self::page`] from the oldest.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub async fn commands(
        &self,
        filter: &Filter,
        range: Range,
        limit: usize,
    ) -> Result<Page<CommandRow>, Error> {
        self.page(filter, range, Order::OldestFirst, None, limit).await
    }

    /// Values: [`Self::page`] from the oldest.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub async fn values(&self, filter: &Filter, range: Range, limit: usize) -> Result<Page<ValueRow>, Error> {
        self.page(filter, range, Order::OldestFirst, None, limit).await
    }

    /// Detections: [`Self::page`] from the oldest.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub async fn detections(
        &self,
        filter: &Filter,
        range: Range,
        limit: usize,
    ) -> Result<Page<DetectionRow>, Error> {
        self.page(filter, range, Order::OldestFirst, None, limit).await
    }

    /// The open rows that pass, and the (hour, shard) of every open part.
    fn open_rows(&self, kind: Kind, tests: &[Test]) -> (Vec<RowOf>, BTreeSet<(i64, u32)>) {
        let parts = self.parts.read();
        let (mut rows, mut numbers) = (Vec::new(), BTreeSet::new());
        for ((_, hour, shard), part) in parts.range((kind, i64::MIN, 0)..=(kind, i64::MAX, u32::MAX)) {
            numbers.insert((*hour, *shard));
            for held in part.rows.values() {
                let cells = held.row.cells();
                let at = |column: usize| cells.get(column).cloned().unwrap_or(Cell::Null);
                if tests.iter().all(|test| test.holds(&at)) {
                    rows.push(held.row.clone());
                }
            }
        }
        (rows, numbers)
    }

    /// Reads an hour's row groups in the order of time, as far as rows are still wanted.
    async fn read_hour(
        &self,
        entries: Vec<Entry>,
        rows: Vec<RowOf>,
        tests: &Arc<Vec<Test>>,
        found: &mut Found,
        reading: &mut Reading,
    ) {
        let mut todo: Vec<Piece> = Vec::new();
        for entry in entries {
            let path = entry.path.clone();
            match pieces(&*self.store, &self.footers, entry, tests, reading).await {
                Ok(more) => todo.extend(more),
                Err(_) => reading.damaged.push(path),
            }
        }
        match found.order {
            Order::OldestFirst => todo.sort_by_key(|piece| piece.times.0),
            Order::NewestFirst => todo.sort_by_key(|piece| core::cmp::Reverse(piece.times.1)),
        }
        found.add(rows);
        for piece in todo {
            found.give_before(Some(piece.times));
            if found.enough() {
                return;
            }
            let path = piece.entry.path.clone();
            reading.groups_read += 1;
            match read(&*self.store, piece, tests).await {
                Ok(rows) => found.add(rows),
                Err(_) if reading.damaged.contains(&path) => (),
                Err(_) => reading.damaged.push(path),
            }
        }
        found.give_before(None);
    }
}

/// Rows found but perhaps not the next in order yet, and rows given.
struct Found {
    rows: BTreeMap<(i64, u64), RowOf>,
    order: Order,
    given: Vec<RowOf>,
    limit: usize,
}

impl Found {
    fn add(&mut self, rows: Vec<RowOf>) {
        self.rows.extend(rows.into_iter().map(|row| ((row.time(), row.row()), row)));
    }

    /// One more than wanted tells that there is a next page.
    fn enough(&self) -> bool {
        self.given.len() > self.limit
    }

    /// Gives the rows that come before any row of a span of time still to be read; all without one.
    fn give_before(&mut self, next: Option<(i64, i64)>) {
        while !self.enough() {
            let first = match self.order {
                Order::OldestFirst => self.rows.first_entry(),
                Order::NewestFirst => self.rows.last_entry(),
            };
            let Some(first) = first else { return };
            let (time, _) = *first.key();
            let before = next.is_none_or(|(least, greatest)| match self.order {
                Order::OldestFirst => time < least,
                Order::NewestFirst => time > greatest,
            });
            if !before {
                return;
            }
            self.given.push(first.remove());
        }
    }
}

fn page<R: Row>(mut found: Found, reading: Reading) -> Page<R> {
    let more = found.enough();
    found.given.truncate(found.limit);
    let last = found.given.last().map(|row| Cursor { time_us: row.time(), row: row.row() });
    let next = last.filter(|_| more);
    Page { rows: found.given.into_iter().filter_map(R::of).collect(), next, reading }
}
