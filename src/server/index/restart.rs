//! What a connection's index does round a restart of the server: it is kept before, and served from what was kept after it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use time::OffsetDateTime;

use super::connection_index::{Index, READ_ON_VISIT};
use super::keeping::{Journalled, Keeping, Kept, Loaded};
use super::read_list::ReadList;
use super::stored::Validity;
use super::view::View;
use crate::server::clock::Moment;

/// How long a change from here may take until it is in the journal.
const JUST_NOW: time::Duration = time::Duration::MINUTE;

impl Index {
    /// Serves from what was kept, and keeps it from now on.
    pub async fn start_from(&self, keeping: Keeping) {
        // Asked before: what comes later is followed.
        if let Ok(position) = keeping.position().await {
            *self.followed.until().await = position;
        }
        // Why it cannot be read was logged: everything is read from the partner.
        if let Ok(Some(loaded)) = keeping.load(self.lists.model.judging.load_full()).await {
            let Loaded { view, changes, version } = loaded;
            *self.kept.lock().await = Some(Kept::new(&view, version, self.clock.moment()));
            self.followed.note_served(version, &view);
            self.serve(view, changes);
        }
        // It is called once.
        let _ = self.keeping.set(keeping);
    }

    /// Serves a view that was kept, and what was changed since.
    pub(super) fn serve(&self, view: View, changes: Vec<Journalled>) {
        if let Some(read_at) = view.read_at {
            self.note_organisations(&view, read_at);
        }
        let now = self.clock.now();
        self.lists.model.state().served_at = Some(now);
        self.lists.model.start_from(view, changes, now - JUST_NOW);
    }

    /// Notes when the organisations of a view were read, which is not from here.
    pub(super) fn note_organisations(&self, view: &View, read_at: OffsetDateTime) {
        let list = ReadList::known(Arc::clone(&self.lists.model));
        // Nobody waits until that of a large partner has been read again. That is done in the background at once.
        let is_large = view.organisation_count() > READ_ON_VISIT;
        let validity = if is_large { Validity::Kept } else { Validity::Due };
        let read_at = Moment { wall: read_at, ..self.clock.moment() };
        self.lists.organisations.start_from((), list, read_at, validity);
    }

    /// Keeps the view for the next start of the server, unless it is as it was kept last.
    pub async fn keep(&self) {
        self.keep_after(Duration::ZERO).await;
    }

    /// Does that when it was last done so long ago. Waits for one that is under way.
    pub(super) async fn keep_after(&self, pause: Duration) {
        let (Some(keeping), now) = (self.keeping.get(), self.clock.moment()) else {
            return;
        };
        if self.is_read_by_another() {
            return;
        }
        let mut kept = self.kept.lock().await;
        let is_recent = |kept: &Kept| !kept.at.after(pause).is_past(now);
        let is_unrecorded = self.is_unrecorded.load(Ordering::Relaxed);
        if kept.as_ref().is_some_and(|kept| is_recent(kept) || (kept.is(&self.view()) && !is_unrecorded)) {
            return;
        }
        if !self.lists.model.is_all_recorded() {
            return;
        }
        // Before the view is built: a change that comes later is kept the next time.
        self.is_unrecorded.store(false, Ordering::Relaxed);
        // What was recorded until now was changed in the view before, or is followed now, so the next view has it.
        let position = match keeping.position().await {
            // What is not followed must stay in the journal.
            Ok(position) => self.take_in_changes().await.map(|_| position),
            Err(error) => Err(error),
        };
        let saved = match position {
            Ok(position) => {
                self.lists.model.build_all().await;
                let view = self.view();
                // What was told is in no view that is kept before it is recorded: nobody would find it again.
                if !self.lists.model.is_all_recorded() {
                    self.is_unrecorded.fetch_or(is_unrecorded, Ordering::Relaxed);
                    return;
                }
                // Not before it is: whoever ends in between has kept nothing.
                let version = keeping.save(Arc::clone(&view), position).await;
                version.map(|version| *kept = version.map(|version| Kept::new(&view, version, now)))
            }
            Err(error) => Err(error),
        };
        if let Err(error) = saved {
            tracing::warn!(connection = keeping.name(), %error, "the index is not kept: a restart reads it again");
            self.is_unrecorded.fetch_or(is_unrecorded, Ordering::Relaxed);
            *kept = Some(Kept::none(now));
        }
    }
}
