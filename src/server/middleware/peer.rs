//! Where a request comes from.

use axum::extract::{ConnectInfo, Request};

use crate::server::auth::PeerAddress;

/// The peer address of the request.
pub fn peer(request: &Request) -> Option<PeerAddress> {
    request.extensions().get::<ConnectInfo<PeerAddress>>().map(|ConnectInfo(peer)| peer.clone())
}
