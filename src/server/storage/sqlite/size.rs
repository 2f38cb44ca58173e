//! How much room the files of an SQLite database take.

use std::path::Path;

use async_trait::async_trait;
use rustix::fs::statvfs;

use super::store::SqliteStore;
use crate::server::storage::{DatabaseSize, SizeStore, StorageError};

/// What is beside the database, by the end of its name: what was written last, and the search index of the audit log.
const BESIDE: [(&str, &str); 2] = [("write_ahead_log", "-wal"), ("search_index", ".search")];

#[async_trait]
impl SizeStore for SqliteStore {
    async fn size(&self) -> Result<DatabaseSize, StorageError> {
        // As the database counts them: what was written last is in a file of its own.
        let bytes: i64 = sqlx::query_scalar("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            .fetch_one(&self.pool)
            .await?;
        let options = self.pool.connect_options();
        let file = options.get_filename();
        let mut parts = vec![("database", u64::try_from(bytes).unwrap_or_default())];
        parts.extend(BESIDE.iter().filter_map(|(part, end)| Some((*part, size_of(file, end)?))));
        Ok(DatabaseSize { parts, free: free_beside(file) })
    }
}

fn size_of(file: &Path, end: &str) -> Option<u64> {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    std::fs::metadata(name).ok().map(|metadata| metadata.len())
}

/// What this account may still write where the file is.
pub(super) fn free_beside(file: &Path) -> Option<u64> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let system = statvfs(folder).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}
