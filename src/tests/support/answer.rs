//! The answer to a request, read to its end.

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use super::html::Page;

/// An answer that has been read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where the browser is sent; fails unless it is.
    pub fn location(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    /// Where an island is sent; fails unless it is.
    pub fn island_location(&self) -> String {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        assert!(self.headers.contains_key("serverfnredirect"), "{:?}", self.headers);
        self.headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    pub fn page(&self) -> Page {
        Page::new(&self.body)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}
