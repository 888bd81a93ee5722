//! The plant as its people divide it. One file per noun; each has `put`, `list`, `find` and `remove`.

pub mod calendar;
pub mod cell;
pub mod line;
pub mod network;
pub mod site;
pub mod system;
pub mod zone;

/// `put`, `find`, `list` and `remove` of a noun: written once, for each does the same.
macro_rules! noun {
    ($record:ident, $id:ident, $kind:literal, $table:literal, parent $parent:ident: $parent_id:ident,
     order $order:literal $(, held $held:literal)?) => {
        /// Adds it, or replaces it where the id is known.
        pub async fn put(
            on: &mut crate::Transaction,
            row: &$record,
            at: crate::Moment,
        ) -> Result<(), crate::StoreError> {
            let action = match find(&mut *on, row.id).await? {
                Some(_) => crate::changes::Action::Changed,
                None => crate::changes::Action::Added,
            };
            crate::record::put(on, core::slice::from_ref(row)).await?;
            crate::changes::append(on, $kind, row.id, action, at).await?;
            Ok(())
        }

        /// The one of an id.
        pub async fn find(
            from: impl Into<crate::Reader<'_>>,
            id: facts::id::$id,
        ) -> Result<Option<$record>, crate::StoreError> {
            crate::record::one(from, "WHERE id = $1", |query| query.bind(id)).await
        }

        /// All of a parent, in their order.
        pub async fn list(
            from: impl Into<crate::Reader<'_>>,
            $parent: facts::id::$parent_id,
        ) -> Result<Vec<$record>, crate::StoreError> {
            let rest = concat!("WHERE ", stringify!($parent), " = $1 ORDER BY ", $order, ", id");
            crate::record::select(from, rest, |query| query.bind($parent)).await
        }

        /// Removes it. Assets that stood in it stand nowhere afterwards; what else still refers to it is a conflict.
        pub async fn remove(
            on: &mut crate::Transaction,
            id: facts::id::$id,
            at: crate::Moment,
        ) -> Result<(), crate::StoreError> {
            $(
                let text = concat!("UPDATE assets SET ", $held, " = '' WHERE ", $held, " = $1");
                on.execute(crate::query::Query::new(text).bind(id)).await?;
            )?
            let text = concat!("DELETE FROM ", $table, " WHERE id = $1");
            on.must(crate::query::Query::new(text).bind(id)).await?;
            crate::changes::append(on, $kind, id, crate::changes::Action::Removed, at).await?;
            Ok(())
        }
    };
}
pub(crate) use noun;
