//! Where frames come from, and what was counted of each place.

use crate::account::CaptureAccount;
use crate::frames::FrameReceiver;
use capture::{Live, LiveError};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;
use wire::{CaptureId, Frame};

/// A place that frames come from.
pub(crate) enum Input {
    /// A packet ring.
    Ring { capture: CaptureId, live: Box<Live>, is_down: bool },
    /// Another of our processes.
    Stream { receiver: FrameReceiver, is_ended: bool },
}

impl Input {
    /// The next frame that is there. An interface that is down is quiet until it is up again.
    pub(crate) fn next(&mut self) -> Option<Frame<'_>> {
        match self {
            Self::Ring { live, is_down, .. } => match live.next(Duration::ZERO) {
                Ok(frame) => frame,
                Err(error) => {
                    *is_down = matches!(error, LiveError::Down { .. });
                    None
                }
            },
            Self::Stream { receiver, is_ended } => match receiver.next() {
                Ok(frame) => frame,
                Err(_) => {
                    *is_ended = true;
                    None
                }
            },
        }
    }

    /// Frames of these may wait where they are without being lost, so they do while the main process is behind.
    pub(crate) fn can_wait(&self) -> bool {
        matches!(self, Self::Stream { .. })
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self, Self::Stream { is_ended: true, .. })
    }

    /// Writes what the kernel counted.
    pub(crate) fn count(&mut self, accounts: &mut Accounts) {
        let Self::Ring { capture, live, is_down } = self else { return };
        let Some(account) = accounts.get(*capture) else { return };
        account.is_down = *is_down;
        if let Ok(statistics) = live.statistics() {
            let before = accounts.before.get(place(*capture)).copied().unwrap_or_default();
            if let Some(account) = accounts.get(*capture) {
                account.kernel_received = before.received + statistics.received;
                account.kernel_dropped = before.dropped + statistics.dropped;
                account.kernel_freezes = before.freezes + statistics.freezes;
            }
        }
    }

    pub(crate) fn is_of(&self, number: CaptureId) -> bool {
        matches!(self, Self::Ring { capture, .. } if *capture == number)
    }
}

impl AsFd for Input {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Ring { live, .. } => live.as_fd(),
            Self::Stream { receiver, .. } => receiver.as_fd(),
        }
    }
}

/// The accounts of all captures. The numbers of a sensor's captures follow each other, but begin anywhere: a site gives
/// each of its sensors numbers of its own. So a number's remainder is its place.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    all: Vec<Option<CaptureAccount>>,
    /// What the kernel had counted for rings that were replaced, because their interface was made again.
    before: Vec<capture::Statistics>,
}

/// Captures that a sensor listens to; more are not taken.
const CAPTURES_MAX: usize = 256;

fn place(capture: CaptureId) -> usize {
    usize::from(capture.0) % CAPTURES_MAX
}

impl Accounts {
    /// Begins the account of a capture, or goes on with it.
    pub(crate) fn open(&mut self, capture: CaptureId, name: &str) {
        let at = place(capture);
        if self.all.len() <= at {
            self.all.resize_with(at + 1, || None);
            self.before.resize_with(at + 1, Default::default);
        }
        let Some(found) = self.all.get_mut(at) else { return };
        let account = found.get_or_insert_with(|| CaptureAccount { capture, ..CaptureAccount::default() });
        if account.capture != capture {
            return;
        }
        (account.name, account.is_down) = (name.to_owned(), false);
        if let Some(before) = self.before.get_mut(at) {
            before.received = account.kernel_received;
            before.dropped = account.kernel_dropped;
            before.freezes = account.kernel_freezes;
        }
    }

    pub(crate) fn get(&mut self, capture: CaptureId) -> Option<&mut CaptureAccount> {
        self.all.get_mut(place(capture))?.as_mut().filter(|account| account.capture == capture)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut CaptureAccount> {
        self.all.iter_mut().flatten()
    }

    #[inline]
    pub(crate) fn count(&mut self, frame: &Frame<'_>) {
        let Some(account) = self.get(frame.capture) else { return };
        let len = u64::try_from(frame.bytes.len()).unwrap_or(0);
        account.packets += 1;
        account.bytes += len;
        account.truncated += u64::from(u64::from(frame.original_len) > len);
        account.first = account.first.or(Some(frame.time));
        account.last = account.last.max(Some(frame.time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_are_accounted_wherever_their_numbers_begin() {
        for first in [0, 255, 4_096, 65_280] {
            let mut accounts = Accounts::default();
            let captures = [first, first + 1].map(CaptureId);
            for (capture, name) in captures.into_iter().zip(["eth1", "eth2"]) {
                accounts.open(capture, name);
            }
            let seen: Vec<_> = captures.iter().map(|of| accounts.get(*of).map(|a| a.name.clone())).collect();
            assert_eq!(seen, [Some("eth1".to_owned()), Some("eth2".to_owned())], "{first}");
            let beyond = CaptureId(first ^ 256);
            accounts.open(beyond, "one too many");
            assert!(accounts.get(beyond).is_none(), "a place is of one capture");
            assert_eq!(accounts.iter_mut().count(), 2);
        }
    }

    #[test]
    fn a_frame_that_was_cut_is_counted() {
        let mut accounts = Accounts::default();
        accounts.open(CaptureId(3), "eth1");
        let (time, capture, link) = (wire::Time(1), CaptureId(3), wire::LinkType::ETHERNET);
        for original_len in [60, 442] {
            accounts.count(&Frame { time, capture, link, original_len, bytes: &[0; 60] });
        }
        let account =
            accounts.get(capture).map(|account| (account.packets, account.bytes, account.truncated));
        assert_eq!(account, Some((2, 120, 1)));
    }
}
