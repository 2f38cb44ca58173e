//! What is silenced is what the log says last of each rule: a row that hides a finding is found.

use partner_dashboard::domain::audit::{Action, Intent, REASON, RULE};

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
