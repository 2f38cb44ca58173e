-- The history of the checks of connections. It is kept for 90 days: in full at first, then only where the state changed.
-- Times are in milliseconds since 1970.
CREATE TABLE connection_checks (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    connection     TEXT NOT NULL,
    -- When the check ended.
    at             BIGINT NOT NULL,
    state          TEXT NOT NULL,
    -- How far the check got.
    stage          TEXT NOT NULL,
    detail         TEXT NOT NULL,
    advice         TEXT,
    http_status    BIGINT,
    request_id     TEXT,
    duration_ms    BIGINT NOT NULL,
    is_from_memory BOOLEAN NOT NULL,
    -- The time from the check before until this one, when the connection was watched, and what it counts as.
    watched_from   BIGINT,
    watched_until  BIGINT,
    was_working    BOOLEAN
);

CREATE INDEX connection_checks_in_order ON connection_checks (connection, at);

-- One row for each connection and day in UTC. It stays as it is when checks of the day are removed.
CREATE TABLE connection_days (
    connection TEXT NOT NULL,
    day        TEXT COLLATE "C" NOT NULL,
    checks     BIGINT NOT NULL,
    working    BIGINT NOT NULL,
    -- Of the checks that worked and called the partner, by nearest rank.
    p95_ms     BIGINT,
    watched_ms BIGINT NOT NULL DEFAULT 0,
    working_ms BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (connection, day)
);

-- Since when each connection is in its state. It stays as it is when the check that found the state first is removed.
CREATE TABLE connection_states (
    connection      TEXT PRIMARY KEY,
    -- When the newest check ended.
    at              BIGINT NOT NULL,
    state           TEXT NOT NULL,
    -- When the state was found first.
    since           BIGINT NOT NULL,
    -- When the connection was last found working.
    last_success_at BIGINT
);

CREATE FUNCTION connection_day(at BIGINT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$
    SELECT to_char(to_timestamp(at / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')
$$;

CREATE FUNCTION connection_check_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    day_begins BIGINT := NEW.at - NEW.at % 86400000;
    is_working BOOLEAN := NEW.state IN ('works', 'expiring');
BEGIN
    INSERT INTO connection_days AS kept (connection, day, checks, working, p95_ms)
    SELECT NEW.connection, connection_day(NEW.at), count(*), count(*) FILTER (WHERE state IN ('works', 'expiring')),
        percentile_disc(0.95) WITHIN GROUP (ORDER BY duration_ms)
            FILTER (WHERE state IN ('works', 'expiring') AND NOT is_from_memory)
    FROM connection_checks WHERE connection = NEW.connection AND at >= day_begins AND at < day_begins + 86400000
    -- A clock that was set back finds a day that was thinned already: it counts fewer.
    ON CONFLICT (connection, day) DO UPDATE
        SET checks = excluded.checks, working = excluded.working, p95_ms = excluded.p95_ms
        WHERE excluded.checks > kept.checks;

    IF NEW.watched_from < NEW.watched_until THEN
        INSERT INTO connection_days AS kept (connection, day, checks, working, watched_ms, working_ms)
        SELECT NEW.connection, connection_day(began), 0, 0, ended - began, CASE WHEN NEW.was_working THEN ended - began ELSE 0 END
        FROM (
            SELECT greatest(midnight, NEW.watched_from) AS began, least(midnight + 86400000, NEW.watched_until) AS ended
            FROM generate_series(NEW.watched_from - NEW.watched_from % 86400000, NEW.watched_until - 1, 86400000) AS midnight
        ) AS parts
        ON CONFLICT (connection, day) DO UPDATE
            SET watched_ms = kept.watched_ms + excluded.watched_ms, working_ms = kept.working_ms + excluded.working_ms;
    END IF;

    INSERT INTO connection_states AS kept (connection, at, state, since, last_success_at)
    VALUES (NEW.connection, NEW.at, NEW.state, NEW.at, CASE WHEN is_working THEN NEW.at END)
    ON CONFLICT (connection) DO UPDATE
        SET at = excluded.at, state = excluded.state,
            since = CASE WHEN kept.state = excluded.state THEN kept.since ELSE excluded.since END,
            last_success_at = coalesce(excluded.last_success_at, kept.last_success_at)
        -- After a clock was set back, the newest check is still the newest.
        WHERE excluded.at >= kept.at;
    RETURN NULL;
END $$;
CREATE TRIGGER connection_checks_are_kept AFTER INSERT ON connection_checks FOR EACH ROW
EXECUTE FUNCTION connection_check_is_kept();
