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
    attempts       BIGINT NOT NULL,
    due_at         BIGINT NOT NULL,
    first_tried_at BIGINT,
    -- Whether it waits for the end of quiet hours.
    is_held        BOOLEAN NOT NULL,
    changed_at     BIGINT NOT NULL,
    PRIMARY KEY (target, id)
);

CREATE INDEX notification_deliveries_waiting ON notification_deliveries (due_at) WHERE state = 'waiting';

-- How the last attempts at each target went.
CREATE TABLE notification_targets (
    target            TEXT PRIMARY KEY,
    last_delivered_at BIGINT,
    last_failed_at    BIGINT,
    last_error        TEXT
);

-- What was told last of each thing that is watched.
CREATE TABLE notification_told (
    watched TEXT PRIMARY KEY,
    told    TEXT NOT NULL
);
