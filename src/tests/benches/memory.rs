//! A server that answers from memory, behind nothing: what any page is measured against.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tempfile::NamedTempFile;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use super::answers::Answer;

/// The level that says: send the bytes as they are.
pub const AS_THEY_ARE: &str = "as-they-are";

type Answers = Arc<HashMap<String, (HeaderMap, Bytes)>>;

/// The process that gives some answers again.
pub struct Memory {
    child: Child,
    pub address: SocketAddr,
    _answers: NamedTempFile,
}

impl Memory {
    /// `level` is how hard it compresses what the client can read compressed; see [`serve`].
    pub fn start(answers: &[Answer], level: &str) -> Self {
        let file = NamedTempFile::new().unwrap();
        serde_json::to_writer(&file, answers).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut child = command.arg("memory").arg(file.path()).arg(level).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, address: line.trim().parse().unwrap(), _answers: file }
    }

    /// The id of the process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers with what stands in a file, for ever. Prints its address. The level is [`AS_THEY_ARE`], `default`,
/// `fastest` or a number.
#[expect(clippy::print_stdout, reason = "whoever started it reads the address")]
pub async fn serve(file: &Path, level: &str) {
    let answers: Vec<Answer> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let answers = answers.into_iter().map(|answer| (answer.target.clone(), answer.into_parts())).collect();
    let router = Router::new().fallback(again).with_state(Answers::new(answers));
    let router = match level {
        AS_THEY_ARE => router,
        "default" => router.layer(CompressionLayer::new()),
        "fastest" => router.layer(CompressionLayer::new().quality(CompressionLevel::Fastest)),
        level => router.layer(CompressionLayer::new().quality(CompressionLevel::Precise(level.parse().unwrap()))),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}

async fn again(State(answers): State<Answers>, uri: Uri) -> Response {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    match answers.get(target) {
        Some((headers, body)) => (headers.clone(), body.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
