//! What leaves the product. So far: tables as files ([`export`]); everything is rendered as a pure value, delivered elsewhere.

pub mod export;
