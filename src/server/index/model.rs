//! The present view of a connection, and how it takes in what was read and what was changed from here.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use time::OffsetDateTime;

use super::objects::{ObjectChanges, PatchedObject};
use super::observer::Observer;
use super::offload::off_the_workers;
use super::ours::Ours;
use super::own_changes::OwnChange;
use super::search::{Patch, SearchIndex};
use super::sent::Sent;
use super::sent_fields::SentFields;
use super::staged::{ReadObjects, Staged, seconds};
use super::view::View;
use crate::domain::object::ObjectKind;
use crate::server::oneid::Share;

/// Up to this many objects a view is built while a visitor waits: it takes some milliseconds.
const BUILT_AT_ONCE: usize = 20_000;
/// Beyond that, building pauses for this many times as long as it took.
const PAUSE: u32 = 9;
/// More own changes than this make every search slow: it is time to build anew.
const MOST_PATCHED: usize = 1_000;

/// What is known of one connection. Readers never wait.
#[derive(Debug, Default)]
pub(super) struct Model {
    view: ArcSwap<View>,
    state: Mutex<State>,
    /// Held by whoever builds the next view.
    building: tokio::sync::Mutex<()>,
    /// The name of the connection, and who is told what others change.
    pub(super) observer: OnceLock<(String, Arc<dyn Observer>)>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) staged: Staged,
    /// The lists that are being built in: until that is done, no view has them.
    pub(super) in_building: Staged,
    pub(super) own: Vec<OwnChange>,
    pub(super) ours: Ours,
    /// The changes that are being sent.
    pub(super) sent: Vec<Sent>,
    /// How many own changes there were.
    pub(super) changes: u64,
    /// Whether an own change cannot be shown without building anew.
    must_build: bool,
    /// Whether visitors wait for the view that is being built, because an own change is shown in no other.
    is_awaited: bool,
    /// The memory that the view takes of the budget.
    share: Share,
    /// When the last view was built, and how long that took.
    last_build: Option<(Instant, Duration)>,
}

impl State {
    /// Takes the memory of the view from the budget, in place of that of the lists that it was built of.
    fn account(&mut self, bytes: usize, lists: Vec<Share>) {
        if let Some(share) = lists.into_iter().next() {
            self.share = share;
        }
        self.share.clear();
        if !self.share.grow(bytes) {
            tracing::warn!(bytes, "the index takes more memory than its budget: lists that grow are refused");
        }
    }

    fn is_due(&self) -> bool {
        !self.staged.is_empty() || self.must_build || self.own.len() > MOST_PATCHED
    }
}

impl Model {
    /// What is known now. Never waits; what was read but not taken in yet is not in it.
    pub(super) fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts from what was kept, and what was changed from here since.
    pub(super) fn start_from(&self, view: View, changes: Vec<(PatchedObject, OffsetDateTime)>) {
        self.view.store(Arc::new(view));
        for (object, at) in changes {
            self.change(object, at);
        }
    }

    /// Notes a list that was read, and tells what others changed in it.
    pub(super) fn take(&self, read: ReadObjects) {
        let ReadObjects { owner, read_at, changed, changed_at, observed } = read;
        {
            let mut state = self.state();
            state.staged.changed_at.extend(changed_at);
            state.ours.read(owner.as_deref());
            self.note_sent(&observed.sent);
            match (changed, owner) {
                (Some((list, share)), owner) => {
                    // It was asked for after every change from here, else it would not count: it holds them.
                    state.own.retain(|change| !change.is_in_the_list_of(owner.as_deref()));
                    state.forget_misplaced(&self.view.load(), owner.as_deref(), &list);
                    state.staged.put(owner, list, share, read_at);
                }
                (None, Some(owner)) => note_read(&self.view.load(), &owner, read_at),
                (None, None) => {
                    let view = View { read_at: Some(read_at), ..View::clone(&self.view.load()) };
                    self.view.store(Arc::new(view));
                }
            }
        }
        if let Some((_, observer)) = self.observer.get() {
            if let Some(fields) = observed.new_fields {
                observer.new_fields(fields);
            }
            if !observed.changes.is_empty() {
                observer.observed(observed.changes);
            }
        }
    }

