//! Saved views of lists: each is its person's own. They change nothing at a partner, so the audit log does not have
//! them.

use super::ServiceError;
use crate::domain::principal::Permission;
use crate::domain::saved_view::{SavedView, ViewProblem, ViewedList, view_name, view_query};
use crate::domain::shell::{Flash, Tone};
use crate::paths;
use crate::server::context::RequestContext;
use crate::server::storage::{ViewRenamed, ViewSaved};

/// The person's views: by list, then by name.
///
/// # Errors
/// When they cannot be read.
pub async fn list(context: &RequestContext) -> Result<Vec<SavedView>, ServiceError> {
    Ok(context.saved_views.list(&context.principal.subject).await?)
}

/// The person's views of one list, by name. None of a list that is none.
///
/// # Errors
/// When they cannot be read.
pub async fn of_list(context: &RequestContext, code: &str, connection: &str) -> Result<Vec<SavedView>, ServiceError> {
    let viewed = ViewedList::from_code(code, connection);
    let mut views = list(context).await?;
    views.retain(|view| Some(&view.list) == viewed.as_ref());
    Ok(views)
}

/// Saves a view under a name, in place of the person's view of the same list and name.
///
/// # Errors
/// When the person may not see the list, the name or the query is not valid, they have too many, or it is not kept.
pub async fn save(
    context: &RequestContext,
    code: &str,
    connection: &str,
    name: &str,
    query: &str,
) -> Result<Flash, ServiceError> {
    let list = ViewedList::from_code(code, connection).ok_or(ServiceError::NotFound)?;
    match &list {
        ViewedList::Objects { connection, .. } => {
            context.limits(context.connection(connection)?, Permission::ViewObjects)?;
        }
        ViewedList::Find => context.authorize_somewhere(Permission::ViewObjects)?,
        ViewedList::AuditLog => context.authorize(Permission::ViewAuditLog)?,
    }
    let (name, query) = (view_name(name)?, view_query(&list, query)?);
    match context.saved_views.save(&context.principal.subject, &list, &name, &query).await? {
        ViewSaved::Added => Ok(done(format!("The view “{name}” has been saved."))),
        ViewSaved::Replaced => Ok(done(format!("The view “{name}” has been replaced."))),
        ViewSaved::Full => Err(ViewProblem::TooMany.into()),
    }
}

/// Where the form that saves a view was: the list as the view shows it. The overview when there is no such list.
pub fn page_of(context: &RequestContext, code: &str, connection: &str, query: &str) -> String {
    match ViewedList::from_code(code, connection) {
        Some(ViewedList::Objects { connection, .. }) if context.connection(&connection).is_err() => {
            paths::OVERVIEW.to_owned()
        }
        Some(list) => paths::view(&list, &view_query(&list, query).unwrap_or_default()),
        None => paths::OVERVIEW.to_owned(),
    }
}

/// Renames a view of the person.
///
/// # Errors
/// When they have no such view, the name is not valid or another view of the list has it, or it cannot be renamed.
pub async fn rename(context: &RequestContext, id: i64, name: &str) -> Result<Flash, ServiceError> {
    let name = view_name(name)?;
    match context.saved_views.rename(&context.principal.subject, id, &name).await? {
        ViewRenamed::Done => Ok(done(format!("The view is now called “{name}”."))),
        ViewRenamed::NameTaken => Err(ViewProblem::NameTaken.into()),
        ViewRenamed::NotFound => Err(ServiceError::NotFound),
    }
}

/// Deletes a view of the person.
///
/// # Errors
/// When they have no such view, or it cannot be deleted.
pub async fn delete(context: &RequestContext, id: i64) -> Result<Flash, ServiceError> {
    if !context.saved_views.remove(&context.principal.subject, id).await? {
        return Err(ServiceError::NotFound);
    }
    Ok(done("The view has been deleted.".to_owned()))
}

fn done(message: String) -> Flash {
    Flash { tone: Tone::Good, message }
}
