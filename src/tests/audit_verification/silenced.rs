//! What is silenced, and which clients were promoted unchanged, is what the log says: a row that hides a finding is found.

use partner_dashboard::domain::audit::{Action, Intent, REASON, RULE, Target};
use partner_dashboard::domain::change::FieldChange;
use partner_dashboard::domain::field::FieldValue;
use partner_dashboard::domain::object::ObjectKind;

use super::copies::{Copy, intent};
use crate::support::TestApp;

/// A rule that is silenced for a reason, or reported again.
fn about(rule: &str, reason: Option<&str>) -> Intent {
    let action = if reason.is_some() { Action::RuleSilenced } else { Action::RuleUnsilenced };
    let entry = Intent { action, changes: Vec::new(), ..intent(1) }.with_text(RULE, rule);
    match reason {
        Some(reason) => entry.with_text(REASON, reason),
        None => entry,
    }
}

#[tokio::test]
async fn a_silenced_rule_that_the_log_does_not_speak_of_is_found_and_one_that_it_does_is_not() {
    let app = TestApp::empty().await;
    for entry in [
        about("name_twin", Some("first")),
        about("name_twin", Some("second")),
        about("no_algorithm", Some("third")),
        about("no_algorithm", None),
    ] {
        app.audit.record(&entry).await.unwrap();
    }
    let (code, said) = Copy::of(&app).await.verify(None);
    assert_eq!(code, 0, "{said}");
    for damage in [
        "UPDATE audit_silenced_rules SET reason = 'another'",
        "UPDATE audit_silenced_rules SET rule = 'return_url_localhost'",
        "UPDATE audit_silenced_rules SET intent_id = 0",
        "DELETE FROM audit_silenced_rules",
        "INSERT INTO audit_silenced_rules SELECT connection, object_kind, object_id, 'no_algorithm', 'third', silenced_at, 3
         FROM audit_silenced_rules",
    ] {
        let copy = Copy::of(&app).await;
        copy.tamper(damage).await;
        copy.is_broken(None, "the list of silenced rules is not what the log says");
    }
}

#[tokio::test]
async fn a_promotion_that_the_log_does_not_tell_is_found_and_one_that_it_tells_is_not() {
    let app = TestApp::empty().await;
    let on = |field: &str| FieldChange {
        field: field.to_owned(),
        before: Some(FieldValue::Flag(false)),
        after: Some(FieldValue::Flag(true)),
    };
    for (id, fields) in
        [("promoted", vec!["is_production"]), ("changed", vec!["is_production"]), ("changed", vec!["enable"])]
    {
        let of_any = intent(1);
        let target = Target { kind: ObjectKind::OAuthClient.into(), id: Some(id.to_owned()), ..of_any.target.clone() };
        let changes = fields.into_iter().map(on).collect();
        app.audit.record(&Intent { action: Action::Observed, changes, target, ..of_any }).await.unwrap();
    }
    let (code, said) = Copy::of(&app).await.verify(None);
    assert_eq!(code, 0, "{said}");
    for damage in [
        "UPDATE audit_promoted_clients SET is_unchanged = NOT is_unchanged",
        "UPDATE audit_promoted_clients SET is_unchanged = 1",
        "UPDATE audit_promoted_clients SET is_unchanged = 0",
        "DELETE FROM audit_promoted_clients",
        "INSERT INTO audit_promoted_clients SELECT connection, 'another', intent_id, 1 FROM audit_promoted_clients LIMIT 1",
    ] {
        let copy = Copy::of(&app).await;
        copy.tamper(damage).await;
        copy.is_broken(None, "the list of promoted clients is not what the log says");
    }
}
