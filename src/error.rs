//! The only error that crosses to the browser: a closed set of codes, with the request's id.

use std::borrow::Cow;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::domain::field_error::FieldError;
use crate::domain::principal::Permission;
use crate::domain::saved_view::ViewProblem;

/// Why a server function did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    /// The reason, which decides status, title and advice.
    pub code: AppErrorCode,
    /// This product's id for the request, which its log has too.
    pub request_id: Option<String>,
}

/// What went wrong. Holds no inner detail: that goes to the log under the request's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppErrorCode {
    /// The request carries no valid identity.
    Unauthenticated,
    /// The identity provider is not available, so an identity cannot be verified.
    IdentityUnavailable,
    /// The database of the dashboard does not answer, so nobody knows who is signed in.
    DatabaseUnavailable,
    /// The visitor has reached the rate limit.
    TooManyRequests,
    /// The person's role does not include this.
    Forbidden(Permission),
    /// The person's role holds for another part of the organisations.
    OutOfReach,
    /// There is no such page, connection, object or entry here.
    NotFound,
    /// What was typed cannot be sent as it is.
    Invalid(Vec<FieldError>),
    /// A view cannot be saved or renamed as it is.
    View(ViewProblem),
    /// The object changed meanwhile, or a decision or confirmation is missing.
    NotReady,
    /// The draft has been saved or was too old to keep.
    DraftGone,
    /// The same form has already been sent.
    SentBefore,
    /// The same form has already been sent, and its outcome is still unknown.
    Undecided,
    /// The server is shutting down and starts no change.
    Ending,
    /// A change ended without a response: it may have been sent.
    Interrupted,
    /// The partner failed or refused.
    Partner(PartnerFailure),
    /// The audit log cannot be written to, so nothing was sent.
    AuditUnavailable,
    /// Another replica is still at work on the same thing, so nothing was sent.
    LockedElsewhere,
    /// The request itself cannot be read.
    BadRequest,
    /// What was sent does not say that it is a form.
    NotAForm,
    /// A form whose bytes are not text.
    NotText,
    /// A form that is larger, or has more values, than any page of this product sends.
    FormTooLarge,
    /// A fault of this product.
    Internal,
}

impl AppError {
    /// An error without a request's id, for where there is none.
    pub fn new(code: AppErrorCode) -> Self {
        Self { code, request_id: None }
    }

    /// The HTTP status that fits.
    pub fn status(&self) -> u16 {
        match &self.code {
            AppErrorCode::Unauthenticated => 401,
            AppErrorCode::Forbidden(_) | AppErrorCode::OutOfReach => 403,
            AppErrorCode::TooManyRequests => 429,
            AppErrorCode::NotReady
            | AppErrorCode::SentBefore
            | AppErrorCode::Undecided
            | AppErrorCode::LockedElsewhere => 409,
            AppErrorCode::View(problem) if problem.is_about_others() => 409,
            AppErrorCode::DraftGone => 410,
            AppErrorCode::Invalid(_) | AppErrorCode::View(_) => 422,
            AppErrorCode::BadRequest | AppErrorCode::NotText => 400,
            AppErrorCode::NotAForm => 415,
            AppErrorCode::FormTooLarge => 413,
            AppErrorCode::AuditUnavailable
            | AppErrorCode::IdentityUnavailable
            | AppErrorCode::DatabaseUnavailable
            | AppErrorCode::Ending => 503,
            AppErrorCode::Internal | AppErrorCode::Interrupted => 500,
            AppErrorCode::NotFound => 404,
            AppErrorCode::Partner(failure) => status_of(failure.kind),
        }
    }

