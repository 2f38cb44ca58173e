//! Why a call to a partner failed, with the texts that a page shows about it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What went wrong, by what the reader can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The partner rejected the request as sent (400, 409, 422 and other 4xx).
    Refused,
    /// The partner has no such object.
    NotFound,
    /// Our credentials may not do this (403, or 401 with a fresh token).
    NotAllowed,
    /// The partner gave us no token.
    NoToken,
    /// The partner limits our requests (429).
    RateLimited,
    /// The partner reported an error of its own (5xx).
    Unavailable,
    /// No response within the deadline.
    TimedOut,
    /// No connection could be made.
    Unreachable,
    /// The connection broke while the answer was awaited or read.
    Interrupted,
    /// A response that cannot be read: HTML in place of JSON, a redirect, a truncated body.
    Unreadable,
    /// A response that is longer, or has more entries, than the limit; or no memory is left for it.
    TooLarge,
}

impl FailureKind {
    /// Every kind, in the order of its definition.
    pub const ALL: [Self; 11] = [
        Self::Refused,
        Self::NotFound,
        Self::NotAllowed,
        Self::NoToken,
        Self::RateLimited,
        Self::Unavailable,
        Self::TimedOut,
        Self::Unreachable,
        Self::Interrupted,
        Self::Unreadable,
        Self::TooLarge,
    ];

    /// The word for it in JSON and in metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NotFound => "not_found",
            Self::NotAllowed => "not_allowed",
            Self::NoToken => "no_token",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Interrupted => "interrupted",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too_large",
        }
    }

    /// What a status means. `None` for a success.
    pub fn of_status(status: u16) -> Option<Self> {
        Some(match status {
            200..=299 => return None,
            401 | 403 => Self::NotAllowed,
            404 | 410 => Self::NotFound,
            429 => Self::RateLimited,
            408 => Self::TimedOut,
            400..=499 => Self::Refused,
            500..=599 => Self::Unavailable,
            _ => Self::Unreadable,
        })
    }

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
    /// The partner's message about it.
    pub message: String,
}

/// A failed call of the partner. Holds no token, no secret and no raw body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerFailure {
    /// The kind, which decides title, explanation and advice.
    pub kind: FailureKind,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// The partner's own message, when one could be found in its answer.
    pub message: Option<String>,
    /// The fields that its answer named.
    pub fields: Vec<RefusedField>,
    /// The partner's `x-request-id`.
    pub request_id: Option<String>,
    /// Whether something may have been carried out. Only of interest for a change.
    pub effect: Effect,
    /// How many seconds the partner asks to wait before the next request (`Retry-After`), at most a day. `None` when it
    /// does not say.
    #[serde(default)]
    pub retry_after: Option<u32>,
}

impl PartnerFailure {
    /// The heading of the page or panel about it.
    pub fn title(&self) -> &'static str {
        match self.kind {
            FailureKind::Refused => "OneID rejected the request",
            FailureKind::NotFound => "Not found at OneID",
            FailureKind::NotAllowed => "OneID did not allow this",
            FailureKind::NoToken => "OneID did not accept this dashboard’s credentials",
            FailureKind::RateLimited => "OneID is limiting requests",
            FailureKind::Unavailable => "OneID is unavailable",
            FailureKind::TimedOut => "OneID did not respond in time",
            FailureKind::Unreachable => "OneID cannot be reached",
            FailureKind::Interrupted => "The connection to OneID was lost",
            FailureKind::Unreadable => "OneID’s response could not be read",
            FailureKind::TooLarge => "OneID’s response is too large",
        }
    }

    /// What happened, in one sentence.
    pub fn sentence(&self) -> &'static str {
        match self.kind {
            FailureKind::Refused => "It did not accept the values that were sent.",
            FailureKind::NotFound => "It may have been removed, or it belongs to another environment.",
            FailureKind::NotAllowed => "This connection’s credentials do not have permission.",
            FailureKind::NoToken => "Without an access token, this connection cannot read or change anything.",
            FailureKind::RateLimited => "It has received too many requests.",
            FailureKind::Unavailable => "The error is on OneID’s side.",
            FailureKind::TimedOut => "It did not respond within the time limit.",
            FailureKind::Unreachable => "No connection could be made.",
            FailureKind::Interrupted => "The connection closed before the full response arrived.",
            FailureKind::Unreadable => "The response did not come from OneID’s API, or was damaged.",
            FailureKind::TooLarge => "It does not fit in this dashboard’s memory, so none of it was kept.",
        }
    }

    /// What the reader can do next: wait as long as the partner asks, where it does.
    pub fn advice(&self) -> Cow<'static, str> {
        match self.retry_after {
            Some(seconds @ 1..) => format!("OneID asks to wait {}. Then try again.", in_words(seconds)).into(),
            _ => self.general_advice().into(),
        }
    }

    fn general_advice(&self) -> &'static str {
        match self.kind {
            FailureKind::Refused => "Correct what OneID rejected, then try again.",
            FailureKind::NotFound => "Go back to the list and find it there.",
            FailureKind::NotAllowed | FailureKind::NoToken => {
                "Ask the operator of this dashboard to check this connection’s credentials."
            }
            FailureKind::RateLimited => "Wait a minute, then try again.",
            FailureKind::Unavailable
            | FailureKind::TimedOut
            | FailureKind::Unreachable
            | FailureKind::Interrupted
            | FailureKind::Unreadable => {
                "Try again in a moment. If it keeps happening, contact the operator of this dashboard."
            }
            FailureKind::TooLarge => {
                "Try again in a few minutes: other lists may be using the memory. If it keeps happening, contact the operator of this dashboard."
            }
        }
    }
}

/// A wait in the unit that people would use, rounded up: two minutes and more in minutes, two hours and more in hours.
fn in_words(seconds: u32) -> String {
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds.div_ceil(60), "minute"),
        7_200.. => (seconds.div_ceil(3_600), "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate_limited(retry_after: Option<u32>) -> PartnerFailure {
        PartnerFailure {
            kind: FailureKind::RateLimited,
            status: Some(429),
            message: None,
            fields: Vec::new(),
            request_id: None,
            effect: Effect::None,
            retry_after,
        }
    }

    #[test]
    fn a_kind_is_called_the_same_in_json_and_in_metrics() {
        for (place, kind) in FailureKind::ALL.into_iter().enumerate() {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
            assert_eq!(kind as usize, place, "{kind:?} stands where its number says");
        }
    }

    #[test]
    fn the_advice_says_how_long_the_partner_asks_to_wait() {
        for (seconds, words) in [
            (1, "1 second"),
            (30, "30 seconds"),
            (119, "119 seconds"),
            (121, "3 minutes"),
            (7_199, "120 minutes"),
            (7_201, "3 hours"),
        ] {
            let advice = rate_limited(Some(seconds)).advice();
            assert_eq!(advice, format!("OneID asks to wait {words}. Then try again."));
        }
        for retry_after in [None, Some(0)] {
            assert_eq!(rate_limited(retry_after).advice(), "Wait a minute, then try again.");
        }
    }
}
