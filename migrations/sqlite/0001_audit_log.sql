-- The audit log. Two tables, because an entry is written in two commits: the intent before the
-- partner is called, the completion after it. Rows are never changed and never removed.

CREATE TABLE audit_intents (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    intended_at     TEXT NOT NULL,
    actor_subject   TEXT NOT NULL,
    actor_name      TEXT NOT NULL,
    actor_email     TEXT,
    actor_role      TEXT NOT NULL,
    actor_groups    TEXT NOT NULL,
    peer            TEXT,
    request_id      TEXT NOT NULL,
    action          TEXT NOT NULL,
    connection      TEXT NOT NULL,
    environment     TEXT NOT NULL CHECK (environment IN ('sandbox', 'production')),
    object_kind     TEXT NOT NULL,
    object_id       TEXT,
    object_name     TEXT NOT NULL,
    organisation_id TEXT,
    changes         TEXT NOT NULL CHECK (json_valid(changes))
) STRICT;

CREATE TABLE audit_completions (
    intent_id          INTEGER PRIMARY KEY REFERENCES audit_intents (id),
    completed_at       TEXT NOT NULL,
    outcome            TEXT NOT NULL CHECK (outcome IN ('applied', 'refused', 'not_sent', 'unknown')),
    http_status        INTEGER,
    partner_request_id TEXT,
    object_id          TEXT,
    detail             TEXT,
    duration_ms        INTEGER NOT NULL
) STRICT;

CREATE INDEX audit_intents_by_object ON audit_intents (connection, object_kind, object_id);
CREATE INDEX audit_intents_by_organisation ON audit_intents (connection, organisation_id);
CREATE INDEX audit_completions_by_object ON audit_completions (object_id);

CREATE TRIGGER audit_intents_are_never_changed BEFORE UPDATE ON audit_intents
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_intents_are_never_removed BEFORE DELETE ON audit_intents
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
CREATE TRIGGER audit_completions_are_never_changed BEFORE UPDATE ON audit_completions
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_completions_are_never_removed BEFORE DELETE ON audit_completions
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