    /// The heading of its page.
    pub fn title(&self) -> &'static str {
        match &self.code {
            AppErrorCode::Unauthenticated => "You are not signed in",
            AppErrorCode::IdentityUnavailable => "Sign-in is unavailable",
            AppErrorCode::DatabaseUnavailable => "The database is not responding",
            AppErrorCode::TooManyRequests => "Too many requests",
            AppErrorCode::Forbidden(_) | AppErrorCode::OutOfReach => "You don’t have permission",
            AppErrorCode::NotFound => "Page not found",
            AppErrorCode::Invalid(_) => "Some fields need your attention",
            AppErrorCode::View(_) => "The view was not saved",
            AppErrorCode::NotReady => "Review these changes again before saving",
            AppErrorCode::DraftGone => "This draft has expired",
            AppErrorCode::SentBefore => "This form has already been sent",
            AppErrorCode::Undecided => "The outcome of the first attempt is unknown",
            AppErrorCode::Ending => "The dashboard is restarting",
            AppErrorCode::Interrupted => "The outcome of the change is unknown",
            AppErrorCode::Partner(failure) => failure.title(),
            AppErrorCode::AuditUnavailable => "The audit log cannot be written to",
            AppErrorCode::LockedElsewhere => "Another save is in progress",
            AppErrorCode::BadRequest => "The request could not be read",
            AppErrorCode::NotAForm => "This form could not be read",
            AppErrorCode::NotText => "The form could not be read",
            AppErrorCode::FormTooLarge => "This form is too large",
            AppErrorCode::Internal => "Something went wrong",
        }
    }

    /// What happened and what was not done, in a sentence or two.
    pub fn sentence(&self) -> &'static str {
        match &self.code {
            AppErrorCode::Unauthenticated => "Your identity could not be verified.",
            AppErrorCode::IdentityUnavailable => {
                "The identity provider is not responding, so your identity cannot be verified. Nothing has been sent."
            }
            AppErrorCode::DatabaseUnavailable => {
                "The dashboard’s database is not responding, so your session cannot be read. Nothing has been sent."
            }
            AppErrorCode::TooManyRequests => "Too many requests from your browser. Nothing has been sent.",
            AppErrorCode::OutOfReach => "Your role is limited to other organisations.",
            AppErrorCode::Forbidden(permission) => permission.reason(),
            AppErrorCode::NotFound => "The address is wrong, or the object does not exist on this connection.",
            AppErrorCode::Invalid(_) => "Nothing has been sent. What you typed is kept.",
            AppErrorCode::View(problem) => problem.sentence(),
            AppErrorCode::NotReady | AppErrorCode::BadRequest | AppErrorCode::Ending => "Nothing has been sent.",
            AppErrorCode::SentBefore | AppErrorCode::Undecided => {
                "Nothing has been sent again. What you typed is kept."
            }
            AppErrorCode::Interrupted => "The change may or may not have been sent. The audit log has the details.",
            AppErrorCode::NotAForm => "Nothing has been sent: only application/x-www-form-urlencoded is accepted here.",
            AppErrorCode::NotText => "Nothing has been sent: the form contains bytes that are not valid UTF-8.",
            AppErrorCode::FormTooLarge => "Nothing has been sent: a form can hold at most 256 KiB and 2,500 values.",
            AppErrorCode::DraftGone => {
                "It has already been saved or discarded, or it is more than one day old. Nothing has been sent."
            }
            AppErrorCode::Partner(failure) => failure.sentence(),
            AppErrorCode::AuditUnavailable => {
                "A change is only sent after it has been recorded. Nothing has been sent."
            }
            AppErrorCode::LockedElsewhere => {
                "Another replica of this dashboard is still saving the same thing. Nothing has been sent."
            }
            AppErrorCode::Internal => "The error is on our side. The server log has the details.",
        }
    }

    /// What the reader can do next.
    pub fn advice(&self) -> Cow<'static, str> {
        match &self.code {
            AppErrorCode::Partner(failure) => failure.advice(),
            _ => self.general_advice().into(),
        }
    }

    /// The advice where it does not depend on what the partner says.
    fn general_advice(&self) -> &'static str {
        match &self.code {
            AppErrorCode::Unauthenticated | AppErrorCode::AuditUnavailable => {
                "Contact the operator of this dashboard and quote the request ID below."
            }
            AppErrorCode::IdentityUnavailable
            | AppErrorCode::DatabaseUnavailable
            | AppErrorCode::Ending
            | AppErrorCode::LockedElsewhere => "Try again in a minute.",
            AppErrorCode::TooManyRequests => "Wait a minute, then try again.",
            AppErrorCode::Forbidden(_) | AppErrorCode::OutOfReach => {
                "Ask an admin on your team to do it, or ask the operator for a different role."
            }
            AppErrorCode::NotFound => "Go back to the list and find it there.",
            AppErrorCode::Invalid(_) => "Correct the fields and try again.",
            AppErrorCode::View(problem) => problem.advice(),
            AppErrorCode::NotReady => "Go back to the review.",
            AppErrorCode::DraftGone => "Open the form again.",
            AppErrorCode::SentBefore => "Check whether the object exists before you send the form again.",
            AppErrorCode::Undecided => "Find out first whether the object was created. Then send the form again.",
            AppErrorCode::Interrupted => "Check the audit log and the object before you try again.",
            AppErrorCode::BadRequest => "Go back, reload the page and try again.",
            AppErrorCode::NotAForm => "Use the forms in this dashboard, or send application/x-www-form-urlencoded.",
            AppErrorCode::NotText => "Go back, type the text again and resend the form.",
            AppErrorCode::FormTooLarge => {
                "Go back: your browser may still show what you typed. Copy it from there, then shorten it."
            }
            AppErrorCode::Partner(_) | AppErrorCode::Internal => {
                "Try again. If it keeps happening, contact the operator and quote the request ID below."
            }
        }
    }
}

/// The status of a page that could not be rendered because the partner failed.
fn status_of(kind: FailureKind) -> u16 {
    match kind {
        FailureKind::NotFound => 404,
        FailureKind::Refused => 422,
        FailureKind::RateLimited => 503,
        FailureKind::TimedOut => 504,
        FailureKind::NotAllowed
        | FailureKind::NoToken
        | FailureKind::Unavailable
        | FailureKind::Unreachable
        | FailureKind::Interrupted
        | FailureKind::Unreadable
        | FailureKind::TooLarge => 502,
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.title())
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::new(match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                AppErrorCode::BadRequest
            }
            _ => AppErrorCode::Internal,
        })
    }
}
