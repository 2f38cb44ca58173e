-- Lists as people like to see them: each view belongs to one person. Times are in seconds since 1970.

CREATE TABLE saved_views (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    subject    TEXT NOT NULL,
    list       TEXT NOT NULL,
    connection TEXT NOT NULL,
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    query      TEXT NOT NULL CHECK (length(query) <= 4000),
    saved_at   INTEGER NOT NULL,
    UNIQUE (subject, list, connection, name)
) STRICT;
