//! The only error that crosses to the browser: a closed set of codes, with the request's id.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::domain::principal::Permission;
use crate::domain::validation::FieldError;

/// Why a server function did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    /// What went wrong.
    pub code: AppErrorCode,
    /// This product's id for the request, which its log has too.
    pub request_id: Option<String>,
}

/// What went wrong. Holds no inner detail: that goes to the log under the request's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppErrorCode {
    /// Nobody is signed in.
    Unauthenticated,
    /// Whether somebody is who they say cannot be told now.
    IdentityUnavailable,
    /// One visitor asks for too much.
    TooManyRequests,
    /// The person's role does not include this.
    Forbidden(Permission),
    /// The person's role holds for another part of the organisations.
    OutOfReach,
    /// There is no such page, connection, object or entry here.
    NotFound,
    /// What was typed cannot be sent as it is.
    Invalid(Vec<FieldError>),
    /// The object changed meanwhile, or a decision or confirmation is missing.
    NotReady,
    /// The draft has been saved or was too old to keep.
    DraftGone,
    /// The form was sent before.
    SentBefore,
    /// The server is about to end, and begins nothing new.
    Ending,
    /// A change ended without an answer: it may have been sent.
    Interrupted,
    /// The partner failed or refused.
    Partner(PartnerFailure),
    /// The audit log cannot be written, so nothing was sent.
    AuditUnavailable,
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
            AppErrorCode::NotReady | AppErrorCode::SentBefore => 409,
            AppErrorCode::DraftGone => 410,
            AppErrorCode::Invalid(_) => 422,
            AppErrorCode::BadRequest | AppErrorCode::NotText => 400,
            AppErrorCode::NotAForm => 415,
            AppErrorCode::FormTooLarge => 413,
            AppErrorCode::AuditUnavailable | AppErrorCode::IdentityUnavailable | AppErrorCode::Ending => 503,
            AppErrorCode::Internal | AppErrorCode::Interrupted => 500,
            AppErrorCode::NotFound => 404,
            AppErrorCode::Partner(failure) => status_of(failure.kind),
        }
    }

    /// The heading of the page that tells of it.
    pub fn title(&self) -> &'static str {
        match &self.code {
            AppErrorCode::Unauthenticated => "You are not signed in",
            AppErrorCode::IdentityUnavailable => "Nobody can be signed in now",
            AppErrorCode::TooManyRequests => "Too many requests",
            AppErrorCode::Forbidden(_) => "Your role does not include this",
            AppErrorCode::OutOfReach => "Your role does not reach here",
            AppErrorCode::NotFound => "There is nothing here",
            AppErrorCode::Invalid(_) => "Some fields need your attention",
            AppErrorCode::NotReady => "This needs another look before it is saved",
            AppErrorCode::DraftGone => "This form is no longer kept",
            AppErrorCode::SentBefore => "This form was sent before",
            AppErrorCode::Ending => "The dashboard is about to restart",
            AppErrorCode::Interrupted => "The change ended without an answer",
            AppErrorCode::Partner(failure) => failure.title(),
            AppErrorCode::AuditUnavailable => "The audit log cannot be written",
            AppErrorCode::BadRequest => "The request could not be read",
            AppErrorCode::NotAForm => "This is not a form",
            AppErrorCode::NotText => "The form could not be read",
            AppErrorCode::FormTooLarge => "This form is too large",
            AppErrorCode::Internal => "This page could not be made",
        }
    }

    /// What happened and what was not done, in a sentence or two.
    pub fn sentence(&self) -> &'static str {
        match &self.code {
            AppErrorCode::Unauthenticated => "This request does not say who you are in a way that can be believed.",
            AppErrorCode::IdentityUnavailable => {
                "The identity provider does not answer, so nobody can tell who you are. Nothing has been sent."
            }
            AppErrorCode::TooManyRequests => "Your browser asked for more than one person can. Nothing has been sent.",
            AppErrorCode::OutOfReach => "Your role is limited to another part of the organisations.",
            AppErrorCode::Forbidden(permission) => permission.reason(),
            AppErrorCode::NotFound => "The address is wrong, or what it names does not exist on this connection.",
            AppErrorCode::Invalid(_) => "Nothing has been sent. What you typed is kept.",
            AppErrorCode::NotReady | AppErrorCode::BadRequest | AppErrorCode::Ending => "Nothing has been sent.",
            AppErrorCode::SentBefore => "Nothing has been sent this time. What you typed is kept.",
            AppErrorCode::Interrupted => "It is not known whether it was sent. The audit log says what is known.",
            AppErrorCode::NotAForm => {
                "Nothing has been sent: only the media type application/x-www-form-urlencoded is taken here."
            }
            AppErrorCode::NotText => "Nothing has been sent: the form has bytes that are not text in UTF-8.",
            AppErrorCode::FormTooLarge => "Nothing has been sent: a form may hold 256 KiB and 2,500 values at most.",
            AppErrorCode::DraftGone => "It has been saved already, or it was too old to keep. Nothing has been sent.",
            AppErrorCode::Partner(failure) => failure.sentence(),
            AppErrorCode::AuditUnavailable => {
                "A change is only sent when it can be recorded first. Nothing has been sent."
            }
            AppErrorCode::Internal => "Something is wrong on our side. The log has the details.",
        }
    }

    /// What the reader can do next.
    pub fn advice(&self) -> &'static str {
        match &self.code {
            AppErrorCode::Unauthenticated | AppErrorCode::AuditUnavailable => {
                "Tell the operator of this dashboard, with the request id below."
            }
            AppErrorCode::IdentityUnavailable | AppErrorCode::Ending => "Try again in a minute.",
            AppErrorCode::TooManyRequests => "Wait a minute, then try again.",
            AppErrorCode::Forbidden(_) | AppErrorCode::OutOfReach => {
                "Ask an admin of your team to do it, or the operator for another role."
            }
            AppErrorCode::NotFound => "Go back to the list and look for it there.",
            AppErrorCode::Invalid(_) => "Mend the fields and try again.",
            AppErrorCode::NotReady => "Review the changes once more.",
            AppErrorCode::DraftGone => "Open the form again.",
            AppErrorCode::SentBefore => "Look whether the object is there before you send the form again.",
            AppErrorCode::Interrupted => "Look in the audit log and at the object before you try again.",
            AppErrorCode::Partner(failure) => failure.advice(),
            AppErrorCode::BadRequest => "Go back, reload the page and try again.",
            AppErrorCode::NotAForm => "Use the forms of this dashboard, or send the same media type as they do.",
            AppErrorCode::NotText => "Go back and type the text again by hand, then send the form once more.",
            AppErrorCode::FormTooLarge => "Go back, your browser kept what you typed, and shorten it.",
            AppErrorCode::Internal => "Try again. If it goes on, tell the operator, with the request id below.",
        }
    }
}

/// The status of a page that could not be made because the partner failed.
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
