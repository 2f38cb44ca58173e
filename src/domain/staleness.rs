//! Data that could not be refreshed: how old they are, why, and what cannot be done meanwhile.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::failure::PartnerFailure;

/// What the partner said when it last answered, shown because it does not answer now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staleness {
    /// When they were read from the partner; the oldest of several.
    #[serde(with = "time::serde::rfc3339")]
    pub read_at: OffsetDateTime,
    /// Why they could not be refreshed; `None` while the partner has not answered yet.
    pub failure: Option<PartnerFailure>,
}

impl Staleness {
    /// What is wrong with the partner, as a heading.
    pub fn title(&self) -> &'static str {
        self.failure.as_ref().map_or("OneID has not responded yet", PartnerFailure::title)
    }

    /// Why nothing can be changed on a page that shows such data.
    pub fn refusal(&self) -> &'static str {
        EditRefusal::NotKnown.reason()
    }

    /// The worse of two: one whose reason is known, and the older of their times.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        Self { read_at: self.read_at.min(other.read_at), failure: self.failure.or(other.failure) }
    }
}

/// Why a person may not edit an object that they see, though their role lets them edit others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditRefusal {
    /// Their role holds for another part of the organisations.
    OutOfReach,
    /// The partner does not say to which part the object belongs now.
    NotKnown,
}

impl EditRefusal {
    /// The reason, for a button that is disabled.
    pub fn reason(self) -> &'static str {
        match self {
            Self::OutOfReach => "Your role is limited to other organisations.",
            Self::NotKnown => "You cannot make changes until OneID responds.",
        }
    }
}
