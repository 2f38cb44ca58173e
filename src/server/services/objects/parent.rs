//! The parent that a form chooses for an organisation.

use std::slice;

use crate::domain::field_error::{FieldError, FieldProblem};
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::index::{Connection, View};

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
    let view = match connection.index.fresh_organisations().await {
        Ok(view) => view,
        Err(failure) => {
            let problem = FieldProblem::ParentNotChecked { reason: failure.title().to_owned() };
            return Some(FieldError::new(field, problem));
        }
    };
    parent_problem(&view, object_id, &parent).map(|problem| FieldError::new(field, problem))
}

fn parent_problem(view: &View, object_id: Option<&str>, parent: &str) -> Option<FieldProblem> {
    if !view.has_organisation(parent) {
        return Some(FieldProblem::NoSuchParent);
    }
    let is_below = |id: &str| view.is_within(parent, slice::from_ref(&id.to_owned()));
    object_id.is_some_and(is_below).then_some(FieldProblem::ParentBelow)
}
