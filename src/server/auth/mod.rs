//! Authentication: identity from the headers of a proxy, a signed assertion or an OpenID provider; roles from groups; and
//! the visitor's session.
//!
//! May import: domain, clock, axum, tower-sessions, and reqwest to ask an identity provider. Never services, the
//! partner or SQL.

mod authenticator;
pub mod demo;
mod header;
mod identity;
mod identity_headers;
mod jwt;
mod keys;
mod oidc;
mod policy;
mod published;
mod rejection;
mod session;
mod settings;
mod signed_token;
#[cfg(test)]
#[path = "silent_provider_test.rs"]
mod silent_provider;

pub use authenticator::Authenticator;
pub use header::{HeaderAuthentication, HeaderNames, PeerAddress};
pub use identity::Identity;
pub use oidc::{Attempt, Attempts, CallbackQuery, EndedSession, OidcProvider, OidcSettings, SignInError, SignedIn};
pub use policy::RoleTable;
pub use rejection::Rejection;
pub use session::{Registration, SessionCookie, SessionError, Started, VisitorSession};
pub use settings::{Access, Authentication, JwtSettings};
pub use signed_token::{Expected, TokenFault};
