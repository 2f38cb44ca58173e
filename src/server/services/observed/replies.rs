//! Where a browser goes after an answer to a change that was made elsewhere.

use super::revert::Reverting;
use crate::domain::audit::AuditedKind;
use crate::domain::observed::ObservedTarget;
use crate::domain::review::FormTarget;
use crate::domain::shell::{Flash, Tone};
use crate::error::AppError;
use crate::paths;
use crate::server::context::{RequestContext, redirect};
use crate::server::services::ServiceError;
use crate::server::services::messages::leave;
use crate::server::services::objects::drafts::Returned;
use crate::server::services::replies::to_form;
use crate::server::services::send_back::{leave_and_go_on, send_back};

/// The page that an answer came from. A form names no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredOn {
    /// The page of the object.
    Object,
    /// The page of the entry in the audit log.
    Entry,
    /// The overview.
    Overview,
}

impl AnsweredOn {
    /// The page of a code in a form; that of the object when it is none.
    pub fn from_code(code: &str) -> Self {
        match code {
            "entry" => Self::Entry,
            "overview" => Self::Overview,
            _ => Self::Object,
        }
    }

    fn path(self, about: &ObservedTarget) -> String {
        match (self, about.kind) {
            (Self::Entry, _) => paths::audit_entry(about.until),
            (Self::Object, AuditedKind::Object(kind)) => paths::object(&about.connection, kind, &about.id),
            (Self::Object, AuditedKind::Connection | AuditedKind::Session | AuditedKind::Dashboard)
            | (Self::Overview, _) => paths::OVERVIEW.to_owned(),
        }
    }
}

/// Answers an acceptance: back to the page that it came from, with what came of it.
///
/// # Errors
/// To a caller that does not accept HTML: why it was not recorded.
pub async fn after_accept(
    context: &RequestContext,
    about: &ObservedTarget,
    from: AnsweredOn,
    accepted: Result<bool, ServiceError>,
) -> Result<(), AppError> {
    let (tone, message) = match accepted {
        Ok(true) => (Tone::Good, "The change has been accepted."),
        Ok(false) => (Tone::Warning, "Someone has answered this change already. Nothing was recorded."),
        Err(error) => return send_back(context, error, &page(context, about, from)).await,
    };
    leave_and_go_on(context, Flash { tone, message: message.to_owned() }, page(context, about, from)).await;
    Ok(())
}

/// Answers the wish to revert: on to the review of the draft, to the form where it is not valid, or back.
///
/// # Errors
/// To a caller that does not accept HTML: why there is no draft.
pub async fn after_revert(
    context: &RequestContext,
    about: &ObservedTarget,
    from: AnsweredOn,
    reverting: Result<Reverting, Returned>,
) -> Result<(), AppError> {
    let back = page(context, about, from);
    match (reverting, about.kind) {
        (Ok(Reverting::Draft(draft, unset)), _) => {
            if !unset.is_empty() {
                let text =
                    format!("These were not set before, and the Partner API cannot unset them: {}.", unset.join(", "));
                leave(context, Tone::Warning, text).await;
            }
            redirect(&paths::review(&paths::form(&draft.target()), &draft.id));
            Ok(())
        }
        (Ok(Reverting::Nothing), _) => {
            let message = "There is nothing to revert: the change has been answered, or cannot be reverted.".to_owned();
            leave_and_go_on(context, Flash { tone: Tone::Warning, message }, back).await;
            Ok(())
        }
        (Err(Returned { draft: None, is_unkept: false, error }), _)
        | (Err(Returned { error, .. }), AuditedKind::Connection | AuditedKind::Session | AuditedKind::Dashboard) => {
            send_back(context, error, &back).await
        }
        (Err(returned), AuditedKind::Object(kind)) => {
            let (connection, object_id) = (about.connection.clone(), Some(about.id.clone()));
            let target = FormTarget { connection, kind, object_id, organisation_id: None };
            to_form(context, &target, Err(returned)).await
        }
    }
}

/// The page to go back to; the overview when it is about no connection of ours.
fn page(context: &RequestContext, about: &ObservedTarget, from: AnsweredOn) -> String {
    let is_ours = context.connections.find(&about.connection).is_some();
    if is_ours { from.path(about) } else { paths::OVERVIEW.to_owned() }
}
