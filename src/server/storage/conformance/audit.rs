//! The records of the audit log: read as they were written, and only ever added.

use std::collections::BTreeSet;

use futures::future::join_all;

use super::audit_samples::{completion, intent, on, organisation, resolution};
use super::{Fresh, NOW};
use crate::domain::audit::{AuditFilter, Completion, Count, Entries, Intent, Outcome, Place, Resolution};
use crate::domain::object::ObjectKind;

pub(in crate::server::storage) async fn an_entry_is_read_as_it_was_written(fresh: Fresh) {
    let intent = organisation("Meridian", None);
    let id = fresh.add(&intent).await;
    let (completed_at, completion) = (NOW + time::Duration::SECOND, completion(Outcome::Applied, Some("org-1")));
    fresh.stores.audit.append_completion(id, completed_at, &completion).await.unwrap();
    let entry = fresh.entry(id).await;
    assert_eq!((entry.id, entry.intended_at, &entry.intent), (id, NOW, &intent));
    assert_eq!((entry.completed_at, &entry.completion), (Some(completed_at), &Some(completion)));
    assert_eq!((entry.object_id(), &entry.resolution), (Some("org-1"), &None));
    assert_eq!(fresh.stores.audit.entry(id + 1).await.unwrap(), None);
}

pub(in crate::server::storage) async fn a_null_character_is_kept_as_another_one_in_each_record(fresh: Fresh) {
    let id = fresh.add(&organisation("Meri\0dian", None).with_text("reason", "a\0b")).await;
    let completion = Completion { detail: Some("c\0d".to_owned()), ..completion(Outcome::Unknown, None) };
    fresh.stores.audit.append_completion(id, NOW, &completion).await.unwrap();
    let settled = Resolution { detail: "e\0f".to_owned(), ..resolution(Outcome::Applied) };
    fresh.stores.audit.append_resolution(id, &settled).await.unwrap();
    let kept = format!("{:?}", fresh.entry(id).await);
    for text in ["Meri\u{fffd}dian", "a\u{fffd}b", "c\u{fffd}d", "e\u{fffd}f"] {
        assert!(kept.contains(text), "{text}: {kept}");
    }
}

pub(in crate::server::storage) async fn an_entry_without_a_completion_is_unknown(fresh: Fresh) {
    let id = fresh.add(&organisation("Meridian", Some("org-1"))).await;
    let entry = fresh.entry(id).await;
    assert_eq!((entry.outcome(), entry.completed_at), (Outcome::Unknown, None));
    let filter = AuditFilter { outcome: Some(Outcome::Unknown), ..AuditFilter::default() };
    assert_eq!(fresh.listed(&filter).await, [id]);
}

pub(in crate::server::storage) async fn entries_that_are_added_at_once_have_numbers_of_their_own(fresh: Fresh) {
    let before = fresh.add(&organisation("before", None)).await;
    let intents: Vec<Intent> = (0..20).map(|number| organisation(&number.to_string(), None)).collect();
    let ids = join_all(intents.iter().map(|intent| fresh.add(intent))).await;
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), intents.len());
    assert!(ids.iter().all(|id| *id > before), "{ids:?}");
    for (intent, id) in intents.iter().zip(ids) {
        assert_eq!(&fresh.entry(id).await.intent, intent, "its number is that of its own entry");
    }
}

pub(in crate::server::storage) async fn entries_come_newest_first_in_parts(fresh: Fresh) {
    let (filter, audit) = (AuditFilter::default(), &fresh.stores.audit);
    assert_eq!(audit.list(&filter, Place::Newest, 2).await.unwrap(), Entries::default(), "nothing");
    for number in 0..5 {
        fresh.add(&organisation(&number.to_string(), Some("o"))).await;
    }
    for is_indexed in [false, true] {
        if is_indexed {
            audit.fill_index().await.unwrap();
        }
        let (mut place, mut parts) = (Some(Place::Newest), Vec::new());
        while let Some(next) = place {
            let part = audit.list(&filter, next, 2).await.unwrap();
            assert_eq!(part.count, Count { number: 5, is_least: false });
            assert_eq!((part.newer.is_some(), part.stopped), (!parts.is_empty(), None));
            place = part.older;
            parts.push(part);
        }
        let ids: Vec<Vec<i64>> = parts.iter().map(|part| part.items.iter().map(|entry| entry.id).collect()).collect();
        assert_eq!(ids, [vec![5, 4], vec![3, 2], vec![1]]);
        let back = audit.list(&filter, parts[2].newer.unwrap(), 2).await.unwrap();
        assert_eq!(back, parts[1], "the way back is the same");
        assert_eq!(audit.list(&filter, parts[1].newer.unwrap(), 2).await.unwrap().items, parts[0].items);
        for beyond in [Place::After(5), Place::After(i64::MAX)] {
            assert_eq!(audit.list(&filter, beyond, 2).await.unwrap(), parts[0], "the newest there are");
        }
        for before in [Place::Before(1), Place::Before(i64::MIN)] {
            assert_eq!(audit.list(&filter, before, 2).await.unwrap().items, []);
        }
    }
}

