-- What the index of a connection is restored from when the server starts: a snapshot, and the own changes since.

-- A version of a snapshot is complete once it has a checksum. The highest complete version of a connection is current,
-- only the highest version of all may be written to, and every other is removed in small steps. So one statement each
-- begins a version, makes it current and gives the former up.
CREATE TABLE index_snapshots (
    version       INTEGER PRIMARY KEY AUTOINCREMENT,
    connection    TEXT NOT NULL,
    checksum      BLOB,
    length        INTEGER,
    journal_until INTEGER,
    finished_at   INTEGER,
    CHECK (checksum IS NULL OR (length(checksum) = 32 AND length IS NOT NULL AND journal_until IS NOT NULL
        AND finished_at IS NOT NULL))
) STRICT;

CREATE INDEX index_snapshots_by_connection ON index_snapshots (connection, version);

-- Pieces are small, so that whoever reads them one after the other holds few bytes at a time.
CREATE TABLE index_snapshot_pieces (
    version INTEGER NOT NULL REFERENCES index_snapshots (version),
    number  INTEGER NOT NULL,
    data    BLOB NOT NULL CHECK (length(data) <= 65536),
    PRIMARY KEY (version, number)
) STRICT;

-- An object as it was after the last own change to it. Times are in seconds since 1970.
CREATE TABLE index_journal (
    position        INTEGER PRIMARY KEY AUTOINCREMENT,
    connection      TEXT NOT NULL,
    object_kind     TEXT NOT NULL,
    object_id       TEXT NOT NULL,
    organisation_id TEXT,
    fields          TEXT NOT NULL CHECK (json_valid(fields)),
    changed_at      INTEGER NOT NULL,
    UNIQUE (connection, object_kind, object_id)
) STRICT;

CREATE INDEX index_journal_by_position ON index_journal (connection, position);
