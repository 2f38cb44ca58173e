//! What the log alone says of readiness: which rules are silenced, and which clients were taken into production.

use super::audit_samples::organisation;
use super::{Fresh, NOW};
use crate::domain::audit::{Action, Intent, REASON, RULE, Target};
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

pub(in crate::server::storage) async fn the_clients_that_a_change_took_into_production_or_out_of_it_are_known(
    fresh: Fresh,
) {
    let change = |field: &str, before: Option<bool>| FieldChange {
        field: field.to_owned(),
        before: before.map(FieldValue::Flag),
        after: Some(FieldValue::Flag(true)),
    };
    let about = |kind: ObjectKind, id: &str, action: Action, changes: Vec<FieldChange>| Intent {
        action,
        changes,
        target: Target { kind: kind.into(), ..organisation("Meridian", Some(id)).target },
        ..organisation("Meridian", Some(id))
    };
    let production = || vec![change("enabled", Some(false)), change("is_production", Some(false))];
    for entry in [
        about(ObjectKind::OAuthClient, "promoted", Action::Update, production()),
        about(ObjectKind::OAuthClient, "promoted", Action::Update, production()),
        about(ObjectKind::OAuthClient, "observed", Action::Observed, production()),
        about(ObjectKind::OAuthClient, "created", Action::Create, vec![change("is_production", None)]),
        about(ObjectKind::OAuthClient, "other", Action::Update, vec![change("enabled", Some(false))]),
        about(ObjectKind::Organisation, "organisation", Action::Update, production()),
    ] {
        fresh.stores.audit.append_intent(&entry, NOW).await.unwrap();
    }
    assert_eq!(fresh.stores.audit.clients_by_production("sandbox").await.unwrap(), ["observed", "promoted"]);
    assert!(fresh.stores.audit.clients_by_production("production").await.unwrap().is_empty());
}
