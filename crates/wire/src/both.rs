//! A thing for each direction of a conversation.

use crate::Direction;
use core::ops::{Index, IndexMut};

/// One `T` for each direction; indexed by [`Direction`], so that no index can be wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    /// To the server.
    pub to_server: T,
    /// To the client.
    pub to_client: T,
}

impl<T> Both<T> {
    /// Exchanges the two.
    pub fn swap(&mut self) {
        core::mem::swap(&mut self.to_server, &mut self.to_client);
    }

    /// Both, to the server first.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        [&mut self.to_server, &mut self.to_client].into_iter()
    }

    /// As an array, to the server first.
    pub fn into_array(self) -> [T; 2] {
        [self.to_server, self.to_client]
    }
}

impl<T> Index<Direction> for Both<T> {
    type Output = T;

    fn index(&self, direction: Direction) -> &T {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }
}

impl<T> IndexMut<Direction> for Both<T> {
    fn index_mut(&mut self, direction: Direction) -> &mut T {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }
}
