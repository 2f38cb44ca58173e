//! The one way in which people are known. There is no fallback from one to another.

use std::sync::Arc;

use axum::http::HeaderMap;

use super::header::{HeaderAuthentication, PeerAddress};
use super::identity::Identity;
use super::jwt::JwtAuthentication;
use super::oidc::{Attempts, OidcProvider};
use super::rejection::Rejection;
use super::session::{SessionError, VisitorSession};

/// How people are known.
#[derive(Clone, Debug)]
pub enum Authenticator {
    /// By the plain headers of a forward-auth proxy.
    Header(HeaderAuthentication),
    /// By the signed assertion of a proxy.
    Jwt(JwtAuthentication),
    /// By signing in at an OpenID provider; their session knows them.
    Oidc(Arc<OidcProvider>, Attempts),
    /// Everybody is a demo admin, or what they chose to be. Only the `demo` command makes this, on loopback.
    Demo,
}

impl Authenticator {
    /// Who makes a request. Nothing but this decides it.
    ///
    /// # Errors
    /// Why it is from nobody.
    pub async fn identify(
        &self,
        peer: Option<&PeerAddress>,
        headers: &HeaderMap,
        session: &VisitorSession,
    ) -> Result<Identity, Rejection> {
        match (self, peer) {
            (Self::Header(header), Some(peer)) => header.authenticate(peer, headers),
            (Self::Header(_), None) => Err(Rejection::NotAuthenticated),
            (Self::Jwt(jwt), _) => jwt.authenticate(headers).await,
            (Self::Oidc(..), _) => signed_in(session).await?.ok_or(Rejection::NotAuthenticated),
            (Self::Demo, _) => Ok(signed_in(session).await?.unwrap_or_else(|| super::demo::identity("admin"))),
        }
    }

    /// Whether people sign in through this dashboard, rather than in front of it.
    pub fn signs_in_here(&self) -> bool {
        matches!(self, Self::Oidc(..))
    }
}

async fn signed_in(session: &VisitorSession) -> Result<Option<Identity>, Rejection> {
    session.identity().await.map_err(|error: SessionError| {
        tracing::error!(error = &error as &dyn std::error::Error, "session not read");
        Rejection::Unavailable
    })
}
