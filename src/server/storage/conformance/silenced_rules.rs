//! What the log alone says of readiness: which rules are silenced, and which clients were taken into production.

use super::audit_samples::{completion, organisation};
use super::{Fresh, NOW};
use crate::domain::audit::{Action, Intent, Outcome, REASON, RULE, Resolution, Target};
use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;

/// An entry that silences a rule for an object, or stops that.
fn about(id: &str, rule: &str, reason: Option<&str>) -> Intent {
    let action = if reason.is_some() { Action::RuleSilenced } else { Action::RuleUnsilenced };
    let intent = Intent { action, changes: Vec::new(), ..organisation("Meridian", Some(id)) }.with_text(RULE, rule);
    match reason {
        Some(reason) => intent.with_text(REASON, reason),
        None => intent,
    }
}

impl Fresh {
    /// What is silenced on a connection, or for one object of it, as `object rule: reason`.
    async fn silenced(&self, connection: &str, object: Option<&str>) -> Vec<String> {
        let object = object.map(|id| (ObjectKind::Organisation, id));
        let silenced = self.stores.audit.silenced_rules(connection, object).await.unwrap();
        silenced.iter().map(|one| format!("{} {}: {}", one.object_id, one.rule, one.reason)).collect()
    }
}

pub(in crate::server::storage) async fn a_rule_is_silenced_as_the_last_entry_about_it_says(fresh: Fresh) {
    assert!(fresh.silenced("sandbox", None).await.is_empty());
    let entries = [
        about("b", "name_twin", Some("they are meant")),
        about("a", "no_algorithm", Some("\"quoted\" \\ é")),
        about("a", "name_twin", Some("first")),
        about("a", "name_twin", Some("second")),
        about("b", "no_algorithm", None),
    ];
    fresh.stores.audit.append_complete(&entries, NOW).await.unwrap();
    let all = ["a name_twin: second", "a no_algorithm: \"quoted\" \\ é", "b name_twin: they are meant"];
    assert_eq!(fresh.silenced("sandbox", None).await, all);
    assert_eq!(fresh.silenced("sandbox", Some("a")).await, all[..2]);
    assert!(fresh.silenced("production", None).await.is_empty());
    let silenced = fresh.stores.audit.silenced_rules("sandbox", Some((ObjectKind::Organisation, "b"))).await.unwrap();
    let entry = fresh.entry(silenced[0].entry.unwrap()).await;
    assert_eq!((entry.intent.target.id.as_deref(), silenced[0].silenced_at), (Some("b"), NOW));
    assert!(
        fresh.stores.audit.silenced_rules("sandbox", Some((ObjectKind::OAuthClient, "b"))).await.unwrap().is_empty()
    );

    fresh.stores.audit.append_complete(&[about("a", "name_twin", None)], NOW).await.unwrap();
    assert_eq!(fresh.silenced("sandbox", None).await, all[1..]);
    assert!(fresh.stores.audit.unknown(0, 10).await.unwrap().is_empty(), "nothing is sent for them");
}

/// What a change does to a client: turns production on alone or with something else, or changes something else.
fn change(id: &str, action: Action, fields: &[&str]) -> Intent {
    let changes = fields.iter().map(|field| FieldChange {
        field: (*field).to_owned(),
        before: Some(FieldValue::Flag(false)),
        after: Some(FieldValue::Flag(true)),
    });
    let of_organisation = organisation("Meridian", Some(id));
    let target = Target { kind: ObjectKind::OAuthClient.into(), ..of_organisation.target.clone() };
    Intent { action, changes: changes.collect(), target, ..of_organisation }
}

pub(in crate::server::storage) async fn a_client_is_unchanged_from_its_promotion_until_something_of_note_is_changed(
    fresh: Fresh,
) {
    let (on, alone): (&[&str], &[&str]) = (&["is_production"], &["is_production", "name", "enabled"]);
    let applied: &[(&str, &[&[&str]])] = &[
        ("promoted", &[on]),
        ("renamed", &[&["return_urls"], alone, &["name"]]),
        ("with more", &[&["is_production", "return_urls"]]),
        ("changed", &[on, &["return_urls"]]),
        ("changed and promoted", &[on, &["return_urls"], on]),
        ("other", &[&["return_urls"]]),
    ];
    let audit = &fresh.stores.audit;
    for (id, changes) in applied {
        for fields in *changes {
            let entry = audit.append_intent(&change(id, Action::Update, fields), NOW).await.unwrap();
            audit.append_completion(entry, NOW, &completion(Outcome::Applied, None)).await.unwrap();
        }
    }
    for (id, outcome) in [("refused", Outcome::Refused), ("lost", Outcome::Unknown)] {
        let entry = audit.append_intent(&change(id, Action::Update, on), NOW).await.unwrap();
        audit.append_completion(entry, NOW, &completion(outcome, None)).await.unwrap();
    }
    let found = audit.append_intent(&change("found out", Action::Update, on), NOW).await.unwrap();
    let resolution = Resolution {
        resolved_at: NOW,
        outcome: Outcome::Applied,
        object_id: None,
        detail: "It has the values.".to_owned(),
    };
    audit.append_resolution(found, &resolution).await.unwrap();
    // Outcomes that are known after that of a later change.
    for id in ["found out late", "completed late"] {
        let promoted = audit.append_intent(&change(id, Action::Update, on), NOW).await.unwrap();
        if id == "found out late" {
            let later = audit.append_intent(&change(id, Action::Update, &["return_urls"]), NOW).await.unwrap();
            audit.append_completion(later, NOW, &completion(Outcome::Applied, None)).await.unwrap();
            audit.append_resolution(promoted, &resolution).await.unwrap();
        } else {
            audit.append_complete(&[change(id, Action::Observed, &["return_urls"])], NOW).await.unwrap();
            audit.append_completion(promoted, NOW, &completion(Outcome::Applied, None)).await.unwrap();
        }
    }
    let observed = [
        change("observed", Action::Observed, on),
        change("observed and changed", Action::Observed, on),
        change("observed and changed", Action::Observed, &["return_urls"]),
    ];
    audit.append_complete(&observed, NOW).await.unwrap();
    let organisation =
        Intent { changes: observed[0].changes.clone(), ..organisation("Meridian", Some("organisation")) };
    let entry = audit.append_intent(&organisation, NOW).await.unwrap();
    audit.append_completion(entry, NOW, &completion(Outcome::Applied, None)).await.unwrap();

    let unchanged = audit.unchanged_since_sandbox("sandbox", None).await.unwrap();
    assert_eq!(unchanged, ["changed and promoted", "found out", "observed", "promoted", "renamed"]);
    for (id, expected) in [("promoted", 1), ("changed", 0), ("nobody", 0)] {
        assert_eq!(audit.unchanged_since_sandbox("sandbox", Some(id)).await.unwrap().len(), expected, "{id}");
    }
    assert!(audit.unchanged_since_sandbox("production", None).await.unwrap().is_empty());
}
