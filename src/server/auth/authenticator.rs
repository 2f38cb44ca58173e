//! Identifies the person behind a request, in exactly one way. There is no fallback from one way to another.

use std::sync::Arc;

use axum::http::HeaderMap;

use super::header::{HeaderAuthentication, PeerAddress};
use super::identity::Identity;
use super::jwt::JwtAuthentication;
use super::oidc::{Attempts, OidcProvider};
use super::rejection::Rejection;
use super::session::{SessionError, VisitorSession};

/// How people are identified.
#[derive(Clone, Debug)]
pub enum Authenticator {
    /// By the plain headers of a forward-auth proxy.
    Header(HeaderAuthentication),
    /// By the signed assertion of a proxy.
    Jwt(JwtAuthentication),
    /// By signing in at an OpenID provider. After that, the session identifies them.
    Oidc(Arc<OidcProvider>, Attempts),
    /// Everybody is a demo person of the role that they chose, at first an admin. Only the `demo` command uses this, on
    /// loopback.
    Demo,
}

impl Authenticator {
    /// The person who makes a request. Nothing else decides this.
    ///
    /// # Errors
    /// Why nobody is identified.
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
            (Self::Oidc(provider, _), _) => {
                let signed_in = session.identity_at(&provider.registration()).await.map_err(|error| unread(&error))?;
                signed_in.ok_or(Rejection::NotAuthenticated)
            }
            (Self::Demo, _) => {
                let chosen = session.identity().await.map_err(|error| unread(&error))?;
                Ok(chosen.unwrap_or_else(|| super::demo::identity("admin")))
            }
        }
    }

    /// How people sign in, as the audit log calls it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Header(_) => "header",
            Self::Jwt(_) => "jwt",
            Self::Oidc(..) => "oidc",
            Self::Demo => "demo",
        }
    }

    /// Whether people sign in through this dashboard, rather than at a proxy in front of it.
    pub fn signs_in_here(&self) -> bool {
        matches!(self, Self::Oidc(..))
    }

    /// Whether nobody is identified without a session. Otherwise each request identifies the person, and a session holds nothing
    /// but messages for the next page.
    pub fn needs_sessions(&self) -> bool {
        matches!(self, Self::Oidc(..) | Self::Demo)
    }
}

fn unread(error: &SessionError) -> Rejection {
    tracing::error!(error = error as &dyn std::error::Error, "the session could not be read");
    Rejection::NoDatabase
}
