//! What leaves commit to is canonical JSON, and says all that the columns say.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;

/// Whole numbers that every reader of JSON understands alike (RFC 8259 §6). SQLite's go further, and are never reached.
fn number() -> impl Strategy<Value = i64> {
    -(1_i64 << 53) + 1..1 << 53
}

fn value() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        any::<bool>().prop_map(FieldValue::Flag),
        any::<String>().prop_map(FieldValue::Text),
        vec(any::<String>(), 0..4).prop_map(FieldValue::List),
    ]
}

fn changes() -> impl Strategy<Value = Vec<FieldChange>> {
    let change = (any::<String>(), option::of(value()), option::of(value()));
    vec(change.prop_map(|(field, before, after)| FieldChange { field, before, after }), 0..4)
}

/// The column of changes: as this program writes it, differently spaced, or anything.
fn column() -> impl Strategy<Value = String> {
    let field = prop_oneof![Just("name"), Just("enabled")];
    let value =
        prop_oneof![Just(None), Just(Some(FieldValue::Flag(true))), Just(Some(FieldValue::Text("true".to_owned())))];
    let change = (field, value.clone(), value);
    let change = change.prop_map(|(field, before, after)| FieldChange { field: field.to_owned(), before, after });
    let written = vec(change, 0..3).prop_map(|changes| serde_json::to_string(&changes).unwrap());
    let spaced = written.clone().prop_map(|text| text.replace(':', ": "));
    prop_oneof![4 => written, 1 => spaced, 1 => any::<String>()]
}

/// The texts of a row in the order of its columns, those that may be null, and its numbers.
type Values = (Vec<String>, Vec<Option<String>>, [Option<i64>; 2]);

fn values() -> impl Strategy<Value = Values> {
    (vec(any::<String>(), 9), vec(option::of(any::<String>()), 8), [option::of(number()), option::of(number())])
}

fn intent((texts, nullable, [answers, restores]): Values, changes: String) -> IntentColumns {
    let [
        intended_at,
        actor_subject,
        actor_name,
        actor_role,
        actor_groups,
        request_id,
        action,
        object_kind,
        object_name,
    ] = texts.try_into().unwrap();
    let [actor_email, peer, session, connection, environment, object_id, organisation_id, observation] =
        nullable.try_into().unwrap();
    IntentColumns {
        id: 1,
        intended_at,
        actor_subject,
        actor_name,
        actor_email,
        actor_role,
        actor_groups,
        peer,
        session,
        request_id,
        action,
        connection,
        environment,
        object_kind,
        object_id,
        object_name,
        organisation_id,
        changes,
        observation,
        answers,
        restores,
    }
}

fn completion((texts, nullable, [status, duration]): Values) -> CompletionColumns {
    CompletionColumns {
        intent_id: 1,
        completed_at: texts[0].clone(),
        outcome: texts[1].clone(),
        http_status: status,
        partner_request_id: nullable[0].clone(),
        object_id: nullable[1].clone(),
        detail: nullable[2].clone(),
        duration_ms: duration.unwrap_or_default(),
    }
}

/// Fails unless the parts are what RFC 8785 makes of these values.
fn are_canonical(parts: &[String; PARTS.len()], expected: [Json; PARTS.len()]) {
    for (part, expected) in parts.iter().zip(expected) {
        assert_eq!(*part, serde_json_canonicalizer::to_string(&expected).unwrap());
    }
}

proptest! {
    #[test]
    fn the_parts_of_any_intent_are_canonical_and_say_all_of_it(values in values(), changes in changes()) {
        let row = intent(values, serde_json::to_string(&changes).unwrap());
        let side = |name: &str, value: fn(&FieldChange) -> &Option<FieldValue>| -> Json {
            changes.iter().map(|change| json!({"field": change.field, name: value(change)})).collect()
        };
        let mut detail = json!({"action": row.action, "request_id": row.request_id, "observation": row.observation,
            "answers": row.answers});
        if let Some(restores) = row.restores {
            detail["restores"] = restores.into();
        }
        are_canonical(&row.record().unwrap().parts, [
            json!({"subject": row.actor_subject, "name": row.actor_name, "email": row.actor_email, "role": row.actor_role,
                "groups": row.actor_groups, "peer": row.peer, "session": row.session}),
            json!({"connection": row.connection, "environment": row.environment, "object_kind": row.object_kind,
                "object_id": row.object_id, "object_name": row.object_name, "organisation_id": row.organisation_id}),
            side("before", |change| &change.before),
            side("after", |change| &change.after),
            detail,
        ]);
    }

    #[test]
    fn the_parts_of_any_completion_and_resolution_are_canonical(values in values(), detail in any::<String>()) {
        let row = completion(values);
        let target = json!({"object_id": row.object_id});
        are_canonical(&row.record().unwrap().parts, [Json::Null, target.clone(), Json::Null, Json::Null, json!({
            "outcome": row.outcome, "http_status": row.http_status, "partner_request_id": row.partner_request_id,
            "detail": row.detail, "duration_ms": row.duration_ms})]);
        let CompletionColumns { intent_id, completed_at: resolved_at, outcome, object_id, .. } = row;
        let row = ResolutionColumns { intent_id, resolved_at, outcome, object_id, detail };
        are_canonical(&row.record().unwrap().parts, [Json::Null, target, Json::Null, Json::Null,
            json!({"outcome": row.outcome, "detail": row.detail})]);
    }

    /// Whatever a column is changed to, the leaf commits to something else.
    #[test]
    fn other_changes_have_other_parts(one in column(), other in column()) {
        prop_assert_eq!(before_and_after(&one).unwrap() == before_and_after(&other).unwrap(), one == other);
    }
}

#[test]
fn what_this_program_did_not_write_is_committed_to_as_text() {
    let written = r#"[{"field":"name","after":"Meridian"}]"#;
    let [before, after] = before_and_after(written).unwrap();
    assert_eq!(before, r#"[{"before":null,"field":"name"}]"#);
    assert_eq!(after, r#"[{"after":"Meridian","field":"name"}]"#);
    let reordered = r#"[{"after":"Meridian","field":"name"}]"#;
    for other in [reordered, "{}", "null", "\"x\"", "[ ]", "[1]", "no JSON"] {
        assert_eq!(before_and_after(other).unwrap(), [NULL.to_owned(), json!(other).to_string()], "{other}");
    }
    assert_ne!(before_and_after("[]").unwrap(), before_and_after("{}").unwrap());
}
