//! An exported list: its name, what is known of its age, and its bytes a piece at a time.

use std::io;

use time::OffsetDateTime;

use super::lines::Lines;
use crate::domain::export::ExportFormat;
use crate::domain::listing::{Filling, IndexAge};
use crate::domain::object::ObjectKind;
use crate::server::index::off_the_workers;

/// A list as a file.
#[derive(Debug)]
pub struct ExportFile {
    /// The name to save it under: letters, digits, `-`, `_` and one dot.
    pub name: String,
    /// Its format.
    pub format: ExportFormat,
    /// When the oldest part of what it holds was read from the partner.
    pub as_of: OffsetDateTime,
    /// Set when clients are missing, because those of some organisations were not read.
    pub missing: Option<Filling>,
    lines: Option<Lines>,
}

impl ExportFile {
    pub(super) fn new(
        connection: &str,
        kind: ObjectKind,
        format: ExportFormat,
        age: &IndexAge,
        now: OffsetDateTime,
        lines: Lines,
    ) -> Self {
        let as_of = age.stale.as_ref().map(|stale| stale.read_at).or(age.read_at).unwrap_or(now);
        let missing = age.filling;
        let name = name(connection, kind, format, as_of, missing.is_some());
        Self { name, format, as_of, missing, lines: Some(lines) }
    }

    /// The next piece, of some hundred kilobytes; `None` when that was all.
    ///
    /// # Errors
    /// When a line cannot be written. What was given so far is not the whole list then.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(mut lines) = self.lines.take() else {
            return Ok(None);
        };
        let size = lines.size();
        let (lines, piece) = off_the_workers(size, move || {
            let piece = lines.next();
            (lines, piece)
        })
        .await;
        self.lines = Some(lines);
        piece
    }
}

/// `sandbox-clients-2026-11-03-0915Z-partial.csv`: the time is that of the data, in UTC.
fn name(connection: &str, kind: ObjectKind, format: ExportFormat, as_of: OffsetDateTime, is_partial: bool) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let connection: String = connection.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let as_of = as_of.to_offset(time::UtcOffset::UTC);
    let partial = if is_partial { "-partial" } else { "" };
    format!(
        "{connection}-{}-{}-{:02}{:02}Z{partial}.{}",
        kind.collection(),
        as_of.date(),
        as_of.hour(),
        as_of.minute(),
        format.extension()
    )
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_file_is_called_by_its_list_and_the_time_of_its_data() {
        let at = datetime!(2026-11-03 09:15:59 +01:00);
        let clients = name("sandbox", ObjectKind::OAuthClient, ExportFormat::JsonLines, at, true);
        assert_eq!(clients, "sandbox-clients-2026-11-03-0815Z-partial.jsonl");
        let hostile = name("a/b \"\r\n.ë", ObjectKind::Organisation, ExportFormat::Csv, at, false);
        assert_eq!(hostile, "a_b______-organisations-2026-11-03-0815Z.csv");
    }
}
