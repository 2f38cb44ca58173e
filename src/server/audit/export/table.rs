//! The log as a table for people: a line for each entry.

use std::io;

use super::entry::ExportedEntry;
use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;
use crate::server::csv;

const COLUMNS: [&str; 25] = [
    "id",
    "time",
    "event",
    "outcome",
    "actor_subject",
    "actor_name",
    "actor_email",
    "actor_role",
    "actor_groups",
    "actor_address",
    "session",
    "connection",
    "environment",
    "object_kind",
    "object_id",
    "object_name",
    "organisation_id",
    "fields",
    "before",
    "after",
    "request_id",
    "partner_request_id",
    "http_status",
    "detail",
    "established_later",
];

/// Entries as lines; `is_first` puts the names of the columns before them.
pub(super) fn lines(entries: &[ExportedEntry], is_first: bool) -> io::Result<Vec<u8>> {
    let mut writer = csv::writer();
    if is_first {
        writer = csv::add_head(writer, &COLUMNS)?;
    }
    for entry in entries {
        csv::add(&mut writer, &values(entry))?;
    }
    csv::finish(writer)
}

fn values(entry: &ExportedEntry) -> [Option<FieldValue>; COLUMNS.len()] {
    let text = |text: &str| Some(FieldValue::Text(text.to_owned()));
    let optional = |text: Option<&String>| text.cloned().map(FieldValue::Text);
    let (actor, completion) = (entry.actor.as_ref(), entry.completion.as_ref());
    let side = |value: fn(&FieldChange) -> Option<&FieldValue>| {
        let lines =
            entry.changes.iter().filter_map(|change| Some(format!("{}: {}", change.field, shown(value(change)?))));
        Some(FieldValue::List(lines.collect()))
    };
    let fields = entry.changes.iter().map(|change| change.field.clone()).collect();
    [
        text(&entry.id.to_string()),
        text(&entry.time),
        text(entry.event),
        text(entry.outcome),
        optional(actor.map(|actor| &actor.subject)),
        optional(actor.map(|actor| &actor.name)),
        optional(actor.and_then(|actor| actor.email.as_ref())),
        optional(actor.map(|actor| &actor.role)),
        actor.map(|actor| FieldValue::List(actor.groups.clone())),
        optional(actor.and_then(|actor| actor.peer.as_ref())),
        optional(actor.and_then(|actor| actor.session.as_ref())),
        optional(entry.connection.as_ref()),
        entry.environment.and_then(text),
        text(entry.object.kind),
        optional(entry.object.id.as_ref()),
        text(&entry.object.name),
        optional(entry.object.organisation_id.as_ref()),
        Some(FieldValue::List(fields)),
        side(|change| change.before.as_ref()),
        side(|change| change.after.as_ref()),
        text(&entry.request_id),
        optional(completion.and_then(|one| one.partner_request_id.as_ref())),
        completion.and_then(|one| one.http_status).and_then(|status| text(&status.to_string())),
        optional(completion.and_then(|one| one.detail.as_ref())),
        optional(entry.resolution.as_ref().map(|one| &one.detail)),
    ]
}

fn shown(value: &FieldValue) -> String {
    match value {
        FieldValue::Flag(is_on) => is_on.to_string(),
        FieldValue::Text(text) => text.clone(),
        FieldValue::List(items) => items.join(", "),
    }
}
