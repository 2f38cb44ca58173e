//! Whose backups a folder has. A dashboard that took those of another for its own would take none, and remove the other's with age.

use std::path::Path;
use std::{fs, io};

use super::error::BackupError;

/// The file in the folder that has the name of the log.
pub(super) const OWNER: &str = ".partner-dashboard-log";

/// Makes a folder that of the scheduled backups of a log, which goes by its name in the configuration.
///
/// # Errors
/// When it is that of another log, or cannot be written to.
pub(super) fn claim(folder: &Path, log: &str) -> Result<(), BackupError> {
    let file = folder.join(OWNER);
    let owner = match fs::read_to_string(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => read,
    };
    let not_written = |reason| BackupError::File { folder: folder.to_owned(), reason };
    match owner.map_err(not_written)?.trim() {
        owner if owner == log => Ok(()),
        // One that was killed may have left it empty.
        "" => fs::write(&file, format!("{log}\n")).map_err(not_written),
        owner => Err(BackupError::OfAnother { folder: folder.to_owned(), log: owner.to_owned(), file: OWNER }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_belongs_to_the_log_that_took_it_first() {
        let folder = tempfile::tempdir().unwrap();
        claim(folder.path(), "partners.example.com/audit").unwrap();
        claim(folder.path(), "partners.example.com/audit").unwrap();
        let refused = claim(folder.path(), "staging.example.com/audit").unwrap_err().to_string();
        assert!(refused.contains("partners.example.com/audit") && refused.contains(OWNER), "{refused}");
        fs::write(folder.path().join(OWNER), "").unwrap();
        claim(folder.path(), "staging.example.com/audit").unwrap();
        assert!(claim(&folder.path().join("gone"), "x").is_err());
    }
}
