//! What a partner lists, and which creations may have made some of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use unicode_normalization::UnicodeNormalization as _;

use crate::domain::audit::{Action, AuditEntry, AuditedKind};
use crate::domain::failure::PartnerFailure;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::audit::{AuditError, AuditLog};
use crate::server::index::Connection;

/// Entries that are read from the log at once.
const ROUND: u32 = 100;

/// A name, as far as a partner may write it otherwise: also with other characters that mean the same (Unicode, NFKC).
pub(super) fn loosely(name: &str) -> String {
    name.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What a partner lists. Each list is read once, however many changes are looked for in it.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// By the kind of object and the organisation that they belong to.
    read: BTreeMap<(ObjectKind, Option<String>), Result<List, PartnerFailure>>,
}

/// A list, with what the log knew right after it was read.
#[derive(Debug)]
pub(super) struct List {
    pub(super) objects: Vec<Listed>,
    /// The creations that may have made some of them, as they were known right after that.
    pub(super) lost: Vec<LostCreation>,
}

/// A creation whose outcome is not known.
#[derive(Debug)]
pub(super) struct LostCreation {
    /// The number of its entry.
    pub(super) id: i64,
    /// See [`loosely`].
    pub(super) name: String,
    /// Whether it is under way, or its outcome is about to be known.
    pub(super) is_open: bool,
}

/// An object of such a list.
#[derive(Debug)]
pub(super) struct Listed {
    /// See [`loosely`].
    pub(super) name: Option<String>,
    pub(super) id: String,
    pub(super) fields: FieldValues,
}

impl Listed {
    /// An object with these values.
    pub(super) fn of(id: String, fields: FieldValues) -> Self {
        Self { name: fields.text("name").map(loosely), id, fields }
    }
}

impl Lists {
    /// The objects among which a created one would be, or why the partner does not give them.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(super) async fn read(
        &mut self,
        audit: &AuditLog,
        connection: &Connection,
        kind: ObjectKind,
        organisation_id: Option<&str>,
    ) -> Result<Result<&List, &PartnerFailure>, AuditError> {
        let found = match self.read.entry((kind, organisation_id.map(str::to_owned))) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => unread.insert(match listed(connection, kind, organisation_id).await {
                Ok(objects) => {
                    let lost = lost(audit, &connection.summary.name, kind, organisation_id).await?;
                    Ok(List { objects, lost })
                }
                Err(failure) => Err(failure),
            }),
        };
        Ok(found.as_ref())
    }
}

/// The creations of a kind in one place whose outcome is not known, or which are under way.
async fn lost(
    audit: &AuditLog,
    connection: &str,
    kind: ObjectKind,
    organisation_id: Option<&str>,
) -> Result<Vec<LostCreation>, AuditError> {
    let (mut creations, mut last) = (Vec::new(), 0);
    loop {
        let entries = audit.unknown(last, ROUND).await?;
        let Some(newest) = entries.last() else {
            return Ok(creations);
        };
        last = newest.id;
        let is_here = |entry: &&AuditEntry| {
            let target = &entry.intent.target;
            entry.intent.action == Action::Create
                && target.connection_name() == connection
                && target.kind == AuditedKind::Object(kind)
                && target.organisation_id.as_deref() == organisation_id
        };
        for entry in entries.iter().filter(is_here) {
            let (name, is_open) = (loosely(&entry.intent.target.name), audit.is_open(entry).await);
            creations.push(LostCreation { id: entry.id, name, is_open });
        }
    }
}

/// Whether another creation that is under way may make the object that this one may have made.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn has_rival_under_way(
    audit: &AuditLog,
    connection: &Connection,
    kind: ObjectKind,
    entry: &AuditEntry,
) -> Result<bool, AuditError> {
    let target = &entry.intent.target;
    let name = loosely(&target.name);
    let lost = lost(audit, &connection.summary.name, kind, target.organisation_id.as_deref()).await?;
    Ok(lost.iter().any(|other| other.id != entry.id && other.name == name && other.is_open))
}

/// The objects among which a created one would be.
///
/// # Errors
/// When the partner does not give them.
pub(super) async fn listed(
    connection: &Connection,
    kind: ObjectKind,
    organisation_id: Option<&str>,
) -> Result<Vec<Listed>, PartnerFailure> {
    match (kind, organisation_id) {
        (ObjectKind::Organisation, _) => {
            let list = connection.api.list_organisations().await?;
            Ok(list.items.into_iter().map(|organisation| Listed::of(organisation.id, organisation.fields)).collect())
        }
        (ObjectKind::OAuthClient, organisation_id) => {
            // A client is always created in an organisation.
            let list = connection.api.list_clients(organisation_id.unwrap_or_default()).await?;
            Ok(list.items.into_iter().map(|client| Listed::of(client.id, client.fields)).collect())
        }
    }
}
