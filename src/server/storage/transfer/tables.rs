//! The tables that both databases have, with the columns that both have.

use Kind::{Bytes, Flag, Number, Text};

/// What a column holds. Each may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Bytes,
    /// A number in SQLite, and a truth value in PostgreSQL.
    Flag,
}

/// A table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, Kind)],
    /// The order in which its rows were made, where that is to stay, in SQLite's words.
    pub(super) order: &'static str,
}

impl Table {
    /// The names of its columns, with a comma between them.
    pub(super) fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }
}

/// The tree, of which there is one row.
pub(super) const HEAD: Table = Table {
    name: "audit_head",
    columns: &[("id", Number), ("size", Number), ("frontier", Bytes), ("checkpoint", Text), ("pruned", Number)],
    order: "id",
};

/// The audit log, and what is derived from it.
pub(super) const LOG: [Table; 9] = [
    Table {
        name: "audit_leaves",
        columns: &[("sequence", Number), ("record", Text), ("entry_id", Number), ("envelope", Text), ("salts", Bytes)],
        order: "sequence",
    },
    Table {
        name: "audit_intents",
        columns: &[
            ("id", Number),
            ("intended_at", Text),
            ("actor_subject", Text),
            ("actor_name", Text),
            ("actor_email", Text),
            ("actor_role", Text),
            ("actor_groups", Text),
            ("peer", Text),
            ("session", Text),
            ("request_id", Text),
            ("action", Text),
            ("connection", Text),
            ("environment", Text),
            ("object_kind", Text),
            ("object_id", Text),
            ("object_name", Text),
            ("organisation_id", Text),
            ("changes", Text),
            ("observation", Text),
            ("answers", Number),
            ("restores", Number),
        ],
        order: "id",
    },
    Table {
        name: "audit_completions",
        columns: &[
            ("intent_id", Number),
            ("completed_at", Text),
            ("outcome", Text),
            ("http_status", Number),
            ("partner_request_id", Text),
            ("object_id", Text),
            ("detail", Text),
            ("duration_ms", Number),
        ],
        order: "intent_id",
    },
    Table {
        name: "audit_resolutions",
        columns: &[
            ("intent_id", Number),
            ("resolved_at", Text),
            ("outcome", Text),
            ("object_id", Text),
            ("detail", Text),
        ],
        order: "intent_id",
    },
    Table {
        name: "audit_subtrees",
        columns: &[("height", Number), ("place", Number), ("root", Text)],
        order: "height, place",
    },
    Table {
        name: "audit_open_observations",
        columns: &[
            ("intent_id", Number),
            ("connection", Text),
            ("object_kind", Text),
            ("object_id", Text),
            ("place", Text),
        ],
        order: "intent_id",
    },
    Table { name: "audit_unknown_outcomes", columns: &[("intent_id", Number)], order: "intent_id" },
    Table {
        name: "audit_silenced_rules",
        columns: &[
            ("connection", Text),
            ("object_kind", Text),
            ("object_id", Text),
            ("rule", Text),
            ("reason", Text),
            ("silenced_at", Text),
            ("intent_id", Number),
        ],
        order: "intent_id",
    },
    Table {
        name: "audit_promoted_clients",
        columns: &[("connection", Text), ("object_id", Text), ("intent_id", Number), ("is_unchanged", Flag)],
        order: "intent_id",
    },
];

/// Everything else.
pub(super) const OTHERS: [Table; 16] = [
    Table { name: "stream_progress", columns: &[("id", Number), ("position", Number)], order: "id" },
    Table { name: "configuration", columns: &[("id", Number), ("salt", Bytes), ("hashes", Text)], order: "id" },
    Table {
        name: "sessions",
        columns: &[("id_hash", Bytes), ("data", Text), ("created_at", Number), ("last_used_at", Number)],
        order: "created_at",
    },
    Table {
        name: "drafts",
        columns: &[
            ("subject", Text),
            ("id", Text),
            ("connection", Text),
            ("object_kind", Text),
            ("object_id", Text),
            ("organisation_id", Text),
            ("data", Text),
            ("kept_at", Number),
        ],
        order: "rowid",
    },
    Table {
        name: "messages",
        columns: &[("session_hash", Bytes), ("tone", Text), ("text", Text), ("left_at", Number)],
        order: "id",
    },
    Table {
        name: "submissions",
        columns: &[
            ("subject", Text),
            ("form_id", Text),
            ("content_hash", Bytes),
            ("state", Text),
            ("object_id", Text),
            ("draft_id", Text),
            ("submitted_at", Number),
            ("request_id", Text),
        ],
        order: "submitted_at",
    },
    Table {
        name: "saved_views",
        columns: &[
            ("id", Number),
            ("subject", Text),
            ("list", Text),
            ("connection", Text),
            ("name", Text),
            ("query", Text),
            ("saved_at", Number),
        ],
        order: "id",
    },
    Table {
        name: "index_snapshots",
        columns: &[
            ("version", Number),
            ("connection", Text),
            ("checksum", Bytes),
            ("length", Number),
            ("journal_until", Number),
            ("finished_at", Number),
        ],
        order: "version",
    },
    Table {
        name: "index_snapshot_pieces",
        columns: &[("version", Number), ("number", Number), ("data", Bytes)],
        order: "version, number",
    },
    Table {
        name: "index_journal",
        columns: &[
            ("position", Number),
            ("connection", Text),
            ("object_kind", Text),
            ("object_id", Text),
            ("organisation_id", Text),
            ("fields", Text),
            ("changed_at", Number),
        ],
        order: "position",
    },
    Table {
        name: "connection_checks",
        columns: &[
            ("connection", Text),
            ("at", Number),
            ("state", Text),
            ("stage", Text),
            ("detail", Text),
            ("advice", Text),
            ("http_status", Number),
            ("request_id", Text),
            ("duration_ms", Number),
            ("is_from_memory", Flag),
            ("watched_from", Number),
            ("watched_until", Number),
            ("was_working", Flag),
        ],
        order: "id",
    },
    Table {
        name: "connection_days",
        columns: &[
            ("connection", Text),
            ("day", Text),
            ("checks", Number),
            ("working", Number),
            ("p95_ms", Number),
            ("watched_ms", Number),
            ("working_ms", Number),
        ],
        order: "connection, day",
    },
    Table {
        name: "connection_states",
        columns: &[
            ("connection", Text),
            ("at", Number),
            ("state", Text),
            ("since", Number),
            ("last_success_at", Number),
        ],
        order: "connection",
    },
    Table {
        name: "notification_deliveries",
        columns: &[
            ("target", Text),
            ("id", Text),
            ("notification", Text),
            ("state", Text),
            ("attempts", Number),
            ("due_at", Number),
            ("first_tried_at", Number),
            ("is_held", Flag),
            ("changed_at", Number),
        ],
        order: "target, id",
    },
    Table {
        name: "notification_targets",
        columns: &[("target", Text), ("last_delivered_at", Number), ("last_failed_at", Number), ("last_error", Text)],
        order: "target",
    },
    Table { name: "notification_told", columns: &[("watched", Text), ("told", Text)], order: "watched" },
];
