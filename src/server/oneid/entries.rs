//! Reads a list, bare or wrapped, entry by entry: it is never in memory as a whole JSON value.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::entry::{Entry, EntryReader, everything_else_is};
use super::read_error::ReadError;
use super::source::{EntryBound, Source};
use super::wire::LIST_KEYS;
use super::{Share, Sink};
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;

/// The type of the entries of a list.
pub(super) trait Record: Sized + Send + 'static {
    /// The kind of the objects.
    const KIND: ObjectKind;
    /// How many entries a list may have, including unreadable ones.
    const MOST: usize;
    /// The largest list on the wire, in bytes.
    const LARGEST_LIST: usize;

    /// The record of an entry in the list of `owner`, an organisation's id.
    fn of(entry: Entry, owner: Option<&str>) -> Self;

    /// The memory that it takes, in bytes.
    fn size_in_memory(&self) -> usize;
}

impl Record for Organisation {
    const KIND: ObjectKind = ObjectKind::Organisation;
    const MOST: usize = 250_000;
    const LARGEST_LIST: usize = 64 * 1024 * 1024;

    fn of(entry: Entry, _owner: Option<&str>) -> Self {
        Self { id: entry.id, fields: entry.fields, unknown: Vec::new() }
    }

    fn size_in_memory(&self) -> usize {
        self.size_in_memory()
    }
}

impl Record for OAuthClient {
    const KIND: ObjectKind = ObjectKind::OAuthClient;
    const MOST: usize = 50_000;
    const LARGEST_LIST: usize = 16 * 1024 * 1024;

    fn of(entry: Entry, owner: Option<&str>) -> Self {
        let organisation_id = owner.map(str::to_owned).or(entry.organisation_id);
        Self { id: entry.id, organisation_id, fields: entry.fields, unknown: Vec::new() }
    }

    fn size_in_memory(&self) -> usize {
        self.size_in_memory()
    }
}

/// Reads a list to its end into a sink. The share of the memory budget grows by what the sink keeps, and is returned. Blocks
/// until data arrives, so a large list needs a thread of its own.
pub(super) fn read<T: Record>(
    source: Source,
    owner: Option<&str>,
    sink: &mut dyn Sink<T>,
    share: Share,
) -> Result<Share, ReadError> {
    let bound = source.bound();
    let mut reading = Reading { owner, sink, share, taken: 0, entries: 0, bound, is_too_large: false };
    let mut deserializer = serde_json::Deserializer::from_reader(source);
    let read = ListReader { reading: &mut reading, place: Place::Whole }.deserialize(&mut deserializer);
    match read.and_then(|is_list| deserializer.end().map(|()| is_list)) {
        Ok(true) => Ok(reading.share),
        Err(_) if reading.is_too_large => Err(ReadError::TooLarge),
        Ok(false) | Err(_) => Err(ReadError::Unreadable),
    }
}

/// A list that is being read.
struct Reading<'a, T> {
    owner: Option<&'a str>,
    sink: &'a mut dyn Sink<T>,
    share: Share,
    /// How many entries the sink has taken since it last restarted.
    taken: usize,
    /// How many entries have been read, including those that do not count.
    entries: usize,
    bound: EntryBound,
    is_too_large: bool,
}

impl<T: Record> Reading<'_, T> {
    /// Reads all entries, and skips them unless `is_kept`.
    fn read_entries<'de, A: SeqAccess<'de>>(&mut self, mut list: A, is_kept: bool) -> Result<(), A::Error> {
        if is_kept && self.taken > 0 {
            self.sink.restart();
            self.share.clear();
            self.taken = 0;
        }
        loop {
            self.bound.renew();
            let Some(entry) = list.next_element_seed(EntryReader::new(T::KIND))? else {
                return Ok(());
            };
            self.entries += 1;
            let fits = match entry {
                Some(entry) if is_kept => self.keep(entry),
                _ => true,
            };
            if !fits || self.entries > T::MOST {
                self.is_too_large = true;
                return Err(A::Error::custom("the list is too large"));
            }
        }
    }

    /// Gives an entry to the sink. Returns whether the sink has room for it and the memory budget allows it.
    fn keep(&mut self, entry: Entry) -> bool {
        self.taken += 1;
        let kept = self.sink.take(T::of(entry, self.owner));
        kept.is_some_and(|bytes| self.share.grow(bytes))
    }
}

/// The position of a value that may be a list.
#[derive(Clone, Copy)]
enum Place {
    /// The whole answer: a list, or an object with one in it.
    Whole,
    /// A member of that object with one of the names in [`LIST_KEYS`]. It is skipped unless `is_kept`.
    Member { is_kept: bool },
}

/// Reads the value at a position. Returns whether it is a list.
struct ListReader<'a, 'b, T> {
    reading: &'a mut Reading<'b, T>,
    place: Place,
}

impl<'de, T: Record> DeserializeSeed<'de> for ListReader<'_, '_, T> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Record> Visitor<'de> for ListReader<'_, '_, T> {
    type Value = bool;

    everything_else_is!(false);

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<bool, A::Error> {
        let is_kept = !matches!(self.place, Place::Member { is_kept: false });
        self.reading.read_entries(list, is_kept).map(|()| true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        // The list with the first key of `LIST_KEYS` counts, wherever it is in the answer.
        let mut found = LIST_KEYS.len();
        loop {
            self.reading.bound.renew();
            let Some(name) = members.next_key::<String>()? else {
                return Ok(found < LIST_KEYS.len());
            };
            let rank = LIST_KEYS.iter().position(|key| *key == name);
            match rank.filter(|_| matches!(self.place, Place::Whole)) {
                Some(rank) => {
                    let place = Place::Member { is_kept: rank <= found };
                    if members.next_value_seed(ListReader { reading: &mut *self.reading, place })? {
                        found = found.min(rank);
                    }
                }
                None => drop(members.next_value::<IgnoredAny>()?),
            }
        }
    }
}

#[cfg(test)]
#[path = "entries_test.rs"]
mod tests;
