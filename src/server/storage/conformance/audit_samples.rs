//! Records to add to an audit log.

use time::OffsetDateTime;

use super::{Fresh, NOW};
use crate::domain::audit::{
    Action, Actor, AuditEntry, AuditFilter, AuditedConnection, Completion, Intent, Outcome, Place, Resolution, Target,
};
use crate::domain::change::FieldChange;
use crate::domain::connection::Environment;
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;

/// Ada's intent about an object: an update where it has an id, a creation where it has none.
pub(super) fn intent(name: &str, kind: ObjectKind, id: Option<&str>) -> Intent {
    Intent {
        actor: Actor {
            subject: "ada".to_owned(),
            name: "Ada Lindqvist".to_owned(),
            email: Some("ada@meridian.example".to_owned()),
            role: "admin".to_owned(),
            groups: vec!["partner-admins".to_owned()],
            peer: Some("10.2.14.7".to_owned()),
            session: None,
        },
        action: if id.is_some() { Action::Update } else { Action::Create },
        target: Target {
            connection: Some(AuditedConnection { name: "sandbox".to_owned(), environment: Environment::Sandbox }),
            kind: kind.into(),
            id: id.map(str::to_owned),
            name: name.to_owned(),
            organisation_id: (kind == ObjectKind::OAuthClient).then(|| "org-1".to_owned()),
        },
        changes: vec![FieldChange {
            field: "name".to_owned(),
            before: None,
            after: Some(FieldValue::Text(name.to_owned())),
        }],
        request_id: "r-1".to_owned(),
        observation: None,
        answers: None,
        restores: None,
    }
}

/// A connection in the sandbox environment.
pub(super) fn on(name: &str) -> AuditedConnection {
    AuditedConnection { name: name.to_owned(), environment: Environment::Sandbox }
}

/// The same about an organisation.
pub(super) fn organisation(name: &str, id: Option<&str>) -> Intent {
    intent(name, ObjectKind::Organisation, id)
}

pub(super) fn completion(outcome: Outcome, object_id: Option<&str>) -> Completion {
    Completion {
        outcome,
        http_status: Some(201),
        partner_request_id: Some("p-1".to_owned()),
        object_id: object_id.map(str::to_owned),
        detail: None,
        duration_ms: 71,
    }
}

pub(super) fn resolution(outcome: Outcome) -> Resolution {
    Resolution { resolved_at: NOW, outcome, object_id: Some("org-1".to_owned()), detail: "OneID has it.".to_owned() }
}

impl Fresh {
    /// Adds an intent that began now; its number.
    pub(super) async fn add(&self, intent: &Intent) -> i64 {
        self.add_at(intent, NOW).await
    }

    pub(super) async fn add_at(&self, intent: &Intent, at: OffsetDateTime) -> i64 {
        self.stores.audit.append_intent(intent, at).await.unwrap()
    }

    /// Adds an intent and its completion; its number.
    pub(super) async fn add_completed(&self, intent: &Intent, outcome: Outcome, object_id: Option<&str>) -> i64 {
        let id = self.add(intent).await;
        self.stores.audit.append_completion(id, NOW, &completion(outcome, object_id)).await.unwrap();
        id
    }

    pub(super) async fn entry(&self, id: i64) -> AuditEntry {
        self.stores.audit.entry(id).await.unwrap().unwrap()
    }

    /// The numbers of the entries that a filter lets through, newest first: the same whether the index has read them or not.
    pub(super) async fn listed(&self, filter: &AuditFilter) -> Vec<i64> {
        let audit = &self.stores.audit;
        let before = audit.list(filter, Place::Newest, 100).await.unwrap();
        audit.fill_index().await.unwrap();
        assert_eq!(audit.list(filter, Place::Newest, 100).await.unwrap(), before, "{filter:?}");
        before.items.iter().map(|entry| entry.id).collect()
    }
}