pub(in crate::server::storage) async fn every_part_of_a_filter_narrows(fresh: Fresh) {
    let mut elsewhere = organisation("Elsewhere", Some("org-1"));
    elsewhere.target.connection = Some(on("production"));
    let mut eves = organisation("Eve's", Some("org-2"));
    eves.actor.subject = "eve".to_owned();
    eves.actor.name = "Eve".to_owned();
    eves.actor.email = None;
    let elsewhere = fresh.add(&elsewhere).await;
    let eves = fresh.add(&eves).await;
    let client = fresh.add(&intent("portal", ObjectKind::OAuthClient, Some("c-1"))).await;
    let refused = fresh.add_completed(&organisation("Refused", Some("org-3")), Outcome::Refused, None).await;
    let all = AuditFilter::default;
    for (filter, expected) in [
        (all(), vec![refused, client, eves, elsewhere]),
        (AuditFilter { connection: Some("production".to_owned()), ..all() }, vec![elsewhere]),
        (AuditFilter { kind: Some(ObjectKind::OAuthClient), ..all() }, vec![client]),
        (AuditFilter { object_id: Some("org-1".to_owned()), ..all() }, vec![elsewhere]),
        (AuditFilter { outcome: Some(Outcome::Refused), ..all() }, vec![refused]),
        (AuditFilter { actor: Some("LINDQ".to_owned()), ..all() }, vec![refused, client, elsewhere]),
        (AuditFilter { actor: Some("eve".to_owned()), ..all() }, vec![eves]),
        (AuditFilter { actor: Some("%".to_owned()), ..all() }, vec![]),
    ] {
        assert_eq!(fresh.listed(&filter).await, expected, "{filter:?}");
    }
}

pub(in crate::server::storage) async fn the_history_of_an_organisation_holds_its_creation_and_its_clients(
    fresh: Fresh,
) {
    let created = fresh.add_completed(&organisation("Meridian", None), Outcome::Applied, Some("org-1")).await;
    let client = fresh.add(&intent("portal", ObjectKind::OAuthClient, Some("c-1"))).await;
    fresh.add(&organisation("Other", Some("org-2"))).await;
    let mut filter = AuditFilter { object_id: Some("org-1".to_owned()), ..AuditFilter::default() };
    assert_eq!(fresh.listed(&filter).await, [created]);
    filter.with_clients = true;
    assert_eq!(fresh.listed(&filter).await, [client, created]);
}

pub(in crate::server::storage) async fn a_second_completion_takes_nothing_from_the_first(fresh: Fresh) {
    let id = fresh.add_completed(&organisation("Meridian", Some("o")), Outcome::Applied, None).await;
    let later = NOW + time::Duration::HOUR;
    fresh.stores.audit.append_completion(id, later, &completion(Outcome::Refused, None)).await.unwrap();
    let entry = fresh.entry(id).await;
    assert_eq!((entry.outcome(), entry.completed_at), (Outcome::Applied, Some(NOW)));
}

pub(in crate::server::storage) async fn a_resolution_is_added_once_and_never_against_what_is_known(fresh: Fresh) {
    let audit = &fresh.stores.audit;
    let open = fresh.add(&organisation("Open", None)).await;
    let lost = fresh.add_completed(&organisation("Lost", None), Outcome::Unknown, None).await;
    let known = fresh.add_completed(&organisation("Known", None), Outcome::Refused, None).await;
    for id in [open, lost, known] {
        audit.append_resolution(id, &resolution(Outcome::Applied)).await.unwrap();
        audit.append_resolution(id, &resolution(Outcome::NotApplied)).await.unwrap();
    }
    for (id, outcome) in [(open, Outcome::Applied), (lost, Outcome::Applied), (known, Outcome::Refused)] {
        assert_eq!(fresh.entry(id).await.outcome(), outcome);
    }
    let entry = fresh.entry(lost).await;
    assert_eq!(entry.completion.unwrap().outcome, Outcome::Unknown, "what was written stands");
    assert_eq!(entry.resolution, Some(resolution(Outcome::Applied)));
    let of_object = AuditFilter { object_id: Some("org-1".to_owned()), ..AuditFilter::default() };
    assert_eq!(fresh.listed(&of_object).await, [lost, open], "the history of the object holds its creation");
}
