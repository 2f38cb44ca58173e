//! Identity from the plain headers of a forward-auth proxy, believed from named peers only.
//!
//! The headers are not signed, so everything hangs on who may send them. Copies and look-alikes
//! are refused outright: proxies have been tricked with `X_Forwarded_User` and `X.Forwarded.User`,
//! which some of them pass on beside the header that they set.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::policy::RoleTable;
use crate::domain::principal::Principal;

/// Where a connection comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerAddress {
    /// Over the network.
    Network(SocketAddr),
    /// Over a UNIX socket, whose file permissions decide who may connect.
    UnixSocket,
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(address) => write!(formatter, "{}", address.ip().to_canonical()),
            Self::UnixSocket => formatter.write_str("unix socket"),
        }
    }
}

/// The names of the headers that carry the identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderNames {
    /// The person's stable name.
    pub user: HeaderName,
    /// The e-mail address.
    pub email: Option<HeaderName>,
    /// The groups, separated by commas.
    pub groups: HeaderName,
}

/// Reads identities from headers.
#[derive(Clone, Debug)]
pub struct HeaderAuthentication {
    /// Which headers.
    pub names: HeaderNames,
    /// From which peers, beside a UNIX socket.
    pub trusted_peers: Vec<IpNet>,
    /// Which groups give which role.
    pub roles: RoleTable,
}

/// Why a request is from nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// No identity, or from a peer that is not believed: 401.
    NotAuthenticated,
    /// An identity header twice, or under a name that a proxy could confuse with it: 400.
    Ambiguous,
    /// A known person without a role here: 403.
    NoRole,
}

impl HeaderAuthentication {
    /// The person that the headers name.
    ///
    /// # Errors
    /// When the peer is not believed, the headers are ambiguous, or no group gives a role.
    pub fn authenticate(&self, peer: &PeerAddress, headers: &HeaderMap) -> Result<Principal, Rejection> {
        if !self.is_trusted(peer) {
            return Err(Rejection::NotAuthenticated);
        }
        self.refuse_look_alikes(headers)?;
        let subject = value(headers, &self.names.user).ok_or(Rejection::NotAuthenticated)?;
        let email = self.names.email.as_ref().and_then(|name| value(headers, name));
        let groups: Vec<String> = value(headers, &self.names.groups)
            .unwrap_or_default()
            .split(',')
            .map(|group| group.trim().to_owned())
            .filter(|group| !group.is_empty())
            .collect();
        let role = self.roles.role_of(&groups).ok_or(Rejection::NoRole)?;
        Ok(Principal { name: subject.clone(), subject, email, groups, role })
    }

    fn is_trusted(&self, peer: &PeerAddress) -> bool {
        match peer {
            PeerAddress::UnixSocket => true,
            PeerAddress::Network(address) => {
                let ip: IpAddr = address.ip().to_canonical();
                self.trusted_peers.iter().any(|range| range.contains(&ip))
            }
        }
    }

    fn refuse_look_alikes(&self, headers: &HeaderMap) -> Result<(), Rejection> {
        let names = [Some(&self.names.user), self.names.email.as_ref(), Some(&self.names.groups)];
        for name in names.into_iter().flatten() {
            let look_alikes = headers.keys().filter(|key| folded(key.as_str()) == folded(name.as_str()));
            let values: usize = look_alikes.map(|key| headers.get_all(key).iter().count()).sum();
            if values > 1 || (values == 1 && !headers.contains_key(name)) {
                return Err(Rejection::Ambiguous);
            }
        }
        Ok(())
    }
}

/// A name as a careless proxy or gateway may read it.
fn folded(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

/// A header's text; empty, unreadable and control characters are no value.
fn value(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = std::str::from_utf8(headers.get(name)?.as_bytes()).ok()?.trim();
    (!text.is_empty() && text.len() <= 1_000 && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::domain::principal::Role;

    fn authentication() -> HeaderAuthentication {
        HeaderAuthentication {
            names: HeaderNames {
                user: HeaderName::from_static("x-forwarded-user"),
                email: Some(HeaderName::from_static("x-forwarded-email")),
                groups: HeaderName::from_static("x-forwarded-groups"),
            },
            trusted_peers: vec!["10.0.0.0/8".parse().unwrap()],
            roles: RoleTable::new([(Role::Admin, vec!["partner-admins".to_owned()])]),
        }
    }

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        headers
    }

    fn ask(peer: &str, pairs: &[(&str, &str)]) -> Result<Principal, Rejection> {
        authentication().authenticate(&PeerAddress::Network(peer.parse().unwrap()), &headers(pairs))
    }

    const ADA: [(&str, &str); 2] = [("X-Forwarded-User", "ada"), ("X-Forwarded-Groups", "staff, partner-admins")];

    #[test]
    fn a_trusted_peer_names_the_person_and_the_groups_give_the_role() {
        for peer in ["10.2.14.7:9", "[::ffff:10.2.14.7]:9"] {
            let principal = ask(peer, &ADA).unwrap();
            assert_eq!((principal.subject.as_str(), principal.role), ("ada", Role::Admin), "{peer}");
        }
        let over_socket = authentication().authenticate(&PeerAddress::UnixSocket, &headers(&ADA));
        assert!(over_socket.is_ok());
    }

    #[test]
    fn anybody_else_is_nobody_whatever_they_send() {
        for peer in ["192.0.2.1:9", "[::1]:9", "127.0.0.1:9"] {
            assert_eq!(ask(peer, &ADA), Err(Rejection::NotAuthenticated), "{peer}");
        }
        assert_eq!(ask("10.0.0.1:9", &ADA[1..]), Err(Rejection::NotAuthenticated));
        assert_eq!(ask("10.0.0.1:9", &[("X-Forwarded-User", " ")]), Err(Rejection::NotAuthenticated));
    }

    #[test]
    fn copies_and_look_alikes_are_refused() {
        for extra in [
            ("X-Forwarded-User", "mallory"),
            ("X_Forwarded_User", "mallory"),
            ("X.Forwarded.User", "mallory"),
            ("x_forwarded-groups", "partner-admins"),
        ] {
            assert_eq!(ask("10.0.0.1:9", &[ADA[0], ADA[1], extra]), Err(Rejection::Ambiguous), "{extra:?}");
        }
        assert_eq!(ask("10.0.0.1:9", &[("X_Forwarded_User", "mallory")]), Err(Rejection::Ambiguous));
    }

    #[test]
    fn a_person_without_a_known_group_has_no_role() {
        assert_eq!(ask("10.0.0.1:9", &ADA[..1]), Err(Rejection::NoRole));
    }
}
