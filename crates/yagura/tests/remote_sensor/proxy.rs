//! A link that can be cut: passes bytes on until as many have gone up as it was opened for, then breaks every
//! connection and takes none until it is opened again.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

/// Longer than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// What happened at the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Connected,
    Cut,
    Refused,
}

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    left: Arc<AtomicUsize>,
    seen: Receiver<Seen>,
}

impl Proxy {
    /// Open, for as much as one likes.
    pub(crate) fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("an address");
        let address = listener.local_addr().expect("an address");
        let left = Arc::new(AtomicUsize::new(usize::MAX));
        let (tell, seen) = sync_channel(10_000);
        let budget = left.clone();
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if budget.load(Ordering::SeqCst) == 0 {
                    say(&tell, Seen::Refused);
                    continue;
                }
                let Ok(far) = TcpStream::connect(to) else { continue };
                say(&tell, Seen::Connected);
                join(&near, &far, &budget, &tell);
            }
        });
        Self { address, left, seen }
    }

    /// What was seen before is forgotten.
    pub(crate) fn open_for(&mut self, bytes: usize) {
        while self.seen.try_recv().is_ok() {}
        self.left.store(bytes, Ordering::SeqCst);
    }

    pub(crate) fn wait_for(&self, wanted: Seen) {
        while self.seen.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no {wanted:?}")) != wanted {}
    }
}

fn say(tell: &SyncSender<Seen>, seen: Seen) {
    if let Err(TrySendError::Full(seen)) = tell.try_send(seen) {
        panic!("nobody hears of {seen:?}");
    }
}

fn join(near: &TcpStream, far: &TcpStream, budget: &Arc<AtomicUsize>, tell: &SyncSender<Seen>) {
    let clone = |stream: &TcpStream| stream.try_clone().expect("a descriptor");
    let (budget, tell) = (budget.clone(), tell.clone());
    let (mut up_from, mut up_to) = (clone(near), clone(far));
    let (mut down_from, mut down_to) = (clone(far), clone(near));
    thread::spawn(move || {
        let mut bytes = [0; 4_096];
        while let Ok(len @ 1..) = up_from.read(&mut bytes) {
            let before = budget.load(Ordering::SeqCst);
            let rest = if before == usize::MAX { before } else { before.saturating_sub(len) };
            budget.store(rest, Ordering::SeqCst);
            if rest == 0 || up_to.write_all(bytes.get(..len).unwrap_or_default()).is_err() {
                if rest == 0 {
                    say(&tell, Seen::Cut);
                }
                break;
            }
        }
        end(&up_from, &up_to);
    });
    thread::spawn(move || {
        std::io::copy(&mut down_from, &mut down_to).ok();
        end(&down_from, &down_to);
    });
}

fn end(one: &TcpStream, other: &TcpStream) {
    one.shutdown(Shutdown::Both).ok();
    other.shutdown(Shutdown::Both).ok();
}
