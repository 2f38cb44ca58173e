//! Duplicating: the form for a new object opens on the values of another one, perhaps of another environment.

use crate::domain::connection::Environment;
use crate::domain::duplicate::{DuplicateOf, Duplicated};
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::principal::Permission;
use crate::server::context::RequestContext;
use crate::server::index::Connection;
use crate::server::oneid::RemoteObject;
use crate::server::services::ServiceError;
use crate::server::services::access::edit_permission;
use crate::server::services::reach::Reach;
use crate::server::services::readiness::{Judged, findings};

/// An object that is duplicated, and the values that the form for its duplicate opens on.
pub(super) struct Source {
    connection: String,
    object: RemoteObject,
    /// What the form opens on.
    pub(super) values: FieldValues,
}

/// Reads the object. Its ID and its secret are no values of a form; what the form does not know is left out.
///
/// # Errors
/// When the person may not see it, or the partner does not give it.
pub(super) async fn read(
    context: &RequestContext,
    to: &Connection,
    kind: ObjectKind,
    reach: &Reach,
    of: &DuplicateOf,
) -> Result<Source, ServiceError> {
    let from = context.connection(&of.connection)?;
    let object = context.object(from, kind, &of.id, Permission::ViewObjects).await?;
    let is_here = from.summary.name == to.summary.name;
    let mut values = object.fields.clone();
    if is_here {
        // Two of one name beside each other are easily taken for each other.
        let name = values.text("name").map(|name| FieldValue::Text(format!("{name} (copy)")));
        values.set("name", name);
    } else if from.summary.environment != to.summary.environment {
        if kind.owner().is_some() {
            let is_production = to.summary.environment == Environment::Production;
            values.set("is_production", Some(FieldValue::Flag(is_production)));
        } else {
            // To give access to live users is a decision of its own.
            values.set("has_production_access", None);
        }
    }
    // Another environment has other organisations.
    if let Some(field) = kind.parent_field()
        && !(is_here && values.parent(kind).is_some_and(|parent| reach.holds(parent)))
    {
        values.set(field, None);
    }
    Ok(Source { connection: from.summary.name.clone(), object, values })
}

impl Source {
    /// What the form says of it. `organisation` is that of a new client, `opened` what the form opens on.
    pub(super) async fn told(
        self,
        context: &RequestContext,
        to: &Connection,
        kind: ObjectKind,
        organisation: Option<&str>,
        opened: &FieldValues,
    ) -> Duplicated {
        let judged = Judged { kind, id: "", organisation, fields: opened };
        let may_create = |connection: &&Connection| {
            let name = &connection.summary.name;
            *name != to.summary.name && context.limits(connection, edit_permission(connection)).is_ok()
        };
        Duplicated {
            findings: findings(context, to, judged).await,
            others: context.connections.in_order().filter(may_create).map(|one| one.summary.name.clone()).collect(),
            from: self.object.reference(),
            connection: self.connection,
        }
    }
}
