//! What the person may do, and where: the first lines of every service.

use std::slice;

use super::ServiceError;
use super::place::owner_of;
use super::reach::{Limits, Reach};
use crate::domain::connection::Environment;
use crate::domain::failure::FailureKind;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::domain::principal::{Extent, Grant, Permission, Role};
use crate::domain::staleness::EditRefusal;
use crate::server::context::RequestContext;
use crate::server::index::{Connection, Served, View};
use crate::server::oneid::RemoteObject;

impl RequestContext {
    /// Whether the person may do something that has no place in the tree.
    ///
    /// # Errors
    /// When their role does not include it, or is limited to a part of the organisations.
    pub(super) fn authorize(&self, permission: Permission) -> Result<(), ServiceError> {
        if self.principal.may_everywhere(permission) {
            Ok(())
        } else if self.principal.may_somewhere(permission) {
            Err(ServiceError::OutOfReach)
        } else {
            Err(ServiceError::Forbidden(permission))
        }
    }

    /// Whether the person may do something anywhere: for what shows no organisation.
    ///
    /// # Errors
    /// When their role does not include it.
    pub(super) fn authorize_somewhere(&self, permission: Permission) -> Result<(), ServiceError> {
        if self.principal.may_somewhere(permission) { Ok(()) } else { Err(ServiceError::Forbidden(permission)) }
    }

    /// To which subtrees of a connection something that the person may do is limited.
    ///
    /// # Errors
    /// When they may nowhere.
    pub(super) fn limits(&self, connection: &Connection, permission: Permission) -> Result<Limits, ServiceError> {
        match self.principal.extent(permission, &connection.summary.name) {
            Extent::Everywhere => Ok(Limits::none()),
            Extent::Below(tops) => Ok(Limits::below(tops)),
            Extent::Nowhere if self.principal.may_somewhere(permission) => Err(ServiceError::OutOfReach),
            Extent::Nowhere => Err(ServiceError::Forbidden(permission)),
        }
    }

    /// The organisations of a connection for a page that shows those within the limits. An old list is shown to those
    /// without a limit alone: a limit is never judged by an old tree.
    ///
    /// # Errors
    /// When they have to be read and cannot be.
    pub(super) async fn organisations(
        &self,
        connection: &Connection,
        limits: &Limits,
    ) -> Result<Served<View>, ServiceError> {
        if limits.are_none() {
            return Ok(connection.index.organisations().await?);
        }
        Ok(Served::fresh(connection.index.fresh_organisations().await?))
    }

    /// Where on a connection the person may do something, as the tree is now: a limit is never judged by an old one.
    ///
    /// # Errors
    /// When they may nowhere, or the partner does not give the organisations that a limit is about.
    pub(super) async fn reach(&self, connection: &Connection, permission: Permission) -> Result<Reach, ServiceError> {
        let limits = self.limits(connection, permission)?;
        if limits.are_none() {
            return Ok(Reach::Everywhere);
        }
        Ok(limits.among(&connection.index.fresh_organisations().await?))
    }

    /// Whether the person may see an organisation.
    ///
    /// # Errors
    /// When they may not.
    pub(super) async fn authorize_view(&self, connection: &Connection, organisation: &str) -> Result<(), ServiceError> {
        self.reach(connection, Permission::ViewObjects).await?.require(Some(organisation))
    }

    /// Whether the person may create and edit on a connection at all: where, the reach says.
    ///
    /// # Errors
    /// When their role does not include it.
    pub(super) async fn authorize_edit(&self, connection: &Connection) -> Result<Reach, ServiceError> {
        self.reach(connection, edit_permission(connection)).await
    }

    /// Whether the person may edit an object as it is now.
    ///
    /// # Errors
    /// When they may not.
    pub(super) async fn authorize_edit_of(
        &self,
        connection: &Connection,
        kind: ObjectKind,
        object: &RemoteObject,
    ) -> Result<(), ServiceError> {
        let reach = self.authorize_edit(connection).await?;
        require_object(&reach, connection, kind, object).await
    }

