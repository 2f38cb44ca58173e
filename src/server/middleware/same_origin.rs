//! Protection against cross-site request forgery: a request that changes something must come from a page of this
//! dashboard, according to the headers that browsers send. It needs no token and no JavaScript.
//!
//! The layer of tower-http is similar, but accepts requests without these headers, and those whose `Origin` equals their
//! `Host`, which a DNS rebinding attack can achieve.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use url::Url;

use super::document::{Message, document, request_id_of};
use crate::paths;

/// The origins under which browsers know this dashboard.
#[derive(Clone, Debug)]
pub struct OwnOrigins(Vec<String>);

impl OwnOrigins {
    /// The origin of `public_url`. The demo also has the other names of the local machine, because people type them.
    pub fn new(public_url: &Url, is_demo: bool) -> Self {
        let mut origins = vec![public_url.origin().ascii_serialization()];
        for host in ["127.0.0.1", "localhost", "[::1]"] {
            let mut other = public_url.clone();
            if is_demo && other.set_host(Some(host)).is_ok() {
                origins.push(other.origin().ascii_serialization());
            }
        }
        Self(origins)
    }

    /// Whether a request that changes something comes from one of our own pages.
    fn allow(&self, headers: &HeaderMap) -> bool {
        let single = |name: &str| {
            let mut values = headers.get_all(name).iter();
            let first = values.next().map(|value| value.to_str().unwrap_or_default());
            (first, values.next().is_none())
        };
        let (site, site_is_single) = single("sec-fetch-site");
        let (origin, origin_is_single) = single(header::ORIGIN.as_str());
        let is_ours = |origin: &str| self.0.iter().any(|own| own == origin);
        site_is_single
            && origin_is_single
            && site.is_none_or(|site| site == "same-origin")
            && origin.is_none_or(is_ours)
            && (site.is_some() || origin.is_some())
    }

    /// Whether a request names this dashboard as the host that it is for.
    fn is_host(&self, host: &str) -> bool {
        self.0.iter().any(|own| own.split_once("://").is_some_and(|(_, authority)| authority == host))
    }

    /// The answer to a request from another site. Back-channel logout is exempt: it comes from the identity provider and
    /// is signed.
    pub(super) fn refusal_of_site(&self, request: &Request) -> Option<Response> {
        let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        if is_safe || request.uri().path() == paths::BACKCHANNEL_SIGN_OUT || self.allow(request.headers()) {
            return None;
        }
        let message = Message {
            title: "Request blocked",
            sentence: "This request came from another site, or a proxy changed its address. Nothing has been sent.",
            advice: "Open the form in this dashboard and try again. If it keeps happening, ask the operator to check \
                     that public_url matches the address in your browser.",
        };
        Some(document(StatusCode::FORBIDDEN, &message, &request_id_of(request), None))
    }

    /// The answer to a request for another host. Only the demo uses this, because it signs in everybody who reaches it: a
    /// site whose name resolves to this machine (DNS rebinding) must not read its pages.
    pub(super) fn refusal_of_host(&self, request: &Request) -> Option<Response> {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        if host.is_some_and(|host| self.is_host(host)) {
            return None;
        }
        let message = Message {
            title: "Wrong address for the demo",
            sentence: "The demo only accepts requests addressed to this machine.",
            advice: "Open the address that it printed when it started.",
        };
        Some(document(StatusCode::MISDIRECTED_REQUEST, &message, &request_id_of(request), None))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allows(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        OwnOrigins::new(&"https://partners.example.com/".parse().unwrap(), false).allow(&headers)
    }

    const OWN: (&str, &str) = ("origin", "https://partners.example.com");

    #[test]
    fn our_own_pages_may() {
        for pairs in [&[OWN] as &[_], &[OWN, ("sec-fetch-site", "same-origin")], &[("sec-fetch-site", "same-origin")]] {
            assert!(allows(pairs), "{pairs:?}");
        }
    }

    #[test]
    fn nobody_else_may() {
        for pairs in [
            &[] as &[_],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-site"), OWN],
            &[("sec-fetch-site", "cross-site"), OWN],
            &[("origin", "null")],
            &[("origin", "http://partners.example.com")],
            &[("origin", "https://partners.example.com:8443")],
            &[("origin", "https://partners.example.com.evil.example")],
            &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
            &[OWN, ("origin", "https://evil.example")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        ] {
            assert!(!allows(pairs), "{pairs:?}");
        }
    }

    proptest! {
        #[test]
        fn no_other_origin_may_however_much_it_looks_like_ours(
            before in "\\PC{0,8}", after in "\\PC{0,8}", site in "[a-z-]{0,12}",
        ) {
            let Ok(origin) = axum::http::HeaderValue::from_str(&format!("{before}https://partners.example.com{after}"))
            else {
                return Ok(());
            };
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, origin);
            let own = OwnOrigins::new(&"https://partners.example.com/".parse().unwrap(), false);
            prop_assert_eq!(own.allow(&headers), before.is_empty() && after.is_empty());
            headers.insert("sec-fetch-site", site.parse().unwrap());
            prop_assert!(!own.allow(&headers) || site == "same-origin");
        }
    }

    #[test]
    fn the_demo_has_every_name_of_this_machine_and_no_other() {
        let own = OwnOrigins::new(&"http://127.0.0.1:3000/".parse().unwrap(), true);
        for host in ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"] {
            assert!(own.is_host(host), "{host}");
        }
        for host in ["127.0.0.1", "localhost:3001", "rebound.example:3000", ""] {
            assert!(!own.is_host(host), "{host}");
        }
    }
}
