//! Snapshots: what is written is read again, and what is damaged is refused.

use std::io::Read;

use proptest::collection::vec;
use proptest::prelude::*;

use super::samples::{any_client, any_lists, any_organisations, build, said};
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::server::index::objects::{ChangedAt, ObjectChanges, Objects, PatchedObject, SnapshotError};
use crate::server::index::source::Source;

const HEADER: usize = 8;

fn written(objects: &Objects) -> Vec<u8> {
    let mut bytes = Vec::new();
    objects.write(&mut bytes).unwrap();
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

fn any_objects() -> impl Strategy<Value = Objects> {
    let patched = vec(any_client().prop_map(PatchedObject::Client), 0..3);
    (any_organisations(), any_lists(), patched).prop_map(|(organisations, lists, patched)| {
        let objects = build(&organisations, &lists);
        let changed_at = organisations.iter().take(2).map(|organisation| ChangedAt {
            kind: ObjectKind::Organisation,
            id: organisation.id.clone(),
            at: 1_700_000_000,
        });
        let changed_at = changed_at.collect();
        let objects = objects.rebuilt(ObjectChanges { patched, changed_at, ..ObjectChanges::default() });
        objects.record_list_read(0, 1_800_000_000);
        objects
    })
}

/// Reads all that can be read, and asks for it in every way.
fn read_everything(objects: &Objects) {
    let _ = (said(objects), objects.packed_organisations(), objects.heap_size());
    for kind in ObjectKind::ALL {
        for document in 0..objects.count(kind) {
            assert_eq!(objects.find(kind, &objects.id(kind, document)), Some(document));
            for facet in Facet::ALL {
                let _ = objects.values(kind, document, facet).count();
            }
            let _ = (objects.name(kind, document), objects.return_urls(document).count());
            let _ = (objects.ancestors(document), objects.packed_clients(document));
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(objects in any_objects()) {
        let read = Objects::read(written(&objects).as_slice()).unwrap();
        prop_assert_eq!(said(&read), said(&objects));
        read_everything(&read);
    }

    #[test]
    fn what_is_cut_or_damaged_on_the_way_is_refused(
        objects in any_objects(),
        place in any::<prop::sample::Index>(),
        bits in 1..=u8::MAX,
    ) {
        let whole = written(&objects);
        let place = place.index(whole.len());
        prop_assert!(Objects::read(&whole[..place]).is_err());
        let mut damaged = whole;
        damaged[place] ^= bits;
        if let Ok(read) = Objects::read(damaged.as_slice()) {
            // Some bits of a frame say nothing of what is in it.
            prop_assert_eq!(said(&read), said(&objects));
        }
    }

    #[test]
    fn a_snapshot_that_was_made_to_deceive_is_refused_or_harmless(
        objects in any_objects(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let whole = written(&objects);
        let mut body = decompressed(&whole);
        for (place, byte) in changes {
            let place = place.index(body.len());
            body[place] = byte;
        }
        if let Ok(read) = Objects::read(compressed(&whole, &body).as_slice()) {
            read_everything(&read);
            let rebuilt = read.rebuilt(ObjectChanges {
                organisations: Some(std::sync::Arc::new(read.packed_organisations())),
                ..ObjectChanges::default()
            });
            read_everything(&rebuilt);
        }
    }
}

#[test]
fn a_length_without_anything_behind_it_takes_no_memory() {
    let whole = written(&Objects::default());
    let body = u64::MAX.to_le_bytes();
    assert!(matches!(Objects::read(compressed(&whole, &body).as_slice()), Err(SnapshotError::Unreadable(_))));
}

#[test]
fn another_version_and_what_follows_the_end_are_refused() {
    let mut other = written(&Objects::default());
    other[HEADER - 1] += 1;
    assert!(matches!(Objects::read(other.as_slice()), Err(SnapshotError::OtherVersion)));
    let whole = written(&Objects::default());
    let mut body = decompressed(&whole);
    body.push(0);
    assert!(matches!(Objects::read(compressed(&whole, &body).as_slice()), Err(SnapshotError::Damaged)));
    assert!(Objects::read(std::io::empty()).is_err());
}

proptest! {
    #[test]
    fn no_secret_and_no_unknown_field_is_in_a_snapshot(mut organisations in any_organisations(), lists in any_lists()) {
        let canary = || Some(crate::domain::field::FieldValue::Text("canary".to_owned()));
        for organisation in &mut organisations {
            organisation.fields.set("secret", canary());
        }
        let body = decompressed(&written(&build(&organisations, &lists)));
        let mut text = String::new();
        let _ = String::from_utf8_lossy(&body).as_bytes().read_to_string(&mut text);
        prop_assert!(!text.contains("canary"));
    }
}
