//! A blocking reader of a body while it arrives, with a limit for the size of one entry.

use std::cell::Cell;
use std::io::{Error, Read, Result};
use std::rc::Rc;

use tokio::sync::mpsc::Receiver;
use tokio_util::bytes::Bytes;

/// The largest entry of a list on the wire, in bytes.
const LARGEST_ENTRY: usize = 256 * 1024;

/// How many bytes may be read before the next entry must begin.
#[derive(Clone, Debug)]
pub(super) struct EntryBound(Rc<Cell<usize>>);

impl EntryBound {
    /// Records that the next entry begins.
    pub(super) fn renew(&self) {
        self.0.set(LARGEST_ENTRY);
    }
}

/// A body that is still arriving.
pub(super) struct Source {
    piece: Bytes,
    /// How much of the chunk has been read.
    read: usize,
    rest: Option<Receiver<Bytes>>,
    bound: EntryBound,
}

impl Source {
    /// A body that starts with a chunk. Without a `rest`, this is the whole body, and reading never blocks.
    pub(super) fn new(first: Bytes, rest: Option<Receiver<Bytes>>) -> Self {
        Self { piece: first, read: 0, rest, bound: EntryBound(Rc::new(Cell::new(LARGEST_ENTRY))) }
    }

    /// The limit, to be renewed when the next entry begins.
    pub(super) fn bound(&self) -> EntryBound {
        self.bound.clone()
    }

    fn next_piece(&mut self) -> bool {
        let next = self.rest.as_mut().and_then(Receiver::blocking_recv);
        self.read = 0;
        next.map(|piece| self.piece = piece).is_some()
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.read == self.piece.len() {
            if !self.next_piece() {
                self.piece = Bytes::new();
                return Ok(0);
            }
        }
        let length = buffer.len().min(self.piece.len() - self.read);
        let left = self.bound.0.get().checked_sub(length);
        self.bound.0.set(left.ok_or_else(|| Error::other("one entry is larger than 256 KiB"))?);
        buffer[..length].copy_from_slice(&self.piece[self.read..self.read + length]);
        self.read += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    #[test]
    fn pieces_are_read_one_after_the_other_until_there_are_no_more() {
        let (send, rest) = mpsc::channel(4);
        for piece in ["", "bc", "", "d"] {
            send.try_send(Bytes::from(piece)).unwrap();
        }
        drop(send);
        let mut text = String::new();
        Source::new(Bytes::from("a"), Some(rest)).read_to_string(&mut text).unwrap();
        assert_eq!(text, "abcd");
    }

    #[test]
    fn reading_ends_when_the_next_entry_does_not_begin() {
        let mut source = Source::new(Bytes::from(vec![b' '; 3 * LARGEST_ENTRY]), None);
        let mut entry = vec![0; LARGEST_ENTRY];
        source.read_exact(&mut entry).unwrap();
        source.bound().renew();
        source.read_exact(&mut entry).unwrap();
        assert!(source.read(&mut entry).is_err());
    }
}
