//! Batches that wait until the main process has said that it keeps them. A pure queue, bounded by bytes.

use std::collections::VecDeque;

/// A batch on its way.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Number of the batch; the next batch of the same sensor process has the next number.
    pub(crate) sequence: u64,
    /// Batches that were dropped between this one and the one before.
    pub(crate) lost_before: u64,
    pub(crate) bytes: Vec<u8>,
}

/// The queue. What was sent stays in it until it is acknowledged, so that it can be sent again.
#[derive(Debug)]
pub(crate) struct Outbox {
    waiting: VecDeque<Waiting>,
    bytes: usize,
    bytes_max: usize,
    /// How many of the front were sent on the present link.
    sent: usize,
    lost_since: u64,
    lost_batches: u64,
    lost_bytes: u64,
}

impl Outbox {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            waiting: VecDeque::new(),
            bytes: 0,
            bytes_max,
            sent: 0,
            lost_since: 0,
            lost_batches: 0,
            lost_bytes: 0,
        }
    }

    /// Whether a batch more would still be taken.
    pub(crate) fn has_room(&self) -> bool {
        self.bytes < self.bytes_max
    }

    /// Takes a batch; it is dropped and counted when too many bytes wait. The newest is dropped, not the oldest: what
    /// came first has the identities that the rest refers to, and the order stays without further holes.
    pub(crate) fn push(&mut self, sequence: u64, bytes: Vec<u8>) {
        if !self.has_room() {
            self.lost_since += 1;
            self.lost_batches += 1;
            self.lost_bytes += u64::try_from(bytes.len()).unwrap_or(0);
            return;
        }
        self.bytes += bytes.len();
        let lost_before = std::mem::take(&mut self.lost_since);
        self.waiting.push_back(Waiting { sequence, lost_before, bytes });
    }

    /// The next batch to be sent; it counts as sent.
    pub(crate) fn send(&mut self) -> Option<&Waiting> {
        let next = self.waiting.get(self.sent)?;
        self.sent += 1;
        Some(next)
    }

    /// The other side keeps everything up to this number.
    pub(crate) fn acknowledge(&mut self, sequence: u64) {
        while self.waiting.front().is_some_and(|front| front.sequence <= sequence) && self.sent > 0 {
            let bytes = self.waiting.pop_front().map_or(0, |front| front.bytes.len());
            self.bytes = self.bytes.saturating_sub(bytes);
            self.sent -= 1;
        }
    }

    /// There is a new link: everything that is not acknowledged is sent again.
    pub(crate) fn relink(&mut self) {
        self.sent = 0;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Batches and bytes that wait, batches and bytes that were lost.
    pub(crate) fn counters(&self) -> [u64; 4] {
        let number = |len| u64::try_from(len).unwrap_or(u64::MAX);
        [number(self.waiting.len()), number(self.bytes), self.lost_batches, self.lost_bytes]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(outbox: &mut Outbox) -> Vec<(u64, u64)> {
        std::iter::from_fn(|| outbox.send().map(|batch| (batch.sequence, batch.lost_before))).collect()
    }

    #[test]
    fn what_is_not_acknowledged_is_sent_again() {
        let mut outbox = Outbox::new(1_000);
        (1..6).for_each(|sequence| outbox.push(sequence, vec![0; 10]));
        assert_eq!(sent(&mut outbox).len(), 5);
        outbox.acknowledge(2);
        outbox.push(6, vec![0; 10]);
        assert_eq!(sent(&mut outbox), [(6, 0)]);
        outbox.relink();
        outbox.acknowledge(5); // From a link that is gone: nothing of the new one was sent.
        assert_eq!(sent(&mut outbox), [(3, 0), (4, 0), (5, 0), (6, 0)]);
        outbox.acknowledge(u64::MAX);
        assert!(outbox.is_empty());
    }

    #[test]
    fn the_queue_is_bounded_and_counts_what_it_drops() {
        let mut outbox = Outbox::new(100);
        (1..51).for_each(|sequence| outbox.push(sequence, vec![0; 10]));
        assert_eq!(outbox.counters(), [10, 100, 40, 400]);
        sent(&mut outbox);
        outbox.acknowledge(1);
        outbox.push(51, vec![0; 10]);
        outbox.push(52, vec![0; 10]);
        assert_eq!(sent(&mut outbox), [(51, 40)], "the next batch says what is missing before it");
        assert_eq!(outbox.counters(), [10, 100, 41, 410]);
    }
}
