//! The present view of a connection, and how it takes in what was read and what was changed from here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use time::OffsetDateTime;

use super::judging::Judging;
use super::keeping::Journalled;
use super::objects::{Objects, PatchedObject};
use super::observer::{NewFields, ObservedChange, Observer};
use super::own_changes::OwnChange;
use super::search::Patch;
use super::sent_fields::SentFields;
use super::staged::{Observed, ReadObjects, seconds};
use super::state::{Judgement, State};
use super::view::View;
use crate::domain::object::ObjectKind;
use crate::server::storage::ReadAgain;

/// How far the clocks of replicas may be apart, and how long a change may take from its answer to the journal.
const APART: Duration = Duration::from_mins(1);

/// What is known of one connection. Readers never wait.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) view: ArcSwap<View>,
    pub(super) state: Mutex<State>,
    /// Held by whoever builds the next view.
    pub(super) building: tokio::sync::Mutex<()>,
    /// What its objects are judged by.
    pub(super) judging: ArcSwap<Judging>,
    /// Whether another replica refreshes the connection, and tells what others change.
    pub(super) is_read_by_another: AtomicBool,
    /// The name of the connection, and who is told what others change.
    pub(super) observer: OnceLock<(String, Arc<dyn Observer>)>,
}

impl Model {
    /// What is known now. Never waits; what was read but not taken in yet is not in it.
    pub(super) fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts from what was kept, and what was changed since: by the journal, and from here just now, which it may not have
    /// yet.
    pub(super) fn start_from(&self, view: View, changes: Vec<Journalled>, just_now: OffsetDateTime) {
        let before = {
            let mut state = self.state();
            self.view.store(Arc::new(view));
            std::mem::take(&mut state.own)
        };
        let is_in_journal = |own: &OwnChange| {
            changes.iter().any(|(object, at)| object.key() == own.key() && *at >= in_whole_seconds(own.at))
        };
        let just_made = before.into_iter().filter(|own| own.at >= just_now && !is_in_journal(own));
        let just_made: Vec<Journalled> = just_made.map(|own| (own.object, own.at)).collect();
        for (object, at) in changes.into_iter().chain(just_made) {
            self.change(object, at);
        }
    }

    /// Whether an object was changed from here after a moment, which is in whole seconds.
    pub(super) fn has_newer(&self, object: &PatchedObject, at: OffsetDateTime) -> bool {
        self.state().own.iter().any(|own| own.key() == object.key() && in_whole_seconds(own.at) > at)
    }

    /// Whether the list that an object is in was read so long after a moment that it holds what was changed then.
    pub(super) fn was_read_since(&self, object: &PatchedObject, at: OffsetDateTime) -> bool {
        let view = self.view();
        let read_at = match object {
            PatchedObject::Organisation(_) => view.read_at,
            PatchedObject::Client(client) => client.organisation_id.as_deref().and_then(|id| view.clients_read_at(id)),
        };
        read_at.is_some_and(|read_at| read_at > at + APART)
    }

    /// Judges all objects by something else. The next view shows it.
    pub(super) fn judge_by(&self, change: impl FnOnce(&mut Judging)) {
        let mut state = self.state();
        self.change_judging(&state, change);
        if self.view.load().size() > 0 {
            state.judgement = Judgement::Outdated;
        }
    }

    /// Judges one object by something else, which is about to be taken in as it was changed from here: no other view is
    /// needed.
    pub(super) fn judge_next_by(&self, change: impl FnOnce(&mut Judging)) {
        self.change_judging(&self.state(), change);
    }

    /// One change after the other: none takes back what another has changed.
    fn change_judging(&self, _one_at_a_time: &State, change: impl FnOnce(&mut Judging)) {
        let mut judging = Judging::clone(&self.judging.load());
        change(&mut judging);
        self.judging.store(Arc::new(judging));
    }

