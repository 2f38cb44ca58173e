//! The parts of the index of one kind in a snapshot. Every number is checked against what it counts or names.

use std::io::{self, Read, Write};

use fst::Map;
use roaring::RoaringBitmap;

use super::folded::Folded;
use super::kind::{KindIndex, Parts};
use super::numbers::Numbers;
use super::order::Order;
use super::rows::Rows;
use super::terms::TermIndex;
use super::url_table::UrlTable;
use crate::domain::object::ObjectKind;
use crate::server::index::objects::SnapshotError;
use crate::server::index::objects::columns::{ColumnReader, ColumnWriter};

/// Writes the parts of an index.
pub(super) fn write_parts(index: &KindIndex, columns: &mut ColumnWriter<impl Write>) -> io::Result<()> {
    let terms = [&index.names, &index.urls, &index.hosts].into_iter().chain(&index.values);
    for terms in terms {
        write_terms(terms, columns)?;
    }
    columns.numbers(index.whole_urls.hashes.iter().copied())?;
    write_numbers(&index.whole_urls.documents, columns)?;
    write_bitmap(&index.whole_urls.shared, columns)?;
    columns.numbers(index.folded.id_hashes.iter().copied())?;
    write_numbers(&index.folded.id_documents, columns)?;
    columns.numbers(index.folded.values.iter().map(|(_, facet, _)| *facet))?;
    columns.numbers(index.folded.values.iter().map(|(.., number)| *number))?;
    for (folded, ..) in &index.folded.values {
        columns.bytes(folded.as_bytes())?;
    }
    write_rows(&index.rows, columns)?;
    write_numbers(&index.by_name.documents, columns)
}

/// Reads the parts of an index of so many documents.
pub(super) fn read_parts(
    columns: &mut ColumnReader<impl Read>,
    kind: ObjectKind,
    count: u32,
) -> Result<Parts, SnapshotError> {
    let mut terms = || read_terms(columns, count);
    let [names, urls, hosts] = [terms()?, terms()?, terms()?];
    let values = [terms()?, terms()?, terms()?, terms()?];
    let whole_urls =
        UrlTable { hashes: columns.numbers()?, documents: read_numbers(columns)?, shared: read_bitmap(columns)? };
    let folded = read_folded(columns, &values)?;
    let rows = read_rows(columns, &values, count)?;
    let by_name = Order::of(read_numbers(columns)?).ok_or(SnapshotError::Damaged)?;
    let has_urls = kind == ObjectKind::OAuthClient || whole_urls.hashes.is_empty();
    let is_sound = is_table(&whole_urls.hashes, &whole_urls.documents, count)
        && has_urls
        && is_table(&folded.id_hashes, &folded.id_documents, count)
        && by_name.documents.len() == count as usize;
    let parts = Parts { names, urls, hosts, whole_urls, values, folded, rows, by_name };
    is_sound.then_some(parts).ok_or(SnapshotError::Damaged)
}

fn write_terms(index: &TermIndex, columns: &mut ColumnWriter<impl Write>) -> io::Result<()> {
    columns.bytes(index.terms.as_fst().as_bytes())?;
    columns.numbers(index.starts.iter().copied())?;
    write_numbers(&index.documents, columns)?;
    columns.numbers(index.heavy.iter().map(|(number, _)| *number))?;
    index.heavy.iter().try_for_each(|(_, documents)| write_bitmap(documents, columns))
}

fn read_terms(columns: &mut ColumnReader<impl Read>, count: u32) -> Result<TermIndex, SnapshotError> {
    let terms = Map::new(columns.bytes()?).map_err(|_| SnapshotError::Damaged)?;
    // It has a checksum of its own, without which what it is asked for could be outside of it.
    terms.as_fst().verify().map_err(|_| SnapshotError::Damaged)?;
    let (starts, documents) = (columns.numbers()?, read_numbers(columns)?);
    let mut heavy = Vec::new();
    for number in columns.numbers()? {
        let mut documents = read_bitmap(columns)?;
        // Older versions kept them with runs.
        documents.remove_run_compression();
        heavy.push((number, documents));
    }
    heavy.shrink_to_fit();
    let is_sound = starts.len() == terms.len() + 1
        && is_ragged(&starts, documents.len())
        && documents.are_below(count)
        && heavy.is_sorted_by(|(left, _), (right, _)| left < right)
        && heavy.last().is_none_or(|(number, _)| (*number as usize) < terms.len())
        && heavy.iter().all(|(_, documents)| documents.max().is_none_or(|last| last < count));
    is_sound.then_some(TermIndex { terms, starts, documents, heavy }).ok_or(SnapshotError::Damaged)
}

