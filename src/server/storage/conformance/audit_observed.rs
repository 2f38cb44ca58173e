//! Changes made elsewhere: open until they are accepted or reverted.

use super::audit_samples::{completion, intent, on, organisation, resolution};
use super::{Fresh, NOW};
use crate::domain::audit::{Action, AuditFilter, AuditedKind, Intent, Observation, Outcome, Sighting};
use crate::domain::object::ObjectKind;
use crate::server::storage::OpenObservations;

fn observed(intent: Intent) -> Intent {
    let observation = Some(Observation { last_seen: Some(NOW), sighting: Sighting::Changed });
    Intent { action: Action::Observed, observation, ..intent }
}

fn answering(action: Action, intent: Intent, answers: i64) -> Intent {
    Intent { action, answers: Some(answers), ..intent }
}

fn meridian() -> Intent {
    organisation("Meridian", Some("org-1"))
}

impl Fresh {
    /// Adds entries that are complete; the number of the last one.
    async fn add_complete(&self, entries: &[Intent]) -> i64 {
        self.stores.audit.append_complete(entries, NOW).await.unwrap();
        self.listed(&AuditFilter::default()).await[0]
    }

    /// The numbers of what is open, the newest first, after checking that they are counted.
    async fn open(&self, sought: OpenObservations) -> Vec<i64> {
        let sought = OpenObservations { connection: "sandbox".to_owned(), ..sought };
        let (entries, count) = self.stores.audit.open(&sought, 10).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), entries.len());
        let (first, all) = self.stores.audit.open(&sought, 1).await.unwrap();
        assert_eq!((first.len(), all), (entries.len().min(1), count), "a limit does not change the count");
        entries.iter().map(|entry| entry.id).collect()
    }

    async fn all_open(&self) -> Vec<i64> {
        self.open(OpenObservations::default()).await
    }

    /// The number of the entry that answered another.
    async fn answer(&self, id: i64) -> Option<i64> {
        let answer = self.stores.audit.answer(&self.entry(id).await).await.unwrap();
        answer.map(|entry| entry.id)
    }
}

pub(in crate::server::storage) async fn what_is_complete_when_it_is_written_is_applied_and_never_unknown(fresh: Fresh) {
    let entry = observed(meridian());
    let id = fresh.add_complete(std::slice::from_ref(&entry)).await;
    let read = fresh.entry(id).await;
    assert_eq!((&read.intent, read.outcome(), read.intended_at), (&entry, Outcome::Applied, NOW));
    assert!(fresh.stores.audit.unknown(0, 10).await.unwrap().is_empty());
    let later = NOW + time::Duration::HOUR;
    assert_eq!(fresh.stores.audit.count_unknown(later).await.unwrap(), 0);
    fresh.stores.audit.append_complete(&[], NOW).await.unwrap();
    let applied = AuditFilter { outcome: Some(Outcome::Applied), ..AuditFilter::default() };
    assert_eq!(fresh.listed(&applied).await, [id]);
}

pub(in crate::server::storage) async fn what_was_observed_is_open_until_it_is_accepted(fresh: Fresh) {
    let first = fresh.add_complete(&[observed(meridian())]).await;
    let second = fresh.add_complete(&[observed(meridian())]).await;
    assert_eq!((fresh.all_open().await, fresh.answer(first).await), (vec![second, first], None));
    let accepted = fresh.add_complete(&[answering(Action::Accept, meridian(), second)]).await;
    assert!(fresh.all_open().await.is_empty());
    assert_eq!((fresh.answer(first).await, fresh.answer(second).await), (Some(accepted), Some(accepted)));
    fresh.add_complete(&[answering(Action::Accept, meridian(), second)]).await;
    assert_eq!(fresh.answer(second).await, Some(accepted), "the first answer counts");
}

pub(in crate::server::storage) async fn what_was_observed_is_open_until_a_change_that_answers_it_is_applied(
    fresh: Fresh,
) {
    let seen = fresh.add_complete(&[observed(meridian())]).await;
    fresh.add_completed(&meridian(), Outcome::Applied, None).await;
    fresh.add_completed(&answering(Action::Update, meridian(), seen), Outcome::Refused, None).await;
    let reverting = fresh.add(&answering(Action::Update, meridian(), seen)).await;
    assert_eq!((fresh.all_open().await, fresh.answer(seen).await), (vec![seen], None), "nothing has reverted it");
    fresh.stores.audit.append_completion(reverting, NOW, &completion(Outcome::Applied, None)).await.unwrap();
    assert_eq!((fresh.all_open().await, fresh.answer(seen).await), (vec![], Some(reverting)));
}

