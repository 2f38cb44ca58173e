-- What the configuration was at the last start, to say which of its keys have other values now. No values are kept: each
-- key has a hash of the salt and its value.

CREATE TABLE configuration (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    salt   BLOB NOT NULL CHECK (length(salt) = 32),
    -- A JSON object.
    hashes TEXT NOT NULL CHECK (json_valid(hashes))
) STRICT;
