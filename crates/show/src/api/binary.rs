//! How the interface's document describes bodies that are not JSON.

use utoipa::ToSchema;

/// Bytes as they are.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(
    dead_code,
    reason = "only the interface's document knows it; handlers take and give the bytes themselves"
)]
pub(super) struct Binary(Vec<u8>);
