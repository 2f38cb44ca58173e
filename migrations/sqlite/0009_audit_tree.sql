-- The audit log as a Merkle tree (RFC 6962), so that somebody with a public key alone can check it. Each record is a leaf.
-- What is hashed is its envelope, which names the record and commits to its parts; the parts themselves are the rows of
-- the three tables of records.

-- The tables of records are made anew: an entry may be about the dashboard itself and then has no connection, a person's
-- session is recorded, and no record refers to another one, so that each can be pruned with the part of the tree that it
-- is in.

DROP TRIGGER audit_intents_are_never_changed;
DROP TRIGGER audit_intents_are_never_removed;
DROP TRIGGER audit_intents_are_never_replaced;
DROP TRIGGER audit_completions_are_never_changed;
DROP TRIGGER audit_completions_are_never_removed;
DROP TRIGGER audit_completions_are_never_replaced;
DROP TRIGGER audit_resolutions_are_never_changed;
DROP TRIGGER audit_resolutions_are_never_removed;
DROP TRIGGER audit_resolutions_are_never_replaced;
DROP TRIGGER audit_observations_are_open;
DROP TRIGGER audit_observations_are_accepted;
DROP TRIGGER audit_observations_are_reverted;
DROP TRIGGER audit_observations_are_found_reverted;

CREATE TABLE new_audit_intents (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    intended_at     TEXT NOT NULL,
    actor_subject   TEXT NOT NULL,
    actor_name      TEXT NOT NULL,
    actor_email     TEXT,
    actor_role      TEXT NOT NULL,
    actor_groups    TEXT NOT NULL,
    peer            TEXT,
    -- The handle of the session: it names the session, and does not bear it.
    session         TEXT,
    request_id      TEXT NOT NULL,
    action          TEXT NOT NULL,
    connection      TEXT,
    environment     TEXT CHECK (environment IN ('sandbox', 'production')),
    object_kind     TEXT NOT NULL,
    object_id       TEXT,
    object_name     TEXT NOT NULL,
    organisation_id TEXT,
    changes         TEXT NOT NULL CHECK (json_valid(changes)),
    -- What was found, and when it was last seen unchanged; of an observed entry alone.
    observation     TEXT CHECK (observation IS NULL OR json_valid(observation)),
    -- The newest observed entry that this one answers. It answers those about the same object before it too.
    answers         INTEGER,
    CHECK ((connection IS NULL) = (environment IS NULL))
) STRICT;

CREATE TABLE new_audit_completions (
    intent_id          INTEGER PRIMARY KEY,
    completed_at       TEXT NOT NULL,
    outcome            TEXT NOT NULL CHECK (outcome IN ('applied', 'refused', 'not_sent', 'unknown')),
    http_status        INTEGER,
    partner_request_id TEXT,
    object_id          TEXT,
    detail             TEXT,
    duration_ms        INTEGER NOT NULL
) STRICT;

CREATE TABLE new_audit_resolutions (
    intent_id   INTEGER PRIMARY KEY,
    resolved_at TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('applied', 'not_applied')),
    object_id   TEXT,
    detail      TEXT NOT NULL
) STRICT;

INSERT INTO new_audit_intents SELECT id, intended_at, actor_subject, actor_name, actor_email, actor_role, actor_groups, peer,
    NULL, request_id, action, connection, environment, object_kind, object_id, object_name, organisation_id, changes,
    observation, answers
FROM audit_intents;
INSERT INTO new_audit_completions SELECT intent_id, completed_at, outcome, http_status, partner_request_id, object_id, detail,
    duration_ms
FROM audit_completions;
INSERT INTO new_audit_resolutions SELECT intent_id, resolved_at, outcome, object_id, detail FROM audit_resolutions;

DROP TABLE audit_resolutions;
DROP TABLE audit_completions;
DROP TABLE audit_intents;
ALTER TABLE new_audit_intents RENAME TO audit_intents;
ALTER TABLE new_audit_completions RENAME TO audit_completions;
ALTER TABLE new_audit_resolutions RENAME TO audit_resolutions;

CREATE INDEX audit_intents_by_object ON audit_intents (connection, object_kind, object_id);
CREATE INDEX audit_intents_by_organisation ON audit_intents (connection, organisation_id);
CREATE INDEX audit_intents_by_answer ON audit_intents (connection, object_kind, object_id, answers)
WHERE answers IS NOT NULL;
CREATE INDEX audit_intents_by_request ON audit_intents (request_id);
CREATE INDEX audit_intents_by_session ON audit_intents (session) WHERE session IS NOT NULL;
CREATE INDEX audit_completions_by_object ON audit_completions (object_id);
CREATE INDEX audit_resolutions_by_object ON audit_resolutions (object_id);

