//! The parent that a form chooses for an organisation.

use crate::domain::field_error::{FieldError, FieldProblem};
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::tree::subtree;
use crate::server::index::{Connection, off_the_workers};

/// Whether the chosen parent exists now and is not below the organisation itself. A parent that cannot be looked
/// up, because the partner does not give its organisations, is refused: an older list may be wrong.
pub(super) async fn check_parent(
    connection: &Connection,
    kind: ObjectKind,
    object_id: Option<&str>,
    fields: &FieldValues,
) -> Option<FieldError> {
    let field = kind.parent_field()?;
    let parent = fields.text(field).filter(|id| !id.is_empty())?.to_owned();
    let snapshot = match connection.directory.fresh_organisations().await {
        Ok(snapshot) => snapshot,
        Err(failure) => {
            let problem = FieldProblem::ParentNotChecked { reason: failure.title().to_owned() };
            return Some(FieldError::new(field, problem));
        }
    };
    let (count, object_id) = (snapshot.organisations.len(), object_id.map(str::to_owned));
    let look = move || parent_problem(&snapshot.organisations, object_id.as_deref(), &parent);
    let problem = off_the_workers(count, look).await;
    problem.map(|problem| FieldError::new(field, problem))
}

fn parent_problem(all: &[Organisation], object_id: Option<&str>, parent: &str) -> Option<FieldProblem> {
    if !all.iter().any(|organisation| organisation.id == parent) {
        return Some(FieldProblem::NoSuchParent);
    }
    object_id.is_some_and(|id| subtree(all, id).contains(parent)).then_some(FieldProblem::ParentBelow)
}
