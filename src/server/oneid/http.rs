//! The Partner API over HTTP: one token source, one base URL, and a deadline for each call.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{ACCEPT, HeaderMap};
use reqwest::{Client, Method, Response};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use super::entries::Record;
use super::read_error::ReadError;
use super::{Answer, Budget, PartnerApi, RemoteObject, Share, Sink, edit, error, list, wire};
use crate::domain::change::FieldChange;
use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::domain::field_values::FieldValues;
use crate::domain::oauth_client::OAuthClient;
use crate::domain::object::ObjectKind;
use crate::domain::organisation::Organisation;
use crate::server::oauth::{TokenSource, send_with_token};
use crate::server::response_body::{self, without_byte_order_mark};
use crate::server::telemetry;

/// The largest answer with one object that is read, in bytes.
const LARGEST_OBJECT: usize = 256 * 1024;
/// The largest body of a failure that is read, in bytes.
const LARGEST_FAILURE: usize = 64 * 1024;

/// How long a list may take as long as it keeps arriving. The largest one that is read, 64 MiB, then needs 4.5 Mbit/s.
pub const LIST_DEADLINE: Duration = Duration::from_mins(2);

/// Where the API is and how it is called.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The base URL of the API. All paths are under `/v1` below it.
    pub base_url: Url,
    /// For reading. Follows no redirect, uses no proxy and has a short timeout, also for a body that stops arriving.
    pub reader: Client,
    /// For changes. The same, but opens a new TCP connection for each request.
    pub writer: Client,
    /// The tokens of the connection.
    pub tokens: TokenSource,
    /// The memory budget of its lists.
    pub budget: Budget,
}

/// The Partner API of a real server.
#[derive(Clone, Debug)]
pub struct HttpPartnerApi {
    settings: HttpSettings,
}

/// A success whose body has not been read.
struct Success {
    answer: Answer,
    response: Response,
}

/// A success with its body.
struct Received {
    answer: Answer,
    body: Vec<u8>,
}

impl HttpPartnerApi {
    /// A client of the API. Sends nothing until a call is made.
    pub fn new(settings: HttpSettings) -> Self {
        Self { settings }
    }

    fn url(&self, segments: &[&str]) -> Result<Url, PartnerFailure> {
        let mut url = self.settings.base_url.clone();
        match url.path_segments_mut() {
            Ok(mut path) if segments.iter().all(|segment| stays_as_it_is(segment)) => {
                path.pop_if_empty().push("v1").extend(segments);
            }
            _ => return Err(error::failure(FailureKind::NotFound, None, None)),
        }
        Ok(url)
    }

    /// Calls the partner, with the HTTP client's own deadline or another. Statuses other than 2xx are failures.
    async fn call(
        &self,
        method: Method,
        url: Url,
        json: Option<&Value>,
        deadline: Option<Duration>,
    ) -> Result<Success, PartnerFailure> {
        let response = send_with_token(&self.settings.tokens, |token| {
            let client = if method == Method::GET { &self.settings.reader } else { &self.settings.writer };
            let mut request = client
                .request(method.clone(), url.clone())
                .header(ACCEPT, "application/json")
                .bearer_auth(token.bearer().expose_secret());
            if let Some(json) = json {
                request = request.json(json);
            }
            if let Some(trace) = telemetry::trace_parent() {
                request = request.header("traceparent", trace);
            }
            if let Some(deadline) = deadline {
                request = request.timeout(deadline);
            }
            request
        })
        .await
        .map_err(|error| {
            tracing::warn!(%method, path = url.path(), error = &error as &dyn std::error::Error, "partner call failed");
            error::from_call(&error)
        })?;
        let answer = Answer { status: response.status().as_u16(), request_id: self.request_id(response.headers()) };
        if response.status().is_success() {
            return Ok(Success { answer, response });
        }
        let wait = self.settings.tokens.wait_asked_for(response.headers());
        // The status counts, even if the body cannot be read.
        let body = response_body::read(response, LARGEST_FAILURE).await.unwrap_or_default();
        Err(error::asking_to_wait(self.refused(answer, &body), wait))
    }

    fn refused(&self, answer: Answer, body: &[u8]) -> PartnerFailure {
        let Answer { status, request_id } = &answer;
        // A partner may echo what it was sent.
        let clean = |text: &str| self.settings.tokens.redacted(text);
        let failure = error::from_answer(*status, request_id.clone(), body, clean)
            .unwrap_or_else(|| broken(answer.clone(), &ReadError::Unreadable));
        tracing::warn!(status, partner.request_id = request_id, kind = ?failure.kind, "partner refused or failed");
        failure
    }

