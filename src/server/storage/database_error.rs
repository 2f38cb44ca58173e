//! Why a database cannot be used.

use std::path::PathBuf;

use sqlx::migrate::MigrateError;

use super::StorageError;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The `database` setting is not an SQLite URL.
    #[error("the database setting {url:?} is not of the form sqlite:FILE")]
    Url {
        /// The setting.
        url: String,
    },
    /// The SQLite in this binary is too old.
    #[error("this binary contains SQLite {found}, which can corrupt a WAL database; 3.51.3 or later is needed")]
    TooOld {
        /// What `sqlite_version()` says.
        found: String,
    },
    /// A restore of it was interrupted.
    #[error("a restore of the database {} was interrupted: run restore again", file.display())]
    Restoring {
        /// The file of the database.
        file: PathBuf,
    },
    /// A setting was not accepted.
    #[error("SQLite did not accept {pragma}: it says {found}")]
    Pragma {
        /// The pragma's name.
        pragma: &'static str,
        /// Its value when it was read back.
        found: String,
    },
    /// The `database` setting is not a PostgreSQL URL. What it says may be secret.
    #[error("the database setting is not of the form postgres://USER@HOST/DATABASE")]
    PostgresUrl,
    /// The PostgreSQL server could lose what it said is kept, or is too old.
    #[error("PostgreSQL's {setting} is {found}; the dashboard needs {needed}")]
    Setting {
        /// The setting of the server.
        setting: &'static str,
        /// What it has to be.
        needed: &'static str,
        /// What it is.
        found: String,
    },
    /// The PostgreSQL server cannot be written to.
    #[error("the PostgreSQL server is a standby that cannot be written to: name the primary in the database setting")]
    Standby,
    /// A replica runs that seals with another key: what one hands on, the other could not open.
    #[error(
        "another replica runs with another sealing key: give all replicas the same sealing_key_file. To change the key, end all of \
         them first"
    )]
    OtherSealingKey,
    /// The PostgreSQL server takes too long to answer.
    #[error("the PostgreSQL server did not answer within 10 seconds: look at its address, and at firewalls on the way")]
    NoAnswer,
    /// The user of the PostgreSQL database may not make tables in it.
    #[error(
        "the database user {user} may not make tables in the schema {schema}: let that user own the database, or GRANT CREATE ON \
         SCHEMA {schema} TO {user}"
    )]
    NoTables {
        /// The user, quoted as in SQL where need be.
        user: String,
        /// The schema, quoted in the same way.
        schema: String,
    },
    /// The PostgreSQL database has no schema that tables could be made in.
    #[error("the database has no schema that {user} can make tables in: search_path names none that is there")]
    NoSchema {
        /// The user, quoted as in SQL where need be.
        user: String,
    },
    /// What is asked for needs the file of an SQLite database.
    #[error("this needs a database of the form sqlite:FILE: {instead}")]
    NeedsFile {
        /// What to do instead.
        instead: &'static str,
    },
    /// A later version has migrated the database. What it made of it is not known here.
    #[error(
        "a newer version of the dashboard has migrated the database (this version does not know migration {migration}): start the \
         newer version, or restore a backup from before the upgrade"
    )]
    Newer {
        /// The number of a migration in the database.
        migration: i64,
    },
    /// The migrations do not fit the database.
    #[error("the database could not be migrated")]
    Migrate(#[source] MigrateError),
    /// The audit log is not one that can be gone on with.
    #[error("the audit log cannot be gone on with")]
    AuditLog(#[source] StorageError),
    /// Opening or asking failed.
    #[error("the database could not be opened")]
    Open(#[from] sqlx::Error),
}

impl From<MigrateError> for DatabaseError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(migration) => Self::Newer { migration },
            error => Self::Migrate(error),
        }
    }
}
