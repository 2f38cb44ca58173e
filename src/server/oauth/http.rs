//! The HTTP client that token endpoints and partner APIs are called with.

use std::time::Duration;

use reqwest::redirect::Policy;

/// How long a connection may take to open, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a whole call may take, its body included.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);

/// A client fit to carry credentials: it follows no redirect (a secret must not travel to an address
/// that an answer names), uses no proxy from the environment, and gives up after 2 s to connect and
/// 8 s in all.
///
/// # Errors
///
/// When the TLS roots of this machine cannot be loaded.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    builder().build()
}

/// The same, for requests that change something: each has a connection of its own and is never
/// repeated. On a connection that was kept, a client cannot know whether a request that got no
/// answer was read.
///
/// # Errors
///
/// When the TLS roots of this machine cannot be loaded.
pub fn single_use_http_client() -> Result<reqwest::Client, reqwest::Error> {
    builder().pool_max_idle_per_host(0).retry(reqwest::retry::never()).build()
}

fn builder() -> reqwest::ClientBuilder {
    // An error means that a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
}