fn write_bitmap(bitmap: &RoaringBitmap, columns: &mut ColumnWriter<impl Write>) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(bitmap.serialized_size());
    bitmap.serialize_into(&mut bytes)?;
    columns.bytes(&bytes)
}

fn read_bitmap(columns: &mut ColumnReader<impl Read>) -> io::Result<RoaringBitmap> {
    RoaringBitmap::deserialize_from(columns.bytes()?.as_slice())
}

fn read_folded(columns: &mut ColumnReader<impl Read>, indexes: &[TermIndex; 4]) -> Result<Folded, SnapshotError> {
    let (id_hashes, id_documents) = (columns.numbers()?, read_numbers(columns)?);
    let (facets, numbers) = (columns.numbers()?, columns.numbers()?);
    let is_known =
        |(facet, number): (&u32, &u32)| indexes.get(*facet as usize).is_some_and(|index| *number < index.len());
    if facets.len() != numbers.len() || !facets.iter().zip(&numbers).all(is_known) {
        return Err(SnapshotError::Damaged);
    }
    let mut values = Vec::new();
    for (facet, number) in facets.into_iter().zip(numbers) {
        values.push((columns.text()?, facet, number));
    }
    values.shrink_to_fit();
    values.is_sorted().then_some(Folded { id_hashes, id_documents, values }).ok_or(SnapshotError::Damaged)
}

fn write_numbers(numbers: &Numbers, columns: &mut ColumnWriter<impl Write>) -> io::Result<()> {
    columns.number(numbers.width())?;
    columns.bytes(numbers.bytes())
}

fn read_numbers(columns: &mut ColumnReader<impl Read>) -> Result<Numbers, SnapshotError> {
    let width = columns.number()?;
    Numbers::from_bytes(width, columns.bytes()?).ok_or(SnapshotError::Damaged)
}

fn write_rows(rows: &Rows, columns: &mut ColumnWriter<impl Write>) -> io::Result<()> {
    for facet in &rows.facets {
        write_numbers(&facet.documents, columns)?;
        columns.numbers(facet.starts.iter().copied())?;
        columns.numbers(facet.values.iter().copied())?;
    }
    Ok(())
}

fn read_rows(
    columns: &mut ColumnReader<impl Read>,
    values: &[TermIndex; 4],
    count: u32,
) -> Result<Rows, SnapshotError> {
    let mut rows = Rows::default();
    for (facet, index) in rows.facets.iter_mut().zip(values) {
        facet.documents = read_numbers(columns)?;
        (facet.starts, facet.values) = (columns.numbers()?, columns.numbers()?);
        let is_sound = facet.documents.len() == count as usize
            && u32::try_from(facet.sets()).is_ok_and(|sets| facet.documents.are_below(sets))
            && is_ragged(&facet.starts, facet.values.len())
            && are_below(&facet.values, index.len());
        if !is_sound {
            return Err(SnapshotError::Damaged);
        }
    }
    Ok(rows)
}

/// Whether these are the places where parts of so many things begin, and where the last one ends.
fn is_ragged(starts: &[u32], count: usize) -> bool {
    starts.first() == Some(&0) && starts.last().is_some_and(|end| *end as usize == count) && starts.is_sorted()
}

/// Whether all numbers are below another.
fn are_below(numbers: &[u32], bound: u32) -> bool {
    // Without an early end, so that many are compared at once.
    numbers.iter().copied().max().is_none_or(|largest| largest < bound)
}

/// Whether these are sorted hashes with the documents of each, of `count` in all.
fn is_table(hashes: &[u32], documents: &Numbers, count: u32) -> bool {
    hashes.len() == documents.len() && hashes.is_sorted() && documents.are_below(count)
}
