//! The lines of an exported list, a piece at a time.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::Arc;

use time::OffsetDateTime;

use super::super::reach::Reach;
use super::columns::{Rows, names};
use super::writing::Writing;
use crate::domain::export::ExportFormat;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::server::index::{Batch, Hit, Scope, View};

/// A piece ends with the line that reaches so many bytes.
const PIECE: usize = 256 * 1024;

/// How far the list has been asked for.
#[derive(Debug)]
enum Progress {
    /// Not yet: the names of the columns come first.
    Begin,
    /// The next batch has this cursor.
    After(Option<String>),
    /// The last batch is here.
    End,
}

/// The lines of one view of a list.
#[derive(Debug)]
pub(super) struct Lines {
    reach: Reach,
    scope: Scope,
    view: Arc<View>,
    kind: ObjectKind,
    format: ExportFormat,
    query: ObjectQuery,
    now: OffsetDateTime,
    progress: Progress,
    /// What was found and is not written yet.
    waiting: VecDeque<Hit>,
}

impl Lines {
    /// The lines from the first on. Ages are counted from `now`, however long it takes.
    pub(super) fn new(
        reach: Reach,
        scope: Scope,
        view: Arc<View>,
        kind: ObjectKind,
        format: ExportFormat,
        query: ObjectQuery,
        now: OffsetDateTime,
    ) -> Self {
        let progress = Progress::Begin;
        Self { reach, scope, view, kind, format, query, now, progress, waiting: VecDeque::new() }
    }

    /// About how many objects the next piece may have to look at.
    pub(super) fn size(&self) -> usize {
        self.view.size()
    }

    /// The next piece; `None` when that was all.
    ///
    /// # Errors
    /// When a line cannot be written.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let names = names(self.kind);
        let mut writing = Writing::begin(self.format);
        if matches!(self.progress, Progress::Begin) {
            self.progress = Progress::After(None);
            writing = writing.add_head(&names)?;
        }
        let (view, reach) = (Arc::clone(&self.view), self.reach.clone());
        let mut rows = Rows { view: &view, reach: &reach, paths: HashMap::new() };
        while writing.len() < PIECE {
            let Some(hit) = self.next_hit() else { break };
            if let Some(values) = rows.row(self.kind, hit) {
                writing.add(&names, &values)?;
            }
        }
        let piece = writing.finish()?;
        Ok((!piece.is_empty()).then_some(piece))
    }

    fn next_hit(&mut self) -> Option<Hit> {
        while self.waiting.is_empty() {
            let Progress::After(cursor) = &self.progress else { return None };
            let Batch { rows, next } =
                self.view.batch(self.kind, &self.query, &self.scope, self.now, cursor.as_deref());
            self.waiting = rows.into();
            self.progress = next.map_or(Progress::End, |cursor| Progress::After(Some(cursor)));
        }
        self.waiting.pop_front()
    }
}
