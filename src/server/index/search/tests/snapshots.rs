//! Snapshots: what is written answers as before when it is read again, and what is damaged is refused.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::UNJUDGED;
use super::data::{Data, NOW, data, question};
use super::memory_source::MemorySource;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::sort::{Column, Sort};
use crate::server::index::objects::SnapshotError;
use crate::server::index::search::{Counted, Patch, Question, Scope, SearchIndex};

const HEADER: usize = 8;

fn written(index: &SearchIndex) -> Vec<u8> {
    let mut bytes = Vec::new();
    index.write(&mut bytes).unwrap();
    bytes
}

fn decompressed(snapshot: &[u8]) -> Vec<u8> {
    zstd::stream::decode_all(&snapshot[HEADER..]).unwrap()
}

fn compressed(snapshot: &[u8], body: &[u8]) -> Vec<u8> {
    let mut bytes = snapshot[..HEADER].to_vec();
    bytes.extend(zstd::stream::encode_all(body, 1).unwrap());
    bytes
}

/// Asks in every way. Panics when something is found that does not exist.
fn ask_everything(index: &SearchIndex, source: &MemorySource, (kind, query, scope): &(ObjectKind, ObjectQuery, Scope)) {
    for column in Column::ALL {
        for is_descending in [false, true] {
            let query = query.clone().sorted(Some(Sort { column, is_descending }));
            let question = Question { kind: *kind, query: &query, scope, now: NOW, readiness: &UNJUDGED };
            let hits = index.query(source, &Patch::default(), &question, Counted::Yes);
            assert!(hits.rows.iter().all(|hit| super::hostile::exists(source, &Patch::default(), *kind, *hit)));
            index.batch(source, &Patch::default(), &question, None);
        }
    }
    assert!(index.heap_size() > 0);
}

proptest! {
    #[test]
    fn what_is_read_again_answers_every_question_as_before(
        data in data(), (kind, query, scope) in question(), rows in 1..12_usize,
    ) {
        let source = data.source();
        let patch = data.patch(&source);
        let index = SearchIndex::build(&source);
        let read = SearchIndex::read(&written(&index), &source).unwrap();
        let question = Question { kind, query: &query, scope: &scope, now: NOW, readiness: &UNJUDGED };
        let answer = |index: &SearchIndex| index.page(&source, &patch, &question, Counted::Yes, rows);
        prop_assert_eq!(answer(&read), answer(&index));
        let batch = |index: &SearchIndex| index.batch(&source, &patch, &question, None);
        prop_assert_eq!(batch(&read), batch(&index));
        prop_assert_eq!(written(&read), written(&index));
    }

    #[test]
    fn what_is_cut_or_damaged_on_the_way_is_refused(data in data(), place: Index, bits in 1..=u8::MAX) {
        let source = data.source();
        let whole = written(&SearchIndex::build(&source));
        let place = place.index(whole.len());
        prop_assert!(SearchIndex::read(&whole[..place], &source).is_err());
        let mut damaged = whole.clone();
        damaged[place] ^= bits;
        if let Ok(read) = SearchIndex::read(&damaged, &source) {
            // Some bits of a frame say nothing of what is in it.
            prop_assert_eq!(written(&read), whole);
        }
    }

    #[test]
    fn a_snapshot_that_was_made_to_deceive_is_refused_or_harmless(
        data in data(), asked in question(), changes in vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let source = data.source();
        let whole = written(&SearchIndex::build(&source));
        let mut body = decompressed(&whole);
        for (place, byte) in changes {
            let place = place.index(body.len());
            body[place] = byte;
        }
        if let Ok(read) = SearchIndex::read(&compressed(&whole, &body), &source) {
            ask_everything(&read, &source, &asked);
        }
    }

    #[test]
    fn the_snapshot_of_another_source_is_refused(data in data(), other in data()) {
        let (source, other) = (data.source(), other.source());
        let whole = written(&SearchIndex::build(&source));
        let are_same = written(&SearchIndex::build(&other)) == whole;
        prop_assert_eq!(SearchIndex::read(&whole, &other).is_ok(), are_same);
    }
}

#[test]
fn a_length_without_anything_behind_it_takes_no_memory() {
    let source = MemorySource::default();
    let whole = written(&SearchIndex::build(&source));
    let mut body = decompressed(&whole);
    // The fingerprint and the two counts.
    body.truncate(3 * size_of::<u64>());
    body.extend(u64::MAX.to_le_bytes());
    let read = SearchIndex::read(&compressed(&whole, &body), &source);
    assert!(matches!(read, Err(SnapshotError::Unreadable(_))), "{read:?}");
}

#[test]
fn another_version_and_what_follows_the_end_are_refused() {
    let source = MemorySource::default();
    let whole = written(&SearchIndex::build(&source));
    let mut other = whole.clone();
    other[HEADER - 1] += 1;
    assert!(matches!(SearchIndex::read(&other, &source), Err(SnapshotError::OtherVersion)));
    let mut body = decompressed(&whole);
    body.push(0);
    assert!(matches!(SearchIndex::read(&compressed(&whole, &body), &source), Err(SnapshotError::Damaged)));
    assert!(SearchIndex::read(&[], &source).is_err());
}

#[test]
fn the_snapshot_of_a_source_that_has_changed_in_one_value_is_refused() {
    let mut data = Data::of_clients(3);
    let whole = written(&SearchIndex::build(&data.source()));
    assert!(SearchIndex::read(&whole, &data.source()).is_ok());
    data.clients[1].scopes.push("openid");
    assert!(matches!(SearchIndex::read(&whole, &data.source()), Err(SnapshotError::Damaged)));
}
