//! The mark that some servers write before JSON (RFC 8259 §8.1 lets readers ignore it).

/// The body without a UTF-8 byte order mark at its start.
pub fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}
