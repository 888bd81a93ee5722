//! What keeps an installation alive for years: encrypted backups, retention, disk space and support bundles.
//!
//! Functions over readers and writers that the caller brings. Promises: a backup is written and read as a stream with
//! memory that does not grow with it; nothing is restored before the whole backup was found sound; a support bundle
//! holds no secret that its rules know; times come in as a parameter.

pub mod backup;
pub mod retention;
pub mod space;
pub mod support;
