//! The server of one plant: it connects the stages, keeps what they learn, and serves it.

pub mod identity;
