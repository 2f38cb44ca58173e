//! The answers of the index to a question.

use super::SearchIndex;
use super::counting::Counting;
use super::cursor::Cursor;
use super::found::Found;
use super::hit::Hit;
use super::page::Pages;
use super::patch::Patch;
use super::question::Question;
use crate::domain::fragment::Fragment;
use crate::domain::listing::{FacetCounts, ROWS_PER_PAGE};
use crate::server::index::source::Source;

/// The most rows of one batch of an export.
const ROWS_PER_BATCH: usize = 1_000;

/// Whether the values of the facets are counted too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// For a page with filters.
    Yes,
    /// With every value, for counts that are added to those of other lists.
    Whole,
    /// For suggestions, which show none.
    No,
}

/// A page of what was found: see [`crate::domain::listing::Listing`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// At most [`ROWS_PER_PAGE`].
    pub rows: Vec<Hit>,
    /// How many there are before this page, as far as the cursor knows.
    pub before: u64,
    /// How many match.
    pub matching: u64,
    /// How many there are within reach.
    pub total: u64,
    /// How many match only with a spelling mistake.
    pub misspelt: u64,
    /// The cursor of the page before; an empty one is that of the first page.
    pub previous: Option<String>,
    /// The cursor of the page after.
    pub next: Option<String>,
    /// The counts of the facets; none when they were not asked for.
    pub counts: Vec<Fragment<FacetCounts>>,
    /// The last moment for which the counts are right, as long as nothing changes; `None` for ever. In seconds since 1970.
    pub counts_hold_until: Option<i64>,
}

/// Some of what was found, for an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// At most 1,000.
    pub rows: Vec<Hit>,
    /// The cursor of the next batch; `None` after the last one.
    pub next: Option<String>,
}

impl SearchIndex {
    /// A page of what a question finds.
    pub fn query<S: Source>(&self, source: &S, patch: &Patch, question: &Question<'_>, counted: Counted) -> Hits {
        self.page(source, patch, question, counted, ROWS_PER_PAGE)
    }

    /// A page of so many rows.
    pub(super) fn page<S: Source>(
        &self,
        source: &S,
        patch: &Patch,
        question: &Question<'_>,
        counted: Counted,
        rows: usize,
    ) -> Hits {
        let found = Found::of(self.kind(question.kind), source, patch, question, rows);
        let (counts, counts_hold_until) = match counted {
            Counted::Yes | Counted::Whole => {
                let counting = Counting {
                    index: found.index,
                    source,
                    patch,
                    question,
                    narrowing: &found.narrowing,
                    found: found.searched(),
                    judged: &found.judged,
                    is_whole: counted == Counted::Whole,
                };
                let counts = counting.counts(found.documents()).into_iter().map(Fragment::from).collect();
                (counts, counting.hold_until())
            }
            Counted::No => (Vec::new(), None),
        };
        let mut hits = Hits {
            matching: found.matching(),
            total: found.narrowing.reached() + found.reached,
            misspelt: found.misspelt(),
            counts,
            counts_hold_until,
            ..Hits::default()
        };
        let pages = found.pages(self.organisations_by_name(), patch, question);
        hits.put_page(&pages, question.query.cursor.as_deref().and_then(Cursor::read), rows);
        hits
    }

    /// The next objects of all that a question finds, in its order; its own cursor is not looked at. What changes
    /// between two batches is neither listed twice nor left out, unless it is what changes.
    pub fn batch<S: Source>(&self, source: &S, patch: &Patch, question: &Question<'_>, cursor: Option<&str>) -> Batch {
        let found = Found::of(self.kind(question.kind), source, patch, question, ROWS_PER_PAGE);
        let pages = found.pages(self.organisations_by_name(), patch, question);
        let cursor = cursor.and_then(Cursor::read);
        let mut hits = pages.take(cursor.as_ref().map(|cursor| &cursor.place), false, ROWS_PER_BATCH + 1);
        let is_last = hits.len() <= ROWS_PER_BATCH;
        hits.truncate(ROWS_PER_BATCH);
        let before = cursor.map_or(0, |cursor| cursor.before).saturating_add(hits.len() as u64);
        let next = hits.last().filter(|_| !is_last).and_then(|hit| cursor_at(&pages, *hit, false, before));
        Batch { rows: hits.into_iter().map(|(_, hit)| hit).collect(), next }
    }
}

impl Hits {
    /// Puts a page in: the one that a cursor names, or the first.
    fn put_page<S: Source>(&mut self, pages: &Pages<'_, S>, cursor: Option<Cursor>, page: usize) {
        let is_backward = cursor.as_ref().is_some_and(|cursor| cursor.is_backward);
        let mut hits = pages.take(cursor.as_ref().map(|cursor| &cursor.place), is_backward, page.saturating_add(1));
        let has_more = hits.len() > page;
        if is_backward && !has_more {
            // What was before is gone or was never there: whoever went back that far is at the beginning.
            return self.put_page(pages, None, page);
        }
        hits.truncate(page);
        if is_backward {
            hits.reverse();
        }
        let rows = hits.len() as u64;
        let most = self.matching.saturating_sub(rows);
        let (has_previous, has_next) = match &cursor {
            None => (false, has_more),
            Some(cursor) if cursor.is_backward => (true, true),
            Some(_) => (true, has_more),
        };
        // What the cursor says may be old or forged: it is brought to what can be.
        let before = cursor.map_or(0, |cursor| cursor.before).min(most);
        self.before = match (has_previous, has_next) {
            (false, _) => 0,
            (true, true) => before.max(1).min(most),
            (true, false) => most,
        };
        self.rows = hits.iter().map(|(_, hit)| *hit).collect();
        if has_next {
            self.next = hits.last().and_then(|hit| cursor_at(pages, *hit, false, self.before.saturating_add(rows)));
        }
        if has_previous {
            let earlier = self.before.saturating_sub(page as u64);
            let cursor = hits.first().filter(|_| earlier > 0).and_then(|hit| cursor_at(pages, *hit, true, earlier));
            self.previous = Some(cursor.unwrap_or_default());
        }
    }
}

fn cursor_at<S: Source>(
    pages: &Pages<'_, S>,
    (class, hit): (u8, Hit),
    is_backward: bool,
    before: u64,
) -> Option<String> {
    Some(Cursor { is_backward, place: pages.place(class, hit)?, before }.text())
}
