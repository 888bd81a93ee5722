//! Tables.
pub fn write_tables() {}
