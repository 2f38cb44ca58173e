//! The scheduled backups.

use prometheus_client::registry::{Registry, Unit};

use super::series::Series;
use crate::domain::backup::BackupState;

/// Puts them into the answer. Before there is a backup, only the failures are known.
pub(super) fn register(backups: BackupState, registry: &mut Registry) {
    if let Some(last) = backups.last {
        let at = u64::try_from(last.at.unix_timestamp()).unwrap_or_default();
        let taken = Series::gauge("backup_last_success_timestamp", "When the newest backup was taken, since 1970");
        taken.in_unit(Unit::Seconds).count(at).register(registry);
        let size = Series::gauge("backup_last_success", "The size of the newest backup");
        size.in_unit(Unit::Bytes).count(last.bytes).register(registry);
    }
    let failures = Series::counter("backup_failures", "Backups that failed since the start");
    failures.count(backups.failures).register(registry);
}
