//! Addresses that credentials travel to.

use std::net::SocketAddr;

use url::Url;

use super::error::{ConfigError, Wrong};
use super::settings::Listen;
use crate::domain::host::is_this_machine;

/// A path below an address, whether or not that ends with a slash.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}

/// Credentials travel to these addresses: https, or this machine.
pub(super) fn check_url(url: &Url, key: &str, wrong: &Wrong<'_>) -> Result<(), ConfigError> {
    match url.scheme() {
        _ if url.host().is_none() => Err(wrong.key(key, "has no host")),
        _ if !url.username().is_empty() || url.password().is_some() => {
            Err(wrong.key(key, "must not contain a user name or password"))
        }
        _ if url.query().is_some() || url.fragment().is_some() => Err(wrong.key(key, "must not contain a query")),
        "https" => Ok(()),
        "http" if is_this_machine(url) => Ok(()),
        "http" => Err(wrong.key(key, "plain http is only accepted for loopback hosts; use https")),
        _ => Err(wrong.key(key, "must be an https URL")),
    }
}

/// Where this dashboard itself answers.
pub(super) struct OwnAddresses<'a> {
    pub(super) public_url: &'a Url,
    pub(super) listen: &'a Listen,
    pub(super) ops_listen: Option<SocketAddr>,
}

impl OwnAddresses<'_> {
    /// Refuses an address at which this dashboard would call itself, with all the rights of its machine
    /// (the way of CVE-2022-35957). Plain `http` reaches loopback hosts alone and the listeners speak no TLS, so it is
    /// enough to look at the ports there.
    pub(super) fn refuse(&self, url: &Url, key: &str, wrong: &Wrong<'_>) -> Result<(), ConfigError> {
        let ports = [
            match self.listen {
                Listen::Network(address) => Some(address.port()),
                Listen::UnixSocket(_) => None,
            },
            self.ops_listen.map(|address| address.port()),
        ];
        let is_own_port =
            is_this_machine(url) && ports.into_iter().flatten().any(|port| url.port_or_known_default() == Some(port));
        if is_own_port || url.origin() == self.public_url.origin() {
            return Err(wrong.key(key, "is the address of this dashboard itself"));
        }
        Ok(())
    }
}
