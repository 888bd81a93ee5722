//! Files kept with an asset: drawings, parameter lists, photographs of a name plate.

use crate::changes::{self, Action};
use crate::error::{StoreError, Trouble};
use crate::page::hex;
use crate::query::{Query, Reader, Transaction};
use crate::record::{self, record, select};
use crate::value::Moment;
use facts::id::{AssetUid, FileId, UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The most bytes of a file.
pub const BYTES_MAX: usize = 16 << 20;
/// The most files of an asset.
pub const FILES_MAX: u64 = 100;

record! { "asset_files" key [id] fixed []
    /// A file, without its bytes.
    pub struct File {
        /// Its id.
        id: FileId,
        /// Of which asset.
        asset: AssetUid,
        /// Its name as uploaded.
        name: String,
        /// Its media type as uploaded.
        media_type: String,
        /// Its length in bytes.
        size: u64,
        /// The SHA-256 of its bytes in hexadecimal digits.
        sha256: String,
        /// Who brought it.
        made_by: UserId,
        /// When.
        made_at: Moment,
    }
}

record! { "asset_file_contents" key [file] fixed []
    /// The bytes of a file.
    pub struct Content {
        /// Of which file.
        file: FileId,
        /// The bytes.
        bytes: Vec<u8>,
    }
}

/// A file that comes in.
#[derive(Clone, Debug)]
pub struct NewFile<'f> {
    /// Its name.
    pub name: &'f str,
    /// Its media type.
    pub media_type: &'f str,
    /// Its bytes, at most [`BYTES_MAX`].
    pub bytes: &'f [u8],
}

/// Keeps a file; too large a file and too many files are [`Trouble::Malformed`].
pub async fn add(
    on: &mut Transaction,
    asset: AssetUid,
    new: &NewFile<'_>,
    by: UserId,
    at: Moment,
) -> Result<File, StoreError> {
    let count = Query::new("SELECT COUNT(*) FROM asset_files WHERE asset = $1").bind(asset);
    if new.bytes.len() > BYTES_MAX || Reader::from(&mut *on).number(count).await? >= FILES_MAX {
        let what = format!("keep a file: at most {FILES_MAX} of {BYTES_MAX} bytes each");
        return Err(StoreError::new(Trouble::Malformed, what));
    }
    let file = File {
        id: FileId(Uuid::now_v7()),
        asset,
        name: new.name.into(),
        media_type: new.media_type.into(),
        size: new.bytes.len() as u64,
        sha256: hex(&Sha256::digest(new.bytes)),
        made_by: by,
        made_at: at,
    };
    record::add(on, core::slice::from_ref(&file)).await?;
    record::add(on, &[Content { file: file.id, bytes: new.bytes.to_vec() }]).await?;
    changes::append(on, "asset", asset, Action::Changed, at).await?;
    Ok(file)
}

/// Files of an asset, newest first.
pub async fn list(from: impl Into<Reader<'_>>, asset: AssetUid) -> Result<Vec<File>, StoreError> {
    select(from, "WHERE asset = $1 ORDER BY made_at DESC, id DESC", |query| query.bind(asset)).await
}

/// The file of an id.
pub async fn find(from: impl Into<Reader<'_>>, id: FileId) -> Result<Option<File>, StoreError> {
    record::one(from, "WHERE id = $1", |query| query.bind(id)).await
}

/// The bytes of a file.
pub async fn bytes(from: impl Into<Reader<'_>>, id: FileId) -> Result<Option<Vec<u8>>, StoreError> {
    let content: Option<Content> = record::one(from, "WHERE file = $1", |query| query.bind(id)).await?;
    Ok(content.map(|content| content.bytes))
}

/// Removes a file.
pub async fn remove(on: &mut Transaction, file: &File, at: Moment) -> Result<(), StoreError> {
    on.execute(Query::new("DELETE FROM asset_file_contents WHERE file = $1").bind(file.id)).await?;
    on.must(Query::new("DELETE FROM asset_files WHERE id = $1").bind(file.id)).await?;
    changes::append(on, "asset", file.asset, Action::Changed, at).await?;
    Ok(())
}
