//! Backups of the database: taken while the server runs, checked before they have their name, and restored.
//!
//! May import: domain, clock, audit, storage. Never SQL.

mod continue_log;
mod error;
mod files;
mod lock;
mod next_history;
mod owner;
mod part;
mod restore;
mod restore_error;
mod schedule;
mod take;

/// What to do where the database has no file that could be copied.
pub const BACKUP_ELSEWHERE: &str = "back PostgreSQL up with its own tools, as docs/backup.md says";

pub use continue_log::{ContinueTarget, Continued, NextHistory, next_history};
pub use error::BackupError;
pub use lock::is_in_use;
pub use part::give_to_owner;
pub use restore::{RestoreTarget, Restored, restore};
pub use restore_error::RestoreError;
pub use schedule::{BackupSettings, Backups};
pub use take::{Backup, BackupSource, take};
