//! Why a service did not do what was asked, and what of that the browser may know.

use crate::domain::audit::{Action, PATH, PERMISSION, Target};
use crate::domain::failure::PartnerFailure;
use crate::domain::field_error::FieldError;
use crate::domain::posted::UnreadableControl;
use crate::domain::principal::Permission;
use crate::domain::saved_view::ViewProblem;
use crate::error::{AppError, AppErrorCode};
use crate::server::audit::AuditError;
use crate::server::context::{RequestContext, set_status};
use crate::server::storage::StorageError;

/// Why a service did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The person's role does not include it.
    #[error("not allowed: {0:?}")]
    Forbidden(Permission),
    /// The person's role holds for another part of the organisations.
    #[error("out of reach")]
    OutOfReach,
    /// No such connection, object or entry.
    #[error("not found")]
    NotFound,
    /// What was typed cannot be sent.
    #[error("{} fields are not valid", .0.len())]
    Invalid(Vec<FieldError>),
    /// A view cannot be saved or renamed as it is.
    #[error("the view is not saved: {0:?}")]
    View(ViewProblem),
    /// A control of the form holds another sort of value than its field.
    #[error("the form cannot be read")]
    Unreadable(#[from] UnreadableControl),
    /// What the address says of times is none.
    #[error("the address has a time that is none")]
    NoTime,
    /// A decision or a confirmation is missing, or the object changed meanwhile.
    #[error("not ready to be saved")]
    NotReady,
    /// The draft has been saved, or was too old to keep.
    #[error("the draft is gone")]
    DraftGone,
    /// The form was sent before, and nothing is sent twice.
    #[error("the form has already been sent")]
    SentBefore,
    /// The form was sent before, and nobody has said yet what became of that.
    #[error("the outcome of an earlier attempt is not known")]
    Undecided,
    /// The partner failed or refused.
    #[error("the partner failed: {0:?}")]
    Partner(PartnerFailure),
    /// The intent could not be recorded, so nothing was sent.
    #[error("the audit log cannot be written to")]
    AuditUnavailable(#[source] AuditError),
    /// The audit log could not be read.
    #[error("the audit log cannot be read")]
    AuditUnreadable(#[source] AuditError),
    /// The server is shutting down and begins nothing new.
    #[error("the server is shutting down")]
    Ending,
    /// It could not be stored that something is about to be sent, or made sure that nobody else sends it, so nothing was
    /// sent.
    #[error("what is about to be sent cannot be marked or locked")]
    NotRecorded(#[source] StorageError),
    /// A draft, what became of a form, or a saved view could not be kept or found.
    #[error("drafts or saved views cannot be kept or found")]
    Storage(#[from] StorageError),
    /// The sessions could not be read or ended.
    #[error("the sessions cannot be read or ended")]
    Sessions(#[source] StorageError),
    /// The task that carried out a change ended without an answer.
    #[error("a change ended without a response")]
    Interrupted,
}

impl From<ViewProblem> for ServiceError {
    fn from(problem: ViewProblem) -> Self {
        Self::View(problem)
    }
}

impl From<PartnerFailure> for ServiceError {
    fn from(failure: PartnerFailure) -> Self {
        Self::Partner(failure)
    }
}

impl ServiceError {
    /// The part that the browser may know. What it may not know goes to the log, once, here.
    pub fn into_app_error(self, context: &RequestContext) -> AppError {
        let request_id = context.request_id.clone();
        match &self {
            Self::AuditUnavailable(_)
            | Self::AuditUnreadable(_)
            | Self::NotRecorded(_)
            | Self::Storage(_)
            | Self::Sessions(_)
            | Self::Interrupted => {
                tracing::error!(request_id, error = &self as &dyn std::error::Error, "request failed");
            }
            _ => tracing::info!(request_id, error = %self, "request refused"),
        }
        if let Self::Forbidden(_) | Self::OutOfReach = self {
            let refused = context.event(Action::PermissionRefused, Target::of_dashboard(None));
            let permission = if let Self::Forbidden(permission) = self { permission.code() } else { "out_of_reach" };
            context.audit.note_refusal(refused.with_text(PERMISSION, permission).with_text(PATH, &context.path));
        }
        AppError { code: self.code(), request_id: Some(request_id) }
    }

    fn code(self) -> AppErrorCode {
        match self {
            Self::Forbidden(permission) => AppErrorCode::Forbidden(permission),
            Self::OutOfReach => AppErrorCode::OutOfReach,
            Self::NotFound => AppErrorCode::NotFound,
            Self::Invalid(errors) => AppErrorCode::Invalid(errors),
            Self::View(problem) => AppErrorCode::View(problem),
            Self::Unreadable(_) | Self::NoTime => AppErrorCode::BadRequest,
            Self::NotReady => AppErrorCode::NotReady,
            Self::DraftGone => AppErrorCode::DraftGone,
            Self::SentBefore => AppErrorCode::SentBefore,
            Self::Undecided => AppErrorCode::Undecided,
            Self::Ending => AppErrorCode::Ending,
            Self::Interrupted => AppErrorCode::Interrupted,
            Self::Partner(failure) => AppErrorCode::Partner(failure),
            Self::NotRecorded(StorageError::LockedElsewhere) => AppErrorCode::LockedElsewhere,
            Self::AuditUnavailable(_) | Self::NotRecorded(_) => AppErrorCode::AuditUnavailable,
            Self::AuditUnreadable(_) | Self::Storage(_) | Self::Sessions(_) => AppErrorCode::Internal,
        }
    }
}

impl RequestContext {
    /// The answer of a server function: the result, or the part of the error that the browser may
    /// know, with its status.
    ///
    /// # Errors
    /// The error that was given, as the browser may know it.
    pub fn answer<T>(&self, result: Result<T, ServiceError>) -> Result<T, AppError> {
        result.map_err(|error| {
            let error = error.into_app_error(self);
            set_status(&error);
            error
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_save_at_another_replica_is_not_told_as_a_log_that_cannot_be_written() {
        let locked = AppError::new(ServiceError::NotRecorded(StorageError::LockedElsewhere).code());
        let told = [locked.title(), locked.sentence(), &locked.advice()].join(" ");
        assert_eq!(
            told,
            "Another save is in progress Another replica of this dashboard is still saving the same thing. Nothing has been \
             sent. Try again in a minute."
        );
        let unwritten = AppError::new(ServiceError::NotRecorded(StorageError::NotAmongReplicas).code());
        assert_eq!(unwritten.code, AppErrorCode::AuditUnavailable);
    }
}
