-- Messages to the targets of notifications. One that is done stays for a while, so that the same event is not told twice.
-- Times are in milliseconds since 1970.
CREATE TABLE notification_deliveries (
    target         TEXT NOT NULL,
    -- The same for the same event.
    id             TEXT NOT NULL,
    -- The message as JSON. It holds no secret.
    notification   TEXT NOT NULL,
    -- 'waiting', 'delivered', 'given_up', or 'in_summary'.
    state          TEXT NOT NULL,
    attempts       INTEGER NOT NULL,
    due_at         INTEGER NOT NULL,
    first_tried_at INTEGER,
    -- Whether it waits for the end of quiet hours.
    is_held        INTEGER NOT NULL,
    changed_at     INTEGER NOT NULL,
    PRIMARY KEY (target, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX notification_deliveries_waiting ON notification_deliveries (due_at) WHERE state = 'waiting';

-- How the last attempts at each target went.
CREATE TABLE notification_targets (
    target            TEXT PRIMARY KEY,
    last_delivered_at INTEGER,
    last_failed_at    INTEGER,
    last_error        TEXT
) STRICT, WITHOUT ROWID;

-- What was told last of each thing that is watched.
CREATE TABLE notification_told (
    watched TEXT PRIMARY KEY,
    told    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
