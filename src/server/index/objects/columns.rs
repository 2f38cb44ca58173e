//! Columns of numbers and texts in a stream, each after its length.

use std::io::{Error, ErrorKind, Read, Result, Write};

/// How much is read or written at once, and made ready before anything has arrived, in bytes.
const PIECE: usize = 64 * 1024;

/// Writes columns.
pub(in crate::server::index) struct ColumnWriter<W>(pub(in crate::server::index) W);

impl<W: Write> ColumnWriter<W> {
    pub(in crate::server::index) fn number(&mut self, number: u64) -> Result<()> {
        self.0.write_all(&number.to_le_bytes())
    }

    pub(in crate::server::index) fn numbers(&mut self, numbers: impl ExactSizeIterator<Item = u32>) -> Result<()> {
        self.number(numbers.len() as u64)?;
        let mut piece = Vec::with_capacity(PIECE);
        for number in numbers {
            piece.extend_from_slice(&number.to_le_bytes());
            if piece.len() >= PIECE {
                self.0.write_all(&piece)?;
                piece.clear();
            }
        }
        self.0.write_all(&piece)
    }

    pub(in crate::server::index) fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.number(bytes.len() as u64)?;
        self.0.write_all(bytes)
    }
}

/// Reads columns. A length is believed only as far as there is something behind it.
pub(in crate::server::index) struct ColumnReader<R>(pub(in crate::server::index) R);

impl<R: Read> ColumnReader<R> {
    pub(in crate::server::index) fn number(&mut self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.0.read_exact(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    pub(in crate::server::index) fn numbers(&mut self) -> Result<Vec<u32>> {
        let mut numbers = Vec::new();
        let count = self.number()?;
        self.pieces(count.checked_mul(4).ok_or_else(unreadable)?, |piece| {
            let quads = piece.as_chunks::<4>().0;
            numbers.extend(quads.iter().map(|bytes| u32::from_le_bytes(*bytes)));
        })?;
        numbers.shrink_to_fit();
        Ok(numbers)
    }

    pub(in crate::server::index) fn bytes(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let length = self.number()?;
        self.pieces(length, |piece| bytes.extend_from_slice(piece))?;
        bytes.shrink_to_fit();
        Ok(bytes)
    }

    pub(in crate::server::index) fn text(&mut self) -> Result<String> {
        String::from_utf8(self.bytes()?).map_err(|_| unreadable())
    }

    /// Reads so many bytes piece by piece. The length of each but the last is a multiple of four.
    fn pieces(&mut self, length: u64, mut take: impl FnMut(&[u8])) -> Result<()> {
        let mut left = length;
        let mut buffer = vec![0; PIECE.min(usize::try_from(length).unwrap_or(PIECE))];
        while left > 0 {
            let size = buffer.len().min(usize::try_from(left).unwrap_or(PIECE));
            let piece = buffer.get_mut(..size).ok_or_else(unreadable)?;
            self.0.read_exact(piece)?;
            take(piece);
            left -= size as u64;
        }
        Ok(())
    }
}

fn unreadable() -> Error {
    Error::from(ErrorKind::InvalidData)
}
