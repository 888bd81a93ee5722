//! Imports of a register: previewed, applied, and taken back exactly.
//!
//! For every row that an import touches, the log keeps the row before and after. Taking back writes each row as it was
//! before; a row that somebody changed after the import is told first.

use crate::assets::place::{self, Placement};
use crate::changes::{self, Action};
use crate::error::{StoreError, Trouble};
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, Record, record, select};
use crate::register::row::{self, RegisterRow};
use crate::value::{Json, Moment, Value, words};
use facts::id::{AssetUid, ImportId, RegisterRowId, SiteId, UserId};

words! {
    /// How far an import is.
    ImportState {
        /// Read and compared; nothing is changed.
        Previewed = "previewed",
        /// Applied.
        Applied = "applied",
        /// Applied and taken back.
        Undone = "undone",
        /// Given up before it was applied.
        Dropped = "dropped",
    }
}

record! { "imports" key [id] fixed []
    /// An import.
    pub struct Import {
        /// Its id.
        id: ImportId,
        /// Into which plant.
        site: SiteId,
        /// The name of the file.
        file_name: String,
        /// How far it is.
        state: ImportState,
        /// What it would change, as the crate that compares writes it.
        preview: Json,
        /// Who brought it.
        made_by: UserId,
        /// When.
        made_at: Moment,
        /// Who applied it.
        applied_by: Option<UserId>,
        /// When.
        applied_at: Option<Moment>,
        /// Who took it back.
        undone_by: Option<UserId>,
        /// When.
        undone_at: Option<Moment>,
    }
}

/// One thing that an import changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A row of the register, new or replaced.
    Put(RegisterRow),
    /// A row of the register that is gone.
    Remove(RegisterRowId),
    /// Where an asset stands.
    Place(AssetUid, Placement),
}

/// How taking back ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// Everything is as it was.
    Done,
    /// Nothing was changed: these objects (`kind id`) are no longer as the import left them.
    ChangedSince(Vec<String>),
}

record! { "import_undo" key [import sequence] fixed []
    /// What stood somewhere before and after an import.
    pub struct Trace {
        /// Which import.
        import: ImportId,
        /// Place in the order of its steps.
        sequence: u32,
        /// `register-row` or `asset`.
        kind: String,
        /// Id of the object.
        object: String,
        /// All columns before; empty where nothing stood.
        before: String,
        /// All columns after; empty where nothing stands.
        after: String,
    }
}

record! { "assets" key [id] fixed []
    /// The columns that a placement sets.
    pub struct Placed {
        /// Of which asset.
        id: AssetUid,
        /// See [`Placement`].
        floor_name: String,
        /// See [`Placement`].
        line: String,
        /// See [`Placement`].
        cell: String,
        /// See [`Placement`].
        system: String,
        /// See [`Placement`].
        zone: String,
        /// See [`Placement`].
        building: String,
        /// See [`Placement`].
        panel: String,
        /// See [`Placement`].
        switch_port: String,
        /// See [`Placement`].
        equipment_number: String,
        /// See [`Placement`].
        owner: String,
        /// See [`Placement`].
        tags: String,
        /// What search finds.
        placed_text: String,
    }
}

/// Keeps an import, in any state.
pub async fn put(on: &mut Transaction, import: &Import, at: Moment) -> Result<(), StoreError> {
    record::put(on, core::slice::from_ref(import)).await?;
    changes::append(on, "import", import.id, Action::Changed, at).await?;
    Ok(())
}

