//! What the commands about the audit log are given: a database, a public key, and files beside them.

use std::fs;
use std::path::Path;

use super::{Failure, with_causes};
use crate::server::audit::VerifyingKey;
use crate::server::storage::StorageError;

/// The database, or what is in it, is of another form.
pub(super) fn unreadable(error: StorageError) -> Failure {
    Failure::configuration(with_causes(&error))
}

pub(super) fn read_key(file: &Path) -> Result<VerifyingKey, Failure> {
    read(file)?.parse().map_err(|error| Failure::configuration(format_args!("{}: {error}", file.display())))
}

pub(super) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::configuration(format_args!("{}: {error}", path.display())))
}
