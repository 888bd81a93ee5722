//! The plant's own register of assets, its imports and what they changed.

pub mod import;
pub mod row;
