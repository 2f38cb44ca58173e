//! The parts of the index of one kind in a snapshot. Every number is checked against what it counts or names.

use std::io::{self, Read, Write};

use fst::Map;
use roaring::RoaringBitmap;

use super::folded::Folded;
use super::kind::{KindIndex, Parts};
use super::order::Order;
use super::rows::{Combination, Rows, Sets};
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
    columns.numbers(index.whole_urls.documents.iter().copied())?;
    write_bitmap(&index.whole_urls.shared, columns)?;
    columns.numbers(index.folded.id_hashes.iter().copied())?;
    columns.numbers(index.folded.id_documents.iter().copied())?;
    columns.numbers(index.folded.values.iter().map(|(_, facet, _)| *facet))?;
    columns.numbers(index.folded.values.iter().map(|(.., number)| *number))?;
    for (folded, ..) in &index.folded.values {
        columns.bytes(folded.as_bytes())?;
    }
    write_rows(&index.rows, columns)?;
    columns.numbers(index.by_name.documents.iter().copied())
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
        UrlTable { hashes: columns.numbers()?, documents: columns.numbers()?, shared: read_bitmap(columns)? };
    let folded = read_folded(columns, &values)?;
    let rows = read_rows(columns, &values)?;
    let by_name = Order::of(columns.numbers()?).ok_or(SnapshotError::Damaged)?;
    let has_urls = kind == ObjectKind::OAuthClient || whole_urls.documents.is_empty();
    let is_sound = is_table(&whole_urls.hashes, &whole_urls.documents, count)
        && has_urls
        && is_table(&folded.id_hashes, &folded.id_documents, count)
        && rows.documents.len() == count as usize
        && by_name.documents.len() == count as usize;
    let parts = Parts { names, urls, hosts, whole_urls, values, folded, rows, by_name };
    is_sound.then_some(parts).ok_or(SnapshotError::Damaged)
}

fn write_terms(index: &TermIndex, columns: &mut ColumnWriter<impl Write>) -> io::Result<()> {
    columns.bytes(index.terms.as_fst().as_bytes())?;
    columns.numbers(index.starts.iter().copied())?;
    columns.numbers(index.documents.iter().copied())?;
    columns.numbers(index.heavy.iter().map(|(number, _)| *number))?;
    index.heavy.iter().try_for_each(|(_, documents)| write_bitmap(documents, columns))
}

fn read_terms(columns: &mut ColumnReader<impl Read>, count: u32) -> Result<TermIndex, SnapshotError> {
    let terms = Map::new(columns.bytes()?).map_err(|_| SnapshotError::Damaged)?;
    // It has a checksum of its own, without which what it is asked for could be outside of it.
    terms.as_fst().verify().map_err(|_| SnapshotError::Damaged)?;
    let (starts, documents) = (columns.numbers()?, columns.numbers()?);
    let mut heavy = Vec::new();
    for number in columns.numbers()? {
        heavy.push((number, read_bitmap(columns)?));
    }
    heavy.shrink_to_fit();
    let is_sound = starts.len() == terms.len() + 1
        && is_ragged(&starts, documents.len())
        && are_below(&documents, count)
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
    let (id_hashes, id_documents) = (columns.numbers()?, columns.numbers()?);
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

fn write_rows(rows: &Rows, columns: &mut ColumnWriter<impl Write>) -> io::Result<()> {
    columns.numbers(rows.documents.iter().copied())?;
    columns.numbers(
        rows.combinations
            .iter()
            .map(|combination| u32::from(combination.is_production) | u32::from(combination.is_disabled) << 1),
    )?;
    for (facet, sets) in rows.sets.iter().enumerate() {
        let of_each = rows.combinations.iter().map(|combination| combination.sets.get(facet).copied());
        columns.numbers(of_each.map(Option::unwrap_or_default))?;
        columns.numbers(sets.starts.iter().copied())?;
        columns.numbers(sets.values.iter().copied())?;
    }
    Ok(())
}

fn read_rows(columns: &mut ColumnReader<impl Read>, values: &[TermIndex; 4]) -> Result<Rows, SnapshotError> {
    let documents = columns.numbers()?;
    let combination =
        |flags: u32| Combination { sets: [0; 4], is_production: flags & 1 != 0, is_disabled: flags & 2 != 0 };
    let combinations: Vec<Combination> = columns.numbers()?.into_iter().map(combination).collect();
    let mut rows = Rows { documents, combinations, ..Rows::default() };
    let mut is_sound = u32::try_from(rows.combinations.len()).is_ok_and(|most| are_below(&rows.documents, most));
    for (facet, index) in values.iter().enumerate() {
        let of_each = columns.numbers()?;
        let sets = Sets { starts: columns.numbers()?, values: columns.numbers()? };
        let count = sets.starts.len().saturating_sub(1);
        is_sound &= of_each.len() == rows.combinations.len()
            && u32::try_from(count).is_ok_and(|count| are_below(&of_each, count))
            && is_ragged(&sets.starts, sets.values.len())
            && are_below(&sets.values, index.len());
        for (combination, set) in rows.combinations.iter_mut().zip(of_each) {
            if let Some(place) = combination.sets.get_mut(facet) {
                *place = set;
            }
        }
        if let Some(place) = rows.sets.get_mut(facet) {
            *place = sets;
        }
    }
    is_sound.then_some(rows).ok_or(SnapshotError::Damaged)
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
fn is_table(hashes: &[u32], documents: &[u32], count: u32) -> bool {
    hashes.len() == documents.len() && hashes.is_sorted() && are_below(documents, count)
}
