//! Checks the URLs that credentials are sent to.

use std::net::SocketAddr;

use url::Url;

use super::error::{ConfigError, ConfigFile};
use super::settings::Listen;
use crate::domain::host::is_this_machine;

/// The URL of a path below `base`, which may end with a slash.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}

/// Checks a URL that credentials are sent to: it must use https, or lead to this machine.
pub(super) fn check_url(url: &Url, key: &str, file: &ConfigFile<'_>) -> Result<(), ConfigError> {
    match url.scheme() {
        _ if url.host().is_none() => Err(file.error(key, "has no host")),
        _ if !url.username().is_empty() || url.password().is_some() => {
            Err(file.error(key, "must not contain a user name or password"))
        }
        _ if url.query().is_some() || url.fragment().is_some() => Err(file.error(key, "must not contain a query")),
        "https" => Ok(()),
        "http" if is_this_machine(url) => Ok(()),
        "http" => Err(file.error(key, "plain http is only accepted for loopback hosts; use https")),
        _ => Err(file.error(key, "must be an https URL")),
    }
}

/// The addresses of this dashboard itself.
pub(super) struct OwnAddresses<'a> {
    pub(super) public_url: &'a Url,
    pub(super) listen: &'a Listen,
    pub(super) ops_listen: Option<SocketAddr>,
}

impl OwnAddresses<'_> {
    /// Refuses a URL with which this dashboard would call itself (server-side request forgery, as in CVE-2022-35957).
    /// Plain `http` is limited to loopback hosts and the listeners use no TLS, so comparing the ports is enough.
    pub(super) fn refuse(&self, url: &Url, key: &str, file: &ConfigFile<'_>) -> Result<(), ConfigError> {
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
            return Err(file.error(key, "is the address of this dashboard itself"));
        }
        Ok(())
    }
}
