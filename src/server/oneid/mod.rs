//! The OneID Partner API (seed 003): a trait with the calls that the product makes, and the HTTP client.
//!
//! May import: domain, oauth, `response_body`, reqwest. Never services, audit, auth or axum.

mod budget;
mod collect;
mod edit;
mod entries;
mod entry;
mod error;
mod http;
mod list;
mod measured;
mod read_error;
mod redact;
mod sink;
mod source;
mod wire;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use self::collect::collected;
use crate::domain::change::FieldChange;
use crate::domain::failure::PartnerFailure;
use crate::domain::field::UnknownField;
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::domain::reference::ObjectReference;

pub use budget::{Budget, Share};
pub use entry::cut_value;
pub use http::{HttpPartnerApi, HttpSettings, LIST_DEADLINE};
pub use measured::Measured;
pub use sink::Sink;

/// The status and request id of an answer, for the audit log and for the partner's support.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The `x-request-id`, if there is one.
    pub request_id: Option<String>,
}

/// An organisation or a client as the partner sent it.
#[derive(Clone)]
pub struct RemoteObject {
    /// The id that the partner generated.
    pub id: String,
    /// The organisation of a client, if the partner names it.
    pub organisation_id: Option<String>,
    /// The known fields.
    pub fields: FieldValues,
    /// The other fields, without secrets.
    pub unknown: Vec<UnknownField>,
    /// The secret of a client. It is in the answer to a creation, and possibly in others.
    pub secret: Option<SecretString>,
    /// The status and request id of the answer.
    pub answer: Answer,
    /// The object as it was received, without `secret` and `client_secret` at any depth. A save sends this back with the
    /// changes.
    raw: Value,
}

impl std::fmt::Debug for RemoteObject {
    /// Without the raw object, which may hold secrets under names that nobody knows.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, organisation_id, fields, unknown, secret, answer, raw: _ } = self;
        formatter
            .debug_struct("RemoteObject")
            .field("id", id)
            .field("organisation_id", organisation_id)
            .field("fields", fields)
            .field("unknown", unknown)
            .field("secret", secret)
            .field("answer", answer)
            .finish_non_exhaustive()
    }
}

impl RemoteObject {
    /// What a link to it says.
    pub fn reference(&self) -> ObjectReference {
        ObjectReference::of(&self.id, &self.fields)
    }

    /// The object as an organisation.
    pub fn into_organisation(self) -> Organisation {
        Organisation { id: self.id, fields: self.fields, unknown: self.unknown }
    }

    /// The object as a client.
    pub fn into_oauth_client(self) -> OAuthClient {
        OAuthClient { id: self.id, organisation_id: self.organisation_id, fields: self.fields, unknown: self.unknown }
    }
}

/// A list as it was read, without what pages do not need, and its share of the memory that lists may take.
#[derive(Debug)]
pub struct List<T> {
    /// The entries that could be read.
    pub items: Vec<T>,
    /// Given back when the list is dropped.
    pub share: Share,
}

/// What the product asks of the Partner API.
///
/// Every call may fail with a [`PartnerFailure`], whose `effect` says whether a change may have
/// been carried out all the same.
#[async_trait]
pub trait PartnerApi: Send + Sync + std::fmt::Debug {
    /// `GET /organisations`, entry by entry into a sink. Returns the share of the memory budget that the sink takes.
    async fn stream_organisations(&self, sink: Box<dyn Sink<Organisation>>) -> Result<Share, PartnerFailure>;

    /// `GET /organisations/:id/clients`, entry by entry into a sink. Returns the share of the memory budget that the sink
    /// takes.
    async fn stream_clients(
        &self,
        organisation_id: &str,
        sink: Box<dyn Sink<OAuthClient>>,
    ) -> Result<Share, PartnerFailure>;

    /// `GET /organisations`, as a whole.
    async fn list_organisations(&self) -> Result<List<Organisation>, PartnerFailure> {
        collected(|sink| self.stream_organisations(sink)).await
    }

    /// `GET /organisations/:id/clients`, as a whole.
    async fn list_clients(&self, organisation_id: &str) -> Result<List<OAuthClient>, PartnerFailure> {
        collected(|sink| self.stream_clients(organisation_id, sink)).await
    }

    /// `GET /organisations/:id` or `GET /clients/:id`.
    async fn get(&self, kind: ObjectKind, id: &str) -> Result<RemoteObject, PartnerFailure>;

    /// `POST /organisations`, or `POST /organisations/:id/clients` for a client. Fields without a
    /// value are left out. Sent once; it is never repeated but for a definite 401.
    async fn create(
        &self,
        kind: ObjectKind,
        organisation_id: Option<&str>,
        fields: &FieldValues,
    ) -> Result<RemoteObject, PartnerFailure>;

    /// `PUT /organisations/:id` or `PUT /clients/:id`: the object as it was read, with the
    /// changes made and everything else as it came.
    async fn update(
        &self,
        kind: ObjectKind,
        current: &RemoteObject,
        changes: &[FieldChange],
    ) -> Result<Answer, PartnerFailure>;
}
