-- How far the audit log was written to its stream: every record before this leaf, at least. It is no part of the log.
CREATE TABLE stream_progress (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL CHECK (position >= 0)
) STRICT;

INSERT INTO stream_progress (id, position) VALUES (1, 0);
