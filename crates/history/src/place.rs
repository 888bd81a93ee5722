//! Where the files are: a folder, or a bucket.

use crate::error::Error;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Files in a folder, made when absent. A file that was made is on the disk before anybody is told.
///
/// # Errors
/// The folder cannot be made or opened.
pub fn files_in(folder: &Path) -> Result<Arc<dyn ObjectStore>, Error> {
    let path = folder.display().to_string();
    fs::create_dir_all(folder).map_err(|source| Error::Log { path: path.clone(), source })?;
    let files = LocalFileSystem::new_with_prefix(folder).map_err(|source| Error::Object { path, source })?;
    Ok(Arc::new(files.with_fsync(true)))
}

/// Files in a bucket: `s3://bucket`; key, secret, region and endpoint come from the usual `AWS_` variables.
///
/// # Errors
/// The address or the variables do not describe a bucket. Whether it can be reached shows with its first use.
#[cfg(feature = "s3")]
pub fn files_in_bucket(url: &str) -> Result<Arc<dyn ObjectStore>, Error> {
    let bucket = object_store::aws::AmazonS3Builder::from_env().with_url(url).build();
    let bucket = bucket.map_err(|source| Error::Object { path: url.to_owned(), source })?;
    Ok(Arc::new(bucket))
}
