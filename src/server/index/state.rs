//! What changes of a model from one view to the next: what was read and changed since, and whether the next view is due.

use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::arrivals::Arrivals;
use super::ours::Ours;
use super::own_changes::OwnChange;
use super::sent::Sent;
use super::staged::Staged;
use crate::server::oneid::Share;

/// More own changes than this make every search slow: it is time to build anew.
const MOST_PATCHED: usize = 1_000;

/// What a model knows that its view does not show, or not yet.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) staged: Staged,
    /// The lists that are being built in: until that is done, no view has them.
    pub(super) in_building: Staged,
    pub(super) own: Vec<OwnChange>,
    pub(super) ours: Ours,
    /// The clients that are in the list of another organisation too, and may have moved there.
    pub(super) arrivals: Arrivals,
    /// The changes that are being sent.
    pub(super) sent: Vec<Sent>,
    /// When a view that was kept was served last.
    pub(super) served_at: Option<OffsetDateTime>,
    /// How many own changes there were.
    pub(super) changes: u64,
    /// Whether an own change cannot be shown without building anew.
    pub(super) must_build: bool,
    /// Whether the view says what the readiness rules find of all objects.
    pub(super) judgement: Judgement,
    /// Whether visitors wait for the view that is being built, because an own change is shown in no other.
    pub(super) is_awaited: bool,
    /// Whether the next view is being built.
    pub(super) is_building: bool,
    /// The memory that the view takes of the budget.
    share: Share,
    /// When the last view was built, and how long that took.
    pub(super) last_build: Option<(Instant, Duration)>,
    /// Lists that were read while a view is being built, and are what is known: whose they are, and when that was.
    pub(super) read_meanwhile: Vec<(String, OffsetDateTime)>,
}

/// How what the readiness rules find of the objects of a view stands to what they would find now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Judgement {
    /// It is the same.
    #[default]
    Right,
    /// An own change, or something else to judge by, may have made it wrong. The next view is right again.
    Outdated,
}

impl State {
    /// Takes the memory of the view from the budget, in place of that of the lists that it was built of.
    pub(super) fn account(&mut self, bytes: usize, lists: Vec<Share>) {
        if let Some(share) = lists.into_iter().next() {
            self.share = share;
        }
        self.share.clear();
        if !self.share.grow(bytes) {
            tracing::warn!(bytes, "the index takes more memory than its budget: lists that grow are refused");
        }
    }

    /// What the next view is built of. The lists stay known until that is done.
    pub(super) fn begin_building(&mut self) -> (Staged, Vec<OwnChange>) {
        self.is_awaited = std::mem::take(&mut self.must_build);
        self.judgement = Judgement::Right;
        self.is_building = true;
        let staged = std::mem::take(&mut self.staged);
        self.in_building = staged.lists();
        (staged, self.own.clone())
    }

    /// Whether there is a reason to make the next view.
    pub(super) fn is_due(&self) -> bool {
        self.must_index() || self.judgement == Judgement::Outdated
    }

    /// Whether the next view needs another index, and not another judgement alone.
    pub(super) fn must_index(&self) -> bool {
        !self.staged.is_empty() || self.must_build || self.own.len() > MOST_PATCHED
    }
}
