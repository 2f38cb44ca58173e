//! The files of backups: their names, which say when they were taken, and which of them are there.

use std::cmp::Reverse;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::{fs, io};

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime, UtcOffset};
use uuid::Uuid;

use super::error::BackupError;
use super::part::folder_of;
use crate::domain::backup::LastBackup;

/// How far ahead another clock may be.
const AHEAD: Duration = Duration::minutes(5);
/// No backup takes longer.
const UNFINISHED: Duration = Duration::DAY;

/// What SQLite adds to the name of a file for its journal.
const JOURNAL: &str = "-journal";

const STAMP: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour][minute][second]Z");
const NAME: &[BorrowedFormatItem<'_>] =
    format_description!("partner-dashboard-[year]-[month]-[day]T[hour][minute][second]Z.db");

/// The name of a backup of a moment.
pub(super) fn name(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).format(NAME).unwrap_or_default()
}

/// A moment as names have it.
pub(super) fn stamp(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).format(STAMP).unwrap_or_default()
}

/// When the backup of a name was taken; `None` for any other name.
pub(super) fn taken_at(text: &str) -> Option<OffsetDateTime> {
    let at = PrimitiveDateTime::parse(text, NAME).ok()?.assume_utc();
    (name(at) == text).then_some(at)
}

/// The file that a backup is written to: the one that is named, or one in the folder that is named.
pub(super) fn target(to: &Path, now: OffsetDateTime) -> Result<PathBuf, BackupError> {
    let file = if to.is_dir() { to.join(name(now)) } else { to.to_owned() };
    // A link that leads nowhere is there too.
    if file.symlink_metadata().is_ok() {
        return Err(BackupError::Exists { path: file });
    }
    let folder = folder_of(&file);
    if !folder.is_dir() || file.file_name().is_none() {
        return Err(BackupError::NoFolder { folder: folder.to_owned() });
    }
    Ok(file)
}

/// A backup in a folder.
#[derive(Debug)]
struct Present {
    path: PathBuf,
    at: OffsetDateTime,
    bytes: u64,
}

/// The backups in a folder that are called by their time, the newest first.
fn present(folder: &Path) -> io::Result<Vec<Present>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let at = entry.file_name().to_str().and_then(taken_at);
        if let (Some(at), Ok(metadata)) = (at, entry.metadata())
            && metadata.is_file()
        {
            found.push(Present { path: entry.path(), at, bytes: metadata.len() });
        }
    }
    found.sort_by_key(|one| Reverse(one.at));
    Ok(found)
}

/// The newest backup in a folder. One of a time to come says nothing: a clock was wrong.
pub(super) fn newest(folder: &Path, now: OffsetDateTime) -> Result<Option<LastBackup>, BackupError> {
    let present = present(folder).map_err(|reason| BackupError::File { folder: folder.to_owned(), reason })?;
    let newest = present.into_iter().find(|one| one.at <= now + AHEAD);
    Ok(newest.map(|Present { at, bytes, .. }| LastBackup { at, bytes }))
}

/// Removes the oldest backups in a folder, so that so many are left, and what is left of one that was begun long ago. What
/// has another name is never touched, nor the one that was just taken, nor one of a time in the future.
pub(super) fn remove_old(folder: &Path, keep: NonZeroU32, taken: &Path, now: OffsetDateTime) {
    let removed = present(folder).and_then(|present| {
        // Those of a time to come do not count: they would push out the others when a clock was wrong.
        let others = present.into_iter().filter(|one| one.path != taken && one.at <= now + AHEAD);
        others.skip(keep.get() as usize - 1).try_for_each(|old| fs::remove_file(old.path))?;
        remove_unfinished(folder, now)
    });
    if let Err(error) = removed {
        tracing::warn!(%error, "old backups could not be removed from {}", folder.display());
    }
}

/// When a backup was begun that was not finished, by the name of its file or of SQLite's journal beside it.
fn begun_at(text: &str) -> Option<OffsetDateTime> {
    let part = text.strip_suffix(JOURNAL).unwrap_or(text);
    let (name, id) = part.strip_prefix('.')?.strip_suffix(".part")?.rsplit_once('.')?;
    Uuid::parse_str(id).ok().and_then(|_| taken_at(name))
}

/// Removes what was begun and not finished a day ago: the program was killed.
fn remove_unfinished(folder: &Path, now: OffsetDateTime) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let begun = entry.file_name().to_str().and_then(begun_at);
        if begun.is_some_and(|begun| begun < now - UNFINISHED) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_name_says_when_the_backup_was_taken() {
        let at = datetime!(2026-11-27 02:03:04 UTC);
        assert_eq!(name(at), "partner-dashboard-2026-11-27T020304Z.db");
        assert_eq!(taken_at(&name(at)), Some(at));
        for other in [
            "partner-dashboard.db",
            "partner-dashboard-2026-11-27T020304Z.db-wal",
            "partner-dashboard-2026-13-27T020304Z.db",
            "partner-dashboard-2026-11-27T020304Z.db.part",
            ".partner-dashboard-2026-11-27T020304Z.db",
            "my-partner-dashboard-2026-11-27T020304Z.db",
            "",
        ] {
            assert_eq!(taken_at(other), None, "{other}");
        }
    }

    #[test]
    fn the_newest_are_kept_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let now = datetime!(2026-11-27 02:03:04 UTC);
        let write = |name: &str| fs::write(folder.path().join(name), "x").unwrap();
        let days: Vec<String> = (-1..6).map(|day| name(now - Duration::days(day))).collect();
        let id = Uuid::nil();
        let (old, new) = (format!(".{}.{id}.part", days[4]), format!(".{}.{id}.part", days[1]));
        let journal = format!("{old}-journal");
        // Of a backup that runs now.
        let running = format!("{new}-journal");
        let others = [
            "other.db",
            "partner-dashboard.db",
            ".hidden.part",
            "partner-dashboard-2020-01-01T000000Z.db.old",
            "partner-dashboard-2020-01-01T000000Z.db-journal",
        ];
        for name in days.iter().chain([&old, &journal, &new, &running]).map(String::as_str).chain(others) {
            write(name);
        }
        fs::create_dir(folder.path().join("partner-dashboard-2020-01-01T000000Z.db")).unwrap();
        assert_eq!(newest(folder.path(), now).unwrap().unwrap().at, now, "tomorrow has not been");
        remove_old(folder.path(), NonZeroU32::new(3).unwrap(), &folder.path().join(&days[1]), now);
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let mut expected: Vec<String> = others.map(str::to_owned).to_vec();
        expected.extend(days[..4].iter().cloned());
        expected.extend([new, running, "partner-dashboard-2020-01-01T000000Z.db".to_owned()]);
        expected.sort();
        assert_eq!(left, expected);
        assert!(newest(&folder.path().join("gone"), now).is_err());
    }
}
