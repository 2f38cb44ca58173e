//! Building the next view of what was read and what was changed from here: of a small connection while a visitor waits, of
//! a large one in the background.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use time::OffsetDateTime;
use tokio::task::JoinHandle;

use super::judging::Judging;
use super::model::{Model, note_read};
use super::objects::ObjectChanges;
use super::offload::off_the_workers;
use super::own_changes::OwnChange;
use super::search::{Patch, SearchIndex};
use super::staged::Staged;
use super::state::{Judgement, State};
use super::view::View;

/// Up to this many objects a view is built while a visitor waits: it takes some milliseconds.
const BUILT_AT_ONCE: usize = 20_000;
/// Beyond that, building pauses for this many times as long as it took.
const PAUSE: u32 = 9;

impl Model {
    /// The view with everything that was read and changed; of a large one with what is not being built in just now.
    pub(super) async fn latest(self: &Arc<Self>) -> Arc<View> {
        let (is_due, is_under_way, is_awaited, may_build) = {
            let state = self.state();
            let view = self.view.load();
            let size = view.size() + state.staged.objects;
            let may_build = state.last_build.is_none_or(|(at, took)| at.elapsed() >= took * PAUSE);
            let is_awaited = size <= BUILT_AT_ONCE || state.must_build || state.is_awaited || view.read_at.is_none();
            (state.is_due(), state.is_building, is_awaited, may_build || !state.must_index())
        };
        if (is_due || is_under_way) && is_awaited {
            self.build().await;
        } else if is_due && may_build && self.building.try_lock().is_ok() {
            // Nobody waits for it.
            drop(self.start_building(State::is_due));
        }
        self.view()
    }

    /// The view with the tree that was read last, however long it takes to build: a limit to a part of the tree is judged by
    /// no other.
    pub(super) async fn latest_tree(self: &Arc<Self>) -> Arc<View> {
        let is_waiting = {
            let state = self.state();
            let (is_under_way, staged) = (state.in_building.organisations.is_some(), &state.staged);
            state.must_build || state.is_awaited || is_under_way || staged.organisations.is_some()
        };
        if is_waiting {
            let is_due = |state: &State| state.must_build || state.staged.organisations.is_some();
            // It does not end early unless it panics, which it puts right itself, or the server ends.
            let _ = self.start_building(is_due).await;
        }
        self.latest().await
    }

    /// Builds the next view with everything that was changed from here, however little.
    pub(super) async fn build_all(self: &Arc<Self>) {
        {
            let mut state = self.state();
            state.must_build |= !state.own.is_empty();
        }
        self.build().await;
    }

    /// Builds the next view, unless there is nothing new; waits until one that is being built is done.
    pub(super) async fn build(self: &Arc<Self>) {
        // As above.
        let _ = self.start_building(State::is_due).await;
    }

    /// Builds the next view when there is a reason for it once nobody else builds one. Whoever asked may go away meanwhile:
    /// what was read is taken in all the same.
    fn start_building(self: &Arc<Self>, is_due: fn(&State) -> bool) -> JoinHandle<()> {
        let this = Arc::clone(self);
        tokio::spawn(async move {
            let _one_at_a_time = this.building.lock().await;
            let begun = {
                let mut state = this.state();
                if !is_due(&state) {
                    return;
                }
                state.must_index().then(|| state.begin_building())
            };
            match begun {
                Some((staged, own)) => this.build_of(staged, own).await,
                None => this.judge_anew().await,
            }
        })
    }

    /// Judges the objects of the view anew, without indexing them anew.
    async fn judge_anew(&self) {
        let judging = self.judging.load_full();
        self.state().judgement = Judgement::Right;
        let (base, judged_by) = (self.view(), Arc::clone(&judging));
        let (objects, patch) = (Arc::clone(&base.objects), Arc::clone(&base.patch));
        let readiness = off_the_workers(base.size(), move || judging.judge(&objects, &patch)).await;
        let mut state = self.state();
        if !Arc::ptr_eq(&judged_by, &self.judging.load()) {
            state.judgement = Judgement::Outdated;
        }
        // Nobody else builds a view meanwhile, but own changes may have been added to this one.
        let view = View::clone(&self.view.load());
        let mut next = View { readiness: Arc::new(readiness), fragments: Arc::default(), ..view };
        next.judge_changed(&judged_by, None);
        self.view.store(Arc::new(next));
    }

