//! Who may do what, where and until when. This crate is the only place that knows.
//!
//! A [`Role`] is a column of one closed [`Permission`] table; a [`Grant`] is a role within a [`Scope`]; an [`Access`]
//! is somebody with grants, and their union counts. [`Access::decide`] answers for one object, [`Access::visible`]
//! for a list: as a predicate for SQL and as the same predicate in memory.
//!
//! Pure: no clock (times come in as microseconds since 1970 UTC), no I/O. Whatever is unclear is refused.

mod access;
mod permission;
mod role;
mod scope;
mod visible;

pub use access::{Access, Actor, Object, Refusal};
pub use permission::{Permission, Reach};
pub use role::{Holder, Role, UnknownRole};
pub use scope::{Grant, GrantError, Place, Scope};
pub use visible::{Area, Predicate, Visible};
