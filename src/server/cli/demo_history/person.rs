//! A person of the demo in front of a browser without JavaScript, whose requests go through the router.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use serde::de::DeserializeOwned;
use tower::ServiceExt;
use url::{Url, form_urlencoded};

use super::HistoryError;
use crate::domain::principal::Role;
use crate::paths;
use crate::server::auth::PeerAddress;

/// The most bytes of an answer that are read.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// Names and values of the controls of a form.
pub(super) type Controls = Vec<(String, String)>;

/// A person, who arrives anew for everything they do: sessions end between two days.
pub(super) struct Person {
    router: Router,
    origin: String,
    cookies: BTreeMap<String, String>,
}

/// What a request was answered with.
struct Answer {
    status: StatusCode,
    location: String,
    body: Vec<u8>,
}

impl Person {
    /// The person of a role arrives.
    pub(super) async fn arrives(router: &Router, origin: &Url, role: Role) -> Result<Self, HistoryError> {
        let origin = origin.origin().ascii_serialization();
        let mut person = Self { router: router.clone(), origin, cookies: BTreeMap::new() };
        person.go(paths::DEMO_ROLE, &[("role".to_owned(), role.word().to_owned())]).await?;
        Ok(person)
    }

    /// Sends a form, and says where it leads.
    pub(super) async fn go(&mut self, path: &str, controls: &[(String, String)]) -> Result<String, HistoryError> {
        let answer = self.send(Method::POST, path, "text/html", controls).await?;
        if answer.status != StatusCode::SEE_OTHER {
            return Err(HistoryError::new(
                path,
                format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)),
            ));
        }
        Ok(answer.location)
    }

    /// Calls a function of the server as a program does.
    pub(super) async fn ask<T: DeserializeOwned>(
        &mut self,
        path: &str,
        controls: &[(String, String)],
    ) -> Result<T, HistoryError> {
        let answer = self.send(Method::POST, path, "application/json", controls).await?;
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        if answer.status != StatusCode::OK {
            return Err(HistoryError::new(path, format!("{} {body}", answer.status)));
        }
        serde_json::from_str(&body).map_err(|error| HistoryError::new(path, format!("{error}: {body}")))
    }

    /// Opens a page.
    pub(super) async fn open(&mut self, path: &str) -> Result<(), HistoryError> {
        let answer = self.send(Method::GET, path, "text/html", &[]).await?;
        if answer.status == StatusCode::OK { Ok(()) } else { Err(HistoryError::new(path, answer.status.to_string())) }
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        accept: &str,
        controls: &[(String, String)],
    ) -> Result<Answer, HistoryError> {
        let failed = |error: &dyn std::fmt::Display| HistoryError::new(path, error.to_string());
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(controls).finish();
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let host = self.origin.split_once("://").map(|(_, host)| host.to_owned()).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, host)
            .header(header::ORIGIN, &self.origin)
            .header(header::REFERER, format!("{}/", self.origin))
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, accept)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_LENGTH, body.len())
            .extension(ConnectInfo(PeerAddress::Network(([127, 0, 0, 1], 0).into())))
            .body(Body::from(body))
            .map_err(|error| failed(&error))?;
        let response = self.router.clone().oneshot(request).await.map_err(|error| failed(&error))?;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().ok().and_then(|cookie| cookie.split(';').next()?.split_once('='));
            self.cookies.extend(pair.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        let status = response.status();
        let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
        let location = location.unwrap_or_default().to_owned();
        let body = to_bytes(response.into_body(), LARGEST_ANSWER).await.map_err(|error| failed(&error))?.to_vec();
        Ok(Answer { status, location, body })
    }
}
