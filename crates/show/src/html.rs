//! One self-contained page.

use crate::document::Capture;
use model::Inventory;

/// The page.
#[must_use]
pub fn page(captures: &[Capture], inventory: &Inventory<'_>) -> String {
    let _ = (captures, inventory);
    String::new()
}
