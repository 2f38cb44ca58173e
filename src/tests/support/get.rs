//! A GET of a probe or a scraper: no browser, and nobody is signed in.

use partner_dashboard::server::oauth::http_client;
use reqwest::{IntoUrl, Response};

/// The answer, whose body is not read yet. `reqwest::get` would need a provider of TLS that nothing has chosen before.
pub async fn get(url: impl IntoUrl) -> Response {
    http_client().unwrap().get(url).send().await.unwrap()
}
