//! Data that could not be read anew: how old they are, and why.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::failure::PartnerFailure;

/// What the partner said when it last answered, shown because it does not answer now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staleness {
    /// When they were read from the partner; the oldest of several.
    #[serde(with = "time::serde::rfc3339")]
    pub read_at: OffsetDateTime,
    /// Why they could not be read anew; `None` while the partner has not answered yet.
    pub failure: Option<PartnerFailure>,
}

impl Staleness {
    /// What is wrong with the partner, as a heading.
    pub fn title(&self) -> &'static str {
        self.failure.as_ref().map_or("OneID has not answered yet", PartnerFailure::title)
    }

    /// Why nothing can be changed on a page that shows such data.
    pub fn refusal(&self) -> &'static str {
        "Nothing can be changed until OneID answers again."
    }

    /// The worse of two: one whose reason is known, and the older of their times.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        Self { read_at: self.read_at.min(other.read_at), failure: self.failure.or(other.failure) }
    }
}
