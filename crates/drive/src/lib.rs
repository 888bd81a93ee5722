//! Drives the program as its user does: starts it, reads the line that says where to go, asks it over HTTP, kills parts
//! of it. Only tests and the chores of `xtask` use it; it knows the program from outside and none of its crates.
//!
//! Nothing here waits for a fixed time: [`until`] looks for what is awaited and gives up with a word about it.

mod http;
mod people;
mod program;

pub use http::{Answer, Client};
pub use people::{PASSWORD, add_person, enrol, log_in};
pub use program::{Process, Program};

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

/// Time between two looks for what is awaited.
const LOOK: Duration = Duration::from_millis(10);

/// Looks again and again until there is something; after `within` an error that names `what`.
pub fn until<T>(what: &str, within: Duration, mut look: impl FnMut() -> Option<T>) -> io::Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if begun.elapsed() > within {
            return Err(io::Error::new(io::ErrorKind::TimedOut, format!("{what}: not within {within:?}")));
        }
        thread::sleep(LOOK);
    }
}

/// An address of this machine that nobody listens on. Somebody else may take it before it is used, which is rare.
pub fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
