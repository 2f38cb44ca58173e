//! What happens outside of the dashboard in these two weeks: changes at OneID, and partners that are down.

use axum::http::{Method, StatusCode};

use super::HistoryError;
use super::world::{SANDBOX, Story};
use crate::domain::change::FieldChange;
use crate::domain::field::FieldValue;
use crate::domain::field_values::FieldValues;
use crate::domain::object::ObjectKind;
use crate::server::index::Connection;
use crate::server::sandbox::{Fault, FaultKind, System};

impl Story<'_> {
    /// A connection of OneID.
    pub(super) fn connection(&self, name: &str) -> Result<&Connection, HistoryError> {
        self.state.connections.find(name).ok_or_else(|| HistoryError::new(name, "there is no such connection"))
    }

    /// The ID of an organisation, by its name.
    pub(super) async fn id_of(&self, connection: &str, name: &str) -> Result<String, HistoryError> {
        let api = &self.connection(connection)?.api;
        let list = api.list_organisations().await.map_err(|error| HistoryError::new(name, error.sentence()))?;
        let found = list.items.iter().find(|organisation| organisation.name() == name).map(|found| found.id.clone());
        found.ok_or_else(|| HistoryError::new(name, "there is no such organisation"))
    }

    /// The ID of a client of an organisation, by its name.
    pub(super) async fn client_of(&self, organisation: &str, name: &str) -> Result<String, HistoryError> {
        let api = &self.connection(SANDBOX)?.api;
        let clients =
            api.list_clients(organisation).await.map_err(|error| HistoryError::new(name, error.sentence()))?;
        let found = clients.items.iter().find(|client| client.name() == name).map(|client| client.id.clone());
        found.ok_or_else(|| HistoryError::new(name, "there is no such client"))
    }

    /// Somebody changes an organisation in OneID's own console.
    pub(super) async fn somebody_changes(&self, id: &str, field: &str, after: FieldValue) -> Result<(), HistoryError> {
        let api = &self.connection(SANDBOX)?.api;
        let failed = |error: crate::domain::failure::PartnerFailure| HistoryError::new(field, error.sentence());
        let object = api.get(ObjectKind::Organisation, id).await.map_err(failed)?;
        let before = object.fields.get(field).cloned();
        let change = FieldChange { field: field.to_owned(), before, after: Some(after) };
        api.update(ObjectKind::Organisation, &object, &[change]).await.map_err(failed)?;
        Ok(())
    }

    /// Somebody creates an organisation in OneID's own console.
    pub(super) async fn somebody_creates(&self, parent: &str, name: &str) -> Result<(), HistoryError> {
        let fields: FieldValues = [("name", name), ("parent_id", parent)]
            .into_iter()
            .map(|(field, value)| (field.to_owned(), FieldValue::Text(value.to_owned())))
            .collect();
        let created = self.connection(SANDBOX)?.api.create(ObjectKind::Organisation, None, &fields).await;
        created.map(drop).map_err(|error| HistoryError::new(name, error.sentence()))
    }

    /// The next request of this kind to OneID's sandbox is carried out, and its answer is lost.
    pub(super) fn lose_the_next(&self, method: &Method) {
        let lost = Fault::new(System::OneIdSandbox, FaultKind::DropAfter);
        self.sandbox.inject(lost.on(method, "/v1/").times(1));
    }

    /// A system is down for so many checks.
    pub(super) fn is_down(&self, system: System, checks: u32) {
        let down = Fault::new(system, FaultKind::status(StatusCode::SERVICE_UNAVAILABLE));
        self.sandbox.inject(Fault { method: Some(Method::GET.to_string()), ..down }.times(checks));
    }

    /// The partners are as they are at the end of the two weeks, whatever was tried before.
    pub(super) fn ends_early(&self) {
        self.sandbox.clear_faults();
        self.bookings_go_down();
    }

    /// The bookings platform goes down, and stays so.
    pub(super) fn bookings_go_down(&self) {
        let down = Fault::new(System::Bookings, FaultKind::status(StatusCode::SERVICE_UNAVAILABLE));
        self.sandbox.inject(down.on(&Method::GET, "/api/bookings"));
    }
}
