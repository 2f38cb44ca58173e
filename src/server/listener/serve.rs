//! Serves one connection from its start to its close.

use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tower::ServiceExt as _;

use super::answer::AnswerBody;
use super::connection::Connection;
use super::request::{InFlight, RequestBody};
use super::socket::{Socket, Stream};
use crate::server::auth::PeerAddress;

/// The phases of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// New connections are accepted.
    Open,
    /// Graceful shutdown: no connections are accepted, and requests in flight are answered.
    Draining,
    /// All connections are closed at once.
    Aborted,
}

/// What all connections of a listener share.
#[derive(Clone, Debug)]
pub(super) struct Common {
    pub(super) router: Router,
    pub(super) protocol: Arc<Builder<TokioExecutor>>,
    pub(super) phase: watch::Receiver<Phase>,
}

/// A request arrived on a connection that was closing. Nothing is done, and the peer gets no answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closing")]
struct Closing;

/// Serves a connection until the peer closes it, a deadline passes, it is closed for another one, or the server shuts
/// down.
pub(super) async fn serve(common: Common, stream: Stream, peer: PeerAddress, connection: Arc<Connection>) {
    let Common { router, protocol, mut phase } = common;
    let socket = TokioIo::new(Socket::new(stream, Arc::clone(&connection)));
    let service = {
        let connection = Arc::clone(&connection);
        service_fn(move |request| answer(router.clone(), peer.clone(), Arc::clone(&connection), request))
    };
    let mut served = pin!(protocol.serve_connection(socket, service));
    let mut is_draining = false;
    loop {
        match *phase.borrow_and_update() {
            Phase::Aborted => return,
            Phase::Draining if !is_draining => {
                connection.start_draining();
                // A connection that is shut down before its next request would not read it. With it, it says that it closes.
                is_draining = !connection.is_unused();
                if is_draining {
                    served.as_mut().graceful_shutdown();
                }
            }
            Phase::Open | Phase::Draining => {}
        }
        let Some(next_check) = connection.next_check(Instant::now()) else {
            // Sends what is ready, and GOAWAY over HTTP/2.
            served.as_mut().graceful_shutdown();
            let _ = futures::poll!(served.as_mut());
            return;
        };
        tokio::select! {
            result = served.as_mut() => {
                if let Err(error) = result {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = connection.woken() => {}
            () = sleep_until(next_check) => {}
            changed = phase.changed() => if changed.is_err() {
                return;
            },
        }
    }
}

async fn answer(
    router: Router,
    peer: PeerAddress,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Closing> {
    let in_flight = InFlight::begin(&connection).ok_or(Closing)?;
    let mut request = request.map(|body| Body::new(RequestBody::new(body, connection)));
    request.extensions_mut().insert(ConnectInfo(peer));
    let answered: Result<_, std::convert::Infallible> = router.oneshot(request).await;
    let response = answered.unwrap_or_else(|never| match never {});
    Ok(response.map(|body| AnswerBody::new(body, in_flight)))
}
