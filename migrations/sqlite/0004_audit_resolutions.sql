-- What was found out later about a change whose outcome was not known: a record of its own, because entries are never
-- changed. It says how it was found out. There is at most one for each intent.

CREATE TABLE audit_resolutions (
    intent_id   INTEGER PRIMARY KEY REFERENCES audit_intents (id),
    resolved_at TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('applied', 'not_applied')),
    object_id   TEXT,
    detail      TEXT NOT NULL
) STRICT;

CREATE INDEX audit_resolutions_by_object ON audit_resolutions (object_id);

CREATE TRIGGER audit_resolutions_are_never_changed BEFORE UPDATE ON audit_resolutions
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_resolutions_are_never_removed BEFORE DELETE ON audit_resolutions
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;

-- REPLACE removes the row that is in the way without asking the triggers above.
CREATE TRIGGER audit_intents_are_never_replaced BEFORE INSERT ON audit_intents
WHEN EXISTS (SELECT 1 FROM audit_intents WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;
CREATE TRIGGER audit_completions_are_never_replaced BEFORE INSERT ON audit_completions
WHEN EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = NEW.intent_id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;
CREATE TRIGGER audit_resolutions_are_never_replaced BEFORE INSERT ON audit_resolutions
WHEN EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = NEW.intent_id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;
