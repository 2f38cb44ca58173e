//! Native sign-in with OpenID Connect: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0 §3.1,
//! RFC 7636), RP-initiated and back-channel logout.
//!
//! The `openidconnect` crate builds the requests and verifies ID tokens. This module provides the HTTP client, the clock
//! and the keys, which are fetched again after a rotation: the crate does not do that.

mod attempt;
mod credentials;
mod endpoints;
mod error;
mod logout;
mod provider;
mod seen;
mod sign_in;
mod user_info;

pub use attempt::{Attempt, Attempts};
pub use error::SignInError;
pub use logout::EndedSession;
pub use provider::{OidcProvider, OidcSettings};
pub use sign_in::{CallbackQuery, SignedIn};
