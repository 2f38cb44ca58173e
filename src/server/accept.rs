//! What a client accepts: content negotiation (RFC 9110 §12.5), as far as this server needs it.

use axum::http::{HeaderMap, HeaderName, header};

/// Whether the client asks for a web page. A wildcard does not count, because programs send it too.
pub fn wants_html(headers: &HeaderMap) -> bool {
    weight(headers, &header::ACCEPT, "text/html").is_some_and(|weight| weight > 0.0)
}

/// Whether the client accepts a content coding, such as `br`. `*` stands for every coding that is not listed.
pub fn accepts_encoding(headers: &HeaderMap, coding: &str) -> bool {
    let name = &header::ACCEPT_ENCODING;
    weight(headers, name, coding).or_else(|| weight(headers, name, "*")).is_some_and(|weight| weight > 0.0)
}

/// The weight (`q`) of a listed value: 0 means "not acceptable". `None` when the value is not listed.
fn weight(headers: &HeaderMap, name: &HeaderName, value: &str) -> Option<f32> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).find_map(|item| {
        let (listed, parameters) = item.split_once(';').unwrap_or((item, ""));
        listed.trim().eq_ignore_ascii_case(value).then(|| quality(parameters))
    })
}

/// The value of the parameter `q`: 1 when it is absent or not a number.
fn quality(parameters: &str) -> f32 {
    let quality = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().ok())
    });
    quality.flatten().unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_coding_with_weight_zero_is_not_accepted() {
        for (value, brotli) in [
            ("br", true),
            ("gzip, BR;q=0.5", true),
            ("gzip, br ; Q=1", true),
            ("br;q=0", false),
            ("br; q=0.000, gzip", false),
            ("*", true),
            ("*;q=0", false),
            ("br;q=0, *", false),
            ("br, *;q=0", true),
            ("gzip", false),
            ("broth", false),
            ("", false),
        ] {
            assert_eq!(accepts_encoding(&headers(header::ACCEPT_ENCODING, value), "br"), brotli, "{value:?}");
        }
        assert!(!accepts_encoding(&HeaderMap::new(), "br"));
    }

    #[test]
    fn browsers_want_html_and_programs_do_not() {
        for (value, html) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("application/json, text/html;q=0", false),
            ("application/json", false),
            ("*/*", false),
            ("text/html", true),
        ] {
            assert_eq!(wants_html(&headers(header::ACCEPT, value)), html, "{value:?}");
        }
    }
}
