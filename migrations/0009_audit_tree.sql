-- The audit log as a Merkle tree (RFC 6962), so that somebody with a public key alone can check it. Each record is a leaf.
-- What is hashed is its envelope, which names the record and commits to its parts; the parts themselves are the rows of
-- the three tables of records.

CREATE TABLE audit_leaves (
    -- The place in the tree, from 0.
    sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
    record   TEXT NOT NULL CHECK (record IN ('intent', 'completion', 'resolution')),
    entry_id INTEGER NOT NULL REFERENCES audit_intents (id),
    envelope TEXT NOT NULL CHECK (json_valid(envelope)),
    -- One of 32 bytes for each part that the envelope commits to.
    salts    BLOB NOT NULL CHECK (length(salts) = 160),
    UNIQUE (record, entry_id)
) STRICT;

-- The tree as it is now: one row. It is changed with each leaf, in the same commit.
CREATE TABLE audit_head (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    size       INTEGER NOT NULL,
    -- The roots of the largest complete subtrees, from the left: what is needed to add the next leaf.
    frontier   BLOB NOT NULL,
    -- A C2SP checkpoint, signed; empty before the first leaf.
    checkpoint TEXT NOT NULL
) STRICT;

INSERT INTO audit_head (id, size, frontier, checkpoint) VALUES (1, 0, x'', '');

CREATE TRIGGER audit_leaves_are_never_changed BEFORE UPDATE ON audit_leaves
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_leaves_are_never_removed BEFORE DELETE ON audit_leaves
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
CREATE TRIGGER audit_leaves_are_never_replaced BEFORE INSERT ON audit_leaves
WHEN EXISTS (SELECT 1 FROM audit_leaves
    WHERE sequence = NEW.sequence OR (record = NEW.record AND entry_id = NEW.entry_id))
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;
CREATE TRIGGER audit_leaves_stand_in_a_row BEFORE INSERT ON audit_leaves
WHEN NEW.sequence <> (SELECT size FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'the audit log has grown meanwhile'); END;
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head WHEN NEW.size <= OLD.size OR NEW.id <> 1
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_head_is_never_removed BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_head_is_never_replaced BEFORE INSERT ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;

-- A record and its leaf are added by one statement, which is one commit: through these views.

CREATE VIEW audit_intent_appends AS
SELECT r.id, r.intended_at, r.actor_subject, r.actor_name, r.actor_email, r.actor_role, r.actor_groups, r.peer,
    r.request_id, r.action, r.connection, r.environment, r.object_kind, r.object_id, r.object_name,
    r.organisation_id, r.changes, r.observation, r.answers, l.sequence, l.envelope, l.salts, h.frontier,
    h.checkpoint
FROM audit_intents AS r, audit_leaves AS l, audit_head AS h
WHERE false;

CREATE TRIGGER audit_intents_get_their_leaves INSTEAD OF INSERT ON audit_intent_appends
BEGIN
    INSERT INTO audit_intents (id, intended_at, actor_subject, actor_name, actor_email, actor_role, actor_groups, peer, request_id,
        action, connection, environment, object_kind, object_id, object_name, organisation_id,
        changes, observation, answers)
    VALUES (NEW.id, NEW.intended_at, NEW.actor_subject, NEW.actor_name, NEW.actor_email, NEW.actor_role,
        NEW.actor_groups, NEW.peer, NEW.request_id, NEW.action, NEW.connection, NEW.environment,
        NEW.object_kind, NEW.object_id, NEW.object_name, NEW.organisation_id, NEW.changes,
        NEW.observation, NEW.answers);
    INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    VALUES (NEW.sequence, 'intent', NEW.id, NEW.envelope, NEW.salts);
    UPDATE audit_head SET size = NEW.sequence + 1, frontier = NEW.frontier, checkpoint = NEW.checkpoint;
END;

CREATE VIEW audit_completion_appends AS
SELECT r.intent_id, r.completed_at, r.outcome, r.http_status, r.partner_request_id, r.object_id, r.detail,
    r.duration_ms, l.sequence, l.envelope, l.salts, h.frontier, h.checkpoint
FROM audit_completions AS r, audit_leaves AS l, audit_head AS h
WHERE false;

CREATE TRIGGER audit_completions_get_their_leaves INSTEAD OF INSERT ON audit_completion_appends
BEGIN
    INSERT INTO audit_completions (intent_id, completed_at, outcome, http_status, partner_request_id, object_id, detail, duration_ms)
    VALUES (NEW.intent_id, NEW.completed_at, NEW.outcome, NEW.http_status, NEW.partner_request_id,
        NEW.object_id, NEW.detail, NEW.duration_ms);
    INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    VALUES (NEW.sequence, 'completion', NEW.intent_id, NEW.envelope, NEW.salts);
    UPDATE audit_head SET size = NEW.sequence + 1, frontier = NEW.frontier, checkpoint = NEW.checkpoint;
END;

CREATE VIEW audit_resolution_appends AS
SELECT r.intent_id, r.resolved_at, r.outcome, r.object_id, r.detail, l.sequence, l.envelope, l.salts, h.frontier,
    h.checkpoint
FROM audit_resolutions AS r, audit_leaves AS l, audit_head AS h
WHERE false;

CREATE TRIGGER audit_resolutions_get_their_leaves INSTEAD OF INSERT ON audit_resolution_appends
BEGIN
    INSERT INTO audit_resolutions (intent_id, resolved_at, outcome, object_id, detail)
    VALUES (NEW.intent_id, NEW.resolved_at, NEW.outcome, NEW.object_id, NEW.detail);
    INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    VALUES (NEW.sequence, 'resolution', NEW.intent_id, NEW.envelope, NEW.salts);
    UPDATE audit_head SET size = NEW.sequence + 1, frontier = NEW.frontier, checkpoint = NEW.checkpoint;
END;

-- Records of before there was a tree. The program makes their leaves at its next start, before it adds any other.
CREATE TABLE audit_records_of_before (
    entry_id INTEGER NOT NULL REFERENCES audit_intents (id),
    record   TEXT NOT NULL CHECK (record IN ('intent', 'completion', 'resolution')),
    PRIMARY KEY (entry_id, record)
) STRICT;

INSERT INTO audit_records_of_before (entry_id, record)
SELECT id, 'intent' FROM audit_intents
UNION ALL SELECT intent_id, 'completion' FROM audit_completions
UNION ALL SELECT intent_id, 'resolution' FROM audit_resolutions;

CREATE VIEW audit_leaf_appends AS
SELECT l.sequence, l.record, l.entry_id, l.envelope, l.salts, h.frontier, h.checkpoint
FROM audit_leaves AS l, audit_head AS h
WHERE false;

CREATE TRIGGER audit_records_of_before_get_their_leaves INSTEAD OF INSERT ON audit_leaf_appends
BEGIN
    INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    VALUES (NEW.sequence, NEW.record, NEW.entry_id, NEW.envelope, NEW.salts);
    DELETE FROM audit_records_of_before WHERE entry_id = NEW.entry_id AND record = NEW.record;
    UPDATE audit_head SET size = NEW.sequence + 1, frontier = NEW.frontier, checkpoint = NEW.checkpoint;
END;
