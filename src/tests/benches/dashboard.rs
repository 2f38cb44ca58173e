//! The dashboard as operators run it, on a large partner, and somebody who is signed in.

use std::net::SocketAddr;

use axum::http::header;
use partner_dashboard::server::oauth::http_client;
use partner_dashboard::server::sandbox::{Sandbox, SandboxOptions};

use super::client::Client;
use crate::support::program::{Configured, PUBLIC_URL, Server, command, table};

/// Organisations of the partner, made up and always the same, with a client each on average.
const ORGANISATIONS: usize = 1_000;
/// Nobody is refused, and no partner is asked while it is measured: the pages are.
const HEAD: &str = "listen = \"127.0.0.1:0\"\n[limits]\nrequests_per_minute = 100000000\n[checks]\ninterval_s = 600\n";
/// What Chromium says that it can read.
pub const ENCODINGS: &str = "gzip, deflate, br, zstd";

/// A running dashboard, and the session of its visitor.
pub struct Dashboard {
    server: Server,
    session: String,
    _configured: Configured,
    _sandbox: Sandbox,
}

impl Dashboard {
    /// Starts it, signs in, and waits until everything has been read.
    pub async fn start() -> Self {
        let options = SandboxOptions { generated_organisations: Some(ORGANISATIONS), ..SandboxOptions::default() };
        let sandbox = Sandbox::start("127.0.0.1:0".parse().unwrap(), options).await.unwrap();
        let description = sandbox.description();
        let connections: Vec<_> = description
            .connections
            .iter()
            .map(|described| {
                let urls = format!("{}token_url = \"{}\"\n", table(described), described.token_url);
                (urls, described.client_secret.as_str())
            })
            .collect();
        let configured = Configured::new(HEAD, &connections);
        let mut command = command();
        command.arg("serve").arg("--config").arg(&configured.path);
        let server = Server::start(command).await.read_from_configuration();
        let session = sign_in(server.socket()).await;
        let dashboard = Self { server, session, _configured: configured, _sandbox: sandbox };
        dashboard.read_everything().await;
        dashboard
    }

    /// The id of its process.
    pub fn process(&self) -> u32 {
        self.server.process()
    }

    /// A browser that is signed in, and what it can read.
    pub fn client(&self, encodings: Option<&str>) -> Client {
        let own = |text: &str| text.to_owned();
        let headers = [
            (header::HOST, own(PUBLIC_URL.trim_start_matches("http://"))),
            (header::ACCEPT, own("text/html")),
            (header::COOKIE, self.session.clone()),
            ("x-user".parse().unwrap(), own("ada")),
            ("x-groups".parse().unwrap(), own("admins")),
        ];
        Client::new(self.server.socket(), &headers, encodings)
    }

    /// Asks for the longest list until nothing is missing from it.
    async fn read_everything(&self) {
        let client = self.client(None);
        while client.get("/sandbox/clients").await.text().contains("have been loaded so far") {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    }
}

/// Leaves a message for the next page, as each change does: from then on there is a session in the database, and it is
/// read for each request. Its cookie.
async fn sign_in(address: SocketAddr) -> String {
    let form = [("name", "sandbox")];
    let request = http_client().unwrap().post(format!("http://{address}/api/connections/check")).form(&form);
    let request = request.header(header::ORIGIN, PUBLIC_URL).header("sec-fetch-site", "same-origin");
    let request = request.header(header::ACCEPT, "text/html").header("x-user", "ada").header("x-groups", "admins");
    let answer = request.send().await.unwrap();
    let cookie = answer.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}