    async fn build_of(&self, mut staged: Staged, own: Vec<OwnChange>) {
        let unfinished = Unfinished(&self.state);
        let (began, shares) = (Instant::now(), std::mem::take(&mut staged.shares));
        let base = self.view();
        let base_read_at = base.read_at;
        let last = own.last().map_or(0, |change| change.number);
        let size = base.size() + staged.objects;
        let judging = self.judging.load_full();
        let judged_by = Arc::clone(&judging);
        let next = off_the_workers(size, move || built(&base, staged, &own, &judging)).await;
        std::mem::forget(unfinished);
        let mut state = self.state();
        state.own.retain(|change| change.number > last);
        state.in_building = Staged::default();
        (state.is_awaited, state.is_building) = (false, false);
        for (owner, read_at) in std::mem::take(&mut state.read_meanwhile) {
            note_read(&next, &owner, read_at);
        }
        let mut patch = Patch::default();
        state.own.iter().for_each(|change| change.put_into(&mut patch, &next));
        state.must_build |= state.own.iter().any(|change| change.moves_a_branch(&next));
        state.account(next.heap_size(), shares);
        // What was noted while this was built is kept.
        let before = self.view.load();
        let noted = before.read_at.filter(|_| before.read_at != base_read_at);
        let (sent, read_at) = (Arc::clone(&before.sent), next.read_at.max(noted));
        let mut next = View { patch: Arc::new(patch), sent, fragments: Arc::default(), read_at, ..next };
        next.judge_changed(&judged_by, None);
        if !Arc::ptr_eq(&judged_by, &self.judging.load()) {
            state.judgement = Judgement::Outdated;
        }
        self.view.store(Arc::new(next));
        state.last_build = Some((Instant::now(), began.elapsed()));
    }
}

/// Puts lists back that a view was to be built of, when that comes to no end: else nobody would read them again.
struct Unfinished<'a>(&'a Mutex<State>);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lists = std::mem::take(&mut state.in_building);
        state.staged.put_back(lists);
        state.must_build |= std::mem::take(&mut state.is_awaited);
        state.judgement = Judgement::Outdated;
        state.is_building = false;
        state.read_meanwhile.clear();
    }
}

/// The view that follows another. Walks through all objects.
fn built(base: &View, staged: Staged, own: &[OwnChange], judging: &Judging) -> View {
    let read_at = staged.organisations.as_ref().map(|(_, read_at)| *read_at).or(base.read_at);
    let read: Vec<(String, OffsetDateTime)> =
        staged.clients.iter().map(|(owner, (_, read_at))| (owner.clone(), *read_at)).collect();
    let own_changes = own.iter().map(OwnChange::changed_at);
    let changes = ObjectChanges {
        organisations: staged.organisations.map(|(list, _)| list),
        clients: staged.clients.into_iter().map(|(owner, (list, _))| (owner, list)).collect(),
        patched: own.iter().map(|change| change.object.clone()).collect(),
        changed_at: staged.changed_at.into_iter().chain(own_changes).collect(),
    };
    let objects = Arc::new(base.objects.rebuilt(changes));
    let search = Arc::new(SearchIndex::build(&*objects));
    let sent = Arc::clone(&base.sent);
    let readiness = Arc::new(judging.judge(&objects, &Patch::default()));
    let view = View { objects, search, patch: Arc::default(), readiness, sent, fragments: Arc::default(), read_at };
    for (owner, read_at) in read {
        note_read(&view, &owner, read_at);
    }
    view
}
