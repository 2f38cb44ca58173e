//! Entries as events of the Open Cybersecurity Schema Framework (OCSF) 1.8.0.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::entry::ExportedEntry;
use crate::domain::audit::{Action, Actor, AuditEntry, Outcome, Sighting};

/// The version of the schema.
const VERSION: &str = "1.8.0";
/// The name of the product in each event.
const PRODUCT: &str = "Partner Dashboard";

/// A class of events: its category, its number, and whether it is about an entity, a user or a log.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    EntityManagement,
    Authentication,
    EventLog,
}

impl Class {
    const fn uid(self) -> u32 {
        match self {
            Self::EntityManagement => 3004,
            Self::Authentication => 3002,
            Self::EventLog => 1008,
        }
    }

    const fn category(self) -> u32 {
        match self {
            Self::EntityManagement | Self::Authentication => 3,
            Self::EventLog => 1,
        }
    }
}

/// What none of the activities of a class is.
const OTHER: u32 = 99;

/// The class and the activity of an event.
fn class_of(entry: &AuditEntry) -> (Class, u32) {
    let sighting = entry.intent.observation.as_ref().map(|observation| &observation.sighting);
    match entry.intent.action {
        Action::Create => (Class::EntityManagement, 1),
        Action::SavePrevented if entry.intent.target.id.is_none() => (Class::EntityManagement, 1),
        Action::SecretShown | Action::PermissionRefused => (Class::EntityManagement, 2),
        Action::Update | Action::SavePrevented => (Class::EntityManagement, 3),
        Action::Observed => match sighting {
            Some(Sighting::Added) => (Class::EntityManagement, 1),
            Some(Sighting::Removed) => (Class::EntityManagement, 4),
            _ => (Class::EntityManagement, 3),
        },
        Action::SignIn | Action::SignInRefused => (Class::Authentication, 1),
        Action::SignOut | Action::SessionEnded => (Class::Authentication, 2),
        Action::Retention => (Class::EventLog, 2),
        Action::Export => (Class::EventLog, 3),
        Action::Erasure => (Class::EventLog, OTHER),
        Action::Accept
        | Action::OutcomeDecided
        | Action::RuleSilenced
        | Action::RuleUnsilenced
        | Action::NewFields
        | Action::Check
        | Action::SendMessage
        | Action::ConfigurationLoaded
        | Action::Backup
        | Action::LogContinued => (Class::EntityManagement, OTHER),
    }
}

/// An entry as an event. What OCSF has no place for is `unmapped`.
pub(super) fn event(entry: &AuditEntry, exported: &ExportedEntry, unmapped: Value) -> Value {
    let (class, activity) = class_of(entry);
    let (status, status_id) = match entry.outcome() {
        Outcome::Applied => ("Success", 1),
        Outcome::Refused | Outcome::NotSent | Outcome::NotApplied => ("Failure", 2),
        Outcome::Unknown => ("Unknown", 0),
    };
    let mut event = json!({
        "metadata": {
            "version": VERSION, "uid": entry.id.to_string(), "log_name": "audit",
            "correlation_uid": entry.intent.request_id,
            "product": { "name": PRODUCT, "vendor_name": PRODUCT },
        },
        "category_uid": class.category(),
        "class_uid": class.uid(),
        "activity_id": activity,
        "activity_name": entry.intent.action.word(),
        "type_uid": class.uid() * 100 + activity,
        "severity_id": if status_id == 2 { 2 } else { 1 },
        "status": status,
        "status_id": status_id,
        "time": milliseconds(entry.intended_at),
        "message": format!("{} {} {}", entry.intent.actor.shown(), entry.verb(), entry.intent.target.name),
        "unmapped": unmapped,
    });
    let actor = exported.actor.as_ref();
    let about = match class {
        Class::EntityManagement => json!({
            "actor": { "user": user(actor) },
            "entity": managed(exported, |change| change.before.as_ref()),
            "entity_result": managed(exported, |change| change.after.as_ref()),
        }),
        Class::Authentication => json!({
            "user": user(actor),
            "service": { "name": PRODUCT },
            "session": { "uid": exported.object.id },
        }),
        Class::EventLog => json!({
            "actor": { "user": user(actor) },
            "log_name": "audit",
            "log_provider": PRODUCT,
        }),
    };
    merge(&mut event, about);
    if let Some(address) = actor.and_then(|actor| actor.peer.as_deref()) {
        merge(&mut event, json!({ "src_endpoint": { "ip": address } }));
    }
    without_nulls(&mut event);
    event
}

/// The event that an entry of the log cannot be read, which nobody but a damage explains.
pub(super) fn unreadable(id: i64, now: OffsetDateTime, unmapped: Value) -> Value {
    json!({
        "metadata": {
            "version": VERSION, "uid": id.to_string(), "log_name": "audit",
            "product": { "name": PRODUCT, "vendor_name": PRODUCT },
        },
        "category_uid": Class::EventLog.category(),
        "class_uid": Class::EventLog.uid(),
        "activity_id": OTHER,
        "activity_name": "Unreadable",
        "type_uid": Class::EventLog.uid() * 100 + OTHER,
        "severity_id": 4,
        "status": "Failure",
        "status_id": 2,
        "time": milliseconds(now),
        "message": format!("Entry {id} of the audit log cannot be read: run audit verify"),
        "log_name": "audit",
        "log_provider": PRODUCT,
        "unmapped": unmapped,
    })
}

fn user(actor: Option<&Actor>) -> Value {
    match actor {
        Some(actor) => json!({
            "name": actor.name,
            "uid": Some(&actor.subject).filter(|subject| !subject.is_empty()),
            "email_addr": actor.email,
            "groups": actor.groups.iter().map(|group| json!({ "name": group })).collect::<Vec<_>>(),
        }),
        None => json!({ "name": "Erased" }),
    }
}

/// The object with the values of its fields before or after.
fn managed(
    entry: &ExportedEntry,
    value: fn(&crate::domain::change::FieldChange) -> Option<&crate::domain::field::FieldValue>,
) -> Value {
    let data: serde_json::Map<String, Value> = entry
        .changes
        .iter()
        // Values can always be written.
        .filter_map(|change| Some((change.field.clone(), serde_json::to_value(value(change)?).ok()?)))
        .collect();
    json!({
        "name": entry.object.name, "uid": entry.object.id, "type": entry.object.kind,
        "data": Some(data).filter(|data| !data.is_empty()),
    })
}

fn milliseconds(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn merge(event: &mut Value, more: Value) {
    if let (Value::Object(event), Value::Object(more)) = (event, more) {
        event.extend(more);
    }
}

/// What is not known is left out: the schema has no nulls.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}