    /// Notes a list that was read, and tells what others changed in it.
    pub(super) fn take(&self, read: ReadObjects) {
        let ReadObjects { owner, read_at, changed, changed_at, observed } = read;
        let Observed { changes, new_fields, sent, arrivals } = observed;
        // Before any view has it: what is kept of a view was told.
        self.tell(changes, new_fields);
        let mut state = self.state();
        state.staged.changed_at.extend(changed_at);
        state.ours.read(owner.as_deref());
        if let Some(owner) = &owner {
            state.arrivals.read(owner, read_at, arrivals);
        }
        self.note_sent(&sent);
        match (changed, owner) {
            (Some((list, share)), owner) => {
                // It was asked for after every change from here, else it would not count: it holds them.
                state.own.retain(|change| !change.is_in_the_list_of(owner.as_deref()));
                state.forget_misplaced(&self.view.load(), owner.as_deref(), &list);
                state.staged.put(owner, list, share, read_at);
            }
            (None, Some(owner)) => {
                note_read(&self.view.load(), &owner, read_at);
                if state.is_building {
                    state.read_meanwhile.push((owner, read_at));
                }
            }
            (None, None) => {
                let view = View { read_at: Some(read_at), ..View::clone(&self.view.load()) };
                self.view.store(Arc::new(view));
            }
        }
    }

    /// Tells what was found, unless another replica does.
    fn tell(&self, changes: Vec<ObservedChange>, new_fields: Option<NewFields>) {
        let Some((_, observer)) = self.observer.get().filter(|_| !self.is_read_by_another.load(Ordering::Relaxed))
        else {
            return;
        };
        if let Some(fields) = new_fields {
            observer.new_fields(fields);
        }
        if !changes.is_empty() {
            observer.observed(changes);
        }
    }

    /// Whether all that was told is recorded.
    pub(super) fn is_all_recorded(&self) -> bool {
        self.observer.get().is_none_or(|(_, observer)| observer.is_all_recorded())
    }

    /// The view, unless lists were read that it does not have yet.
    pub(super) fn settled(&self) -> Option<Arc<View>> {
        let state = self.state();
        (state.staged.is_empty() && !state.is_building).then(|| self.view())
    }

    /// Notes that everything was read again elsewhere, and that nothing has changed, if the view has these objects. Whether it
    /// has. What it says of a time after `now` was before a clock was set back.
    pub(super) fn note_read_again(&self, objects: &Weak<Objects>, read: ReadAgain, now: OffsetDateTime) -> bool {
        let _one_at_a_time = self.state();
        let view = self.view.load();
        if objects.as_ptr() != Arc::as_ptr(&view.objects) {
            return false;
        }
        let latest = now + APART;
        view.note_clients(read.clients, read.has_all_clients, seconds(latest));
        let organisations = OffsetDateTime::from_unix_timestamp(read.organisations.into()).ok();
        if view.read_at < organisations || view.read_at > Some(latest) {
            self.view.store(Arc::new(View { read_at: organisations, ..View::clone(&view) }));
        }
        true
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
        let mut next = View { patch: Arc::new(patch), fragments: Arc::default(), ..View::clone(&view) };
        let concerns_those_below = change.is_judged_below(&view);
        if concerns_those_below || change.is_judged_beside(&view, &next) {
            state.judgement = Judgement::Outdated;
        }
        next.judge_changed(&self.judging.load(), Some(change.key()).filter(|_| !concerns_those_below));
        self.view.store(Arc::new(next));
        state.own.push(change);
    }
}

/// As the journal has moments.
fn in_whole_seconds(at: OffsetDateTime) -> OffsetDateTime {
    at.truncate_to_second()
}

/// Notes that the clients of an organisation were read, and are those that the view has.
pub(super) fn note_read(view: &View, owner: &str, read_at: OffsetDateTime) {
    if let Some(document) = view.objects.find(ObjectKind::Organisation, owner) {
        view.objects.record_list_read(document, seconds(read_at));
    }
}
