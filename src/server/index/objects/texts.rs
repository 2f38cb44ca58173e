//! The texts of many objects in a few large blocks. Each text stands after its length, written in ASCII.

/// How many documents share a block. So no block has to be moved as a whole while the next objects are added, and
/// four bytes are enough for a place in one.
const DOCUMENTS_IN_A_BLOCK: u32 = 1024;
/// How much of a length one character says: six bits, so that it is always ASCII.
const LENGTH_BITS: u32 = 6;
const MORE: u8 = 1 << LENGTH_BITS;

/// The texts of documents that are numbered from 0.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) blocks: Vec<Box<str>>,
    /// Where the texts of each document begin in its block.
    pub(super) starts: Vec<u32>,
    open: String,
}

impl Texts {
    /// Texts that were written before, if the blocks and starts belong together.
    pub(super) fn of(blocks: Vec<Box<str>>, starts: Vec<u32>) -> Option<Self> {
        let texts = Self { blocks, starts, open: String::new() };
        let size = DOCUMENTS_IN_A_BLOCK as usize;
        let is_whole = texts.starts.len().div_ceil(size) == texts.blocks.len();
        let fits = |(starts, block): (&[u32], &str)| {
            let at_borders = starts.iter().all(|start| block.is_char_boundary(*start as usize));
            starts.first() == Some(&0) && starts.is_sorted() && at_borders
        };
        (is_whole && texts.starts.chunks(size).zip(texts.blocks.iter().map(Box::as_ref)).all(fits)).then_some(texts)
    }

    /// Appends the texts of the next document.
    pub(super) fn push(&mut self, texts: &str) {
        if !self.starts.is_empty() && self.starts.len().is_multiple_of(DOCUMENTS_IN_A_BLOCK as usize) {
            self.close();
        }
        // A block of four gigabytes would be an object of four megabytes on average: none that large is read.
        self.starts.push(u32::try_from(self.open.len()).unwrap_or(u32::MAX));
        self.open.push_str(texts);
    }

    fn close(&mut self) {
        self.blocks.push(std::mem::take(&mut self.open).into_boxed_str());
    }

    /// Ends the last block: no further documents come.
    pub(super) fn finish(&mut self) {
        if !self.starts.is_empty() {
            self.close();
        }
        self.blocks.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    /// The texts of a document; nothing where there is no such document.
    pub(super) fn get(&self, document: u32) -> &str {
        let find = || {
            let block = self.blocks.get((document / DOCUMENTS_IN_A_BLOCK) as usize)?;
            let start = *self.starts.get(document as usize)? as usize;
            let is_last = document % DOCUMENTS_IN_A_BLOCK == DOCUMENTS_IN_A_BLOCK - 1;
            let next = self.starts.get(document as usize + 1).filter(|_| !is_last);
            block.get(start..next.map_or(block.len(), |next| *next as usize))
        };
        find().unwrap_or_default()
    }

    /// The memory that they take, in bytes.
    pub(super) fn heap_size(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(|block| block.len() + size_of::<Box<str>>()).sum();
        blocks + self.starts.capacity() * size_of::<u32>()
    }
}

/// Appends a text after its length.
pub(super) fn write_text(text: &str, into: &mut String) {
    write_number(text.len(), into);
    into.push_str(text);
}

/// Appends a number: six bits a character, the lowest first.
pub(super) fn write_number(mut number: usize, into: &mut String) {
    let low = |number: usize| number.to_le_bytes()[0] & (MORE - 1);
    while number >= usize::from(MORE) {
        into.push(char::from(low(number) | MORE));
        number >>= LENGTH_BITS;
    }
    into.push(char::from(low(number)));
}

/// Reads what was appended. Every method gives `None` where it is something else.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextReader<'a>(pub(super) &'a str);

impl<'a> TextReader<'a> {
    pub(super) fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = *self.0.as_bytes().first()?;
            self.0 = self.0.get(1..)?;
            number |= usize::from(byte & (MORE - 1)).checked_shl(shift)?;
            if byte < MORE {
                return Some(number);
            }
            shift += LENGTH_BITS;
        }
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_come_back_document_by_document(documents in prop::collection::vec(".{0,90}", 0..2_100)) {
            let mut texts = Texts::default();
            for text in &documents {
                let mut written = String::new();
                write_text(text, &mut written);
                texts.push(&written);
            }
            texts.finish();
            let texts = Texts::of(texts.blocks, texts.starts).unwrap();
            for (document, text) in (0..).zip(&documents) {
                let mut reader = TextReader(texts.get(document));
                prop_assert_eq!(reader.text(), Some(text.as_str()));
                prop_assert_eq!(reader.text(), None);
            }
            prop_assert_eq!(texts.get(u32::MAX), "");
        }

        #[test]
        fn numbers_are_written_in_ascii(number in any::<usize>()) {
            let mut written = String::new();
            write_number(number, &mut written);
            prop_assert!(written.is_ascii());
            prop_assert_eq!(TextReader(&written).number(), Some(number));
        }

        #[test]
        fn anything_can_be_read_without_a_panic(text in ".{0,40}") {
            let mut reader = TextReader(&text);
            while reader.text().is_some() {}
        }
    }

    #[test]
    fn starts_that_do_not_fit_their_blocks_are_refused() {
        let block = || vec![Box::from("aéb")];
        assert!(Texts::of(block(), vec![0, 1, 3]).is_some());
        for starts in [vec![], vec![1], vec![0, 2], vec![0, 3, 1], vec![0, 9], vec![0; 1025]] {
            assert!(Texts::of(block(), starts).is_none());
        }
    }
}