/// The import of an id.
pub async fn find(from: impl Into<Reader<'_>>, id: ImportId) -> Result<Option<Import>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// Imports of a plant, newest first.
pub async fn list(from: impl Into<Reader<'_>>, site: SiteId) -> Result<Vec<Import>, StoreError> {
    select(from, "WHERE site = $1 ORDER BY made_at DESC, id DESC", |query| query.bind(site)).await
}

/// Applies a previewed import and logs what stood where.
pub async fn apply(
    on: &mut Transaction,
    id: ImportId,
    steps: &[Step],
    by: UserId,
    at: Moment,
) -> Result<(), StoreError> {
    let mut import = in_state(on, id, ImportState::Previewed, "apply an import").await?;
    for (step, sequence) in steps.iter().zip(1..) {
        let (kind, object) = match step {
            Step::Put(row) => ("register-row", row.id.to_string()),
            Step::Remove(id) => ("register-row", id.to_string()),
            Step::Place(asset, _) => ("asset", asset.to_string()),
        };
        let before = columns(on, kind, &object).await?;
        match step {
            Step::Put(row) => row::put_all(on, core::slice::from_ref(row), at).await?,
            Step::Remove(id) => row::remove(on, *id, at).await?,
            Step::Place(asset, placement) => place::put(on, *asset, placement, at).await?,
        }
        let after = columns(on, kind, &object).await?;
        record::add(on, &[Trace { import: id, sequence, kind: kind.into(), object, before, after }]).await?;
    }
    import.state = ImportState::Applied;
    import.applied_by = Some(by);
    import.applied_at = Some(at);
    put(on, &import, at).await
}

/// Takes an applied import back, last step first. Unless `anyway`, rows that were changed since are told and nothing is
/// done.
pub async fn undo(
    on: &mut Transaction,
    id: ImportId,
    anyway: bool,
    by: UserId,
    at: Moment,
) -> Result<Undo, StoreError> {
    let mut import = in_state(on, id, ImportState::Applied, "undo an import").await?;
    let rest = "WHERE import = $1 ORDER BY sequence DESC";
    let traces: Vec<Trace> = select(&mut *on, rest, |query| query.bind(id)).await?;
    if !anyway {
        let changed = changed_since(on, &traces).await?;
        if !changed.is_empty() {
            return Ok(Undo::ChangedSince(changed));
        }
    }
    for trace in &traces {
        restore(on, trace).await?;
        let revision = changes::append(on, &trace.kind, &trace.object, Action::Changed, at).await?;
        if trace.kind == "asset" {
            let query = Query::new("UPDATE assets SET revision = $1 WHERE id = $2");
            on.execute(query.bind(revision).bind(trace.object.as_str())).await?;
        }
    }
    on.execute(Query::new("DELETE FROM import_undo WHERE import = $1").bind(id)).await?;
    import.state = ImportState::Undone;
    import.undone_by = Some(by);
    import.undone_at = Some(at);
    put(on, &import, at).await?;
    Ok(Undo::Done)
}

async fn in_state(
    on: &mut Transaction,
    id: ImportId,
    state: ImportState,
    what: &str,
) -> Result<Import, StoreError> {
    match find(&mut *on, id).await? {
        Some(import) if import.state == state => Ok(import),
        Some(import) => {
            Err(StoreError::new(Trouble::Conflict, format!("{what}: it is {}, not {state}", import.state)))
        }
        None => Err(StoreError::new(Trouble::Missing, what)),
    }
}

/// All columns of an object as text, empty when it does not exist.
async fn columns(on: &mut Transaction, kind: &str, object: &str) -> Result<String, StoreError> {
    match kind {
        "asset" => columns_of::<Placed>(on, object).await,
        _ => columns_of::<RegisterRow>(on, object).await,
    }
}

async fn columns_of<R: Record>(on: &mut Transaction, object: &str) -> Result<String, StoreError> {
    let row: Option<R> = record::one(on, "WHERE id = $1", |query| query.bind(object)).await?;
    let values = |row: R| {
        let mut values = Vec::new();
        row.values(&mut values);
        Json::of(&values).0
    };
    Ok(row.map(values).unwrap_or_default())
}

/// Objects that are no longer as the import left them; only its last step on an object counts.
async fn changed_since(on: &mut Transaction, traces: &[Trace]) -> Result<Vec<String>, StoreError> {
    let mut changed = Vec::new();
    let mut looked_at = std::collections::HashSet::new();
    for trace in traces {
        if looked_at.insert((&trace.kind, &trace.object))
            && columns(on, &trace.kind, &trace.object).await? != trace.after
        {
            changed.push(format!("{} {}", trace.kind, trace.object));
        }
    }
    Ok(changed)
}

async fn restore(on: &mut Transaction, trace: &Trace) -> Result<(), StoreError> {
    if trace.kind != "asset" {
        let query = Query::new("DELETE FROM register_rows WHERE id = $1");
        on.execute(query.bind(trace.object.as_str())).await?;
        if trace.before.is_empty() {
            return Ok(());
        }
    }
    let values: Vec<Value> = Json(trace.before.clone()).read("what an import replaced")?;
    if trace.kind != "asset" {
        on.execute(Query::with(record::insert::<RegisterRow>(on.is_sqlite(), 1), values)).await?;
        return Ok(());
    }
    let sets: Vec<String> =
        Placed::COLUMNS.iter().zip(1..).map(|(column, at)| format!("{column} = ${at}")).collect();
    let text = format!("UPDATE assets SET {} WHERE id = $1", sets.join(", "));
    on.execute(Query::with(text, values)).await?;
    Ok(())
}
