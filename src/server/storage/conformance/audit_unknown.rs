//! Outcomes that are not known, and what the records say of an object.

use super::audit_samples::{on, organisation, resolution};
use super::{Fresh, NOW};
use crate::domain::audit::{Action, Intent, Outcome};

pub(in crate::server::storage) async fn unknown_outcomes_come_oldest_first_after_a_number(fresh: Fresh) {
    let open = fresh.add(&organisation("Open", None)).await;
    fresh.add_completed(&organisation("Known", None), Outcome::Refused, None).await;
    let lost = fresh.add_completed(&organisation("Lost", None), Outcome::Unknown, None).await;
    let newest = fresh.add(&organisation("Newest", None)).await;
    let unknown = async |after, limit| {
        let entries = fresh.stores.audit.unknown(after, limit).await.unwrap();
        entries.iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    assert_eq!(unknown(0, 10).await, [open, lost, newest]);
    assert_eq!(unknown(0, 2).await, [open, lost]);
    assert_eq!(unknown(open, 10).await, [lost, newest]);
    fresh.stores.audit.append_resolution(lost, &resolution(Outcome::Applied)).await.unwrap();
    assert_eq!(unknown(0, 10).await, [open, newest]);
}

pub(in crate::server::storage) async fn an_outcome_is_waited_for_unless_the_action_has_it_when_it_is_written(
    fresh: Fresh,
) {
    let mut waited_for = Vec::new();
    for action in Action::ALL {
        let id = fresh.add(&Intent { action, ..organisation("Meridian", None) }).await;
        if !action.is_complete_when_written() {
            waited_for.push(id);
        }
    }
    let unknown = fresh.stores.audit.unknown(0, 100).await.unwrap();
    assert_eq!(unknown.iter().map(|entry| entry.id).collect::<Vec<_>>(), waited_for);
}

pub(in crate::server::storage) async fn unknown_outcomes_are_counted_until_a_time(fresh: Fresh) {
    let second = time::Duration::SECOND;
    let early = fresh.add_at(&organisation("Early", None), NOW - second).await;
    fresh.add_at(&organisation("Late", None), NOW + second).await;
    fresh.add_completed(&organisation("Known", None), Outcome::Applied, None).await;
    // It stays unknown for ever, and nothing is changed by it.
    let message = Intent { action: Action::SendMessage, ..organisation("Message", None) };
    fresh.add_completed(&message, Outcome::Unknown, None).await;
    let count = async |until| fresh.stores.audit.count_unknown(until).await.unwrap();
    assert_eq!((count(NOW).await, count(NOW + second * 2).await), (1, 2));
    assert_eq!(count(NOW - second).await, 0, "what began at that time did not begin before it");
    fresh.stores.audit.append_resolution(early, &resolution(Outcome::NotApplied)).await.unwrap();
    assert_eq!(count(NOW).await, 0);
}

pub(in crate::server::storage) async fn an_entry_is_superseded_by_a_later_one_that_may_have_changed_the_object(
    fresh: Fresh,
) {
    let id = fresh.add(&organisation("Meridian", Some("org-1"))).await;
    let is_superseded = async || fresh.stores.audit.is_superseded(&fresh.entry(id).await).await.unwrap();
    let mut elsewhere = organisation("Meridian", Some("org-1"));
    elsewhere.target.connection = Some(on("production"));
    fresh.add(&elsewhere).await;
    fresh.add(&organisation("Other", Some("org-2"))).await;
    fresh.add_completed(&organisation("Meridian", Some("org-1")), Outcome::Refused, None).await;
    assert!(!is_superseded().await, "none of these can have changed it");
    fresh.add(&organisation("Meridian", Some("org-1"))).await;
    assert!(is_superseded().await);
}

pub(in crate::server::storage) async fn an_object_has_another_origin_where_an_earlier_entry_or_another_creation_speaks_of_it(
    fresh: Fresh,
) {
    let earlier = fresh.add(&organisation("Earlier", Some("org-1"))).await;
    let id = fresh.add(&organisation("Meridian", None)).await;
    let later = fresh.add(&organisation("Later", Some("org-2"))).await;
    fresh.add_completed(&organisation("Another", None), Outcome::Applied, Some("org-3")).await;
    let found = fresh.add(&organisation("Found", None)).await;
    let has =
        async |object: &str, id| fresh.stores.audit.has_other_origin(&fresh.entry(id).await, object).await.unwrap();
    assert!(has("org-1", id).await, "an earlier entry speaks of it");
    assert!(!has("org-1", earlier).await, "an entry is not another than itself");
    assert!(!has("org-2", id).await, "a later update is no origin");
    assert!(has("org-2", later + 1).await);
    assert!(has("org-3", id).await, "another creation made it");
    let mut elsewhere = fresh.entry(id).await;
    elsewhere.intent.target.connection = Some(on("production"));
    assert!(!fresh.stores.audit.has_other_origin(&elsewhere, "org-1").await.unwrap());
    // `resolution` says that this one created org-1.
    fresh.stores.audit.append_resolution(found, &resolution(Outcome::Applied)).await.unwrap();
    assert!(has("org-1", earlier).await, "another creation was found to have made it");
}

pub(in crate::server::storage) async fn a_later_update_may_be_about_an_object_of_the_same_name(fresh: Fresh) {
    let id = fresh.add(&organisation("Meridian", None)).await;
    let is_named = async || fresh.stores.audit.is_named_later(&fresh.entry(id).await).await.unwrap();
    fresh.add(&organisation("Meridian", None)).await;
    fresh.add(&organisation("Other", Some("org-1"))).await;
    assert!(!is_named().await, "a creation is no update, and another name is another");
    let update = organisation("Meridian", Some("org-1"));
    assert_eq!(update.action, Action::Update);
    fresh.add(&update).await;
    assert!(is_named().await);
}
