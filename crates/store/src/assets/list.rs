//! The list of assets: filter, sort, scope, pages.

use crate::assets::Asset;
use crate::error::{StoreError, Trouble};
use crate::fold::{fold, pattern};
use crate::open::Store;
use crate::page::{Cursor, Limit, Page, ScopeFilter};
use crate::query::{Query, Reader};
use crate::record::Record;
use crate::value::{Column, Moment, Value, words};
use facts::id::{LineId, NetworkUid, SystemId, ZoneId};

/// Which assets. An empty list or `None` asks nothing; several values of one field mean any of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Words that must all occur somewhere in its names, makes, numbers and addresses; widths and case are equal.
    pub text: String,
    /// Kinds.
    pub kinds: Vec<String>,
    /// Purdue levels.
    pub levels: Vec<String>,
    /// Manufacturers.
    pub vendors: Vec<String>,
    /// Hearing states.
    pub hearings: Vec<String>,
    /// Lines.
    pub lines: Vec<LineId>,
    /// Logical systems.
    pub systems: Vec<SystemId>,
    /// Zones.
    pub zones: Vec<ZoneId>,
    /// Networks.
    pub networks: Vec<NetworkUid>,
    /// Tags, all of which it must carry.
    pub tags: Vec<String>,
    /// Heard at or after this moment.
    pub seen_since: Option<Moment>,
    /// Not heard since this moment.
    pub not_seen_since: Option<Moment>,
    /// First heard at or after this moment.
    pub new_since: Option<Moment>,
    /// Whether a person confirmed it.
    pub is_confirmed: Option<bool>,
}

words! {
    /// A column to sort by.
    SortBy {
        /// Its own name.
        Name = "name",
        /// Its name on the shop floor.
        FloorName = "floor_name",
        /// What it is.
        Kind = "kind",
        /// What it does.
        Role = "role",
        /// Purdue level.
        Level = "level",
        /// Manufacturer.
        Vendor = "vendor",
        /// Product.
        Model = "model",
        /// Order number.
        OrderNumber = "order_number",
        /// Firmware version.
        Firmware = "firmware",
        /// Serial number.
        Serial = "serial",
        /// Operating system.
        Os = "os",
        /// First address, by number.
        Address = "address",
        /// Hearing state.
        Hearing = "hearing",
        /// The name of its line.
        Line = "line",
        /// The name of its zone.
        Zone = "zone",
        /// The name of its network.
        Network = "network",
        /// Equipment number.
        EquipmentNumber = "equipment_number",
        /// Owner.
        Owner = "owner",
        /// First time heard.
        FirstSeen = "first_seen",
        /// Last time heard.
        LastSeen = "last_seen",
    }
}

/// Names that are compared within the statement; with more of them they are looked up.
const NAMES_MAX: usize = 40;

/// The order of a list; equal rows follow by id, so that no row is shown twice or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Whether the largest comes first.
    pub is_descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: SortBy::Name, is_descending: false }
    }
}

