//! Everything that one database keeps, carried over to another: row by row, as it is.

mod cell;
mod from_postgres;
mod tables;
mod to_postgres;

pub use from_postgres::log_to_file;
pub use to_postgres::to_postgres;

use super::StorageError;

/// Why a database cannot be carried over. The one that it is taken from stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// One of the databases cannot be used.
    #[error(transparent)]
    Database(#[from] super::DatabaseError),
    /// One of them failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There is something in the other one already.
    #[error("the database that is to be filled has an audit log already: name one that is empty")]
    NotEmpty,
    /// Records of an older version have no leaves yet.
    #[error("the database was written by an older version: start this version on it once")]
    Older,
    /// PostgreSQL cannot keep what a record says.
    #[error("the table {table} has the character U+0000, which PostgreSQL cannot keep: its proofs would be lost")]
    NullCharacter {
        /// The table.
        table: &'static str,
    },
}

impl From<sqlx::Error> for TransferError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

#[cfg(test)]
mod rows_test;
#[cfg(test)]
mod tests;