CREATE TRIGGER audit_observations_are_open AFTER INSERT ON audit_intents WHEN NEW.action = 'observed'
BEGIN
    INSERT INTO audit_open_observations (intent_id, connection, object_kind, object_id, place)
    VALUES (NEW.id, NEW.connection, NEW.object_kind, NEW.object_id,
        CASE NEW.object_kind WHEN 'organisation' THEN NEW.object_id ELSE NEW.organisation_id END);
END;
CREATE TRIGGER audit_observations_are_accepted AFTER INSERT ON audit_intents
WHEN NEW.action = 'accept' AND NEW.answers IS NOT NULL
BEGIN
    DELETE FROM audit_open_observations WHERE connection = NEW.connection AND object_kind = NEW.object_kind
        AND object_id = NEW.object_id AND intent_id <= NEW.answers;
END;
CREATE TRIGGER audit_observations_are_reverted AFTER INSERT ON audit_completions WHEN NEW.outcome = 'applied'
BEGIN
    DELETE FROM audit_open_observations WHERE intent_id IN (
        SELECT o.intent_id FROM audit_intents AS i JOIN audit_open_observations AS o
            ON o.connection = i.connection AND o.object_kind = i.object_kind AND o.object_id = i.object_id
            AND o.intent_id <= i.answers
        WHERE i.id = NEW.intent_id);
END;
CREATE TRIGGER audit_observations_are_found_reverted AFTER INSERT ON audit_resolutions WHEN NEW.outcome = 'applied'
BEGIN
    DELETE FROM audit_open_observations WHERE intent_id IN (
        SELECT o.intent_id FROM audit_intents AS i JOIN audit_open_observations AS o
            ON o.connection = i.connection AND o.object_kind = i.object_kind AND o.object_id = i.object_id
            AND o.intent_id <= i.answers
        WHERE i.id = NEW.intent_id);
END;

CREATE TABLE audit_leaves (
    -- The place in the tree, from 0.
    sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
    record   TEXT NOT NULL CHECK (record IN ('intent', 'completion', 'resolution')),
    entry_id INTEGER NOT NULL,
    envelope TEXT NOT NULL CHECK (json_valid(envelope)),
    -- One of 32 bytes for each part that the envelope commits to: actor, target, before, after, detail. Zeros stand for a
    -- part that was erased.
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
    checkpoint TEXT NOT NULL,
    -- The leaves before this one are gone on purpose. The roots of their subtrees are kept.
    pruned     INTEGER NOT NULL DEFAULT 0 CHECK (pruned BETWEEN 0 AND size AND pruned % 256 = 0)
) STRICT;

INSERT INTO audit_head (id, size, frontier, checkpoint) VALUES (1, 0, x'', '');

-- The roots of the complete subtrees of 256 leaves and of 256 of those each, and so on: what proofs are made from without
-- reading the whole log, and what is left of the leaves that were pruned.
CREATE TABLE audit_subtrees (
    height INTEGER NOT NULL CHECK (height IN (8, 16, 24)),
    -- Its place among those of its height, from 0.
    place  INTEGER NOT NULL,
    -- In hexadecimal.
    root   TEXT NOT NULL CHECK (length(root) = 64),
    PRIMARY KEY (height, place)
) STRICT, WITHOUT ROWID;

-- Records are never changed, never replaced, and removed with their part of the tree alone. REPLACE removes the row that is
-- in the way without asking the triggers of a deletion: those before an insertion see it.

-- What may become of an intent is that it names nobody any more.
CREATE TRIGGER audit_intents_are_never_changed BEFORE UPDATE ON audit_intents
WHEN NOT (NEW.actor_subject = '' AND NEW.actor_name = '' AND NEW.actor_email IS NULL AND NEW.actor_role = ''
    AND NEW.actor_groups = '[]' AND NEW.peer IS NULL AND NEW.session IS NULL
    AND NEW.id IS OLD.id AND NEW.intended_at IS OLD.intended_at AND NEW.request_id IS OLD.request_id
    AND NEW.action IS OLD.action AND NEW.connection IS OLD.connection AND NEW.environment IS OLD.environment
    AND NEW.object_kind IS OLD.object_kind AND NEW.object_id IS OLD.object_id AND NEW.object_name IS OLD.object_name
    AND NEW.organisation_id IS OLD.organisation_id AND NEW.changes IS OLD.changes AND NEW.observation IS OLD.observation
    AND NEW.answers IS OLD.answers)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_intents_are_never_removed BEFORE DELETE ON audit_intents
