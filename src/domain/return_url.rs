//! What a return URL must be (seed 003, RFC 6749 §3.1.2).

use std::collections::{HashMap, HashSet};

use url::{Host, Url};

use super::field_error::{FieldError, FieldProblem, is_too_long};
use super::host::is_this_machine;

/// Checks a list of return URLs. Entries of `shown` are there already and are not judged again, but each may stand
/// only once.
pub(super) fn check_return_urls(shown: &[String], meant: &[String], is_production: bool) -> Vec<FieldError> {
    let shown: HashSet<&String> = shown.iter().collect();
    let mut first_at = HashMap::new();
    let mut errors = Vec::new();
    for (index, url) in meant.iter().enumerate() {
        let first = *first_at.entry(url).or_insert(index);
        let problem = if first < index {
            Some(FieldProblem::Repeated { first: u32::try_from(first + 1).unwrap_or(u32::MAX) })
        } else if shown.contains(url) || is_too_long(url) {
            // That it is too long is told already.
            None
        } else {
            check_return_url(url, is_production)
        };
        errors.extend(problem.map(|problem| FieldError::at("return_urls", index, problem)));
    }
    errors
}

/// A return URL must be an absolute https URL, matched exactly. Plain http is accepted for the
/// admin's own machine, as long as the client is not a production client.
pub fn check_return_url(url: &str, is_production: bool) -> Option<FieldProblem> {
    let Ok(parsed) = Url::parse(url) else {
        return Some(FieldProblem::NotAUrl);
    };
    let scheme_end = url.find(':').unwrap_or_default();
    let has_authority = url[scheme_end..].starts_with("://") && parsed.host().is_some_and(|host| !is_empty(&host));
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && !is_production && is_this_machine(&parsed)) {
        let scheme = parsed.scheme().chars().take(20).collect();
        return Some(FieldProblem::NotHttps { scheme });
    }
    if !has_authority || url.chars().any(char::is_whitespace) {
        Some(FieldProblem::NotAUrl)
    } else if url.contains('#') {
        Some(FieldProblem::Fragment)
    } else if url.contains('*') {
        Some(FieldProblem::Wildcard)
    } else {
        None
    }
}

/// Whether OneID will send users to a return URL.
pub fn is_https(url: &str) -> bool {
    url.starts_with("https://")
}

fn is_empty(host: &Host<&str>) -> bool {
    matches!(host, Host::Domain(domain) if domain.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn return_urls_must_be_whole_https_urls() {
        let refused = [
            ("tenants.example/callback", FieldProblem::NotAUrl),
            ("", FieldProblem::NotAUrl),
            ("https://", FieldProblem::NotAUrl),
            ("https:/one-slash", FieldProblem::NotAUrl),
            ("https:relative", FieldProblem::NotAUrl),
            ("htps://a.example/x", FieldProblem::NotHttps { scheme: "htps".to_owned() }),
            ("http://a.example/x", FieldProblem::NotHttps { scheme: "http".to_owned() }),
            ("javascript:alert(1)", FieldProblem::NotHttps { scheme: "javascript".to_owned() }),
            ("https://a.example/#done", FieldProblem::Fragment),
            ("https://*.example/x", FieldProblem::Wildcard),
        ];
        for (url, problem) in refused {
            assert_eq!(check_return_url(url, false), Some(problem), "{url}");
        }
        for url in ["https://a.example/oneid?x=1,2", "http://localhost:3000/cb", "http://[::1]/x", "https://ä.example/"]
        {
            assert_eq!(check_return_url(url, false), None, "{url}");
        }
    }

    #[test]
    fn a_production_client_cannot_send_users_to_localhost_over_http() {
        assert!(check_return_url("http://localhost:3000/cb", true).is_some());
    }

    /// The same by comparing each URL with every other: slow, and plain to see.
    fn check_by_comparing(shown: &[String], meant: &[String], is_production: bool) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for (index, url) in meant.iter().enumerate() {
            let earlier = meant[..index].iter().position(|other| other == url);
            let problem = match earlier.and_then(|first| u32::try_from(first + 1).ok()) {
                Some(first) => Some(FieldProblem::Repeated { first }),
                None if shown.contains(url) => None,
                None => check_return_url(url, is_production),
            };
            errors.extend(problem.map(|problem| FieldError::at("return_urls", index, problem)));
        }
        errors
    }

    proptest! {
        #[test]
        fn checking_gives_what_comparing_each_with_every_other_gives(
            shown in prop::collection::vec("(https?://)?[a-c]", 0..6),
            meant in prop::collection::vec("(https?://)?[a-c]", 0..9),
            is_production: bool,
        ) {
            let expected = check_by_comparing(&shown, &meant, is_production);
            prop_assert_eq!(check_return_urls(&shown, &meant, is_production), expected);
        }
    }
}
