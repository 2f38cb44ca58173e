//! The Partner API over HTTP: one token source, one address, every call with a deadline.

use async_trait::async_trait;
use reqwest::header::{ACCEPT, HeaderMap};
use reqwest::{Client, Method, Response};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use super::body::{self, BodyError};
use super::{Answer, List, PartnerApi, RemoteObject, Share, edit, error, wire};
use crate::domain::change::FieldChange;
use crate::domain::failure::{FailureKind, PartnerFailure};
use crate::domain::field::{FieldValues, ObjectKind};
use crate::domain::oauth_client::OAuthClient;
use crate::domain::organisation::Organisation;
use crate::server::oauth::{TokenSource, send_with_token};

/// Where the API is and how to speak to it.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The API's address; all its paths sit under `/v1` below it.
    pub base_url: Url,
    /// For reading. Follows no redirect, uses no proxy, gives up after a few seconds.
    pub reader: Client,
    /// For changes: the same, and never on a connection that was used before.
    pub writer: Client,
    /// The tokens of the connection.
    pub tokens: TokenSource,
}

/// The Partner API as a real server.
#[derive(Clone, Debug)]
pub struct HttpPartnerApi {
    settings: HttpSettings,
}

struct Received {
    answer: Answer,
    body: Vec<u8>,
}

impl HttpPartnerApi {
    /// A client of the API. Nothing is sent until something is asked for.
    pub fn new(settings: HttpSettings) -> Self {
        Self { settings }
    }

    fn url(&self, segments: &[&str]) -> Result<Url, PartnerFailure> {
        let mut url = self.settings.base_url.clone();
        match url.path_segments_mut() {
            // `Url` resolves these two itself, which would make an id another address.
            Ok(mut path) if !segments.iter().any(|segment| matches!(*segment, "." | ".." | "")) => {
                path.pop_if_empty().push("v1").extend(segments);
            }
            _ => return Err(error::failure(FailureKind::NotFound, None, None)),
        }
        Ok(url)
    }

    async fn send(&self, method: Method, url: Url, json: Option<&Value>) -> Result<Received, PartnerFailure> {
        let response = send_with_token(&self.settings.tokens, |token| {
            let client = if method == Method::GET { &self.settings.reader } else { &self.settings.writer };
            let request = client
                .request(method.clone(), url.clone())
                .header(ACCEPT, "application/json")
                .bearer_auth(token.bearer().expose_secret());
            match json {
                Some(json) => request.json(json),
                None => request,
            }
        })
        .await
        .map_err(|trouble| {
            tracing::warn!(%method, path = url.path(), trouble = &trouble as &dyn std::error::Error, "partner call failed");
            error::from_call(&trouble)
        })?;
        self.receive(response).await
    }

    async fn receive(&self, response: Response) -> Result<Received, PartnerFailure> {
        let status = response.status().as_u16();
        let request_id = self.request_id(response.headers());
        let broken = |kind| error::failure(kind, Some(status), request_id.clone());
        let body = match body::read(response).await {
            Ok(body) => body,
            // The status of a refusal stands, whatever became of its body.
            Err(_) if !(200..300).contains(&status) => Vec::new(),
            Err(BodyError::TooLarge) => return Err(broken(FailureKind::Unreadable)),
            Err(BodyError::Interrupted { timeout: true }) => return Err(broken(FailureKind::TimedOut)),
            Err(BodyError::Interrupted { timeout: false }) => return Err(broken(FailureKind::Interrupted)),
        };
        if let Some(failure) = error::from_answer(status, request_id.clone(), &body) {
            let failure = self.without_secrets(failure);
            tracing::warn!(status, partner.request_id = request_id, kind = ?failure.kind, "partner refused or failed");
            return Err(failure);
        }
        Ok(Received { answer: Answer { status, request_id }, body })
    }

    /// The partner's id for the request, short, printable and without our secret.
    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let id = headers.get("x-request-id")?.to_str().ok()?.trim();
        self.settings.tokens.fit_to_show(id).filter(|id| id.len() <= 200)
    }

    /// A partner may echo in an error what it was sent.
    fn without_secrets(&self, mut failure: PartnerFailure) -> PartnerFailure {
        let clean = |text: &str| self.settings.tokens.fit_to_show(text);
        failure.message = failure.message.as_deref().and_then(clean);
        for field in &mut failure.fields {
            field.message = clean(&field.message).unwrap_or_default();
        }
        failure
    }

    async fn list(&self, kind: ObjectKind, segments: &[&str]) -> Result<Vec<RemoteObject>, PartnerFailure> {
        let received = self.send(Method::GET, self.url(segments)?, None).await?;
        serde_json::from_slice(&received.body)
            .ok()
            .and_then(|body| wire::list(kind, body, &received.answer))
            .ok_or_else(|| unreadable(received.answer))
    }
}

/// The collection's word in paths.
fn collection(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Organisation => "organisations",
        ObjectKind::OAuthClient => "clients",
    }
}

fn object(kind: ObjectKind, received: Received) -> Result<RemoteObject, PartnerFailure> {
    let body = serde_json::from_slice(&received.body).unwrap_or(Value::Null);
    wire::object(kind, body, received.answer.clone()).ok_or_else(|| unreadable(received.answer))
}

fn unreadable(answer: Answer) -> PartnerFailure {
    error::failure(FailureKind::Unreadable, Some(answer.status), answer.request_id)
}

#[async_trait]
impl PartnerApi for HttpPartnerApi {
    async fn list_organisations(&self) -> Result<List<Organisation>, PartnerFailure> {
        let read = self.list(ObjectKind::Organisation, &["organisations"]).await?;
        Ok(List { items: read.into_iter().map(RemoteObject::into_organisation).collect(), share: Share })
    }

    async fn list_clients(&self, organisation_id: &str) -> Result<List<OAuthClient>, PartnerFailure> {
        let read = self.list(ObjectKind::OAuthClient, &["organisations", organisation_id, "clients"]).await?;
        let mut items: Vec<OAuthClient> = read.into_iter().map(RemoteObject::into_oauth_client).collect();
        for client in &mut items {
            client.organisation_id = Some(organisation_id.to_owned());
        }
        Ok(List { items, share: Share })
    }

    async fn get(&self, kind: ObjectKind, id: &str) -> Result<RemoteObject, PartnerFailure> {
        let received = self.send(Method::GET, self.url(&[collection(kind), id])?, None).await?;
        object(kind, received)
    }

    async fn create(
        &self,
        kind: ObjectKind,
        organisation_id: Option<&str>,
        fields: &FieldValues,
    ) -> Result<RemoteObject, PartnerFailure> {
        let url = match organisation_id {
            Some(organisation_id) => self.url(&["organisations", organisation_id, collection(kind)])?,
            None => self.url(&[collection(kind)])?,
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
        let url = self.url(&[collection(kind), &current.id])?;
        let received = self.send(Method::PUT, url, Some(&edit::changed(&current.raw, changes))).await?;
        Ok(received.answer)
    }
}
