//! What can be wrong with a return URL that is registered already (RFC 6749 §3.1.2, RFC 9700 §4.1, RFC 6761).

use std::collections::HashMap;
use std::net::IpAddr;

use url::{Host, Url};

use super::{Subject, Tell};
use crate::domain::host::is_this_machine;

/// The ends of names that only a network of one's own resolves (RFC 6761, RFC 6762, RFC 8375, and `.internal` by ICANN).
const PRIVATE_SUFFIXES: &[&str] = &["local", "internal", "home.arpa", "test", "invalid", "localdomain", "lan"];

pub(super) fn none(subject: &Subject<'_>, tell: Tell<'_>) {
    if subject.list("return_urls").is_empty() {
        tell("", "");
    }
}

pub(super) fn malformed(subject: &Subject<'_>, tell: Tell<'_>) {
    // Parsing would put right what the partner compares as it is.
    let has_authority = |text: &str| text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//"));
    each(subject, tell, |text, url| {
        url.is_none_or(|url| url.host().is_none()) || text.contains(char::is_whitespace) || !has_authority(text)
    });
}

pub(super) fn not_https(subject: &Subject<'_>, tell: Tell<'_>) {
    // What points at one's own machine has a rule of its own.
    each(subject, tell, |_, url| url.is_some_and(|url| url.scheme() != "https" && !is_this_machine(url)));
}

pub(super) fn localhost(subject: &Subject<'_>, tell: Tell<'_>) {
    each(subject, tell, |_, url| url.is_some_and(is_this_machine));
}

pub(super) fn private_host(subject: &Subject<'_>, tell: Tell<'_>) {
    each(subject, tell, |_, url| url.is_some_and(|url| !is_this_machine(url) && is_private(url)));
}

pub(super) fn fragment(subject: &Subject<'_>, tell: Tell<'_>) {
    each(subject, tell, |text, _| text.contains('#'));
}

pub(super) fn user_information(subject: &Subject<'_>, tell: Tell<'_>) {
    each(subject, tell, |_, url| url.is_some_and(|url| !url.username().is_empty() || url.password().is_some()));
}

pub(super) fn wildcard(subject: &Subject<'_>, tell: Tell<'_>) {
    each(subject, tell, |text, _| text.contains('*'));
}

/// URLs that differ only in what people take for the same: a slash at the end, upper and lower case, or the port that the
/// scheme has anyway. The partner compares them character by character.
pub(super) fn twins(subject: &Subject<'_>, tell: Tell<'_>) {
    let urls = subject.list("return_urls");
    let mut same: HashMap<String, &str> = HashMap::with_capacity(urls.len());
    for url in urls {
        let known = *same.entry(alike(url)).or_insert(url);
        if known != url {
            tell(url, known);
        }
    }
}

fn each(subject: &Subject<'_>, tell: Tell<'_>, is_wrong: impl Fn(&str, Option<&Url>) -> bool) {
    for text in subject.list("return_urls") {
        if is_wrong(text, Url::parse(text).ok().as_ref()) {
            tell(text, "");
        }
    }
}

/// What twins have in common. Parsing takes the default port away and writes scheme and host in lower case.
fn alike(text: &str) -> String {
    let parsed = Url::parse(text).map(String::from);
    parsed.as_deref().unwrap_or(text).trim_end_matches('/').to_lowercase()
}

/// Whether users outside a network of one's own cannot reach a host.
fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name).to_lowercase();
            let ends =
                |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            !name.contains('.') || PRIVATE_SUFFIXES.iter().any(ends)
        }
        Some(Host::Ipv4(address)) => is_private_address(address.into()),
        Some(Host::Ipv6(address)) => is_private_address(address.into()),
        None => false,
    }
}

fn is_private_address(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_private() || address.is_link_local() || address.is_unspecified(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local() || address.is_unspecified(),
    }
}
