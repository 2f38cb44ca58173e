//! Why a partner did not do what was asked, in words that a page can show.

use serde::{Deserialize, Serialize};

/// What went wrong, by what the reader can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The partner understood and said no (400, 409, 422 and their like).
    Refused,
    /// The partner has no such object.
    NotFound,
    /// Our credentials may not do this (403, or 401 with a fresh token).
    NotAllowed,
    /// The partner gave us no token.
    NoToken,
    /// Too many requests.
    RateLimited,
    /// The partner said that it has a fault (5xx).
    Unavailable,
    /// No answer in time.
    TimedOut,
    /// No connection could be made.
    Unreachable,
    /// The connection broke while the answer was awaited or read.
    Interrupted,
    /// An answer that cannot be read: HTML where JSON was due, a redirect, a torn body.
    Unreadable,
    /// An answer that is longer, or has more entries, than is read; or there is no memory left for it.
    TooLarge,
}

impl FailureKind {
    /// Whether the partner is away or wants to be left alone, rather than having answered this one question.
    pub fn is_outage(self) -> bool {
        match self {
            Self::NoToken
            | Self::RateLimited
            | Self::Unavailable
            | Self::TimedOut
            | Self::Unreachable
            | Self::Interrupted => true,
            Self::Refused | Self::NotFound | Self::NotAllowed | Self::Unreadable | Self::TooLarge => false,
        }
    }
}

/// What is known of the effect of a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Certainly nothing: it never left, or the partner refused it.
    None,
    /// It left, and may have been carried out.
    Unknown,
}

/// A field that the partner named in a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedField {
    /// The Partner API's name of the field.
    pub field: String,
    /// The partner's words about it.
    pub message: String,
}

/// A failed call of the partner. Holds no token, no secret and no raw body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerFailure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// The partner's own words, when they could be found in its answer.
    pub message: Option<String>,
    /// The fields that its answer named.
    pub fields: Vec<RefusedField>,
    /// The partner's `x-request-id`.
    pub request_id: Option<String>,
    /// Whether something may have been carried out. Only of interest for a change.
    pub effect: Effect,
}

impl PartnerFailure {
    /// The heading of the page or panel that tells of it.
    pub fn title(&self) -> &'static str {
        match self.kind {
            FailureKind::Refused => "OneID refused the request",
            FailureKind::NotFound => "OneID does not have this",
            FailureKind::NotAllowed => "OneID does not let this dashboard do that",
            FailureKind::NoToken => "OneID did not accept this dashboard’s credentials",
            FailureKind::RateLimited => "OneID asks us to slow down",
            FailureKind::Unavailable => "OneID has a fault",
            FailureKind::TimedOut => "OneID did not answer in time",
            FailureKind::Unreachable => "OneID cannot be reached",
            FailureKind::Interrupted => "The connection to OneID broke",
            FailureKind::Unreadable => "OneID’s answer could not be read",
            FailureKind::TooLarge => "OneID’s answer is too large",
        }
    }

    /// What happened, in one sentence.
    pub fn sentence(&self) -> &'static str {
        match self.kind {
            FailureKind::Refused => "It understood the request and said no.",
            FailureKind::NotFound => "It may have been removed, or it belongs to another environment.",
            FailureKind::NotAllowed => "The credentials of this connection do not include this.",
            FailureKind::NoToken => "Without a token nothing can be read or changed on this connection.",
            FailureKind::RateLimited => "It answered that there were too many requests.",
            FailureKind::Unavailable => "It answered that something is wrong on its side.",
            FailureKind::TimedOut => "It took longer than we wait.",
            FailureKind::Unreachable => "No connection could be made.",
            FailureKind::Interrupted => "The connection ended before the whole answer was here.",
            FailureKind::Unreadable => "Something other than its API answered, or the answer was damaged.",
            FailureKind::TooLarge => "This dashboard has no room for all of it, so nothing of it was kept.",
        }
    }

    /// What the reader can do next.
    pub fn advice(&self) -> &'static str {
        match self.kind {
            FailureKind::Refused => "Change what it objects to, then try again.",
            FailureKind::NotFound => "Go back to the list and look for it there.",
            FailureKind::NotAllowed | FailureKind::NoToken => {
                "Ask the operator of this dashboard to check the credentials of this connection."
            }
            FailureKind::RateLimited => "Wait a minute, then try again.",
            FailureKind::Unavailable
            | FailureKind::TimedOut
            | FailureKind::Unreachable
            | FailureKind::Interrupted
            | FailureKind::Unreadable => "Try again in a moment. If it goes on, tell the operator of this dashboard.",
            FailureKind::TooLarge => {
                "Try again in some minutes: other lists may need the room now. If it goes on, tell the operator of this dashboard."
            }
        }
    }
}