pub(in crate::server::storage) async fn a_change_that_is_found_to_be_applied_answers_what_was_observed(fresh: Fresh) {
    let seen = fresh.add_complete(&[observed(meridian())]).await;
    let lost = fresh.add_completed(&answering(Action::Update, meridian(), seen), Outcome::Unknown, None).await;
    assert_eq!(fresh.all_open().await, [seen]);
    fresh.stores.audit.append_resolution(lost, &resolution(Outcome::Applied)).await.unwrap();
    assert_eq!((fresh.all_open().await, fresh.answer(seen).await), (vec![], Some(lost)));
}

pub(in crate::server::storage) async fn an_answer_leaves_what_was_observed_later_and_on_other_objects_open(
    fresh: Fresh,
) {
    let mut elsewhere = observed(meridian());
    elsewhere.target.connection = Some(on("production"));
    let client = observed(intent("portal", ObjectKind::OAuthClient, Some("org-1")));
    let other = observed(organisation("Other", Some("org-2")));
    let first = fresh.add_complete(&[elsewhere, client, other, observed(meridian())]).await;
    let later = fresh.add_complete(&[observed(meridian())]).await;
    fresh.add_complete(&[answering(Action::Accept, meridian(), first)]).await;
    assert_eq!(fresh.all_open().await, [later, first - 1, first - 2]);
    let production = OpenObservations { connection: "production".to_owned(), ..OpenObservations::default() };
    assert_eq!(fresh.stores.audit.open(&production, 10).await.unwrap().1, 1);
    assert_eq!((fresh.answer(later).await, fresh.answer(first - 1).await), (None, None));
}

pub(in crate::server::storage) async fn open_changes_are_found_by_object_and_by_place(fresh: Fresh) {
    let mut whole = observed(meridian());
    whole.target.kind = AuditedKind::Connection;
    let first = observed(meridian());
    let client = observed(intent("portal", ObjectKind::OAuthClient, Some("c-1")));
    let id = fresh.add_complete(&[first, client, observed(organisation("Other", Some("org-2"))), whole]).await;
    let (org_1, portal, other) = (id - 3, id - 2, id - 1);
    let all = OpenObservations::default;
    let of = |kind: ObjectKind, id: &str| Some((AuditedKind::Object(kind), id.to_owned()));
    let within = |ids: &[&str]| Some(ids.iter().map(|&id| id.to_owned()).collect());
    for (sought, expected) in [
        (all(), vec![id, other, portal, org_1]),
        (OpenObservations { object: of(ObjectKind::Organisation, "org-1"), ..all() }, vec![org_1]),
        (OpenObservations { object: of(ObjectKind::OAuthClient, "c-1"), ..all() }, vec![portal]),
        (OpenObservations { until: Some(portal), ..all() }, vec![portal, org_1]),
        // The client is of org-1. What concerns the whole connection is in no organisation.
        (OpenObservations { within: within(&["org-1"]), ..all() }, vec![portal, org_1]),
        (OpenObservations { within: within(&["org-2", "org-3"]), ..all() }, vec![other]),
        (OpenObservations { within: within(&[]), ..all() }, vec![]),
    ] {
        assert_eq!(fresh.open(sought.clone()).await, expected, "{sought:?}");
    }
}

pub(in crate::server::storage) async fn a_filter_lets_observed_and_open_entries_through(fresh: Fresh) {
    fresh.add(&meridian()).await;
    let first = fresh.add_complete(&[observed(meridian())]).await;
    let accepted = fresh.add_complete(&[answering(Action::Accept, meridian(), first)]).await;
    let second = fresh.add_complete(&[observed(meridian())]).await;
    let with = |action| AuditFilter { action: Some(action), ..AuditFilter::default() };
    assert_eq!(fresh.listed(&with(Action::Observed)).await, [second, first]);
    assert_eq!(fresh.listed(&with(Action::Accept)).await, [accepted]);
    assert_eq!(fresh.listed(&AuditFilter { is_open: true, ..AuditFilter::default() }).await, [second]);
}

pub(in crate::server::storage) async fn what_was_observed_supersedes_an_earlier_entry_and_an_acceptance_does_not(
    fresh: Fresh,
) {
    let id = fresh.add(&meridian()).await;
    let is_superseded = async || fresh.stores.audit.is_superseded(&fresh.entry(id).await).await.unwrap();
    fresh.add_complete(&[answering(Action::Accept, meridian(), id)]).await;
    assert!(!is_superseded().await);
    fresh.add_complete(&[observed(meridian())]).await;
    assert!(is_superseded().await, "the object as it is now says nothing of the earlier change");
}
