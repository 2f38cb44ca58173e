//! What is asked for an entry: its intent joined with what came of it. Both databases understand it.

/// The three tables of records.
pub(in crate::server::storage) const FROM: &str =
    " FROM audit_intents AS i LEFT JOIN audit_completions AS c ON c.intent_id = i.id
     LEFT JOIN audit_resolutions AS r ON r.intent_id = i.id";
/// What an entry's outcome is known to be. What is complete when it is written has no completion: see
/// `Action::outcome_when_written`.
pub(in crate::server::storage) const OUTCOME: &str = "CASE WHEN i.action IN ('observed', 'accept', 'outcome_decided', 'rule_silenced',
         'rule_unsilenced', 'new_fields', 'secret_shown',
         'sign_in', 'sign_out', 'session_ended', 'export', 'configuration_loaded', 'retention', 'erasure', 'backup', 'log_continued') THEN 'applied'
     WHEN i.action IN ('sign_in_refused', 'permission_refused') THEN 'refused'
     WHEN i.action = 'save_prevented' THEN 'not_sent'
     ELSE coalesce(nullif(c.outcome, 'unknown'), r.outcome, 'unknown') END";
/// The columns of [`EntryRow`](super::EntryRow), each by its name: a later version may add some, while this one runs, and
/// PostgreSQL refuses a statement that it has prepared once it has more columns than before.
pub(in crate::server::storage) const COLUMNS: &str =
    "SELECT i.id, i.intended_at, i.actor_subject, i.actor_name, i.actor_email, i.actor_role, i.actor_groups, i.peer,
     i.session, i.request_id, i.action, i.connection, i.environment, i.object_kind, i.object_id, i.object_name,
     i.organisation_id, i.changes, i.observation, i.answers, i.restores, c.completed_at, c.outcome, c.http_status, c.partner_request_id,
     c.object_id AS created_id, c.detail, c.duration_ms, r.resolved_at, r.outcome AS resolved_outcome,
     r.object_id AS found_id, r.detail AS resolved_detail";
