//! Gives each shared text, and each list of them, its number while rows are built.

use std::collections::HashMap;

use super::id::Id;
use super::packed::{PackedReader, write_number, write_text};
use super::shape::Held;
use super::symbols::Symbols;

/// Symbols that grow, with the tables that find them.
#[derive(Debug)]
pub(super) struct Interner {
    symbols: Symbols,
    by_text: HashMap<Box<str>, u32>,
    /// By the packed value: a text is the list of itself alone, but packed in another way.
    texts: HashMap<Box<[u8]>, u32>,
    lists: HashMap<Box<[u8]>, u32>,
}

impl Interner {
    /// Symbols with the empty list alone.
    pub(super) fn new() -> Self {
        let mut symbols = Symbols::default();
        symbols.push_list(&[]);
        Self { symbols, by_text: HashMap::new(), texts: HashMap::new(), lists: HashMap::new() }
    }

    /// The number of a packed value that is a text or a list.
    pub(super) fn number(&mut self, held: Held, value: &[u8]) -> Option<u32> {
        let known = if held == Held::List { &self.lists } else { &self.texts };
        if let Some(number) = known.get(value) {
            return Some(*number);
        }
        let mut reader = PackedReader(value);
        let count = if held == Held::List { reader.number()? } else { 1 };
        let mut list = Vec::new();
        for _ in 0..count {
            list.push(self.symbol(&reader.text()?.text()));
        }
        let number = self.symbols.push_list(&list);
        let known = if held == Held::List { &mut self.lists } else { &mut self.texts };
        known.insert(value.into(), number);
        Some(number)
    }

    /// The number of a list that has another number among other symbols.
    pub(super) fn number_of(&mut self, held: Held, symbols: &Symbols, number: u32) -> Option<u32> {
        let mut value = Vec::new();
        write_value(held, symbols, number, &mut value);
        self.number(held, &value)
    }

    fn symbol(&mut self, text: &str) -> u32 {
        if let Some(symbol) = self.by_text.get(text) {
            return *symbol;
        }
        let symbol = self.symbols.push_text(text);
        self.by_text.insert(text.into(), symbol);
        symbol
    }

    /// The symbols, without the tables.
    pub(super) fn finish(mut self) -> Symbols {
        self.symbols.shrink_to_fit();
        self.symbols
    }
}

/// Appends a shared text or list in its packed form.
pub(super) fn write_value(held: Held, symbols: &Symbols, number: u32, into: &mut Vec<u8>) {
    let texts = symbols.list(number);
    if held == Held::List {
        write_number(texts.len() as u64, into);
        texts.for_each(|text| write_text(Id::of(text), into));
    } else {
        write_text(Id::of(symbols.list(number).next().unwrap_or_default()), into);
    }
}