    /// An object as it is now, if the person may do this with it. Whoever is limited to a part of the tree gets the
    /// same answer for what is outside and for what does not exist: an id tells them nothing.
    ///
    /// # Errors
    /// When they may not, or the partner does not give it.
    pub(super) async fn object(
        &self,
        connection: &Connection,
        kind: ObjectKind,
        id: &str,
        permission: Permission,
    ) -> Result<RemoteObject, ServiceError> {
        let reach = self.reach(connection, permission).await?;
        if kind.owner().is_none() {
            reach.require(Some(id))?;
        }
        match connection.index.get(kind, id).await {
            Ok(object) => require_object(&reach, connection, kind, &object).await.map(|()| object),
            Err(failure) if failure.kind == FailureKind::NotFound && !reach.is_everywhere() => {
                Err(ServiceError::OutOfReach)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// The role by which the person may do something at a place of a connection: what the audit log names. A place
    /// that is not known counts for roles without a limit alone.
    pub(super) async fn role_at(&self, connection: &Connection, permission: Permission, place: Option<&str>) -> Role {
        let grants = || self.principal.grants.iter().filter(|grant| grant.role.may(permission));
        let unlimited = grants().filter(|grant| grant.within.is_none()).map(|grant| grant.role).max();
        let is_limited_here =
            |grant: &&Grant| grant.within.as_ref().is_some_and(|within| within.connection == connection.summary.name);
        let limited: Vec<&Grant> = grants().filter(is_limited_here).collect();
        let view = match place {
            Some(_) if !limited.is_empty() => connection.index.fresh_organisations().await.ok(),
            _ => None,
        };
        let reaching = limited.into_iter().filter(|grant| {
            let (Some(place), Some(within), Some(view)) = (place, &grant.within, &view) else {
                return false;
            };
            view.is_within(place, slice::from_ref(&within.organisation))
        });
        let holding = reaching.map(|grant| grant.role).chain(unlimited).max();
        // A place that nobody knows: the least that would allow it.
        holding.or_else(|| grants().map(|grant| grant.role).min()).unwrap_or(Role::Viewer)
    }

    /// Whether an object may be created with these fields: an organisation below a parent within reach, a client in an
    /// organisation within reach.
    ///
    /// # Errors
    /// When it may not.
    pub(super) async fn authorize_create(
        &self,
        connection: &Connection,
        kind: ObjectKind,
        organisation_id: Option<&str>,
        fields: &FieldValues,
    ) -> Result<(), ServiceError> {
        let reach = self.authorize_edit(connection).await?;
        reach.require(organisation_id.or_else(|| fields.parent(kind)))
    }

    /// Whether an object may be moved below this parent: only within reach.
    ///
    /// # Errors
    /// When it may not.
    pub(super) async fn authorize_parent(
        &self,
        connection: &Connection,
        parent: Option<&str>,
    ) -> Result<(), ServiceError> {
        self.authorize_edit(connection).await?.require(parent)
    }

    /// A connection by its name.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn connection(&self, name: &str) -> Result<&Connection, ServiceError> {
        self.connections.find(name).ok_or(ServiceError::NotFound)
    }
}

/// Whether an object is within reach.
///
/// # Errors
/// When it is not.
pub(super) async fn require_object(
    reach: &Reach,
    connection: &Connection,
    kind: ObjectKind,
    object: &RemoteObject,
) -> Result<(), ServiceError> {
    if reach.is_everywhere() {
        return Ok(());
    }
    let owner = owner_of(connection, kind, object).await;
    let place = if kind.owner().is_none() { Some(object.id.as_str()) } else { owner.as_ref().map(|it| it.id.as_str()) };
    reach.require(place)
}

/// Why a person may not edit an object that they see; `None` when they may.
pub(super) fn edit_refusal(allowed: Result<(), ServiceError>) -> Option<EditRefusal> {
    match allowed {
        Ok(()) => None,
        Err(ServiceError::Partner(_)) => Some(EditRefusal::NotKnown),
        Err(_) => Some(EditRefusal::OutOfReach),
    }
}

/// What creating and editing on a connection takes.
pub(super) fn edit_permission(connection: &Connection) -> Permission {
    match connection.summary.environment {
        Environment::Sandbox => Permission::EditSandbox,
        Environment::Production => Permission::EditProduction,
    }
}
