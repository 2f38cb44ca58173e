-- What belongs to people: sessions, drafts, messages, forms that were sent, saved views; and what the configuration was. Times are
-- in seconds since 1970, by the clock of the program.

-- Only the hash of a session's ID is kept: the ID is its bearer.
CREATE TABLE sessions (
    id_hash          BYTEA PRIMARY KEY,
    -- JSON.
    data             TEXT NOT NULL,
    created_at       BIGINT NOT NULL,
    last_used_at     BIGINT NOT NULL,
    -- Whose it is, as the data says.
    subject          TEXT GENERATED ALWAYS AS (data::json #>> '{owner,subject}') STORED,
    provider_session TEXT GENERATED ALWAYS AS (data::json #>> '{owner,provider_session}') STORED
);

CREATE INDEX sessions_by_subject ON sessions (subject);
CREATE INDEX sessions_by_provider_session ON sessions (provider_session);

-- A draft belongs to a person and outlives the session.
CREATE TABLE drafts (
    subject         TEXT NOT NULL,
    id              TEXT NOT NULL,
    -- Of two that were kept in the same second, the higher one is newer.
    number          BIGINT GENERATED ALWAYS AS IDENTITY,
    connection      TEXT NOT NULL,
    object_kind     TEXT NOT NULL,
    object_id       TEXT,
    organisation_id TEXT,
    -- JSON.
    data            TEXT NOT NULL,
    kept_at         BIGINT NOT NULL,
    PRIMARY KEY (subject, id)
);

CREATE INDEX drafts_by_age ON drafts (kept_at);

-- A message belongs to one browser.
CREATE TABLE messages (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_hash BYTEA NOT NULL,
    tone         TEXT NOT NULL CHECK (tone IN ('good', 'warning', 'bad')),
    text         TEXT NOT NULL,
    left_at      BIGINT NOT NULL
);

CREATE INDEX messages_by_session ON messages (session_hash, id);

-- The one-time IDs of forms that create something: each is used for one creation.
CREATE TABLE submissions (
    subject      TEXT NOT NULL,
    form_id      TEXT NOT NULL,
    content_hash BYTEA NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('sending', 'created', 'unknown')),
    object_id    TEXT,
    draft_id     TEXT,
    submitted_at BIGINT NOT NULL,
    -- By which its entry of the audit log is found when the program ended in the middle.
    request_id   TEXT NOT NULL,
    PRIMARY KEY (subject, form_id)
);

CREATE INDEX submissions_by_age ON submissions (submitted_at);

CREATE TABLE saved_views (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject    TEXT NOT NULL,
    list       TEXT COLLATE "C" NOT NULL,
    connection TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    query      TEXT NOT NULL CHECK (length(query) <= 4000),
    saved_at   BIGINT NOT NULL,
    UNIQUE (subject, list, connection, name)
);

-- What the configuration was at the last start, to say which of its keys have other values now. No values are kept: each key has
-- a hash of the salt and its value.
CREATE TABLE configuration (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    salt   BYTEA NOT NULL CHECK (length(salt) = 32),
    -- JSON.
    hashes TEXT NOT NULL
);
