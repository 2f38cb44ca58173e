-- Drafts of forms, messages for the next page, and which forms have created something already: each a row of its own.
-- They were parts of a session, which is written whole, so that two tabs lost each other's.

-- A draft belongs to a person and outlives the session. Times are in seconds since 1970.
CREATE TABLE drafts (
    subject         TEXT NOT NULL,
    id              TEXT NOT NULL,
    connection      TEXT NOT NULL,
    object_kind     TEXT NOT NULL,
    object_id       TEXT,
    organisation_id TEXT,
    data            TEXT NOT NULL CHECK (json_valid(data)),
    kept_at         INTEGER NOT NULL,
    PRIMARY KEY (subject, id)
) STRICT;

CREATE INDEX drafts_by_age ON drafts (kept_at);

-- A message belongs to one browser. Only the hash of the session's id is kept: the id is its bearer.
CREATE TABLE messages (
    id           INTEGER PRIMARY KEY,
    session_hash BLOB NOT NULL,
    tone         TEXT NOT NULL CHECK (tone IN ('good', 'warning', 'bad')),
    text         TEXT NOT NULL,
    left_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX messages_by_session ON messages (session_hash, id);

-- The one-time ids of forms that create something: each is used for one creation.
CREATE TABLE submissions (
    subject      TEXT NOT NULL,
    form_id      TEXT NOT NULL,
    content_hash BLOB NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('sending', 'created', 'unknown')),
    object_id    TEXT,
    draft_id     TEXT,
    submitted_at INTEGER NOT NULL,
    PRIMARY KEY (subject, form_id)
) STRICT;

CREATE INDEX submissions_by_age ON submissions (submitted_at);

-- Drafts and messages of before are dropped from the sessions: they lived for half an hour at the most.
UPDATE sessions SET data = json_remove(data, '$.drafts', '$.flashes');
