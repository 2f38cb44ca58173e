//! HTTP/1.1 and HTTP/2 as they are spoken here, with bounds on what one connection may ask for.

use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;

use super::deadlines::Deadlines;

/// The largest head of a request, in bytes: cookies and a signed assertion with many groups fit.
const LARGEST_HEAD: u32 = 64 * 1024;
/// The requests of one HTTP/2 connection at a time. Each may hold a whole page in memory.
const STREAMS: u32 = 32;
/// Streams that a peer may open and reset before we have looked at them; after more it is a flood (CVE-2023-44487).
const RESETS_BEFORE_ACCEPTANCE: usize = 20;
/// Streams that a peer may make us reset by its own faults (CVE-2025-8671).
const RESETS_BY_FAULT: usize = 100;
/// From one HTTP/2 ping to the next, and for how long its answer is waited for.
const PING: Duration = Duration::from_secs(20);

/// What serves every connection of a listener.
pub(super) fn builder(deadlines: &Deadlines) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // It also runs between two requests; the shorter deadline of the first head is kept in `serve`.
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
