//! Headers that carry an identity: each may occur once, and no other header may have a confusingly similar name.
//!
//! Proxies have been tricked with `X_Forwarded_User` and `X.Forwarded.User`, which some of them pass on beside the
//! header that they set. So requests with duplicates or similar names are refused.

use axum::http::{HeaderMap, HeaderName};

use super::identity::clean;
use super::rejection::Rejection;

/// Refuses a request in which one of the names occurs twice, or in another spelling.
pub(super) fn refuse_look_alikes<'a>(
    headers: &HeaderMap,
    names: impl IntoIterator<Item = &'a HeaderName>,
) -> Result<(), Rejection> {
    for name in names {
        let look_alikes = headers.keys().filter(|key| folded(key.as_str()) == folded(name.as_str()));
        let values: usize = look_alikes.map(|key| headers.get_all(key).iter().count()).sum();
        if values > 1 || (values == 1 && !headers.contains_key(name)) {
            return Err(Rejection::Ambiguous);
        }
    }
    Ok(())
}

/// A name as a lenient proxy or gateway may read it.
fn folded(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

/// The text of a header. `None` when it is empty, not text or contains control characters.
pub(super) fn value(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    text(headers, name).and_then(clean)
}

/// A header without any change, if it is text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    std::str::from_utf8(headers.get(name)?.as_bytes()).ok()
}
