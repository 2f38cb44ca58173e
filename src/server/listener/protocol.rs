//! The settings of HTTP/1.1 and HTTP/2, with limits on what one connection may ask for.

use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;

use super::deadlines::Deadlines;

/// The largest request head, in bytes: enough for cookies and a signed assertion with many groups.
const LARGEST_HEAD: u32 = 64 * 1024;
/// How many concurrent requests an HTTP/2 connection may have. Each may hold a whole page in memory.
const STREAMS: u32 = 32;
/// How many streams a peer may open and reset before they are accepted. More is a flood (CVE-2023-44487).
const RESETS_BEFORE_ACCEPTANCE: usize = 20;
/// How many streams the server resets because of errors of the peer. More is a flood (CVE-2025-8671).
const RESETS_BY_FAULT: usize = 100;
/// The interval of HTTP/2 pings, and the timeout of their answers.
const PING: Duration = Duration::from_secs(20);

/// The builder that serves every connection of a listener.
pub(super) fn builder(deadlines: &Deadlines) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // This timeout also applies between two requests. `serve` enforces the shorter deadline of the first head.
        .header_read_timeout(deadlines.idle)
        .max_buf_size(LARGEST_HEAD as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(LARGEST_HEAD)
        .max_pending_accept_reset_streams(RESETS_BEFORE_ACCEPTANCE)
        .max_local_error_reset_streams(RESETS_BY_FAULT);
    builder
}
