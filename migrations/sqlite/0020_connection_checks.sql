-- The history of the checks of connections. It is kept for 90 days: in full at first, then only where the state changed.
CREATE TABLE connection_checks (
    id             INTEGER PRIMARY KEY,
    connection     TEXT NOT NULL,
    -- When the check ended, in milliseconds since 1970.
    at             INTEGER NOT NULL,
    state          TEXT NOT NULL,
    -- How far the check got.
    stage          TEXT NOT NULL,
    detail         TEXT NOT NULL,
    advice         TEXT,
    http_status    INTEGER,
    request_id     TEXT,
    duration_ms    INTEGER NOT NULL,
    is_from_memory INTEGER NOT NULL
) STRICT;

CREATE INDEX connection_checks_in_order ON connection_checks (connection, at);

-- One row for each connection and day in UTC. It stays as it is when checks of the day are removed.
CREATE TABLE connection_days (
    connection TEXT NOT NULL,
    day        TEXT NOT NULL,
    checks     INTEGER NOT NULL,
    working    INTEGER NOT NULL,
    -- Of the checks that worked and called the partner, by nearest rank.
    p95_ms     INTEGER,
    PRIMARY KEY (connection, day)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER connection_days_are_counted AFTER INSERT ON connection_checks
BEGIN
    INSERT INTO connection_days (connection, day, checks, working, p95_ms)
    WITH checks AS (
        SELECT state IN ('works', 'expiring') AS is_working, duration_ms, is_from_memory FROM connection_checks
        WHERE connection = NEW.connection
            AND at >= NEW.at - NEW.at % 86400000 AND at < NEW.at - NEW.at % 86400000 + 86400000
    ), answered AS (SELECT duration_ms FROM checks WHERE is_working AND NOT is_from_memory)
    SELECT NEW.connection, date(NEW.at / 1000, 'unixepoch'), count(*), sum(is_working),
        (SELECT duration_ms FROM answered ORDER BY duration_ms
         LIMIT 1 OFFSET (SELECT max((count(*) * 95 + 99) / 100 - 1, 0) FROM answered))
    FROM checks WHERE true
    -- A clock that was set back finds a day that was thinned already: it counts fewer.
    ON CONFLICT (connection, day) DO UPDATE
        SET checks = excluded.checks, working = excluded.working, p95_ms = excluded.p95_ms
        WHERE excluded.checks > connection_days.checks;
END;
