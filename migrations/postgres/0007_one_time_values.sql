-- What waits for one page, whichever replica makes it: sealed with a key that is not in the database, and found by hashes alone.
-- The time is in seconds since 1970.
CREATE TABLE one_time_values (
    ticket     BYTEA PRIMARY KEY CHECK (length(ticket) = 32),
    owner      BYTEA NOT NULL CHECK (length(owner) = 32),
    sealed     TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX one_time_values_by_owner ON one_time_values (owner, expires_at);
CREATE INDEX one_time_values_by_expiry ON one_time_values (expires_at);
