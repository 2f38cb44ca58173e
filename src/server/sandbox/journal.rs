//! The journal of received requests, without secrets, so that tests can count and compare.

use std::{collections::VecDeque, sync::Mutex};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{System, lock};

/// The oldest entries go when there are more than this.
const CAPACITY: usize = 10_000;

/// A request that a system received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedRequest {
    /// Counts from 1 in order of arrival.
    pub id: u64,
    /// The system that it was for.
    pub system: System,
    /// Its method.
    pub method: String,
    /// Its path under the system's prefix, without the query.
    pub path: String,
    /// The status of the answer; absent while there is none, and when the connection was dropped.
    pub status: Option<u16>,
    /// A short hash of its bearer token, if it carried one.
    pub token: Option<String>,
    /// The `x-request-id` of the answer.
    pub request_id: String,
}

/// The requests received so far.
#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    last_id: u64,
    entries: VecDeque<ReceivedRequest>,
}

impl Journal {
    /// Enters a request on arrival and returns its id.
    pub(crate) fn open(&self, mut request: ReceivedRequest) -> u64 {
        let mut pages = lock(&self.0);
        pages.last_id += 1;
        request.id = pages.last_id;
        if pages.entries.len() == CAPACITY {
            pages.entries.pop_front();
        }
        pages.entries.push_back(request);
        pages.last_id
    }

    /// Notes how a request was answered, unless the journal has been cleared since.
    pub(crate) fn close(&self, id: u64, status: StatusCode) {
        let mut pages = lock(&self.0);
        if let Ok(index) = pages.entries.binary_search_by_key(&id, |entry| entry.id) {
            pages.entries[index].status = Some(status.as_u16());
        }
    }

    /// The requests of one system, or all, oldest first.
    pub(crate) fn read(&self, system: Option<System>) -> Vec<ReceivedRequest> {
        lock(&self.0).entries.iter().filter(|entry| system.is_none_or(|only| entry.system == only)).cloned().collect()
    }

    /// Forgets the requests of one system, or all.
    pub(crate) fn clear(&self, system: Option<System>) {
        lock(&self.0).entries.retain(|entry| system.is_some_and(|only| entry.system != only));
    }
}
