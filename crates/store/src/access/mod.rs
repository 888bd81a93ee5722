//! Who may come in: people, machines, what they may do and where. Of secrets only hashes are kept.

pub mod grant;
pub mod link;
pub mod read_mark;
pub mod session;
pub mod throttle;
pub mod token;
pub mod user;
