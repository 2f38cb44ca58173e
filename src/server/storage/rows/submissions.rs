//! Submissions as they lie in their rows.

use sqlx::FromRow;
use time::Duration;

use crate::server::storage::{Submission, SubmissionState};

/// How long it is known that a form was sent: a tab can stay open for weeks, and its form must not create something again.
pub(in crate::server::storage) const KEPT_FOR: Duration = Duration::days(30);

#[derive(FromRow)]
pub(in crate::server::storage) struct SubmissionRow {
    content_hash: Vec<u8>,
    state: String,
    object_id: Option<String>,
    draft_id: Option<String>,
    request_id: String,
}

impl From<SubmissionRow> for Submission {
    fn from(row: SubmissionRow) -> Self {
        let state = match (row.state.as_str(), row.object_id, row.draft_id) {
            ("created", Some(object_id), _) => SubmissionState::Created { object_id },
            ("unknown", _, Some(draft_id)) => SubmissionState::Unknown { draft_id },
            _ => SubmissionState::Sending,
        };
        Self { content_hash: row.content_hash, request_id: row.request_id, state }
    }
}

/// What became of a form, as its columns say: the word, the object and the draft.
pub(in crate::server::storage) fn columns_of(state: &SubmissionState) -> (&'static str, Option<&str>, Option<&str>) {
    match state {
        SubmissionState::Sending => ("sending", None, None),
        SubmissionState::Created { object_id } => ("created", Some(object_id), None),
        SubmissionState::Unknown { draft_id } => ("unknown", None, Some(draft_id)),
    }
}
