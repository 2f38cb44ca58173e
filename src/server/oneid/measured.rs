//! The Partner API, with its calls counted and traced.

use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use tracing::Instrument as _;

use super::{Answer, PartnerApi, RemoteObject, Share, Sink};
use crate::domain::change::FieldChange;
use crate::domain::failure::PartnerFailure;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::measurements::{Operation, PartnerCalls};
use crate::server::telemetry;

/// Counts and traces the calls of another. A call that is made again after a 401 counts once, with the time that the token took.
#[derive(Debug)]
pub struct Measured<A> {
    api: ArcSwap<A>,
    calls: Arc<PartnerCalls>,
    /// The name of the connection.
    connection: String,
}

impl<A: PartnerApi> Measured<A> {
    /// Counts the calls of `api` among these, and traces them as those of a connection.
    pub fn new(api: A, calls: Arc<PartnerCalls>, connection: String) -> Self {
        Self { api: ArcSwap::from_pointee(api), calls, connection }
    }

    /// Calls another one from now on. Calls that have begun are not disturbed.
    pub fn replace(&self, api: A) {
        self.api.store(Arc::new(api));
    }

    async fn counted<T>(
        &self,
        operation: Operation,
        call: impl Future<Output = Result<T, PartnerFailure>>,
    ) -> Result<T, PartnerFailure> {
        let counted = self.calls.begin(operation);
        let method = match operation {
            Operation::Create => "POST",
            Operation::Update => "PUT",
            _ => "GET",
        };
        let span = telemetry::call_span(&self.connection, operation.code(), method);
        let result = call.instrument(span.clone()).await;
        let failure = result.as_ref().err().map(|failure| failure.kind);
        if let Some(kind) = failure {
            telemetry::call_failed(&span, kind.code());
        }
        counted.ended(failure);
        result
    }
}

#[async_trait]
impl<A: PartnerApi> PartnerApi for Measured<A> {
    async fn stream_organisations(&self, sink: Box<dyn Sink<Organisation>>) -> Result<Share, PartnerFailure> {
        self.counted(Operation::ListOrganisations, self.api.load_full().stream_organisations(sink)).await
    }

    async fn stream_clients(
        &self,
        organisation_id: &str,
        sink: Box<dyn Sink<OAuthClient>>,
    ) -> Result<Share, PartnerFailure> {
        self.counted(Operation::ListClients, self.api.load_full().stream_clients(organisation_id, sink)).await
    }

    async fn get(&self, kind: ObjectKind, id: &str) -> Result<RemoteObject, PartnerFailure> {
        self.counted(Operation::Get, self.api.load_full().get(kind, id)).await
    }

    async fn create(
        &self,
        kind: ObjectKind,
        organisation_id: Option<&str>,
        fields: &FieldValues,
    ) -> Result<RemoteObject, PartnerFailure> {
        self.counted(Operation::Create, self.api.load_full().create(kind, organisation_id, fields)).await
    }

    async fn update(
        &self,
        kind: ObjectKind,
        current: &RemoteObject,
        changes: &[FieldChange],
    ) -> Result<Answer, PartnerFailure> {
        self.counted(Operation::Update, self.api.load_full().update(kind, current, changes)).await
    }
}
