//! A browser without JavaScript, and an island that calls the server.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use partner_dashboard::server::auth::PeerAddress;
use tower::ServiceExt;

use super::answer::Answer;
use super::form::Form;
use super::html::Page;
use super::identity_provider::{IdentityProvider, Person};

/// The address that browsers know.
pub const PUBLIC_URL: &str = "http://127.0.0.1:3000/";

/// Keeps cookies, follows nothing by itself.
pub struct Browser<'a> {
    router: &'a Router,
    cookies: Mutex<BTreeMap<String, String>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    peer: SocketAddr,
    /// Where the browser believes to be, without a slash at the end.
    origin: &'a str,
}

impl<'a> Browser<'a> {
    pub(super) fn new(router: &'a Router, origin: &'a str) -> Self {
        let peer = "127.0.0.1:4711".parse().unwrap();
        Self { router, cookies: Mutex::default(), headers: Vec::new(), peer, origin }
    }

    /// The same browser at another address.
    pub fn from(mut self, peer: &str) -> Self {
        self.peer = peer.parse().unwrap();
        self
    }

    /// The same browser behind a proxy that adds this header to every request.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.parse().unwrap(), value.parse().unwrap()));
        self
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Somebody gives the browser a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// The names of its cookies.
    pub fn cookie_names(&self) -> Vec<String> {
        self.cookies.lock().unwrap().keys().cloned().collect()
    }

    /// A request that has no headers but those of the proxy and the cookies.
    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let host = self.origin.split_once("://").map(|(_, host)| host).unwrap_or_default();
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, host);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let cookies = self.cookies.lock().unwrap();
        if !cookies.is_empty() {
            let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        request
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        request.extensions_mut().insert(ConnectInfo(PeerAddress::Network(self.peer)));
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if cookie.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Follows a link.
    pub async fn get(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).header(header::ACCEPT, "text/html,application/xhtml+xml;q=0.9");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// The page behind a link, which must be there.
    pub async fn page(&self, path: &str) -> Page {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.page()
    }

    /// Asks for a page, signs in at the provider on the way, and comes back; the answer to the coming back.
    pub async fn sign_in(&self, provider: &IdentityProvider, person: Person, page: &str) -> Answer {
        let login = self.get(page).await.location();
        assert!(login.starts_with("/auth/login?next="), "{login}");
        let location = self.get(&login).await.location();
        self.get(&provider.authorize(&location, person)).await
    }

    /// The form of a page.
    pub async fn form(&self, path: &str) -> Form {
        self.page(path).await.form("form.form", path)
    }

    /// Sends a form as a browser without JavaScript does.
    pub async fn post_form(&self, action: &str, pairs: &[(&str, &str)]) -> Answer {
        let owned = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.submit(&Form { action: action.to_owned(), page: "/".to_owned(), fields: owned }).await
    }

    /// Presses the button that sends a form.
    pub async fn submit(&self, form: &Form) -> Answer {
        let request = self
            .request(Method::POST, &form.action)
            .header(header::ACCEPT, "text/html,application/xhtml+xml;q=0.9")
            .header(header::REFERER, format!("{}{}", self.origin, form.page))
            .header(header::ORIGIN, self.origin)
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate");
        self.send(form.request(request)).await
    }

    /// Sends a form, and goes where the answer sends the browser.
    pub async fn submit_and_follow(&self, form: &Form) -> Page {
        let answer = self.submit(form).await;
        self.page(&answer.location()).await
    }

    /// Calls a server function as an island does.
    pub async fn post_island(&self, action: &str, pairs: &[(&str, &str)]) -> Answer {
        let fields = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.call(&Form { action: action.to_owned(), page: "/".to_owned(), fields }).await
    }

    /// Sends a form as an island does.
    pub async fn call(&self, form: &Form) -> Answer {
        let request = self
            .request(Method::POST, &form.action)
            .header(header::ACCEPT, "application/json")
            .header(header::REFERER, format!("{}{}", self.origin, form.page))
            .header(header::ORIGIN, self.origin)
            .header("sec-fetch-site", "same-origin");
        self.send(form.request(request)).await
    }
}
