//! Readiness rules that are silenced: what the log says last of each.

use super::audit_samples::organisation;
use super::{Fresh, NOW};
use crate::domain::audit::{Action, Intent, REASON, RULE};
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
    let entry = fresh.entry(silenced[0].entry).await;
    assert_eq!((entry.intent.target.id.as_deref(), silenced[0].silenced_at), (Some("b"), NOW));
    assert!(
        fresh.stores.audit.silenced_rules("sandbox", Some((ObjectKind::OAuthClient, "b"))).await.unwrap().is_empty()
    );

    fresh.stores.audit.append_complete(&[about("a", "name_twin", None)], NOW).await.unwrap();
    assert_eq!(fresh.silenced("sandbox", None).await, all[1..]);
    assert!(fresh.stores.audit.unknown(0, 10).await.unwrap().is_empty(), "nothing is sent for them");
}
