//! A proxy in front of the partner that cuts a connection at a chosen point of a write.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use partner_dashboard::server::sandbox::{Sandbox, System};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// Where the connection of a write ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Once its first bytes have come.
    FirstBytes,
    /// After the first line of the request.
    RequestLine,
    /// After the head of the request.
    RequestHead,
    /// In the middle of the body of the request.
    RequestBody,
    /// Once the request is there, before it is passed on.
    BeforeForwarding,
    /// Once the partner has answered, before anything of the answer is passed on.
    BeforeAnswer,
    /// In the middle of the first line of the answer.
    StatusLine,
    /// After the head of the answer.
    AnswerHead,
    /// In the middle of the body of the answer.
    AnswerBody,
}

impl Cut {
    pub const ALL: [Self; 9] = [
        Self::FirstBytes,
        Self::RequestLine,
        Self::RequestHead,
        Self::RequestBody,
        Self::BeforeForwarding,
        Self::BeforeAnswer,
        Self::StatusLine,
        Self::AnswerHead,
        Self::AnswerBody,
    ];

    /// Whether the partner has the request by then.
    pub fn reaches_the_partner(self) -> bool {
        matches!(self, Self::BeforeAnswer | Self::StatusLine | Self::AnswerHead | Self::AnswerBody)
    }
}

/// The proxy. Requests that write nothing pass, and so does everything without a cut.
pub struct CuttingProxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    upstream: Option<SocketAddr>,
    /// The path below which the partner has its API there.
    base: String,
    cut: Option<Cut>,
}

impl CuttingProxy {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (address, state) = (listener.local_addr().unwrap(), Arc::<Mutex<State>>::default());
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                // A connection that breaks is what this is for.
                tokio::spawn(async move { drop(passed_on(browser, &shared).await) });
            }
        });
        Self { address, state }
    }

    /// What the connections of the application are configured with.
    pub fn url(&self) -> Url {
        format!("http://{}", self.address).parse().unwrap()
    }

    /// Passes requests on to the sandbox environment from now on.
    pub fn is_before(&self, sandbox: &Sandbox) {
        let url: Url = sandbox.description().connection(System::OneIdSandbox).unwrap().base_url.parse().unwrap();
        let mut state = self.state.lock().unwrap();
        state.upstream = url.socket_addrs(|| None).unwrap().first().copied();
        url.path().trim_end_matches('/').clone_into(&mut state.base);
    }

    /// Cuts the writes that come from now on, or none.
    pub fn cut(&self, cut: Option<Cut>) {
        self.state.lock().unwrap().cut = cut;
    }
}

/// Passes one request and its answer on. Returning early closes the connection.
async fn passed_on(mut from: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut request = read_until(&mut from, b" ").await?;
    let is_write = request.starts_with(b"POST ") || request.starts_with(b"PUT ");
    let line = read_until(&mut from, b"\r\n").await?;
    let is_token = line.windows(6).any(|part| part == b"/token");
    let (upstream, base, cut) = {
        let state = state.lock().unwrap();
        (state.upstream, state.base.clone(), state.cut.filter(|_| is_write && !is_token))
    };
    if matches!(cut, Some(Cut::FirstBytes | Cut::RequestLine)) {
        return Ok(());
    }
    request.extend(base.bytes());
    request.extend(line);
    request.extend(read_until(&mut from, b"\r\n\r\n").await?);
    if cut == Some(Cut::RequestHead) {
        return Ok(());
    }
    let mut body = vec![0; length(&request)];
    if cut == Some(Cut::RequestBody) {
        let half = body.len() / 2;
        from.read_exact(&mut body[..half]).await?;
        return Ok(());
    }
    from.read_exact(&mut body).await?;
    if cut == Some(Cut::BeforeForwarding) {
        return Ok(());
    }
    let mut to = TcpStream::connect(upstream.unwrap()).await?;
    // The last blank line of the head waits for what closes the connection.
    request.truncate(request.len() - 2);
    to.write_all(&[&request[..], b"connection: close\r\n\r\n", &body].concat()).await?;
    let mut answer = Vec::new();
    to.read_to_end(&mut answer).await?;
    let head = answer.windows(4).position(|part| part == b"\r\n\r\n").unwrap() + 4;
    let passed = match cut {
        Some(Cut::BeforeAnswer) => 0,
        Some(Cut::StatusLine) => 10,
        Some(Cut::AnswerHead) => head,
        Some(Cut::AnswerBody) => head.midpoint(answer.len()),
        _ => answer.len(),
    };
    from.write_all(&answer[..passed]).await?;
    from.shutdown().await
}

async fn read_until(from: &mut TcpStream, end: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut read = Vec::new();
    while !read.ends_with(end) {
        read.push(from.read_u8().await?);
    }
    Ok(read)
}

/// How long the body of a request is.
fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_lowercase();
    let line = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    line.map_or(0, |value| value.trim().parse().unwrap())
}