    /// Notes the fields that the partner was seen to send. The caller holds the state.
    fn note_sent(&self, sent: &SentFields) {
        let view = self.view.load();
        let mut joined = SentFields::clone(&view.sent);
        joined.join(sent);
        if joined != *view.sent {
            self.view.store(Arc::new(View { sent: Arc::new(joined), ..View::clone(&view) }));
        }
    }

    /// Whether the clients of an organisation were read, and the view that has them is still to be built.
    pub(super) fn is_waiting(&self, organisation_id: &str) -> bool {
        let state = self.state();
        [&state.staged, &state.in_building].iter().any(|staged| staged.clients.contains_key(organisation_id))
    }

    /// Takes in an object that was changed or created from here: it is in the next view that anybody asks for.
    pub(super) fn change(&self, mut object: PatchedObject, at: OffsetDateTime) {
        let mut state = self.state();
        state.changes += 1;
        state.place(&self.view.load(), &mut object);
        let change = OwnChange { object, at, number: state.changes };
        let view = self.view.load();
        let mut patch = Patch::clone(&view.patch);
        change.put_into(&mut patch, &view);
        state.must_build |= change.moves_a_branch(&view);
        state.ours.changed(&change);
        self.view.store(Arc::new(View { patch: Arc::new(patch), fragments: Arc::default(), ..View::clone(&view) }));
        state.own.push(change);
    }

    /// The view with everything that was read and changed; of a large one with what is not being built in just now.
    pub(super) async fn latest(self: &Arc<Self>) -> Arc<View> {
        let (is_due, is_under_way, is_awaited, may_build) = {
            let state = self.state();
            let view = self.view.load();
            let size = view.size() + state.staged.objects;
            let may_build = state.last_build.is_none_or(|(at, took)| at.elapsed() >= took * PAUSE);
            let is_awaited = size <= BUILT_AT_ONCE || state.must_build || state.is_awaited || view.read_at.is_none();
            (state.is_due(), !state.in_building.is_empty(), is_awaited, may_build)
        };
        if (is_due || is_under_way) && is_awaited {
            self.build().await;
        } else if is_due && may_build && self.building.try_lock().is_ok() {
            let this = Arc::clone(self);
            tokio::spawn(async move { this.build().await });
        }
        self.view()
    }

    /// Builds the next view with everything that was changed from here, however little.
    pub(super) async fn build_all(&self) {
        {
            let mut state = self.state();
            state.must_build |= !state.own.is_empty();
        }
        self.build().await;
    }

    /// Builds the next view, unless there is nothing new; waits until one that is being built is done.
    pub(super) async fn build(&self) {
        let _one_at_a_time = self.building.lock().await;
        let (mut staged, own) = {
            let mut state = self.state();
            if !state.is_due() {
                return;
            }
            state.is_awaited = std::mem::take(&mut state.must_build);
            let staged = std::mem::take(&mut state.staged);
            state.in_building = staged.lists();
            (staged, state.own.clone())
        };
        let (began, shares) = (Instant::now(), std::mem::take(&mut staged.shares));
        let base = self.view();
        let last = own.last().map_or(0, |change| change.number);
        let size = base.size() + staged.objects;
        let next = off_the_workers(size, move || built(&base, staged, &own)).await;
        let mut state = self.state();
        state.own.retain(|change| change.number > last);
        state.in_building = Staged::default();
        state.is_awaited = false;
        let mut patch = Patch::default();
        state.own.iter().for_each(|change| change.put_into(&mut patch, &next));
        state.must_build |= state.own.iter().any(|change| change.moves_a_branch(&next));
        state.account(next.heap_size(), shares);
        // What was noted while this was built is kept.
        let sent = Arc::clone(&self.view.load().sent);
        self.view.store(Arc::new(View { patch: Arc::new(patch), sent, fragments: Arc::default(), ..next }));
        state.last_build = Some((Instant::now(), began.elapsed()));
    }
}

fn note_read(view: &View, owner: &str, read_at: OffsetDateTime) {
    if let Some(document) = view.objects.find(ObjectKind::Organisation, owner) {
        view.objects.record_list_read(document, seconds(read_at));
    }
}

/// The view that follows another. Walks through all objects.
fn built(base: &View, staged: Staged, own: &[OwnChange]) -> View {
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
    let view = View { objects, search, patch: Arc::default(), sent, fragments: Arc::default(), read_at };
    for (owner, read_at) in read {
        note_read(&view, &owner, read_at);
    }
    view
}
