//! The browser of one person: keeps the session, goes where an answer sends it, and reads forms.

use std::collections::BTreeMap;

use axum::body::Bytes;
use partner_dashboard::server::oauth::http_client;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response};

use super::dashboard::{Dashboard, ENCODINGS};
use crate::support::program::PUBLIC_URL;
use crate::support::{Form, Page};

/// An answer sends a browser on once, and no further.
const MOST_STEPS: usize = 2;

/// Somebody who may do everything.
pub struct Visitor {
    http: Client,
    address: String,
    user: String,
    cookies: BTreeMap<String, String>,
}

/// A page, as it arrived.
pub struct Seen {
    /// Where the browser is then.
    pub target: String,
    body: Bytes,
    is_compressed: bool,
}

impl Seen {
    /// The page as text.
    pub fn text(&self) -> String {
        let bytes = if self.is_compressed { zstd::decode_all(&*self.body).unwrap() } else { self.body.to_vec() };
        String::from_utf8(bytes).unwrap()
    }

    /// Its form, where it has one.
    pub fn form(&self) -> Option<Form> {
        Page::new(&self.text()).try_form("form.form", &self.target)
    }
}

impl Visitor {
    /// A browser with connections of its own.
    pub fn new(dashboard: &Dashboard, user: &str) -> Self {
        let (http, address) = (http_client().unwrap(), dashboard.address());
        Self { http, address, user: user.to_owned(), cookies: BTreeMap::new() }
    }

    /// Follows a link. The error says what came in place of the page.
    pub async fn open(&mut self, target: &str) -> Result<Seen, String> {
        self.follow(self.http.get(self.url(target)), target).await
    }

    /// Sends a form.
    pub async fn send(&mut self, form: &Form) -> Result<Seen, String> {
        let request = self.http.post(self.url(&form.action)).form(&form.fields);
        let request = request.header(ORIGIN, PUBLIC_URL).header("sec-fetch-site", "same-origin");
        self.follow(request, &form.action).await
    }

    async fn follow(&mut self, request: RequestBuilder, target: &str) -> Result<Seen, String> {
        let (mut request, mut target) = (request, target.to_owned());
        for _ in 0..=MOST_STEPS {
            let response = self.as_browser(request).send().await.map_err(|error| format!("{target}: {error:?}"))?;
            self.keep_cookies(&response);
            let status = response.status();
            if status.is_redirection() {
                let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
                target = to.to_owned();
                request = self.http.get(self.url(&target));
                continue;
            }
            let is_compressed = response.headers().get(CONTENT_ENCODING).is_some_and(|name| name == "zstd");
            let body = response.bytes().await.map_err(|error| format!("{target}: {error:?}"))?;
            let seen = Seen { target, body, is_compressed };
            return if status.is_success() { Ok(seen) } else { Err(format!("{}: {status}", seen.target)) };
        }
        Err(format!("{target}: sent on without end"))
    }

    fn as_browser(&self, request: RequestBuilder) -> RequestBuilder {
        let host = PUBLIC_URL.trim_start_matches("http://");
        let request = request.header(HOST, host).header(ACCEPT, "text/html").header(ACCEPT_ENCODING, ENCODINGS);
        let request = request.header("x-user", &self.user).header("x-groups", "admins");
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) }
    }

    fn keep_cookies(&mut self, response: &Response) {
        let lines = response.headers().get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        for (name, value) in lines.filter_map(|line| line.split(';').next()?.split_once('=')) {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    fn url(&self, target: &str) -> String {
        format!("{}{target}", self.address)
    }
}
