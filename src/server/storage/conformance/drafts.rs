//! Drafts: each belongs to a person, for a day.

use std::time::Duration;

use super::Fresh;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::form::FormValues;
use crate::domain::object::ObjectKind;
use crate::domain::review::{Draft, FormTarget};
use crate::server::clock::Clock as _;

fn target(object_id: Option<&str>) -> FormTarget {
    FormTarget {
        connection: "sandbox".to_owned(),
        kind: ObjectKind::Organisation,
        object_id: object_id.map(str::to_owned),
        organisation_id: None,
    }
}

pub(in crate::server::storage) fn draft(id: &str, object_id: Option<&str>, name: &str) -> Draft {
    let fields: FieldValues = [("name".to_owned(), FieldValue::Text(name.to_owned()))].into_iter().collect();
    Draft::new(
        target(object_id),
        id.to_owned(),
        FieldValues::default(),
        FormValues::of(ObjectKind::Organisation, &fields),
    )
}

pub(in crate::server::storage) async fn a_draft_is_its_persons_and_the_last_one_kept_under_an_id_counts(fresh: Fresh) {
    let drafts = &fresh.stores.drafts;
    drafts.keep("ada", &draft("d-1", None, "first")).await.unwrap();
    drafts.keep("eve", &draft("d-1", None, "hers")).await.unwrap();
    drafts.keep("ada", &draft("d-1", None, "second")).await.unwrap();
    assert_eq!(drafts.find("ada", "d-1").await.unwrap(), Some(draft("d-1", None, "second")));
    assert_eq!(drafts.find("ada", "d-2").await.unwrap(), None);
    assert_eq!(drafts.list("ada").await.unwrap().len(), 1);
    drafts.discard("ada", "d-1").await.unwrap();
    assert_eq!(drafts.find("ada", "d-1").await.unwrap(), None);
    assert_eq!(drafts.find("eve", "d-1").await.unwrap(), Some(draft("d-1", None, "hers")));
}

pub(in crate::server::storage) async fn a_draft_that_was_edited_while_it_was_saved_stays(fresh: Fresh) {
    let drafts = &fresh.stores.drafts;
    let saved = draft("d-1", None, "saved");
    for subject in ["ada", "eve"] {
        drafts.keep(subject, &saved).await.unwrap();
    }
    // What a page was told about it is no edit.
    drafts.keep("eve", &Draft { reviewed: Some(FieldValues::default()), ..saved.clone() }).await.unwrap();
    drafts.keep("ada", &draft("d-1", None, "edited")).await.unwrap();
    for subject in ["ada", "eve"] {
        drafts.discard_saved(subject, &saved).await.unwrap();
    }
    assert_eq!(drafts.find("ada", "d-1").await.unwrap(), Some(draft("d-1", None, "edited")));
    assert_eq!(drafts.find("eve", "d-1").await.unwrap(), None);
    drafts.discard_saved("eve", &saved).await.unwrap();
}

pub(in crate::server::storage) async fn the_newest_draft_of_a_form_is_found_and_those_of_other_forms_are_not(
    fresh: Fresh,
) {
    let drafts = &fresh.stores.drafts;
    for (id, object_id) in [("old", Some("o-1")), ("new", Some("o-1")), ("other", Some("o-2")), ("create", None)] {
        drafts.keep("ada", &draft(id, object_id, id)).await.unwrap();
        fresh.pass(Duration::from_secs(1));
    }
    let newest = async |subject, about| drafts.newest(subject, &about).await.unwrap().map(|kept| kept.draft.id);
    assert_eq!(newest("ada", target(Some("o-1"))).await.as_deref(), Some("new"));
    assert_eq!(newest("ada", target(None)).await.as_deref(), Some("create"));
    assert_eq!(newest("ada", target(Some("o-3"))).await, None);
    assert_eq!(newest("eve", target(Some("o-1"))).await, None);
    assert_eq!(newest("ada", FormTarget { connection: "production".to_owned(), ..target(None) }).await, None);
    let listed: Vec<_> = drafts.list("ada").await.unwrap().into_iter().map(|kept| kept.draft.id).collect();
    assert_eq!(listed, ["create", "other", "new", "old"]);
}

pub(in crate::server::storage) async fn a_person_keeps_fifty_drafts_and_takes_none_from_others(fresh: Fresh) {
    let drafts = &fresh.stores.drafts;
    drafts.keep("eve", &draft("hers", None, "hers")).await.unwrap();
    for number in 0..55 {
        drafts.keep("ada", &draft(&number.to_string(), None, "mine")).await.unwrap();
        fresh.pass(Duration::from_secs(1));
    }
    let listed = drafts.list("ada").await.unwrap();
    assert_eq!((listed.len(), listed[49].draft.id.as_str()), (50, "5"));
    assert_eq!(drafts.list("eve").await.unwrap().len(), 1);
}

pub(in crate::server::storage) async fn a_draft_that_is_older_than_a_day_is_gone(fresh: Fresh) {
    let drafts = &fresh.stores.drafts;
    drafts.keep("ada", &draft("old", None, "x")).await.unwrap();
    fresh.pass(Duration::from_hours(12));
    drafts.keep("ada", &draft("young", Some("o-1"), "x")).await.unwrap();
    let kept_at = fresh.clock.now();
    fresh.pass(Duration::from_hours(12));
    for is_removed in [false, true] {
        assert_eq!(drafts.find("ada", "old").await.unwrap(), None, "{is_removed}");
        assert_eq!(drafts.newest("ada", &target(None)).await.unwrap(), None);
        let listed = drafts.list("ada").await.unwrap();
        assert_eq!((listed.len(), listed[0].kept_at, listed[0].draft.id.as_str()), (1, kept_at, "young"));
        drafts.remove_old().await.unwrap();
    }
}
