//! The HTTP client for token endpoints and partner APIs.

use std::time::Duration;

use reqwest::redirect::Policy;

/// How long a connection may take to open, including TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a whole call may take, including the body, unless it says otherwise; and the longest pause between bytes.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);
/// How often a connection of HTTP/2 is asked whether it is still there. Without that, one that hangs is used for every call
/// after it, because the time of a call runs out and not that of the connection.
const PING_EVERY: Duration = Duration::from_secs(10);
/// How long the answer to that may take before the connection is given up.
const PING_TIMEOUT: Duration = Duration::from_secs(8);

/// A client for requests that carry credentials. It follows no redirect (a secret must not be sent to an address that a
/// response names), uses no proxy from the environment, and times out after 2 s to connect, after 8 s in which nothing
/// arrives, and after 8 s in total, unless a request has a timeout of its own.
///
/// # Errors
///
/// When the TLS roots of this machine cannot be loaded.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    builder().build()
}

/// The same, for requests that change something: each opens a connection of its own and is never retried. On a reused
/// connection, a client cannot know whether the server read a request that got no answer.
///
/// # Errors
///
/// When the TLS roots of this machine cannot be loaded.
pub fn single_use_http_client() -> Result<reqwest::Client, reqwest::Error> {
    builder().pool_max_idle_per_host(0).retry(reqwest::retry::never()).build()
}

fn builder() -> reqwest::ClientBuilder {
    // An error means that another provider is installed already, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(CALL_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        .http2_keep_alive_interval(PING_EVERY)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .http2_keep_alive_while_idle(true)
}
