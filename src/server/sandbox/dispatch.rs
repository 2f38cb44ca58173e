//! Dispatches one request: journal, faults, router. Also produces the faulty answers.

use std::{convert::Infallible, io, sync::Arc};

use axum::{
    Router,
    body::{self, Body, Bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures::{StreamExt as _, stream};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::{
    FaultKind, ReceivedRequest, System, answers, bearer, faults::InjectedFaults, issuer::token_fingerprint,
    world::World,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The largest request body that a system accepts, in bytes.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

/// The page of a proxy that answers instead of the API.
const PROXY_PAGE: &str = "<!DOCTYPE html><title>Please wait</title><p>Checking your browser…</p>";

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped without an answer")]
pub(crate) struct Dropped;

/// Answers requests; cheap to clone.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    world: Arc<World>,
    router: Router,
}

impl Dispatcher {
    pub(crate) fn new(world: Arc<World>) -> Self {
        let router = world.router();
        Self { world, router }
    }

    /// Answers one request, or asks for its connection to be closed.
    pub(crate) async fn dispatch(self, request: Request) -> Result<Response, Dropped> {
        let request_id = Uuid::new_v4().to_string();
        let mut answer = match addressee(&request) {
            Some((system, path)) => self.journalled(system, &path, &request_id, request).await?,
            None => self.forward(request).await,
        };
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            answer.headers_mut().insert(REQUEST_ID, value);
        }
        Ok(answer)
    }

    /// Records the request in the journal, and its answer once there is one.
    async fn journalled(
        &self,
        system: System,
        path: &str,
        request_id: &str,
        request: Request,
    ) -> Result<Response, Dropped> {
        let id = self.world.journal.open(ReceivedRequest {
            id: 0,
            system,
            method: request.method().to_string(),
            path: path.to_owned(),
            status: None,
            token: bearer::token(request.headers()).map(token_fingerprint),
            request_id: request_id.to_owned(),
        });
        let faults = self.world.faults.take(system, request.method(), path);
        let answer = self.inject(faults, request).await?;
        self.world.journal.close(id, answer.status());
        Ok(answer)
    }

    async fn inject(&self, faults: InjectedFaults, request: Request) -> Result<Response, Dropped> {
        // Read the body first: a connection that closes with unread data is reset, which is a different failure from
        // the requested one.
        let request = match buffered(request).await {
            Ok(request) => request,
            Err(too_large) => return Ok(too_large),
        };
        if !faults.latency.is_zero() {
            tokio::time::sleep(faults.latency).await;
        }
        match faults.kind {
            None | Some(FaultKind::Latency(_) | FaultKind::ExpireTokens) => Ok(self.forward(request).await),
            Some(FaultKind::Status { status, body, content_type }) => Ok(canned(status, body, content_type)),
            Some(FaultKind::Malformed) => Ok(Html(PROXY_PAGE).into_response()),
            Some(FaultKind::Truncate) => Ok(truncated(self.forward(request).await).await),
            Some(FaultKind::Drop) => Err(Dropped),
            Some(FaultKind::DropAfter) => {
                self.forward(request).await;
                Err(Dropped)
            }
        }
    }

    async fn forward(&self, request: Request) -> Response {
        let answered: Result<Response, Infallible> = self.router.clone().oneshot(request).await;
        answered.unwrap_or_else(|never| match never {})
    }
}

/// The system that a request is for, and the path there. `None` for the control API and unknown paths.
fn addressee(request: &Request) -> Option<(System, String)> {
    let path = request.uri().path().strip_prefix('/')?;
    let (segment, rest) = path.split_once('/').unwrap_or((path, ""));
    System::from_segment(segment).map(|system| (system, format!("/{rest}")))
}

/// The request with its body in memory, or a 413 when the body is too large.
async fn buffered(request: Request) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    match body::to_bytes(body, BODY_LIMIT).await {
        Ok(bytes) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Err(_) => Err(answers::invalid_request(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB")),
    }
}

fn canned(status: StatusCode, body: Option<String>, content_type: Option<String>) -> Response {
    let content_type = content_type
        .and_then(|value| HeaderValue::from_str(&value).ok())
        .unwrap_or(HeaderValue::from_static("text/html; charset=utf-8"));
    let mut response = (status, body.unwrap_or_default()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// The same answer, of which the first half arrives before the connection closes.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    // One byte more than the body has, so that an empty body is truncated as well.
    let promised = HeaderValue::from(whole.len() + 1);
    parts.headers.insert(header::CONTENT_LENGTH, promised);
    let tear = stream::once(async {
        // Lets the connection send what it has before the error ends it.
        tokio::task::yield_now().await;
        Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    let body = stream::iter([Ok(half)]).chain(tear);
    Response::from_parts(parts, Body::from_stream(body))
}
