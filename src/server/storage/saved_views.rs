//! Views of lists that people saved: each belongs to one person and to nobody else.

use std::sync::Arc;

use async_trait::async_trait;

use super::StorageError;
use super::recent::Recent;
use crate::domain::saved_view::{SavedView, ViewedList};
use crate::server::clock::Clock;

/// What became of a view that was to be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewSaved {
    /// It is new.
    Added,
    /// It took the place of the person's view of the same list and name.
    Replaced,
    /// It is not kept: the person has as many as one may have.
    Full,
}

/// What became of a view that was to be renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewRenamed {
    /// It has the name.
    Done,
    /// Another view of the same list has that name.
    NameTaken,
    /// The person has no such view.
    NotFound,
}

/// Keeps saved views. A person has [`MOST_VIEWS`](crate::domain::saved_view::MOST_VIEWS) at the most.
#[async_trait]
pub trait SavedViewStore: Send + Sync + std::fmt::Debug {
    /// Saves a view of a person, in place of one of the same list and name.
    ///
    /// # Errors
    /// When it may not be kept.
    async fn save(&self, subject: &str, list: &ViewedList, name: &str, query: &str) -> Result<ViewSaved, StorageError>;

    /// A person's views: by list, then by name.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn list(&self, subject: &str) -> Result<Vec<SavedView>, StorageError>;

    /// Renames a view of a person.
    ///
    /// # Errors
    /// When it may have the old name still.
    async fn rename(&self, subject: &str, id: i64, name: &str) -> Result<ViewRenamed, StorageError>;

    /// Removes a view of a person. `false` when they have no such view.
    ///
    /// # Errors
    /// When it may still be there.
    async fn remove(&self, subject: &str, id: i64) -> Result<bool, StorageError>;

    /// Asks anew about a person, or about all: at another replica they may have saved a view.
    fn forget(&self, _subject: Option<&str>) {}
}

/// Saved views of which it is asked at most once a second whether a person has any, because most have none and every list asks:
/// this process would have saved one, or another replica would have announced it.
#[derive(Debug)]
pub(super) struct RecentSavedViews<S> {
    store: S,
    none: Recent<String, ()>,
}

impl<S: SavedViewStore> RecentSavedViews<S> {
    pub(super) fn new(store: S, clock: Arc<dyn Clock>) -> Self {
        Self { store, none: Recent::new(clock) }
    }
}

#[async_trait]
impl<S: SavedViewStore> SavedViewStore for RecentSavedViews<S> {
    async fn save(&self, subject: &str, list: &ViewedList, name: &str, query: &str) -> Result<ViewSaved, StorageError> {
        let _forget = self.none.forget_at_the_end(Some(subject.to_owned()));
        self.store.save(subject, list, name, query).await
    }

    async fn list(&self, subject: &str) -> Result<Vec<SavedView>, StorageError> {
        let asked = match self.none.get(subject) {
            Ok(()) => return Ok(Vec::new()),
            Err(asked) => asked,
        };
        let views = self.store.list(subject).await?;
        if views.is_empty() {
            self.none.keep(subject.to_owned(), (), asked);
        }
        Ok(views)
    }

    async fn rename(&self, subject: &str, id: i64, name: &str) -> Result<ViewRenamed, StorageError> {
        self.store.rename(subject, id, name).await
    }

    async fn remove(&self, subject: &str, id: i64) -> Result<bool, StorageError> {
        self.store.remove(subject, id).await
    }

    fn forget(&self, subject: Option<&str>) {
        drop(self.none.forget_at_the_end(subject.map(str::to_owned)));
    }
}
