//! Scripts, styles and images, embedded in the binary so that it needs no other files.
//!
//! A debug build reads them from `target/site` instead, where the front-end build puts them.

use std::sync::LazyLock;

use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};

use crate::server::accept::accepts_encoding;

#[derive(Embed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// The path prefix of the files, which contains a hash of all of them.
pub fn root() -> &'static str {
    static ROOT: LazyLock<String> = LazyLock::new(|| {
        let mut names: Vec<_> = Site::iter().collect();
        names.sort();
        let mut hash = Sha256::new();
        for name in names {
            if let Some(file) = Site::get(&name) {
                hash.update(file.metadata.sha256_hash());
            }
        }
        let hash = hash.finalize();
        format!("/pkg/{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
    });
    &ROOT
}

/// `/pkg/{version}/pkg/{file}`: browsers may cache it for ever, because another version has another URL.
pub async fn versioned(Path((version, file)): Path<(String, String)>, request: Request) -> Response {
    let is_current = root().strip_prefix("/pkg/") == Some(version.as_str());
    let lifetime = if is_current { "public, max-age=31536000, immutable" } else { "no-store" };
    send(&format!("pkg/{file}"), request.headers(), lifetime)
}

/// An icon at the top: `/favicon.svg`, and one for each environment.
pub async fn favicon(request: Request) -> Response {
    let file = request.uri().path().trim_start_matches('/').to_owned();
    send(&file, request.headers(), "public, max-age=86400")
}

fn send(name: &str, request: &HeaderMap, lifetime: &'static str) -> Response {
    let Some((file, encoding)) = find(name, request) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let media_type = mime_guess::from_path(name).first_or_octet_stream();
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(media_type.as_ref()) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The file, in a compressed form that the browser accepts. It was compressed when the front end was built.
fn find(name: &str, request: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let compressed = [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(coding, extension)| {
        let file = accepts_encoding(request, coding).then(|| Site::get(&format!("{name}.{extension}"))).flatten()?;
        Some((file, Some(coding)))
    });
    compressed.or_else(|| Some((Site::get(name)?, None)))
}
