-- The newest check of a connection is the one that was added last, whatever the clocks said: one of them may have been ahead.
CREATE INDEX connection_checks_as_added ON connection_checks (connection, id);

DROP TRIGGER connection_states_are_kept;
CREATE TRIGGER connection_states_are_kept AFTER INSERT ON connection_checks
BEGIN
    INSERT INTO connection_states (connection, at, state, since, last_success_at)
    VALUES (NEW.connection, NEW.at, NEW.state, NEW.at, iif(NEW.state IN ('works', 'expiring'), NEW.at, NULL))
    ON CONFLICT (connection) DO UPDATE
        -- The later of the two, by which it is removed with age: a clock that was behind for a moment does not make it old.
        SET at = max(at, excluded.at), state = excluded.state,
            since = iif(state = excluded.state, since, excluded.since),
            last_success_at = coalesce(excluded.last_success_at, last_success_at);
END;
