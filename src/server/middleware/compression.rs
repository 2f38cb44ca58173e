//! How answers are compressed: at the level that costs least of all bytes and CPU time together.

use tower_http::CompressionLevel;
use tower_http::compression::predicate::SizeAbove;
use tower_http::compression::{CompressionLayer, DefaultPredicate, Predicate};

/// Whoever can read several encodings gets zstd, then brotli, then gzip. `docs/performance.md` compares the levels.
const LEVEL: CompressionLevel = CompressionLevel::Precise(1);
/// What is smaller fits into one packet as it is, in bytes.
const SMALLEST: u64 = 1_024;

/// Compresses what browsers can read compressed.
pub fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().quality(LEVEL).compress_when(DefaultPredicate::new().and(SizeAbove::new(SMALLEST)))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::http::header;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    /// How an answer of so many bytes is encoded for a browser that can read these encodings.
    async fn encoding(bytes: usize, readable: &str) -> Option<String> {
        let router = Router::new().route("/", get(move || async move { "x".repeat(bytes) })).layer(compression());
        let request = Request::get("/").header(header::ACCEPT_ENCODING, readable).body(Body::empty()).unwrap();
        let answer = router.oneshot(request).await.unwrap();
        answer.headers().get(header::CONTENT_ENCODING).map(|encoding| encoding.to_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn each_browser_gets_the_cheapest_encoding_that_it_can_read() {
        for (readable, expected) in [
            ("gzip, deflate, br, zstd", Some("zstd")),
            ("gzip, deflate, br", Some("br")),
            ("gzip, deflate", Some("gzip")),
            ("gzip;q=0, identity", None),
        ] {
            assert_eq!(encoding(10_000, readable).await.as_deref(), expected, "{readable}");
        }
    }

    #[tokio::test]
    async fn what_fits_into_a_packet_is_sent_as_it_is() {
        assert_eq!(encoding(1_023, "gzip, deflate, br, zstd").await, None);
        assert_eq!(encoding(1_024, "gzip, deflate, br, zstd").await.as_deref(), Some("zstd"));
    }
}
