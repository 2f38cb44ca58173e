//! Rows in a snapshot.

use std::io::{Read, Result, Write};

use super::columns::{ColumnReader, ColumnWriter};
use super::id_order::IdOrder;
use super::layout::Layout;
use super::ragged::Ragged;
use super::rows::Rows;
use super::shape::Shape;
use super::snapshot_error::SnapshotError;
use super::symbols::Symbols;
use super::texts::Texts;
use crate::domain::object::ObjectKind;

pub(super) fn write_rows(rows: &Rows, columns: &mut ColumnWriter<impl Write>) -> Result<()> {
    columns.bytes(rows.keys.as_flattened())?;
    columns.numbers(rows.shapes.iter().map(|shape| shape.bits()))?;
    columns.numbers(rows.shared.iter().copied())?;
    columns.numbers(rows.texts.starts.iter().copied())?;
    columns.number(rows.texts.blocks.len() as u64)?;
    for block in &rows.texts.blocks {
        columns.bytes(block.as_bytes())?;
    }
    let symbols = &rows.symbols;
    columns.bytes(symbols.text.as_bytes())?;
    columns.number(symbols.ends.len() as u64)?;
    for end in &symbols.ends {
        columns.number(*end)?;
    }
    columns.numbers(symbols.lists.items.iter().copied())?;
    columns.numbers(symbols.lists.ends.iter().copied())
}

pub(super) fn read_rows(
    kind: ObjectKind,
    columns: &mut ColumnReader<impl Read>,
) -> std::result::Result<Rows, SnapshotError> {
    let keys = columns.bytes()?.as_chunks().0.to_vec();
    let shapes = columns.numbers()?.into_iter().map(Shape::from_bits).collect::<Option<Vec<_>>>();
    let shared = columns.numbers()?;
    let starts = columns.numbers()?;
    let mut blocks = Vec::new();
    for _ in 0..columns.number()? {
        blocks.push(columns.text()?.into_boxed_str());
    }
    let text = columns.text()?;
    let mut ends = Vec::new();
    for _ in 0..columns.number()? {
        ends.push(columns.number()?);
    }
    let lists = Ragged::of(columns.numbers()?, columns.numbers()?);
    let symbols = lists.and_then(|lists| Symbols::of(text, ends, lists));
    let (Some(shapes), Some(texts), Some(symbols)) = (shapes, Texts::of(blocks, starts), symbols) else {
        return Err(SnapshotError::Damaged);
    };
    let layout = Layout::of(kind);
    Ok(Rows { layout, keys, shapes, texts, shared, symbols, ids: IdOrder::default() })
}
