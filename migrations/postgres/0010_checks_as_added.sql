-- The newest check of a connection is the one that was added last, whatever the clocks said: one of them may have been ahead.
CREATE INDEX connection_checks_as_added ON connection_checks (connection, id);

CREATE OR REPLACE FUNCTION connection_check_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
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
        -- The later of the two, by which it is removed with age: a clock that was behind for a moment does not make it old.
        SET at = greatest(kept.at, excluded.at), state = excluded.state,
            since = CASE WHEN kept.state = excluded.state THEN kept.since ELSE excluded.since END,
            last_success_at = coalesce(excluded.last_success_at, kept.last_success_at);
    RETURN NULL;
END $$;
