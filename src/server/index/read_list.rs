//! A list as a read brings it: kept by its age alone, while the model takes the objects.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::cache::Accepted;
use super::model::Model;
use super::staged::ReadObjects;
use crate::domain::oauth_client::OAuthClient;

/// A list that was read. The cache keeps when that was; the objects go to the model, unless something was changed from
/// here since the read began.
#[derive(Debug)]
pub(super) struct ReadList {
    model: Arc<Model>,
    objects: Mutex<Option<ReadObjects>>,
    /// The clients of an organisation that is not listed: no view has them.
    unlisted: Option<Vec<OAuthClient>>,
    /// Whether it counts: nothing was changed from here since the read began, and nobody wanted a later one.
    counts: AtomicBool,
}

impl ReadList {
    /// A list that was read for a model.
    pub(super) fn new(model: Arc<Model>, objects: ReadObjects) -> Self {
        Self { model, objects: Mutex::new(Some(objects)), unlisted: None, counts: AtomicBool::new(false) }
    }

    /// The clients of an organisation that is not listed.
    pub(super) fn unlisted(model: Arc<Model>, clients: Vec<OAuthClient>) -> Self {
        Self { model, objects: Mutex::default(), unlisted: Some(clients), counts: AtomicBool::new(false) }
    }

    /// A list that the model has already.
    pub(super) fn known(model: Arc<Model>) -> Self {
        Self { model, objects: Mutex::default(), unlisted: None, counts: AtomicBool::new(true) }
    }

    /// Whether it counts. What was read before a change from here is not the answer to anybody.
    pub(super) fn counts(&self) -> bool {
        self.counts.load(Ordering::Acquire)
    }

    /// The clients of an organisation: those that were read where it is not listed, else those that are known.
    pub(super) fn clients_of(&self, organisation_id: &str) -> Vec<OAuthClient> {
        self.unlisted.clone().unwrap_or_else(|| self.model.known(Some(organisation_id)).clients_of(organisation_id))
    }
}

impl Accepted for ReadList {
    fn accepted(&self) {
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(objects) = objects {
            self.model.take(objects);
        }
        self.counts.store(true, Ordering::Release);
    }

    fn is_taken_in(&self) -> bool {
        self.unlisted.is_none()
    }
}
