//! What entries have in common: for each fact, and each block of entries, a compressed set of those that have it. Several
//! facts at once are an intersection, however many entries have each of them.

use std::collections::{BTreeMap, HashMap};

use roaring::RoaringBitmap;
use serde_json::{Value, json};
use sqlx::sqlite::SqlitePool;

use super::file::of_index;
use crate::server::hexadecimal::hex;
use crate::server::storage::StorageError;

/// How many entries share a row: as many as one container of a bitmap has.
pub(in super::super) const BLOCK: i64 = 1 << 16;

/// Facts that are all asked for, each as some of which one is enough.
pub(super) type AllOf = Vec<Vec<String>>;

/// Where something changes: a token and a block.
type Place = (String, i64);

/// Entries that have a fact, or have it no more, by token and block.
#[derive(Debug, Default)]
pub(super) struct FactChanges(BTreeMap<Place, Change>);

#[derive(Debug, Default)]
struct Change {
    added: RoaringBitmap,
    removed: RoaringBitmap,
}

impl FactChanges {
    pub(super) fn add(&mut self, token: String, entry: i64) {
        self.at(token, entry).added.insert(within(entry));
    }

    pub(super) fn remove(&mut self, token: String, entry: i64) {
        self.at(token, entry).removed.insert(within(entry));
    }

    fn at(&mut self, token: String, entry: i64) -> &mut Change {
        self.0.entry((token, entry / BLOCK)).or_default()
    }

    /// The rows as they are to be, as JSON: each with its token, its block and its set in hexadecimal.
    pub(super) async fn rows(self, index: &SqlitePool) -> Result<String, StorageError> {
        let places: Value = self.0.keys().map(|(token, block)| json!([token, block])).collect();
        let present: Vec<(String, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT f.token, f.block, f.entries FROM json_each(?) AS place
             JOIN facts AS f ON f.token = place.value ->> 0 AND f.block = place.value ->> 1",
        )
        .bind(places.to_string())
        .fetch_all(index)
        .await
        .map_err(of_index)?;
        let mut present: HashMap<Place, Vec<u8>> =
            present.into_iter().map(|(token, block, entries)| ((token, block), entries)).collect();
        let mut rows = Vec::with_capacity(self.0.len());
        for (place, change) in self.0 {
            let before = present.remove(&place).map(|entries| read(&entries)).transpose()?.unwrap_or_default();
            let entries = written(&((before - change.removed) | change.added));
            rows.push(json!([place.0, place.1, hex(&entries)]));
        }
        Ok(Value::from(rows).to_string())
    }
}

/// Entries with some facts, by block.
#[derive(Debug)]
pub(super) struct WithFacts(BTreeMap<i64, RoaringBitmap>);

impl WithFacts {
    /// The entries from `low` to `high` that have all of some facts.
    pub(super) async fn read(index: &SqlitePool, all: &AllOf, (low, high): (i64, i64)) -> Result<Self, StorageError> {
        let tokens: Vec<&String> = all.iter().flatten().collect();
        let rows: Vec<(String, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT token, block, entries FROM facts
             WHERE token IN (SELECT value FROM json_each(?)) AND block BETWEEN ? AND ?",
        )
        .bind(serde_json::to_string(&tokens)?)
        .bind(low / BLOCK)
        .bind(high / BLOCK)
        .fetch_all(index)
        .await
        .map_err(of_index)?;
        let mut sets: BTreeMap<i64, HashMap<String, RoaringBitmap>> = BTreeMap::new();
        for (token, block, entries) in rows {
            sets.entry(block).or_default().insert(token, read(&entries)?);
        }
        let mut blocks: BTreeMap<i64, RoaringBitmap> =
            sets.into_iter().map(|(block, sets)| (block, intersection(all, &sets))).collect();
        if let Some(first) = blocks.get_mut(&(low / BLOCK)) {
            first.remove_range(..within(low));
        }
        if let Some(last) = blocks.get_mut(&(high / BLOCK)) {
            last.remove_range(within(high) + 1..);
        }
        Ok(Self(blocks))
    }

    pub(super) fn contains(&self, entry: i64) -> bool {
        self.0.get(&(entry / BLOCK)).is_some_and(|entries| entries.contains(within(entry)))
    }

    pub(super) fn len(&self) -> u64 {
        self.0.values().map(RoaringBitmap::len).sum()
    }

    /// The first of them in a direction.
    pub(super) fn first(&self, newest_first: bool, most: usize) -> Vec<i64> {
        let number = |block: i64, entry: u32| block * BLOCK + i64::from(entry);
        let oldest_first = self.0.iter().flat_map(|(block, entries)| entries.iter().map(move |at| number(*block, at)));
        if newest_first { oldest_first.rev().take(most).collect() } else { oldest_first.take(most).collect() }
    }
}

/// The entries of a block that have all of some facts.
fn intersection(all: &AllOf, sets: &HashMap<String, RoaringBitmap>) -> RoaringBitmap {
    let any = |tokens: &Vec<String>| {
        tokens.iter().filter_map(|token| sets.get(token)).fold(RoaringBitmap::new(), |any, set| any | set)
    };
    all.iter().map(any).reduce(|all, any| all & any).unwrap_or_default()
}

/// The place of an entry in its block.
fn within(entry: i64) -> u32 {
    u32::try_from(entry.rem_euclid(BLOCK)).unwrap_or_default()
}

fn read(entries: &[u8]) -> Result<RoaringBitmap, StorageError> {
    // What is not a set was not written here: the index is made anew.
    RoaringBitmap::deserialize_from(entries).map_err(|_| StorageError::IndexOfAnotherLog)
}

fn written(entries: &RoaringBitmap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.serialized_size());
    // Memory takes whatever is written.
    let _ = entries.serialize_into(&mut bytes);
    bytes
}

#[cfg(test)]
#[path = "facts_test.rs"]
mod tests;
