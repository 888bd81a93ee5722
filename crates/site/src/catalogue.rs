//! The list of history files in the store.

use history::{Catalogue, CatalogueError, CatalogueFuture, Entry, Kind, Range};
use store::history::HistoryFile;
use store::{Moment, Store, StoreError};

/// The list as the history asks for it.
pub(crate) struct SqlCatalogue(pub(crate) Store);

impl Catalogue for SqlCatalogue {
    fn list(&self, kind: Kind, range: Range) -> CatalogueFuture<'_, Vec<Entry>> {
        Box::pin(async move {
            let (from, until) = (Moment(range.from_us), Moment(range.until_us));
            let files = store::history::between(&self.0, kind.name(), from, until).await.map_err(failed)?;
            Ok(files.into_iter().filter_map(entry).collect())
        })
    }

    fn change<'a>(&'a self, remove: &'a [Entry], add: &'a [Entry]) -> CatalogueFuture<'a, ()> {
        Box::pin(async move {
            if remove.is_empty() && add.is_empty() {
                return Ok(());
            }
            let gone: Vec<(&str, Moment, u32)> =
                remove.iter().map(|entry| (entry.kind.name(), Moment(entry.hour_us), entry.shard)).collect();
            let new: Vec<HistoryFile> = add.iter().map(file).collect();
            let mut tx = self.0.write().await.map_err(failed)?;
            store::history::replace(&mut tx, &new, &gone).await.map_err(failed)?;
            tx.commit().await.map_err(failed)
        })
    }
}

fn failed(error: StoreError) -> CatalogueError {
    CatalogueError(Box::new(error))
}

/// A kind that this program does not know is left alone.
fn entry(file: HistoryFile) -> Option<Entry> {
    Some(Entry {
        kind: Kind::of(&file.kind)?,
        hour_us: file.hour.0,
        shard: file.shard,
        path: file.path,
        rows: file.rows,
        bytes: file.bytes,
        crc: file.crc,
        first_us: file.first_at.0,
        last_us: file.last_at.0,
        made_us: file.made_at.0,
    })
}

fn file(entry: &Entry) -> HistoryFile {
    HistoryFile {
        kind: entry.kind.name().to_owned(),
        hour: Moment(entry.hour_us),
        shard: entry.shard,
        path: entry.path.clone(),
        rows: entry.rows,
        bytes: entry.bytes,
        crc: entry.crc,
        first_at: Moment(entry.first_us),
        last_at: Moment(entry.last_us),
        made_at: Moment(entry.made_us),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_list_answers_as_the_history_expects() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("yagura.db").display());
        let store = Store::open(&url, store::Options::default()).await.expect("a store");
        let catalogue = SqlCatalogue(store);
        let entry = |hour: i64, shard: u32| Entry {
            kind: Kind::Commands,
            hour_us: hour * history::HOUR_US,
            shard,
            path: format!("commands/{hour}-{shard}"),
            rows: 3,
            bytes: 1 << 33,
            crc: u32::MAX,
            first_us: hour * history::HOUR_US + 1,
            // Longer than its hour.
            last_us: (hour + 1) * history::HOUR_US + 5,
            made_us: 7,
        };
        catalogue.change(&[], &[entry(2, 1), entry(1, 2), entry(1, 1)]).await.expect("listed");
        let all = catalogue.list(Kind::Commands, Range::ALL).await.expect("a list");
        assert_eq!(all, [entry(1, 1), entry(1, 2), entry(2, 1)]);
        assert_eq!(catalogue.list(Kind::Flows, Range::ALL).await.expect("a list"), []);
        let second = Range { from_us: 2 * history::HOUR_US + 6, until_us: i64::MAX };
        assert_eq!(catalogue.list(Kind::Commands, second).await.expect("a list"), [entry(2, 1)]);
        // Removing what is not there is no error; the same key replaces.
        let longer = Entry { rows: 4, ..entry(2, 1) };
        catalogue.change(&[entry(1, 1), entry(9, 9)], core::slice::from_ref(&longer)).await.expect("changed");
        let all = catalogue.list(Kind::Commands, Range::ALL).await.expect("a list");
        assert_eq!(all, [entry(1, 2), longer]);
    }
}
