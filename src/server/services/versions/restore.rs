//! Restoring a version: a form with its values, and from there the way of every edit.

use super::{Audited, between};
use crate::domain::audit::AuditEntry;
use crate::domain::change::difference;
use crate::domain::form::FormValues;
use crate::domain::review::{Draft, FormTarget};
use crate::domain::shell::{Flash, Tone};
use crate::domain::time_format::exact;
use crate::domain::version::{Certainty, Version, certainty, leaves_a_version};
use crate::error::AppError;
use crate::paths;
use crate::server::context::{RequestContext, redirect};
use crate::server::services::access::edit_permission;
use crate::server::services::messages::leave;
use crate::server::services::objects::drafts;
use crate::server::services::objects::sides::Sides;
use crate::server::services::recorded::establish_session;
use crate::server::services::send_back::{leave_and_go_on, send_back};
use crate::server::services::{ServiceError, audit_log};

/// What came of the wish to restore a version.
#[derive(Debug)]
pub enum Restoring {
    /// The draft of a form with its values, and what to say about them.
    Draft(Box<Draft>, Flash),
    /// It cannot be restored, or need not be: why.
    Nothing(&'static str),
}

/// Makes a draft with the values that an entry left, over the object as it is now. Nothing is sent. Secrets are no part of
/// it: the log has none.
///
/// # Errors
/// When the person may not read the log or not edit the object, the partner does not give it, or the draft is not kept.
#[tracing::instrument(target = "spans", level = "debug", name = "versions::restore", skip_all)]
pub async fn restore(context: &RequestContext, entry: i64) -> Result<Restoring, ServiceError> {
    let entry = audit_log::entry(context, entry).await?;
    let Some(about) = Audited::of(&entry).filter(|_| leaves_a_version(&entry)) else {
        return Ok(Restoring::Nothing("This entry left no version of an object."));
    };
    let connection = context.connection(&about.connection)?;
    let object = context.object(connection, about.kind, &about.id, edit_permission(connection)).await?;
    let Version { fields, doubts } = between(context, &about, entry.id, None).await?.version(&object.fields);
    let certainty = certainty(&doubts);
    if certainty == Certainty::Unavailable {
        return Ok(Restoring::Nothing("The records do not say what this version was, so it cannot be restored."));
    }
    let Sides { shown, wanted, unset } =
        Sides::of(about.kind, &object.fields, difference(about.kind.fields(), &fields, &object.fields));
    if difference(about.kind.fields(), &shown, &wanted).is_empty() && unset.is_empty() {
        return Ok(Restoring::Nothing("The object has the values of this version already."));
    }
    establish_session(context).await;
    let target = FormTarget {
        connection: about.connection.clone(),
        kind: about.kind,
        object_id: Some(object.id),
        organisation_id: None,
    };
    let draft = Draft::new(target, drafts::new_id(), shown, FormValues::of(about.kind, &wanted));
    let draft = Draft { restores: Some(entry.id), ..draft };
    drafts::keep(context, &draft).await?;
    Ok(Restoring::Draft(Box::new(draft), said(&entry, certainty, &unset)))
}

fn said(entry: &AuditEntry, certainty: Certainty, unset: &[&str]) -> Flash {
    let (id, at) = (entry.id, exact(entry.intended_at));
    let mut sentences = vec![format!("This form has the values after entry #{id} of {at}. Nothing has been sent yet.")];
    if certainty != Certainty::Exact {
        sentences.push("They are approximate: check them before you save.".to_owned());
    }
    if !unset.is_empty() {
        let unset = unset.join(", ");
        sentences.push(format!("These were not set then, and the Partner API cannot unset them: {unset}."));
    }
    let message = sentences.join(" ");
    let tone = if certainty == Certainty::Exact && unset.is_empty() { Tone::Good } else { Tone::Warning };
    Flash { tone, message }
}

/// Answers the wish: on to the form, or back to the entry with why not.
///
/// # Errors
/// To a caller that does not accept HTML: why there is no draft.
pub async fn after_restore(
    context: &RequestContext,
    entry: i64,
    restoring: Result<Restoring, ServiceError>,
) -> Result<(), AppError> {
    let back = paths::audit_entry(entry);
    match restoring {
        Ok(Restoring::Draft(draft, Flash { tone, message })) => {
            leave(context, tone, message).await;
            redirect(&paths::draft(&paths::form(&draft.target()), &draft.id));
            Ok(())
        }
        Ok(Restoring::Nothing(why)) => {
            leave_and_go_on(context, Flash { tone: Tone::Warning, message: why.to_owned() }, back).await;
            Ok(())
        }
        Err(error) => send_back(context, error, &back).await,
    }
}
