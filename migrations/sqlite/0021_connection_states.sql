-- How long a connection was watched on each day, and how long of that it worked, in milliseconds. A share of checks would not say
-- it: a connection that fails is checked less often. Days before this migration have neither.
ALTER TABLE connection_days ADD COLUMN watched_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connection_days ADD COLUMN working_ms INTEGER NOT NULL DEFAULT 0;

-- The time from the check before until this one, when the connection was watched, and what it counts as: as it was found at the
-- beginning.
ALTER TABLE connection_checks ADD COLUMN watched_from INTEGER;
ALTER TABLE connection_checks ADD COLUMN watched_until INTEGER;
ALTER TABLE connection_checks ADD COLUMN was_working INTEGER;

CREATE TRIGGER connection_days_are_timed AFTER INSERT ON connection_checks WHEN NEW.watched_from < NEW.watched_until
BEGIN
    INSERT INTO connection_days (connection, day, checks, working, watched_ms, working_ms)
    WITH RECURSIVE parts (began, ended) AS (
        SELECT NEW.watched_from, min(NEW.watched_until, (NEW.watched_from / 86400000 + 1) * 86400000)
        UNION ALL
        SELECT ended, min(NEW.watched_until, ended + 86400000) FROM parts WHERE ended < NEW.watched_until
    )
    SELECT NEW.connection, date(began / 1000, 'unixepoch'), 0, 0, ended - began, iif(NEW.was_working, ended - began, 0)
    FROM parts WHERE true
    ON CONFLICT (connection, day) DO UPDATE
        SET watched_ms = watched_ms + excluded.watched_ms, working_ms = working_ms + excluded.working_ms;
END;

-- Since when each connection is in its state. It stays as it is when the check that found the state first is removed.
CREATE TABLE connection_states (
    connection      TEXT PRIMARY KEY,
    -- When the newest check ended, in milliseconds since 1970, as all times here.
    at              INTEGER NOT NULL,
    state           TEXT NOT NULL,
    -- When the state was found first.
    since           INTEGER NOT NULL,
    -- When the connection was last found working.
    last_success_at INTEGER
) STRICT, WITHOUT ROWID;

INSERT INTO connection_states (connection, at, state, since, last_success_at)
SELECT connection, at, state,
    (SELECT min(at) FROM connection_checks WHERE connection = newest.connection AND at > coalesce(
        (SELECT max(at) FROM connection_checks WHERE connection = newest.connection AND state <> newest.state), -1)),
    (SELECT max(at) FROM connection_checks WHERE connection = newest.connection AND state IN ('works', 'expiring'))
FROM (SELECT connection, max(at) AS at, state FROM connection_checks GROUP BY connection) AS newest;

CREATE TRIGGER connection_states_are_kept AFTER INSERT ON connection_checks
BEGIN
    INSERT INTO connection_states (connection, at, state, since, last_success_at)
    VALUES (NEW.connection, NEW.at, NEW.state, NEW.at, iif(NEW.state IN ('works', 'expiring'), NEW.at, NULL))
    ON CONFLICT (connection) DO UPDATE
        SET at = excluded.at, state = excluded.state,
            since = iif(state = excluded.state, since, excluded.since),
            last_success_at = coalesce(excluded.last_success_at, last_success_at)
        -- After a clock was set back, the newest check is still the newest.
        WHERE excluded.at >= at;
END;
