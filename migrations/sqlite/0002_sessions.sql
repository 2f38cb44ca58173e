-- Sessions: messages and drafts between a form and the page after it. The id is the bearer of the
-- session, so only its hash is kept.

CREATE TABLE sessions (
    id_hash    BLOB PRIMARY KEY,
    data       TEXT NOT NULL CHECK (json_valid(data)),
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_by_expiry ON sessions (expires_at);
