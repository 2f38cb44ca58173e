//! The condition that an advisory lock is held, in SQL.

/// Holds for a row of `pg_locks` that stands for a lock in this database, with a 64-bit key, that somebody has. PostgreSQL keeps the
/// halves of the key in two columns, and then `objsubid` is 1. Other databases have locks with these keys too. The key is SQL, such as
/// a parameter.
macro_rules! is_held_lock {
    ($key:literal) => {
        concat!(
            "pg_locks.locktype = 'advisory' AND pg_locks.granted AND pg_locks.objsubid = 1
             AND (pg_locks.classid::bigint << 32) | pg_locks.objid::bigint = ",
            $key,
            " AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    };
}
