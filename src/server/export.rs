//! `/{connection}/organisations.csv`, `/audit.csv` and their like: lists and the log as files that are sent while they are
//! written.
//!
//! May import: services, context, render, domain, error.

use std::error::Error;
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

use crate::domain::audit::{AuditFilter, LogFormat};
use crate::domain::export::ExportFormat;
use crate::domain::object::ObjectKind;
use crate::domain::object_query::ObjectQuery;
use crate::domain::time_format::rfc3339;
use crate::server::audit::LogExport;
use crate::server::context::RequestContext;
use crate::server::render;
use crate::server::services::audit_log;
use crate::server::services::exports::{self, ExportFile};

/// Every list in every format, by the pattern of its path.
pub const EXPORTS: &[(&str, ObjectKind, ExportFormat)] = &[
    ("/{connection}/organisations.csv", ObjectKind::Organisation, ExportFormat::Csv),
    ("/{connection}/organisations.jsonl", ObjectKind::Organisation, ExportFormat::JsonLines),
    ("/{connection}/clients.csv", ObjectKind::OAuthClient, ExportFormat::Csv),
    ("/{connection}/clients.jsonl", ObjectKind::OAuthClient, ExportFormat::JsonLines),
];

/// The log in every format, by its path.
pub const LOG_EXPORTS: &[(&str, LogFormat)] =
    &[("/audit.csv", LogFormat::Csv), ("/audit.jsonl", LogFormat::JsonLines), ("/audit.ocsf.jsonl", LogFormat::Ocsf)];

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
        Ok(file) => answer(file.into(), turn.ok()),
        Err(error) => render::refused(parts, error, connection),
    }
}

/// Answers with the log as a file, or with the page of the error that it ended with.
pub async fn log(format: LogFormat, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let filter = AuditFilter::from_query(&query);
    let turn = AT_ONCE.acquire().await;
    let begun = match RequestContext::of(&parts) {
        Ok(context) => {
            let begun = audit_log::export(&context, &filter, format).await;
            begun.map(|log| (log, context.clock.now())).map_err(|error| error.into_app_error(&context))
        }
        Err(error) => Err(error),
    };
    match begun {
        Ok((log, now)) => {
            let headers = vec![(AS_OF, rfc3339(now))];
            let name = log.name(now);
            answer(
                Download { name, media_type: format.media_type(), headers, pieces: Pieces::Log(Box::new(log)) },
                turn.ok(),
            )
        }
        Err(error) => render::refused(parts, error, String::new()),
    }
}

/// A file that is sent while it is written.
struct Download {
    name: String,
    media_type: &'static str,
    headers: Vec<(HeaderName, String)>,
    pieces: Pieces,
}

/// Where its bytes come from.
enum Pieces {
    List(Box<ExportFile>),
    Log(Box<LogExport>),
}

impl Pieces {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Box<dyn Error + Send + Sync>> {
        Ok(match self {
            Self::List(file) => file.next().await?,
            Self::Log(log) => log.next().await?,
        })
    }
}

impl From<ExportFile> for Download {
    fn from(file: ExportFile) -> Self {
        let mut headers = vec![(AS_OF, rfc3339(file.as_of))];
        if let Some(missing) = file.missing {
            let left = missing.of.saturating_sub(missing.read);
            headers.push((INCOMPLETE, format!("clients of {left} of {} organisations are missing", missing.of)));
        }
        let (name, media_type) = (file.name.clone(), file.format.media_type());
        Self { name, media_type, headers, pieces: Pieces::List(Box::new(file)) }
    }
}

fn answer(download: Download, turn: Option<SemaphorePermit<'static>>) -> Response {
    let Download { name, media_type, mut headers, pieces } = download;
    headers.push((header::CONTENT_TYPE, media_type.to_owned()));
    headers.push((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    let (sender, receiver) = channel(1);
    // It ends when nobody reads any more.
    tokio::spawn(async move {
        let _turn = turn;
        // A body that is not sent to its end breaks off.
        let _ = timeout(LONGEST_DOWNLOAD, send(pieces, &name, sender)).await;
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
async fn send(mut file: Pieces, name: &str, pieces: Sender<Piece>) {
    loop {
        let Ok(room) = pieces.reserve().await else { return };
        match file.next().await {
            Ok(Some(bytes)) => room.send(Piece::Bytes(bytes)),
            Ok(None) => return room.send(Piece::End),
            Err(error) => {
                tracing::error!(error = &*error as &dyn Error, name, "an export broke off");
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
    use crate::paths;

    #[test]
    fn every_list_has_every_format_at_the_address_that_pages_link_to() {
        for kind in ObjectKind::ALL {
            for format in ExportFormat::ALL {
                let path = format!("/{{connection}}/{}.{}", kind.collection(), format.extension());
                assert!(EXPORTS.contains(&(path.as_str(), kind, format)), "{path}");
            }
        }
        assert_eq!(EXPORTS.len(), ObjectKind::ALL.len() * ExportFormat::ALL.len());
        let logs = LogFormat::ALL.map(|format| (paths::audit_export(&AuditFilter::default(), format), format));
        assert_eq!(LOG_EXPORTS.to_vec(), logs.each_ref().map(|(path, format)| (path.as_str(), *format)));
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
