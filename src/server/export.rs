//! `/{connection}/organisations.csv` and its like: lists as files that are sent while they are written.
//!
//! May import: services, context, render, domain, error.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts as _, RawPathParams, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use futures::stream::unfold;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;
use url::form_urlencoded;

use crate::domain::export::ExportFormat;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::time_format::rfc3339;
use crate::server::context::RequestContext;
use crate::server::render;
use crate::server::services::exports::{self, ExportFile};

/// Every list in every format, by the pattern of its path.
pub const EXPORTS: &[(&str, ObjectKind, ExportFormat)] = &[
    ("/{connection}/organisations.csv", ObjectKind::Organisation, ExportFormat::Csv),
    ("/{connection}/organisations.jsonl", ObjectKind::Organisation, ExportFormat::JsonLines),
    ("/{connection}/clients.csv", ObjectKind::OAuthClient, ExportFormat::Csv),
    ("/{connection}/clients.jsonl", ObjectKind::OAuthClient, ExportFormat::JsonLines),
];

/// The longest that somebody may take to download a list: it keeps in memory what has been read anew meanwhile.
const LONGEST_DOWNLOAD: Duration = Duration::from_mins(15);
/// How many lists are sent at once. Each keeps what was known when it began, which of a large partner takes some hundred
/// megabytes once that has been read anew.
static AT_ONCE: Semaphore = Semaphore::const_new(8);

/// When the oldest part of a file was read from the partner (RFC 3339).
const AS_OF: HeaderName = HeaderName::from_static("export-as-of");
/// What a file does not hold, when it is not the whole list.
const INCOMPLETE: HeaderName = HeaderName::from_static("export-incomplete");

/// What the body is told.
enum Piece {
    Bytes(Vec<u8>),
    /// That was all.
    End,
}

/// Answers with a list as a file, or with the page of the error that it ended with.
pub async fn file(kind: ObjectKind, format: ExportFormat, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let Ok(path) = RawPathParams::from_request_parts(&mut parts, &()).await else {
        return render::not_found(Request::from_parts(parts, Body::empty()));
    };
    let connection = path.iter().find(|(name, _)| *name == "connection").map(|(_, value)| value.to_owned());
    let connection = connection.unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let query = ObjectQuery::from_pairs(query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    // Whoever has to wait longer than a request may take is told so. The semaphore is never closed.
    let turn = AT_ONCE.acquire().await;
    let begun = match RequestContext::of(&parts) {
        Ok(context) => {
            let begun = exports::begin(&context, &connection, kind, format, query).await;
            begun.map_err(|error| error.into_app_error(&context))
        }
        Err(error) => Err(error),
    };
    match begun {
        Ok(file) => answer(file, turn.ok()),
        Err(error) => render::refused(parts, error, connection),
    }
}

fn answer(file: ExportFile, turn: Option<SemaphorePermit<'static>>) -> Response {
    let mut headers = vec![(header::CONTENT_TYPE, file.format.media_type().to_owned())];
    headers.push((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)));
    headers.push((AS_OF, rfc3339(file.as_of)));
    if let Some(missing) = file.missing {
        let left = missing.of.saturating_sub(missing.read);
        headers.push((INCOMPLETE, format!("clients of {left} of {} organisations are missing", missing.of)));
    }
    let (sender, receiver) = channel(1);
    // It ends when nobody reads any more.
    tokio::spawn(async move {
        let _turn = turn;
        // A body that is not sent to its end breaks off.
        let _ = timeout(LONGEST_DOWNLOAD, send(file, sender)).await;
    });
    let mut response = body(receiver).into_response();
    for (name, value) in headers {
        // They are made of plain letters.
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Writes a file piece by piece, none before there is room for it. Without its end the body breaks off.
async fn send(mut file: ExportFile, pieces: Sender<Piece>) {
    loop {
        let Ok(room) = pieces.reserve().await else { return };
        match file.next().await {
            Ok(Some(bytes)) => room.send(Piece::Bytes(bytes)),
            Ok(None) => return room.send(Piece::End),
            Err(error) => {
                tracing::error!(%error, name = file.name, "a list could not be exported");
                return;
            }
        }
    }
}

/// The body: an error where the pieces end without their end, so that nobody takes a part for the whole. It is fused,
/// because the compression asks once more after the end.
fn body(pieces: Receiver<Piece>) -> Body {
    let pieces = unfold(Some(pieces), |pieces| async {
        let mut pieces = pieces?;
        match pieces.recv().await {
            Some(Piece::Bytes(bytes)) => Some((Ok(Bytes::from(bytes)), Some(pieces))),
            Some(Piece::End) => None,
            None => Some((Err(io::Error::other("the export broke off")), None)),
        }
    });
    Body::from_stream(pieces.fuse())
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[test]
    fn every_list_has_every_format_at_the_address_that_pages_link_to() {
        for kind in ObjectKind::ALL {
            for format in ExportFormat::ALL {
                let path = format!("/{{connection}}/{}.{}", kind.collection(), format.extension());
                assert!(EXPORTS.contains(&(path.as_str(), kind, format)), "{path}");
            }
        }
        assert_eq!(EXPORTS.len(), ObjectKind::ALL.len() * ExportFormat::ALL.len());
    }

    #[tokio::test]
    async fn a_file_whose_end_does_not_come_breaks_off_and_does_not_pass_for_whole() {
        let (sender, receiver) = channel(2);
        sender.try_send(Piece::Bytes(b"a line\n".to_vec())).unwrap_or_default();
        drop(sender);
        assert!(to_bytes(body(receiver), 1_000).await.is_err());

        let (sender, receiver) = channel(2);
        sender.try_send(Piece::Bytes(b"a line\n".to_vec())).unwrap_or_default();
        sender.try_send(Piece::End).unwrap_or_default();
        assert_eq!(to_bytes(body(receiver), 1_000).await.unwrap(), "a line\n");
    }

    #[tokio::test]
    async fn a_body_that_is_asked_again_after_its_end_has_nothing_more() {
        let (sender, receiver) = channel(1);
        sender.try_send(Piece::End).unwrap_or_default();
        let mut body = body(receiver).into_data_stream();
        for _ in 0..2 {
            assert!(body.next().await.is_none());
        }
    }
}
