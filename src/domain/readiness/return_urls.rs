//! What can be wrong with a return URL that is registered already (RFC 6749 §3.1.2, RFC 9700 §4.1, RFC 6761).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use url::{Host, Url};

use super::Tell;
use crate::domain::excerpt::is_invisible;
use crate::domain::host::is_this_machine;

/// The ends of names that only a network of one's own resolves (RFC 6761, RFC 6762, RFC 8375, and `.internal` by ICANN).
const PRIVATE_SUFFIXES: &[&str] = &["local", "internal", "home.arpa", "test", "invalid", "localdomain", "lan"];

/// A return URL as it is registered, and what parsing makes of it.
#[derive(Debug)]
pub struct ReturnUrl<'a> {
    text: &'a str,
    parsed: Option<Url>,
}

impl<'a> ReturnUrl<'a> {
    /// Parses return URLs.
    pub fn all(texts: impl Iterator<Item = &'a str>) -> Vec<Self> {
        texts.map(|text| Self { text, parsed: Url::parse(text).ok() }).collect()
    }
}

pub(super) fn none(urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
    if urls.is_empty() {
        tell("", "");
    }
}

pub(super) fn malformed(urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
    // Parsing would put right what the partner compares as it is.
    let has_authority = |text: &str| text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//"));
    let has_blank = |text: &str| text.contains(|letter: char| letter.is_whitespace() || is_invisible(letter));
    each(urls, tell, |text, url| url.is_none_or(|url| url.host().is_none()) || has_blank(text) || !has_authority(text));
}

pub(super) fn not_https(urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
    // What points at one's own machine has a rule of its own.
    each(urls, tell, |_, url| url.is_some_and(|url| url.scheme() != "https" && !is_this_machine(url)));
}

pub(super) fn localhost(urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
    each(urls, tell, |_, url| url.is_some_and(is_this_machine));
}

pub(super) fn private_host(urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
    each(urls, tell, |_, url| url.is_some_and(|url| !is_this_machine(url) && is_private(url)));
}

pub(super) fn fragment(urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
    each(urls, tell, |text, _| text.contains('#'));
}

pub(super) fn user_information(urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
    each(urls, tell, |_, url| url.is_some_and(|url| !url.username().is_empty() || url.password().is_some()));
}

pub(super) fn wildcard(urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
    each(urls, tell, |text, _| text.contains('*'));
}

/// URLs that differ only in what people take for the same: a slash at the end, upper and lower case, or the port that the
/// scheme has anyway. The partner compares them character by character.
pub(super) fn twins(urls: &[ReturnUrl<'_>], tell: Tell<'_>) {
    if urls.len() < 2 {
        return;
    }
    let mut same: HashMap<String, &str> = HashMap::with_capacity(urls.len());
    for url in urls {
        let known = *same.entry(alike(url)).or_insert(url.text);
        if known != url.text {
            tell(url.text, known);
        }
    }
}

fn each(urls: &[ReturnUrl<'_>], tell: Tell<'_>, is_wrong: impl Fn(&str, Option<&Url>) -> bool) {
    for ReturnUrl { text, parsed } in urls {
        if is_wrong(text, parsed.as_ref()) {
            tell(text, "");
        }
    }
}

/// What twins have in common. Parsing takes the default port away and writes scheme and host in lower case.
fn alike(url: &ReturnUrl<'_>) -> String {
    url.parsed.as_ref().map_or(url.text, Url::as_str).trim_end_matches('/').to_lowercase()
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
        IpAddr::V4(address) => {
            address.is_private() || is_shared(address) || address.is_link_local() || address.is_unspecified()
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local() || address.is_unspecified(),
    }
}

/// Whether an address is of a carrier's own network: 100.64.0.0/10 (RFC 6598 §7).
fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && second & 0b1100_0000 == 64
}
