//! How much of what is recorded about an object a person may read: with whoever acted in full, or by name alone.

use super::ServiceError;
use super::place::place_of;
use crate::domain::audit::{AuditEntry, AuditedKind, Entries};
use crate::domain::principal::Permission;
use crate::server::context::RequestContext;
use crate::server::index::Connection;

/// How much of the entries about an object a person may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readable {
    /// Everything.
    Whole,
    /// What happened, and of other people their names: neither email addresses nor where they were.
    WithoutContacts,
}

impl Readable {
    /// What may be read of an object in an organisation.
    ///
    /// # Errors
    /// When the person may read nothing of it, or the partner does not give the organisations that a limit is about.
    pub(super) async fn of(
        context: &RequestContext,
        connection: &Connection,
        place: Option<&str>,
    ) -> Result<Self, ServiceError> {
        let log = context.reach(connection, Permission::ViewAuditLog).await;
        if log.is_ok_and(|reach| reach.require(place).is_ok()) {
            return Ok(Self::Whole);
        }
        context.reach(connection, Permission::ViewHistory).await?.require(place)?;
        Ok(Self::WithoutContacts)
    }

    /// What may be read of one entry.
    ///
    /// # Errors
    /// When the person may read neither the whole log nor the history of what it is about.
    pub(super) async fn of_entry(context: &RequestContext, entry: Option<&AuditEntry>) -> Result<Self, ServiceError> {
        if context.principal.may_everywhere(Permission::ViewAuditLog) {
            return Ok(Self::Whole);
        }
        let of_object = entry.filter(|entry| matches!(entry.intent.target.kind, AuditedKind::Object(_)));
        let readable = match of_object.and_then(|entry| Some((entry, connection_of(context, entry)?))) {
            Some((entry, connection)) => Self::of(context, connection, place_of(entry)).await.ok(),
            None => None,
        };
        // The same answer for an entry that does not exist: its number says nothing.
        readable.map_or_else(|| context.authorize(Permission::ViewAuditLog).map(|()| Self::Whole), Ok)
    }

    /// An entry as the person may read it.
    pub(super) fn entry(self, context: &RequestContext, mut entry: AuditEntry) -> AuditEntry {
        if self == Self::WithoutContacts && entry.intent.actor.subject != context.principal.subject {
            entry.intent.actor = entry.intent.actor.without_contacts();
        }
        entry
    }

    /// Entries as the person may read them.
    pub(super) fn entries(self, context: &RequestContext, entries: Entries) -> Entries {
        let items = entries.items.into_iter().map(|entry| self.entry(context, entry)).collect();
        Entries { items, ..entries }
    }
}

fn connection_of<'a>(context: &'a RequestContext, entry: &AuditEntry) -> Option<&'a Connection> {
    context.connections.find(entry.intent.target.connection_name())
}
