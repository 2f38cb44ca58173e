//! The behaviour of token sources, tested against real HTTP servers on loopback and an injected clock.

mod answers;
mod clocks;
mod concurrency;
mod outages;
mod redaction;
mod refused_tokens;
mod refusing_issuer;
mod requests;
mod server;

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use time::macros::datetime;
use url::Url;

use self::server::{Reply, Server};
use super::*;
use crate::server::clock::{Clock as _, ManualClock};

/// A secret that must appear nowhere.
const SECRET: &str = "canary+s3/cr=et%:x";

/// One token source, its issuer and its clock.
struct Rig {
    issuer: Server,
    clock: Arc<ManualClock>,
    source: TokenSource,
}

impl Rig {
    /// An issuer whose tokens `token-1`, `token-2`, … live for `lifetime` seconds.
    async fn new(lifetime: u64) -> Self {
        let issuer = Server::start(move |n, _| grant(n, lifetime)).await;
        let clock = Arc::new(ManualClock::new(datetime!(2026-03-01 12:00 UTC)));
        let source = TokenSource::new(client(), credentials(&issuer.url), clock.clone());
        Self { issuer, clock, source }
    }

    async fn token(&self) -> AccessToken {
        self.source.token().await.expect("a token")
    }

    async fn failure(&self) -> TokenError {
        self.source.token().await.expect_err("no token")
    }

    /// Waits until no request is under way.
    async fn settled(&self) {
        let landed = async {
            while self.source.status().renewal == Renewal::InFlight {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), landed).await.expect("the request never ended");
    }

    /// Lets `seconds` pass, then takes a token and lets the background renewal land.
    async fn step(&self, seconds: u64) -> Result<AccessToken, TokenError> {
        self.clock.advance(Duration::from_secs(seconds));
        let outcome = self.source.token().await;
        self.settled().await;
        outcome
    }

    /// Seconds from now to a time of the status.
    fn seconds_to(&self, at: time::OffsetDateTime) -> u64 {
        (at - self.clock.now()).whole_seconds().unsigned_abs()
    }
}

fn grant(n: usize, lifetime: u64) -> Reply {
    Reply::json(200, &format!(r#"{{"access_token":"token-{n}","token_type":"Bearer","expires_in":{lifetime}}}"#))
}

fn client() -> reqwest::Client {
    http_client().expect("the TLS roots of this machine")
}

fn credentials(token_url: &Url) -> Credentials {
    Credentials {
        token_url: token_url.clone(),
        client_id: "partner".to_owned(),
        client_secret: SECRET.to_owned().into(),
        format: TokenRequestFormat::Form,
        client_authentication: ClientAuthentication::Post,
        basic_encoding: BasicEncoding::Rfc6749,
        scope: None,
    }
}

fn text(token: &AccessToken) -> &str {
    token.bearer().expose_secret()
}
