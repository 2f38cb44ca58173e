//! A form of a page, as a person fills it in.

use axum::body::Body;
use axum::http::{Request, header};
use url::form_urlencoded;

/// A form as it stands on a page, with the values that a browser would send.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub page: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The body of the form in a request.
    pub fn request(&self, request: axum::http::request::Builder) -> Request<Body> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish();
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.header(header::CONTENT_LENGTH, body.len()).body(Body::from(body)).unwrap()
    }

    /// Where a form leads that is sent with GET.
    pub fn address(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish();
        format!("{}?{query}", self.action)
    }

    /// Types into a control, or chooses an option: takes the place of what is in it.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Types a name, and confirms it as the review of a creation asks.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.set("name", name).set("confirmation", name)
    }

    /// Ticks a box, or adds a row.
    #[must_use]
    pub fn add(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes the tick out of every box of this name.
    #[must_use]
    pub fn clear(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// Takes the tick out of one box.
    #[must_use]
    pub fn untick(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, set)| known != name || set != value);
        self
    }

    /// The values of a control.
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }
}