WHEN NOT EXISTS (SELECT 1 FROM audit_leaves AS l JOIN audit_head AS h ON l.sequence < h.pruned
    WHERE l.record = 'intent' AND l.entry_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
CREATE TRIGGER audit_intents_have_their_leaves BEFORE INSERT ON audit_intents
WHEN NOT EXISTS (SELECT 1 FROM audit_leaves WHERE record = 'intent' AND entry_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit entries are added with their leaves'); END;
CREATE TRIGGER audit_intents_are_never_replaced BEFORE INSERT ON audit_intents
WHEN EXISTS (SELECT 1 FROM audit_intents WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;
CREATE TRIGGER audit_completions_are_never_changed BEFORE UPDATE ON audit_completions
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_completions_are_never_removed BEFORE DELETE ON audit_completions
WHEN NOT EXISTS (SELECT 1 FROM audit_leaves AS l JOIN audit_head AS h ON l.sequence < h.pruned
    WHERE l.record = 'completion' AND l.entry_id = OLD.intent_id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
CREATE TRIGGER audit_completions_have_their_leaves BEFORE INSERT ON audit_completions
WHEN NOT EXISTS (SELECT 1 FROM audit_leaves WHERE record = 'completion' AND entry_id = NEW.intent_id)
BEGIN SELECT RAISE(ABORT, 'audit entries are added with their leaves'); END;
CREATE TRIGGER audit_completions_are_never_replaced BEFORE INSERT ON audit_completions
WHEN EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = NEW.intent_id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;
CREATE TRIGGER audit_resolutions_are_never_changed BEFORE UPDATE ON audit_resolutions
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_resolutions_are_never_removed BEFORE DELETE ON audit_resolutions
WHEN NOT EXISTS (SELECT 1 FROM audit_leaves AS l JOIN audit_head AS h ON l.sequence < h.pruned
    WHERE l.record = 'resolution' AND l.entry_id = OLD.intent_id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
CREATE TRIGGER audit_resolutions_have_their_leaves BEFORE INSERT ON audit_resolutions
WHEN NOT EXISTS (SELECT 1 FROM audit_leaves WHERE record = 'resolution' AND entry_id = NEW.intent_id)
BEGIN SELECT RAISE(ABORT, 'audit entries are added with their leaves'); END;
CREATE TRIGGER audit_resolutions_are_of_unknown_outcomes BEFORE INSERT ON audit_resolutions
WHEN EXISTS (SELECT 1 FROM audit_completions WHERE intent_id = NEW.intent_id AND outcome <> 'unknown')
BEGIN SELECT RAISE(ABORT, 'the outcome of this audit entry is known'); END;
CREATE TRIGGER audit_resolutions_are_never_replaced BEFORE INSERT ON audit_resolutions
WHEN EXISTS (SELECT 1 FROM audit_resolutions WHERE intent_id = NEW.intent_id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;

-- What may become of a leaf is that the salt of its actor is gone.
CREATE TRIGGER audit_leaves_are_never_changed BEFORE UPDATE ON audit_leaves
WHEN NOT (NEW.sequence IS OLD.sequence AND NEW.record IS OLD.record AND NEW.entry_id IS OLD.entry_id
    AND NEW.envelope IS OLD.envelope AND NEW.salts IS CAST(zeroblob(32) || substr(OLD.salts, 33) AS BLOB))
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_leaves_are_never_removed BEFORE DELETE ON audit_leaves
WHEN OLD.sequence >= (SELECT pruned FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
CREATE TRIGGER audit_leaves_are_never_replaced BEFORE INSERT ON audit_leaves
WHEN EXISTS (SELECT 1 FROM audit_leaves
    WHERE sequence = NEW.sequence OR (record = NEW.record AND entry_id = NEW.entry_id))
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;
CREATE TRIGGER audit_leaves_stand_in_a_row BEFORE INSERT ON audit_leaves
WHEN NEW.sequence <> (SELECT size FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'the audit log has grown meanwhile'); END;

CREATE TRIGGER audit_subtrees_are_never_changed BEFORE UPDATE ON audit_subtrees
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_subtrees_are_never_removed BEFORE DELETE ON audit_subtrees
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
CREATE TRIGGER audit_subtrees_are_never_replaced BEFORE INSERT ON audit_subtrees
WHEN EXISTS (SELECT 1 FROM audit_subtrees WHERE height = NEW.height AND place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;

-- The head grows, or more is pruned of what it has; never both.
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
WHEN NEW.id <> 1 OR NOT (
    (NEW.size > OLD.size AND NEW.pruned = OLD.pruned)
    -- The empty tree is signed once.
    OR (NEW.size = 0 AND OLD.checkpoint = '' AND NEW.frontier = x'' AND NEW.pruned = 0)
    OR (NEW.size = OLD.size AND NEW.pruned > OLD.pruned AND NEW.frontier IS OLD.frontier
        AND NEW.checkpoint IS OLD.checkpoint))
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_head_is_never_removed BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_head_is_never_replaced BEFORE INSERT ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;

-- What is pruned goes with the same statement.
CREATE TRIGGER audit_leaves_are_pruned AFTER UPDATE OF pruned ON audit_head WHEN NEW.pruned > OLD.pruned
BEGIN
    DELETE FROM audit_open_observations WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'intent');
    DELETE FROM audit_intents WHERE id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'intent');
    DELETE FROM audit_completions WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'completion');
    DELETE FROM audit_resolutions WHERE intent_id IN (SELECT entry_id FROM audit_leaves
        WHERE sequence >= OLD.pruned AND sequence < NEW.pruned AND record = 'resolution');
    DELETE FROM audit_leaves WHERE sequence >= OLD.pruned AND sequence < NEW.pruned;
END;

-- Whom an entry names is erased with its salt by one statement: a row of this view is the number of an entry.
CREATE VIEW audit_actor_erasures AS SELECT id AS entry_id FROM audit_intents WHERE false;
CREATE TRIGGER audit_actors_are_erased INSTEAD OF INSERT ON audit_actor_erasures
BEGIN
    UPDATE audit_intents SET actor_subject = '', actor_name = '', actor_email = NULL, actor_role = '', actor_groups = '[]',
        peer = NULL, session = NULL
    WHERE id = NEW.entry_id;
    UPDATE audit_leaves SET salts = CAST(zeroblob(32) || substr(salts, 33) AS BLOB)
    WHERE record = 'intent' AND entry_id = NEW.entry_id;
END;

-- A record and its leaf are added by one statement, which is one commit: through these views.

CREATE VIEW audit_intent_appends AS
SELECT r.id, r.intended_at, r.actor_subject, r.actor_name, r.actor_email, r.actor_role, r.actor_groups, r.peer,
    r.session, r.request_id, r.action, r.connection, r.environment, r.object_kind, r.object_id, r.object_name,
    r.organisation_id, r.changes, r.observation, r.answers, l.sequence, l.envelope, l.salts, h.frontier,
    h.checkpoint, h.checkpoint AS subtrees
FROM audit_intents AS r, audit_leaves AS l, audit_head AS h
WHERE false;

CREATE TRIGGER audit_intents_get_their_leaves INSTEAD OF INSERT ON audit_intent_appends
BEGIN
    INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    VALUES (NEW.sequence, 'intent', NEW.id, NEW.envelope, NEW.salts);
    INSERT INTO audit_intents (id, intended_at, actor_subject, actor_name, actor_email, actor_role, actor_groups, peer, session, request_id,
        action, connection, environment, object_kind, object_id, object_name, organisation_id,
        changes, observation, answers)
    VALUES (NEW.id, NEW.intended_at, NEW.actor_subject, NEW.actor_name, NEW.actor_email, NEW.actor_role,
        NEW.actor_groups, NEW.peer, NEW.session, NEW.request_id, NEW.action, NEW.connection, NEW.environment,
        NEW.object_kind, NEW.object_id, NEW.object_name, NEW.organisation_id, NEW.changes,
        NEW.observation, NEW.answers);
    INSERT INTO audit_subtrees (height, place, root)
    SELECT value ->> 'height', value ->> 'place', value ->> 'root' FROM json_each(NEW.subtrees);
    UPDATE audit_head SET size = NEW.sequence + 1, frontier = NEW.frontier, checkpoint = NEW.checkpoint;
END;

CREATE VIEW audit_completion_appends AS
SELECT r.intent_id, r.completed_at, r.outcome, r.http_status, r.partner_request_id, r.object_id, r.detail,
    r.duration_ms, l.sequence, l.envelope, l.salts, h.frontier, h.checkpoint, h.checkpoint AS subtrees
FROM audit_completions AS r, audit_leaves AS l, audit_head AS h
WHERE false;

CREATE TRIGGER audit_completions_get_their_leaves INSTEAD OF INSERT ON audit_completion_appends
BEGIN
    INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    VALUES (NEW.sequence, 'completion', NEW.intent_id, NEW.envelope, NEW.salts);
    INSERT INTO audit_completions (intent_id, completed_at, outcome, http_status, partner_request_id, object_id, detail, duration_ms)
    VALUES (NEW.intent_id, NEW.completed_at, NEW.outcome, NEW.http_status, NEW.partner_request_id,
        NEW.object_id, NEW.detail, NEW.duration_ms);
    INSERT INTO audit_subtrees (height, place, root)
    SELECT value ->> 'height', value ->> 'place', value ->> 'root' FROM json_each(NEW.subtrees);
    UPDATE audit_head SET size = NEW.sequence + 1, frontier = NEW.frontier, checkpoint = NEW.checkpoint;
END;

CREATE VIEW audit_resolution_appends AS
SELECT r.intent_id, r.resolved_at, r.outcome, r.object_id, r.detail, l.sequence, l.envelope, l.salts, h.frontier,
    h.checkpoint, h.checkpoint AS subtrees
FROM audit_resolutions AS r, audit_leaves AS l, audit_head AS h
WHERE false;

CREATE TRIGGER audit_resolutions_get_their_leaves INSTEAD OF INSERT ON audit_resolution_appends
BEGIN
    INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    VALUES (NEW.sequence, 'resolution', NEW.intent_id, NEW.envelope, NEW.salts);
    INSERT INTO audit_resolutions (intent_id, resolved_at, outcome, object_id, detail)
    VALUES (NEW.intent_id, NEW.resolved_at, NEW.outcome, NEW.object_id, NEW.detail);
    INSERT INTO audit_subtrees (height, place, root)
    SELECT value ->> 'height', value ->> 'place', value ->> 'root' FROM json_each(NEW.subtrees);
    UPDATE audit_head SET size = NEW.sequence + 1, frontier = NEW.frontier, checkpoint = NEW.checkpoint;
END;

-- The records that are older than the tree. The program makes their leaves at its next start, before it adds any other.
CREATE TABLE audit_earlier_records (
    entry_id INTEGER NOT NULL,
    record   TEXT NOT NULL CHECK (record IN ('intent', 'completion', 'resolution')),
    PRIMARY KEY (entry_id, record)
) STRICT;

INSERT INTO audit_earlier_records (entry_id, record)
SELECT id, 'intent' FROM audit_intents
UNION ALL SELECT intent_id, 'completion' FROM audit_completions
UNION ALL SELECT intent_id, 'resolution' FROM audit_resolutions;

CREATE TRIGGER audit_earlier_records_are_all_known BEFORE INSERT ON audit_earlier_records
BEGIN SELECT RAISE(ABORT, 'audit entries are added with their leaves'); END;
CREATE TRIGGER audit_earlier_records_are_never_changed BEFORE UPDATE ON audit_earlier_records
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;

CREATE VIEW audit_leaf_appends AS
SELECT l.sequence, l.record, l.entry_id, l.envelope, l.salts, h.frontier, h.checkpoint, h.checkpoint AS subtrees
FROM audit_leaves AS l, audit_head AS h
WHERE false;

CREATE TRIGGER audit_earlier_records_get_their_leaves INSTEAD OF INSERT ON audit_leaf_appends
BEGIN
    SELECT RAISE(ABORT, 'audit entries are added with their leaves')
    WHERE NOT EXISTS (SELECT 1 FROM audit_earlier_records WHERE entry_id = NEW.entry_id AND record = NEW.record);
    INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    VALUES (NEW.sequence, NEW.record, NEW.entry_id, NEW.envelope, NEW.salts);
    DELETE FROM audit_earlier_records WHERE entry_id = NEW.entry_id AND record = NEW.record;
    INSERT INTO audit_subtrees (height, place, root)
    SELECT value ->> 'height', value ->> 'place', value ->> 'root' FROM json_each(NEW.subtrees);
    UPDATE audit_head SET size = NEW.sequence + 1, frontier = NEW.frontier, checkpoint = NEW.checkpoint;
END;