/// A page of assets that match and may be seen (by one of the areas, where several are given), and how many match and
/// may not.
pub async fn list(
    store: &Store,
    filter: &Filter,
    scope: &(impl AsRef<[ScopeFilter]> + ?Sized),
    sort: Sort,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<Asset>, StoreError> {
    let scope = scope.as_ref();
    let mut seen = matching(filter);
    scoped(&mut seen, scope, true);
    let by = expression(&mut seen, store, filter, sort.by).await?;
    let query = page_query(seen, &by, sort, cursor, limit)?;
    let (mut from, mut again) = (Reader::Store(store), Reader::Store(store));
    let rows = from.rows(query);
    let rows = if scope.iter().any(ScopeFilter::is_all) {
        (rows.await?, 0)
    } else {
        let mut unseen = matching(filter);
        scoped(&mut unseen, scope, false);
        let count = Query::with(format!("SELECT COUNT(*) FROM assets WHERE {}", unseen.text), unseen.values);
        // On two connections at once: the count reads as much as the page.
        let (rows, hidden) = tokio::join!(rows, again.number(count.once()));
        (rows?, hidden?)
    };
    let (rows, hidden) = rows;
    let mut items = rows.iter().map(Asset::read).collect::<Result<Vec<_>, _>>()?;
    let mut next = None;
    if items.len() > limit.rows() {
        items.truncate(limit.rows());
        if let (Some(row), Some(asset)) = (rows.get(limit.rows() - 1), items.last()) {
            next = Some(Cursor::new(&sort_value(row, sort.by)?, &asset.id.to_string()));
        }
    }
    Ok(Page { items, next, hidden })
}

/// How many assets match and may be seen.
pub async fn count(
    from: impl Into<Reader<'_>>,
    filter: &Filter,
    scope: &(impl AsRef<[ScopeFilter]> + ?Sized),
) -> Result<u64, StoreError> {
    let mut seen = matching(filter);
    scoped(&mut seen, scope.as_ref(), true);
    let query = Query::with(format!("SELECT COUNT(*) FROM assets WHERE {}", seen.text), seen.values);
    from.into().number(query.once()).await
}

/// The condition of all assets that may be seen, or of all that may not, with its values.
pub(super) fn all(scope: &[ScopeFilter], is_seen: bool) -> (String, Vec<Value>) {
    let mut on = matching(&Filter::default());
    scoped(&mut on, scope, is_seen);
    (on.text, on.values)
}

/// A condition under construction, with its values.
struct Condition {
    text: String,
    values: Vec<Value>,
}

impl Condition {
    fn name(&mut self, value: &impl Column) -> String {
        self.values.push(value.value());
        format!("${}", self.values.len())
    }

    fn and(&mut self, text: &str) {
        self.text.push_str(" AND ");
        self.text.push_str(text);
    }

    fn any_of<T: Column>(&mut self, column: &str, values: &[T]) -> String {
        let names: Vec<String> = values.iter().map(|value| self.name(value)).collect();
        match names.is_empty() {
            // An empty list of a scope allows nothing.
            true => "1 = 0".to_owned(),
            false => format!("{column} IN ({})", names.join(", ")),
        }
    }

    fn and_any_of<T: Column>(&mut self, column: &str, values: &[T]) {
        if !values.is_empty() {
            let text = self.any_of(column, values);
            self.and(&text);
        }
    }
}

fn matching(filter: &Filter) -> Condition {
    let mut on = Condition { text: "merged_into = ''".into(), values: Vec::new() };
    on.and_any_of("kind", &filter.kinds);
    on.and_any_of("level", &filter.levels);
    on.and_any_of("vendor", &filter.vendors);
    on.and_any_of("hearing", &filter.hearings);
    on.and_any_of("line", &filter.lines);
    on.and_any_of("system", &filter.systems);
    on.and_any_of("zone", &filter.zones);
    on.and_any_of("network", &filter.networks);
    let moments = [
        ("last_seen >=", filter.seen_since),
        ("last_seen <", filter.not_seen_since),
        ("first_seen >=", filter.new_since),
    ];
    for (comparison, moment) in moments {
        if let Some(moment) = moment {
            let name = on.name(&moment);
            on.and(&format!("{comparison} {name}"));
        }
    }
    match filter.is_confirmed {
        Some(true) => on.and("confirmed_by <> ''"),
        Some(false) => on.and("confirmed_by = ''"),
        None => {}
    }
    for tag in &filter.tags {
        let name = on.name(&pattern(&format!("\n{tag}\n")));
        on.and(&format!("tags LIKE {name} ESCAPE '\\'"));
    }
    // Last, for it costs most.
    for word in fold(&filter.text).split(' ').filter(|word| !word.is_empty()) {
        let name = on.name(&pattern(word));
        on.and(&format!("(heard_text LIKE {name} ESCAPE '\\' OR placed_text LIKE {name} ESCAPE '\\')"));
    }
    on
}

/// A row is seen when one of the areas shows it; no area shows nothing.
fn scoped(on: &mut Condition, scope: &[ScopeFilter], is_seen: bool) {
    let is_all = scope.iter().any(ScopeFilter::is_all);
    if is_all && is_seen {
        return;
    }
    let mut areas = Vec::new();
    for area in scope.iter().filter(|_| !is_all) {
        let mut parts = Vec::new();
        if let Some(lines) = &area.lines {
            parts.push(on.any_of("line", lines));
        }
        if let Some(zones) = &area.zones {
            parts.push(on.any_of("zone", zones));
        }
        areas.push(format!("({})", parts.join(" AND ")));
    }
    let nothing = if is_all { "1 = 1" } else { "1 = 0" };
    let areas = if areas.is_empty() { nothing.to_owned() } else { areas.join(" OR ") };
    let not = if is_seen { "" } else { "NOT " };
    on.and(&format!("{not}({areas})"));
}

fn page_query(
    mut on: Condition,
    by: &str,
    sort: Sort,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Query, StoreError> {
    let (than, way) = if sort.is_descending { ("<", " DESC") } else { (">", "") };
    if let Some(cursor) = cursor {
        let (value, id) = cursor.parts()?;
        let value = match is_time(sort.by) {
            true => {
                let number: Result<i64, _> = value.parse();
                let number = number.map_err(|_| StoreError::new(Trouble::Malformed, "read the cursor"))?;
                on.name(&number)
            }
            false => on.name(&value),
        };
        let id = on.name(&id);
        on.and(&format!("({by}, id) {than} ({value}, {id})"));
    }
    // The inner part sorts ids alone; only the rows of the page are read whole.
    let text = format!(
        "SELECT {}, page_sort FROM (SELECT id AS page_id, {by} AS page_sort FROM assets WHERE {} \
         ORDER BY {by}{way}, id{way} LIMIT {}) AS page JOIN assets ON assets.id = page_id \
         ORDER BY page_sort{way}, page_id{way}",
        Asset::COLUMNS.join(", "),
        on.text,
        limit.rows() + 1
    );
    Ok(Query::with(text, on.values).once())
}

fn is_time(by: SortBy) -> bool {
    matches!(by, SortBy::FirstSeen | SortBy::LastSeen)
}

/// What a list is sorted by, as SQL text.
async fn expression(
    on: &mut Condition,
    store: &Store,
    filter: &Filter,
    by: SortBy,
) -> Result<String, StoreError> {
    let (column, table) = match by {
        SortBy::Line => ("line", "lines"),
        SortBy::Zone => ("zone", "zones"),
        SortBy::Network => ("network", "networks"),
        SortBy::Address => return Ok("address_key".into()),
        // Going through the index in order is slower than sorting the best of a scan when few rows match.
        SortBy::Name if is_selective(filter) => return Ok("(name || '')".into()),
        other => return Ok(other.word().into()),
    };
    let query = Query::new(format!("SELECT id, name FROM {table} ORDER BY id LIMIT {}", NAMES_MAX + 1));
    let rows = Reader::Store(store).rows(query).await?;
    if rows.len() > NAMES_MAX {
        return Ok(format!("COALESCE((SELECT name FROM {table} WHERE {table}.id = assets.{column}), '')"));
    }
    // A few comparisons for each asset cost less than a look into another table. What is put before is empty here, but
    // a column, which makes PostgreSQL compare by bytes.
    let mut text = String::new();
    for row in &rows {
        let (id, name) = (on.name(&row.get::<String>(0)?), on.name(&row.get::<String>(1)?));
        text.push_str(&format!(" WHEN {id} THEN {name}"));
    }
    let name = if rows.is_empty() { "''".to_owned() } else { format!("CASE {column}{text} ELSE '' END") };
    Ok(format!("(merged_into || {name})"))
}

/// Whether few assets may match, so that the order of an index is no help.
fn is_selective(filter: &Filter) -> bool {
    let wide = Filter {
        kinds: filter.kinds.clone(),
        levels: filter.levels.clone(),
        hearings: filter.hearings.clone(),
        ..Filter::default()
    };
    *filter != wide
}

fn sort_value(row: &crate::query::Row, by: SortBy) -> Result<String, StoreError> {
    let at = Asset::COLUMNS.len();
    if is_time(by) { Ok(row.get::<i64>(at)?.to_string()) } else { row.get(at) }
}
