//! Native sign-in with OpenID Connect: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0 §3.1,
//! RFC 7636), RP-initiated and back-channel logout.
//!
//! The `openidconnect` crate makes the requests and verifies ID tokens; this module gives it our HTTP client, our clock
//! and keys that are fetched again after a rotation, which it does not do itself.

mod attempt;
mod endpoints;
mod error;
mod logout;
mod provider;
mod seen;
mod sign_in;

pub use attempt::{Attempt, Attempts};
pub use error::SignInError;
pub use logout::EndedSession;
pub use provider::{OidcProvider, OidcSettings};
pub use sign_in::{CallbackQuery, SignedIn};