    async fn send(&self, method: Method, url: Url, json: Option<&Value>) -> Result<Received, PartnerFailure> {
        let Success { answer, response } = self.call(method, url, json, None).await?;
        match response_body::read(response, LARGEST_OBJECT).await {
            Ok(body) => Ok(Received { answer, body }),
            Err(error) => Err(broken(answer, &error.into())),
        }
    }

    async fn stream<T: Record>(
        &self,
        segments: &[&str],
        owner: Option<&str>,
        sink: Box<dyn Sink<T>>,
    ) -> Result<Share, PartnerFailure> {
        let url = self.url(segments)?;
        let Success { answer, response } = self.call(Method::GET, url, None, Some(LIST_DEADLINE)).await?;
        list::read(response, owner, sink, self.settings.budget.share()).await.map_err(|error| broken(answer, &error))
    }

    /// The partner's id of the request, redacted.
    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let id = headers.get("x-request-id")?.to_str().ok()?.trim();
        self.settings.tokens.redacted(id).filter(|id| id.len() <= 200)
    }
}

/// Whether a URL keeps a path segment unchanged. URLs resolve dots and drop tabs and line breaks, so that an id could
/// become the path of another object.
fn stays_as_it_is(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..") && !segment.contains(char::is_control)
}

fn object(kind: ObjectKind, received: Received) -> Result<RemoteObject, PartnerFailure> {
    let body = serde_json::from_slice(without_byte_order_mark(&received.body)).unwrap_or(Value::Null);
    wire::object(kind, body, received.answer.clone()).ok_or_else(|| broken(received.answer, &ReadError::Unreadable))
}

/// What came of a change. A web page is no answer of the API: a portal or a proxy sent it in the partner's place.
fn saved(received: Received) -> Result<Answer, PartnerFailure> {
    let body = without_byte_order_mark(&received.body).trim_ascii_start();
    if body.starts_with(b"<") { Err(broken(received.answer, &ReadError::Unreadable)) } else { Ok(received.answer) }
}

/// The failure of an answer whose body could not be read.
fn broken(answer: Answer, error: &ReadError) -> PartnerFailure {
    let kind = match error {
        ReadError::TooLarge => FailureKind::TooLarge,
        ReadError::Unreadable => FailureKind::Unreadable,
        ReadError::Interrupted { timeout: true } => FailureKind::TimedOut,
        ReadError::Interrupted { timeout: false } => FailureKind::Interrupted,
    };
    tracing::warn!(status = answer.status, partner.request_id = answer.request_id, ?kind, "the answer cannot be used");
    error::failure(kind, Some(answer.status), answer.request_id)
}

#[async_trait]
impl PartnerApi for HttpPartnerApi {
    async fn stream_organisations(&self, sink: Box<dyn Sink<Organisation>>) -> Result<Share, PartnerFailure> {
        self.stream(&["organisations"], None, sink).await
    }

    async fn stream_clients(
        &self,
        organisation_id: &str,
        sink: Box<dyn Sink<OAuthClient>>,
    ) -> Result<Share, PartnerFailure> {
        self.stream(&["organisations", organisation_id, "clients"], Some(organisation_id), sink).await
    }

    async fn get(&self, kind: ObjectKind, id: &str) -> Result<RemoteObject, PartnerFailure> {
        let received = self.send(Method::GET, self.url(&[kind.collection(), id])?, None).await?;
        object(kind, received)
    }

    async fn create(
        &self,
        kind: ObjectKind,
        organisation_id: Option<&str>,
        fields: &FieldValues,
    ) -> Result<RemoteObject, PartnerFailure> {
        let url = match organisation_id {
            Some(organisation_id) => self.url(&["organisations", organisation_id, kind.collection()])?,
            None => self.url(&[kind.collection()])?,
        };
        let received = self.send(Method::POST, url, Some(&edit::created(fields))).await?;
        let mut created = object(kind, received)?;
        created.organisation_id = created.organisation_id.or_else(|| organisation_id.map(str::to_owned));
        Ok(created)
    }

    async fn update(
        &self,
        kind: ObjectKind,
        current: &RemoteObject,
        changes: &[FieldChange],
    ) -> Result<Answer, PartnerFailure> {
        let url = self.url(&[kind.collection(), &current.id])?;
        let received = self.send(Method::PUT, url, Some(&edit::changed(&current.raw, changes))).await?;
        saved(received)
    }
}
