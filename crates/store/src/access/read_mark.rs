//! How far people have read what the product tells them. It is a matter of each person, so the change feed does not
//! tell of it.

use crate::error::StoreError;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record};
use crate::value::Moment;
use facts::id::UserId;

record! { "read_marks" key [user_id] fixed []
    /// How far a person has read.
    pub struct ReadMark {
        /// Who.
        user_id: UserId,
        /// Everything until then was read.
        read_until: Moment,
    }
}

/// Moves the mark of a person forward; an earlier moment than the one that is kept changes nothing.
pub async fn advance(on: &mut Transaction, mark: &ReadMark) -> Result<(), StoreError> {
    let later = " WHERE excluded.read_until > read_marks.read_until";
    record::put_where(on, core::slice::from_ref(mark), later).await
}

/// How far a person has read; `None` for one who never said so.
pub async fn find(from: impl Into<Reader<'_>>, user: UserId) -> Result<Option<Moment>, StoreError> {
    let found: Option<ReadMark> = record::one(from, "WHERE user_id = $1", |query| query.bind(user)).await?;
    Ok(found.map(|mark| mark.read_until))
}

/// Forgets the mark of a person.
pub async fn remove(on: &mut Transaction, user: UserId) -> Result<(), StoreError> {
    on.execute(Query::new("DELETE FROM read_marks WHERE user_id = $1").bind(user)).await?;
    Ok(())
}
