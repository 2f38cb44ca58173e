-- The audit log, as in SQLite: three tables of records, a leaf of the tree for each of them, and the signed head. What is said
-- there of the tree holds here too.
--
-- A record, its leaf and the head are written in one transaction, which locks the row of the head first: so appends of all
-- replicas are serialised. Times are texts as RFC 3339 has them, because that is what the leaves commit to. They are compared
-- byte by byte.

CREATE TABLE audit_intents (
    id              BIGINT PRIMARY KEY,
    intended_at     TEXT COLLATE "C" NOT NULL,
    actor_subject   TEXT NOT NULL,
    actor_name      TEXT NOT NULL,
    actor_email     TEXT,
    actor_role      TEXT NOT NULL,
    -- JSON, as everything that is called JSON here: as text, so that it stays as it was written.
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
    -- JSON.
    changes         TEXT NOT NULL CHECK (json_typeof(changes::json) = 'array'),
    -- JSON: what was found, and when it was last seen unchanged; of an observed entry alone.
    observation     TEXT CHECK (json_typeof(observation::json) IS NOT NULL OR observation IS NULL),
    -- The newest observed entry that this one answers. It answers those about the same object before it too.
    answers         BIGINT,
    -- The entry whose version of the object this one restored.
    restores        BIGINT,
    CHECK ((connection IS NULL) = (environment IS NULL))
);

CREATE TABLE audit_completions (
    intent_id          BIGINT PRIMARY KEY,
    completed_at       TEXT COLLATE "C" NOT NULL,
    outcome            TEXT NOT NULL CHECK (outcome IN ('applied', 'refused', 'not_sent', 'unknown')),
    http_status        BIGINT,
    partner_request_id TEXT,
    object_id          TEXT,
    detail             TEXT,
    duration_ms        BIGINT NOT NULL
);

CREATE TABLE audit_resolutions (
    intent_id   BIGINT PRIMARY KEY,
    resolved_at TEXT COLLATE "C" NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('applied', 'not_applied')),
    object_id   TEXT,
    detail      TEXT NOT NULL
);

-- Hashes, because a B-tree refuses an ID that is very long, and with it the record.
CREATE INDEX audit_intents_by_object ON audit_intents USING hash (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX audit_intents_by_subject ON audit_intents USING hash (actor_subject);
CREATE INDEX audit_intents_by_answer ON audit_intents (answers) WHERE answers IS NOT NULL;
CREATE INDEX audit_completions_by_object ON audit_completions USING hash (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX audit_resolutions_by_object ON audit_resolutions USING hash (object_id) WHERE object_id IS NOT NULL;

CREATE TABLE audit_leaves (
    -- The place in the tree, from 0.
    sequence BIGINT PRIMARY KEY CHECK (sequence >= 0),
    record   TEXT NOT NULL CHECK (record IN ('intent', 'completion', 'resolution')),
    entry_id BIGINT NOT NULL,
    -- JSON.
    envelope TEXT NOT NULL,
    -- One of 32 bytes for each part that the envelope commits to: actor, target, before, after, detail. Zeros stand for a
    -- part that was erased.
    salts    BYTEA NOT NULL CHECK (length(salts) = 160),
    UNIQUE (record, entry_id)
);

-- The tree as it is now: one row.
CREATE TABLE audit_head (
    id         BIGINT PRIMARY KEY CHECK (id = 1),
    size       BIGINT NOT NULL,
    -- The roots of the largest complete subtrees, from the left: what is needed to add the next leaf.
    frontier   BYTEA NOT NULL,
    -- A C2SP checkpoint, signed; empty before the program first starts.
    checkpoint TEXT NOT NULL,
    -- The leaves before this one are gone on purpose. The roots of their subtrees are kept.
    pruned     BIGINT NOT NULL DEFAULT 0 CHECK (pruned BETWEEN 0 AND size AND pruned % 256 = 0),
    -- The number of the last entry. It is never used again, also when the entry was pruned.
    last_entry BIGINT NOT NULL DEFAULT 0
);

INSERT INTO audit_head (id, size, frontier, checkpoint) VALUES (1, 0, '', '');

-- The roots of the complete subtrees of 256 leaves and of 256 of those each, and so on.
CREATE TABLE audit_subtrees (
    height BIGINT NOT NULL CHECK (height IN (8, 16, 24)),
    -- Its place among those of its height, from 0.
    place  BIGINT NOT NULL,
    -- In hexadecimal.
    root   TEXT NOT NULL CHECK (length(root) = 64),
    PRIMARY KEY (height, place)
);

-- What lists search in: the words and IDs of each entry. It says nothing that the log does not say, and is written with it.
CREATE TABLE audit_search (
    entry_id BIGINT PRIMARY KEY,
    -- Whoever acted, in lower case: subject, name and email address. Empty for whoever was erased.
    actor    TEXT NOT NULL,
    tokens   TEXT[] NOT NULL
);

CREATE INDEX audit_search_by_token ON audit_search USING gin (tokens);

-- How far the audit log was written to its stream: every record before this leaf, at least. It is no part of the log.
CREATE TABLE stream_progress (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    position BIGINT NOT NULL CHECK (position >= 0)
);

INSERT INTO stream_progress (id, position) VALUES (1, 0);
