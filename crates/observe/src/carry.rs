//! Unfinished messages wait here until the rest comes: buffers of three size classes, allocated at the start.

/// Bytes and number of buffers of each class: 4 MiB, 4 MiB and 8 MiB, touched only when used.
const CLASSES: [(usize, usize); 3] = [(512, 8192), (4096, 1024), (65_536, 128)];

/// A buffer in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Carry {
    class: u8,
    index: u16,
    len: u32,
}

#[derive(Debug)]
struct Class {
    bytes: Vec<u8>,
    free: Vec<u16>,
    handed: u16,
}

/// All buffers.
#[derive(Debug)]
pub(crate) struct CarryPool {
    classes: [Class; 3],
    /// How often a message could not be kept because all buffers were in use or it was too long.
    pub(crate) exhausted: u64,
}

impl CarryPool {
    pub(crate) fn new() -> Self {
        let class = |(size, count): (usize, usize)| Class {
            bytes: vec![0; size * count],
            free: Vec::with_capacity(count),
            handed: 0,
        };
        Self { classes: CLASSES.map(class), exhausted: 0 }
    }

    /// What is kept.
    pub(crate) fn bytes(&self, carry: Option<Carry>) -> &[u8] {
        let Some(carry) = carry else { return &[] };
        self.place(carry.class, carry.index)
            .and_then(|(class, start)| class.bytes.get(start..start + carry.len as usize))
            .unwrap_or_default()
    }

    /// Adds bytes behind those kept, in a larger buffer where needed. On failure what was kept is given up.
    pub(crate) fn append(&mut self, carry: &mut Option<Carry>, bytes: &[u8]) -> bool {
        let kept = carry.map_or(0, |carry| carry.len as usize);
        let total = kept + bytes.len();
        if total > carry.map_or(0, |carry| CLASSES.get(usize::from(carry.class)).map_or(0, |class| class.0))
            && !self.grow(carry, total)
        {
            self.free(carry);
            self.exhausted += 1;
            return false;
        }
        let Some(held) = carry else { return false };
        let Some(size) = CLASSES.get(usize::from(held.class)).map(|class| class.0) else { return false };
        let start = usize::from(held.index) * size + kept;
        let place = self
            .classes
            .get_mut(usize::from(held.class))
            .and_then(|c| c.bytes.get_mut(start..start + bytes.len()));
        if let Some(place) = place {
            place.copy_from_slice(bytes);
            held.len = u32::try_from(total).unwrap_or(0);
        }
        true
    }

    /// Removes bytes from the front.
    pub(crate) fn consume(&mut self, carry: &mut Option<Carry>, len: usize) {
        let Some(held) = carry else { return };
        let kept = held.len as usize;
        if len >= kept {
            self.free(carry);
            return;
        }
        let Some(size) = CLASSES.get(usize::from(held.class)).map(|class| class.0) else { return };
        let start = usize::from(held.index) * size;
        if let Some(class) = self.classes.get_mut(usize::from(held.class)) {
            class.bytes.copy_within(start + len..start + kept, start);
            held.len = u32::try_from(kept - len).unwrap_or(0);
        }
    }

    /// Gives the buffer back.
    pub(crate) fn free(&mut self, carry: &mut Option<Carry>) {
        if let Some(held) = carry.take()
            && let Some(class) = self.classes.get_mut(usize::from(held.class))
        {
            class.free.push(held.index);
        }
    }

    fn place(&self, class: u8, index: u16) -> Option<(&Class, usize)> {
        let (size, _) = CLASSES.get(usize::from(class))?;
        Some((self.classes.get(usize::from(class))?, usize::from(index) * size))
    }

    /// Moves what is kept into a free buffer that holds `total` bytes.
    fn grow(&mut self, carry: &mut Option<Carry>, total: usize) -> bool {
        let Some(taken) = (0u8..)
            .zip(CLASSES)
            .find_map(|(class, (size, count))| (size >= total).then(|| self.take(class, count)).flatten())
        else {
            return false;
        };
        let mut new = Carry { class: taken.0, index: taken.1, len: 0 };
        if let Some(old) = *carry {
            let (from, to) = (usize::from(old.class), usize::from(new.class));
            let (old_size, new_size) =
                (CLASSES.get(from).map_or(0, |c| c.0), CLASSES.get(to).map_or(0, |c| c.0));
            let start = usize::from(old.index) * old_size;
            let target = usize::from(new.index) * new_size;
            let len = old.len as usize;
            // The new class is always the larger one, so the two lie in different vectors.
            if let Some((low, high)) = self.classes.split_at_mut_checked(to)
                && let (Some(old_class), Some(new_class)) = (low.get(from), high.first_mut())
                && let (Some(source), Some(place)) =
                    (old_class.bytes.get(start..start + len), new_class.bytes.get_mut(target..target + len))
            {
                place.copy_from_slice(source);
                new.len = old.len;
            }
            self.free(carry);
        }
        *carry = Some(new);
        true
    }

    fn take(&mut self, class: u8, count: usize) -> Option<(u8, u16)> {
        let place = self.classes.get_mut(usize::from(class))?;
        let index = match place.free.pop() {
            Some(index) => index,
            None if usize::from(place.handed) < count => {
                place.handed += 1;
                place.handed - 1
            }
            None => return None,
        };
        Some((class, index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_grows_through_the_classes_and_comes_out_whole() {
        let mut pool = CarryPool::new();
        let mut carry = None;
        let whole: Vec<u8> = (0..60_000u32).map(|n| n.to_le_bytes()[0]).collect();
        for chunk in whole.chunks(700) {
            assert!(pool.append(&mut carry, chunk));
        }
        assert_eq!(pool.bytes(carry), whole);
        pool.consume(&mut carry, 59_990);
        assert_eq!(pool.bytes(carry), &whole[59_990..]);
        pool.consume(&mut carry, 10);
        assert_eq!((pool.bytes(carry).len(), carry), (0, None));
    }

    #[test]
    fn a_full_pool_refuses_and_counts() {
        let mut pool = CarryPool::new();
        let mut held: Vec<Option<Carry>> = vec![None; 128];
        assert!(held.iter_mut().all(|carry| pool.append(carry, &[1; 5000])));
        let mut one_more = None;
        assert!(!pool.append(&mut one_more, &[1; 5000]));
        assert!(!pool.append(&mut one_more, &[1; 70_000]));
        assert_eq!(pool.exhausted, 2);
    }
}
