//! What a machine does, from what it is.

use crate::risk::Role;

/// The role of a kind as the model writes it. What is not known counts as the middle of the table.
#[must_use]
pub fn role_of(kind: &str) -> Role {
    match kind {
        "plc" | "ied" | "rtu" | "building-controller" => Role::Controller,
        "hmi" => Role::Operator,
        "scada" | "engineering-station" => Role::Engineering,
        "router" | "firewall" => Role::Gateway,
        "remote-io" | "drive" | "meter" | "gateway" | "switch" | "access-point" => Role::Field,
        "printer" | "camera" | "phone" => Role::Office,
        _ => Role::Server,
    }
}
