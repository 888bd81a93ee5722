//! The whole inventory as text, to compare two models.

use model::Model;

/// Everything that the inventory tells, one item a line.
pub(crate) fn document(model: &Model) -> Vec<String> {
    let inventory = model.inventory();
    let mut lines = Vec::new();
    macro_rules! lines {
        ($($items:expr;)*) => { $(lines.extend($items.map(|item| format!("{} {item:?}", stringify!($items))));)* };
    }
    lines! {
        inventory.assets.iter();
        inventory.networks.iter();
        inventory.zones.iter();
        inventory.accounts.iter();
        inventory.failures.iter();
        inventory.names.iter();
        inventory.markers.iter();
        inventory.anomalies.iter();
        inventory.defects.iter();
        inventory.protocols.iter();
        inventory.links();
        inventory.commands();
        inventory.variables().iter();
    }
    lines.push(format!("{:?}", inventory.overflow));
    lines
}

/// Fails with the first lines that differ.
pub(crate) fn assert_same(of: &str, one: &Model, other: &Model) {
    let (one, other) = (document(one), document(other));
    assert_eq!(one.len(), other.len(), "{of}: as many items");
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other, "{of}");
    }
}
