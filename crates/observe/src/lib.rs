//! One dissector per protocol: bytes in, observations out.
