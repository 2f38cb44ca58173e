//! An HTTP server on loopback that answers by script, breaks off when told to, and counts.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// A request as it came: head and body.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) head: String,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// The bytes to answer with; the connection closes after them.
pub(super) struct Reply(Vec<u8>);

impl Reply {
    pub(super) fn new(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self(
            format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
                .into_bytes(),
        )
    }

    pub(super) fn json(status: u16, body: &str) -> Self {
        Self::new(status, "content-type: application/json\r\n", body)
    }

    /// An answer that breaks off in the middle of its body.
    pub(super) fn torn() -> Self {
        let mut reply = Self::json(200, r#"{"access_token":"torn","expires_in":300}"#);
        reply.0.truncate(reply.0.len() - 20);
        reply
    }

    /// A connection that ends without a byte.
    pub(super) fn nothing() -> Self {
        Self(Vec::new())
    }
}

type Script = dyn FnMut(usize, &Seen) -> Reply + Send;

#[derive(Clone)]
struct Shared {
    script: Arc<Mutex<Box<Script>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    open: watch::Sender<bool>,
}

/// The server; it lives as long as its runtime.
pub(super) struct Server {
    pub(super) url: Url,
    shared: Shared,
}

impl Server {
    /// Answers the n-th request, from 1, with `script(n, request)`.
    pub(super) async fn start(script: impl FnMut(usize, &Seen) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Shared {
            script: Arc::new(Mutex::new(Box::new(script))),
            seen: Arc::default(),
            open: watch::Sender::new(true),
        };
        let serving = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, serving.clone()));
            }
        });
        let url = Url::parse(&format!("http://{address}/token")).expect("a URL");
        Self { url, shared }
    }

    /// Changes the script; `n` goes on counting.
    pub(super) fn answer_with(&self, script: impl FnMut(usize, &Seen) -> Reply + Send + 'static) {
        *self.shared.script.lock().expect("no panic elsewhere") = Box::new(script);
    }

    /// Keeps every answer back until [`Self::release`].
    pub(super) fn hold(&self) {
        self.shared.open.send_replace(false);
    }

    pub(super) fn release(&self) {
        self.shared.open.send_replace(true);
    }

    pub(super) fn count(&self) -> usize {
        self.shared.seen.lock().expect("no panic elsewhere").len()
    }

    pub(super) fn last(&self) -> Seen {
        let seen = self.shared.seen.lock().expect("no panic elsewhere");
        seen.last().expect("a request").clone()
    }
}

async fn answer(mut stream: TcpStream, shared: Shared) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    let n = {
        let mut seen = shared.seen.lock().expect("no panic elsewhere");
        seen.push(request.clone());
        seen.len()
    };
    let mut gate = shared.open.subscribe();
    let _ = gate.wait_for(|open| *open).await;
    let reply = shared.script.lock().expect("no panic elsewhere")(n, &request);
    let _ = stream.write_all(&reply.0).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let body = bytes.split_off(end + 4);
            let head = String::from_utf8(bytes).ok()?;
            let mut seen = Seen { head, body: String::new() };
            let length = seen.header("content-length").map_or("0", |length| length);
            let mut body_bytes = body;
            let missing = length.parse::<usize>().ok()? - body_bytes.len();
            let mut rest = vec![0; missing];
            stream.read_exact(&mut rest).await.ok()?;
            body_bytes.extend(rest);
            seen.body = String::from_utf8(body_bytes).ok()?;
            return Some(seen);
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
