-- Whose a session is, when it began and when it was used last: a session ends by being idle, by its age, by its owner,
-- or by the identity provider. Sessions of before are let go: nobody knows whose they are.

DROP TABLE sessions;

CREATE TABLE sessions (
    id_hash          BLOB PRIMARY KEY,
    data             TEXT NOT NULL CHECK (json_valid(data)),
    created_at       INTEGER NOT NULL,
    last_used_at     INTEGER NOT NULL,
    subject          TEXT GENERATED ALWAYS AS (data ->> '$.owner.subject') VIRTUAL,
    provider_session TEXT GENERATED ALWAYS AS (data ->> '$.owner.provider_session') VIRTUAL
) STRICT;

CREATE INDEX sessions_by_subject ON sessions (subject);
CREATE INDEX sessions_by_provider_session ON sessions (provider_session);
