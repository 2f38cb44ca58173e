//! The figures, as a table for people and a line for programs.

use serde_json::json;

use super::sample::Cost;

/// What was measured of one page, in one encoding.
pub struct Measured {
    pub page: &'static str,
    /// Rows of its table; 0 where it has none.
    pub rows: usize,
    pub encoding: String,
    /// Of the body as it is sent, on average.
    pub bytes: usize,
    pub server: Cost,
    pub memory: Cost,
}

impl Measured {
    /// How much of the server's time the bytes alone would take, in per cent: 100 is as fast as memory.
    fn ratio(&self) -> f64 {
        100.0 * self.memory.per_request.as_secs_f64() / self.server.per_request.as_secs_f64()
    }
}

/// A Markdown table, and one line of JSON for each row.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub fn print(measured: &[Measured]) {
    println!(
        "\n| page | rows | sent as | bytes | server, µs | memory, µs | of the same bytes from memory | requests |"
    );
    println!("|---|---:|---|---:|---:|---:|---:|---:|");
    for row in measured {
        let Measured { page, rows, encoding, bytes, server, memory } = row;
        let [taken, least] = [server, memory].map(|cost| cost.per_request.as_secs_f64() * 1e6);
        let (ratio, requests) = (row.ratio(), server.requests + memory.requests);
        println!("| {page} | {rows} | {encoding} | {bytes} | {taken:.0} | {least:.1} | {ratio:.2} % | {requests} |");
    }
    println!();
    for row in measured {
        let line = json!({
            "page": row.page, "rows": row.rows, "encoding": row.encoding, "bytes": row.bytes,
            "server_us": row.server.per_request.as_secs_f64() * 1e6, "server_requests": row.server.requests,
            "memory_us": row.memory.per_request.as_secs_f64() * 1e6, "memory_requests": row.memory.requests,
            "percent": row.ratio(),
        });
        println!("bench: {line}");
    }
}
