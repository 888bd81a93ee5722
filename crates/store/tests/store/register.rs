//! The register: its rows and imports.

use crate::assets::{uid, user, write};
use crate::setup::{at, id};
use crate::structure::plant;
use facts::id::ImportId;
use store::assets::Asset;
use store::assets::list::{Filter, Sort, list};
use store::assets::place::{self, Placement};
use store::register::import::{self, Import, ImportState, Step, Undo};
use store::register::row::{self, RegisterRow, RowState};
use store::{Json, Limit, ScopeFilter, Store, Trouble};

fn a_row(number: u32, state: RowState) -> RegisterRow {
    RegisterRow {
        id: id(0x2000 + number),
        site: id(1),
        import: None,
        row_number: number,
        name: format!("機器{number}"),
        mac: String::new(),
        ip: format!("10.1.0.{number}"),
        serial: String::new(),
        asset: (state == RowState::Matched).then(|| uid(number)),
        state,
        document: Json(r#"{"列":"値"}"#.into()),
    }
}

fn an_import() -> Import {
    Import {
        id: id(0x3000),
        site: id(1),
        file_name: "台帳.csv".into(),
        state: ImportState::Previewed,
        preview: Json("{}".into()),
        made_by: user(),
        made_at: at(1),
        applied_by: None,
        applied_at: None,
        undone_by: None,
        undone_at: None,
    }
}

/// Everything that an import may change.
async fn snapshot(store: &Store) -> (Vec<RegisterRow>, Vec<Placement>) {
    let rows = row::list_all(store, id(1)).await.expect("rows");
    let scope = ScopeFilter::default();
    let page = list(store, &Filter::default(), &scope, Sort::default(), None, Limit::default()).await;
    let assets: Vec<Asset> = page.expect("a page").items;
    (rows, assets.iter().map(Placement::of).collect())
}

async fn begin(store: &Store) {
    plant(store).await;
    write(store, 3, 0).await;
    let mut tx = store.write().await.expect("a change");
    let rows = [a_row(0, RowState::NotSeen), a_row(1, RowState::Matched)];
    row::put_all(&mut tx, &rows, at(1)).await.expect("rows");
    let placed = Placement { floor_name: "前".into(), ..Placement::default() };
    place::put(&mut tx, uid(0), &placed, at(1)).await.expect("placed");
    import::put(&mut tx, &an_import(), at(1)).await.expect("an import");
    tx.commit().await.expect("a commit");
}

fn steps() -> Vec<Step> {
    let placed = Placement { floor_name: "充填機②".into(), line: Some(id(10)), ..Placement::default() };
    vec![
        Step::Put(RegisterRow { name: "髙橋".into(), ..a_row(0, RowState::Conflict) }),
        Step::Put(a_row(5, RowState::NotSeen)),
        Step::Remove(id(0x2001)),
        Step::Place(uid(0), placed.clone()),
        Step::Place(uid(2), placed.clone()),
        // The same asset twice: the first state before counts.
        Step::Place(uid(2), Placement { floor_name: "後".into(), ..placed }),
    ]
}

pub(crate) async fn rows_have_states(store: Store) {
    begin(&store).await;
    let limit = Limit::new(1).expect("a limit");
    let missing = row::list(&store, Some(RowState::NotSeen), None, limit).await.expect("a page");
    assert_eq!((missing.items[0].row_number, missing.next.is_some()), (0, false));
    let first = row::list(&store, None, None, limit).await.expect("a page");
    let second = row::list(&store, None, first.next.as_ref(), limit).await.expect("a page");
    assert_eq!((first.items[0].row_number, second.items[0].row_number), (0, 1));
    assert_eq!(second.next, None);
    let unknown = row::seen_not_registered(&store, None, Limit::default()).await.expect("a page");
    let ids: Vec<_> = unknown.items.iter().map(|asset| asset.id).collect();
    assert_eq!(ids, [uid(0), uid(2)]);
    assert_eq!(row::of_asset(&store, uid(1)).await.expect("rows"), [a_row(1, RowState::Matched)]);
}

pub(crate) async fn an_import_is_undone_exactly(store: Store) {
    begin(&store).await;
    let before = snapshot(&store).await;
    let mut tx = store.write().await.expect("a change");
    import::apply(&mut tx, id::<ImportId>(0x3000), &steps(), user(), at(5)).await.expect("applied");
    tx.commit().await.expect("a commit");
    let (rows, placed) = snapshot(&store).await;
    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["髙橋", "機器5"]);
    assert_eq!(placed[2].floor_name, "後");
    let mut tx = store.write().await.expect("a change");
    let error = import::apply(&mut tx, id::<ImportId>(0x3000), &steps(), user(), at(6)).await;
    assert_eq!(error.expect_err("it is applied already").trouble, Trouble::Conflict);
    let undone = import::undo(&mut tx, id::<ImportId>(0x3000), false, user(), at(7)).await.expect("undone");
    assert_eq!(undone, Undo::Done);
    tx.commit().await.expect("a commit");
    assert_eq!(snapshot(&store).await, before);
    let import = import::find(&store, id::<ImportId>(0x3000)).await.expect("an import").expect("it is there");
    assert_eq!((import.state, import.undone_at), (ImportState::Undone, Some(at(7))));
    let filter = Filter { text: "充填機".into(), ..Filter::default() };
    let count = store::assets::list::count(&store, &filter, &ScopeFilter::default()).await.expect("a count");
    assert_eq!(count, 0, "search forgets too");
}

pub(crate) async fn an_undo_tells_what_changed_since(store: Store) {
    begin(&store).await;
    let before = snapshot(&store).await;
    let mut tx = store.write().await.expect("a change");
    import::apply(&mut tx, id::<ImportId>(0x3000), &steps(), user(), at(5)).await.expect("applied");
    let by_hand = Placement { floor_name: "by hand".into(), ..Placement::default() };
    place::put(&mut tx, uid(2), &by_hand, at(6)).await.expect("placed");
    let told = import::undo(&mut tx, id::<ImportId>(0x3000), false, user(), at(7)).await.expect("told");
    assert_eq!(told, Undo::ChangedSince(vec![format!("asset {}", uid(2))]));
    let undone = import::undo(&mut tx, id::<ImportId>(0x3000), true, user(), at(8)).await.expect("undone");
    assert_eq!(undone, Undo::Done);
    tx.commit().await.expect("a commit");
    assert_eq!(snapshot(&store).await, before);
}
