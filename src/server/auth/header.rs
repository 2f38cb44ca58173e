//! Identity from the plain headers of a forward-auth proxy, accepted from trusted peers only.
//!
//! The headers are not signed, so everything depends on who may send them.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::identity::{Identity, clean};
use super::identity_headers::{refuse_look_alikes, text, value};
use super::rejection::Rejection;

/// The address of the peer of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerAddress {
    /// A TCP connection.
    Network(SocketAddr),
    /// A UNIX socket, whose file permissions decide who may connect.
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

/// Identifies people by headers.
#[derive(Clone, Debug)]
pub struct HeaderAuthentication {
    /// The names of the headers.
    pub names: HeaderNames,
    /// The networks whose peers are trusted. Peers on a UNIX socket are always trusted.
    pub trusted_peers: Vec<IpNet>,
}

impl HeaderAuthentication {
    /// The person that the headers name.
    ///
    /// # Errors
    /// When the peer is not trusted, or the headers are ambiguous or name nobody.
    pub fn authenticate(&self, peer: &PeerAddress, headers: &HeaderMap) -> Result<Identity, Rejection> {
        if !self.is_trusted(peer) {
            return Err(Rejection::NotAuthenticated);
        }
        let names = [Some(&self.names.user), self.names.email.as_ref(), Some(&self.names.groups)];
        refuse_look_alikes(headers, names.into_iter().flatten())?;
        let subject = value(headers, &self.names.user).ok_or(Rejection::NotAuthenticated)?;
        let email = self.names.email.as_ref().and_then(|name| value(headers, name));
        let groups = text(headers, &self.names.groups).unwrap_or_default();
        let groups = groups.split(',').filter_map(clean).collect();
        Ok(Identity { name: subject.clone(), subject, email, groups })
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
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn authentication() -> HeaderAuthentication {
        HeaderAuthentication {
            names: HeaderNames {
                user: HeaderName::from_static("x-forwarded-user"),
                email: Some(HeaderName::from_static("x-forwarded-email")),
                groups: HeaderName::from_static("x-forwarded-groups"),
            },
            trusted_peers: vec!["10.0.0.0/8".parse().unwrap()],
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

    fn ask(peer: &str, pairs: &[(&str, &str)]) -> Result<Identity, Rejection> {
        authentication().authenticate(&PeerAddress::Network(peer.parse().unwrap()), &headers(pairs))
    }

    const ADA: [(&str, &str); 2] = [("X-Forwarded-User", "ada"), ("X-Forwarded-Groups", "staff, partner-admins")];

    #[test]
    fn a_trusted_peer_names_the_person_and_the_groups() {
        for peer in ["10.2.14.7:9", "[::ffff:10.2.14.7]:9"] {
            let identity = ask(peer, &ADA).unwrap();
            assert_eq!((identity.subject.as_str(), identity.groups.len()), ("ada", 2), "{peer}");
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

    /// Any header, with identity headers and their look-alikes far more often than chance would have it.
    fn any_header() -> impl Strategy<Value = (HeaderName, HeaderValue)> {
        let name =
            prop_oneof!["[xX][-_.][fF]orwarded[-_.]([uU]ser|[eE]mail|[gG]roups)", "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}",];
        let value = prop::collection::vec(prop_oneof![32_u8..=126, 128_u8..=255, Just(9)], 0..30);
        (name, value).prop_map(|(name, value)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_bytes(&value).unwrap())
        })
    }

    proptest! {
        #[test]
        fn headers_name_somebody_only_from_a_trusted_peer_once_and_to_the_letter(
            pairs in prop::collection::vec(any_header(), 0..6), peer: [u8; 4],
        ) {
            let mut headers = HeaderMap::new();
            for (name, value) in &pairs {
                headers.append(name, value.clone());
            }
            let from_peer = authentication().authenticate(&PeerAddress::Network((peer, 80).into()), &headers);
            prop_assert!(from_peer.is_err() || peer[0] == 10);
            if let Ok(identity) = authentication().authenticate(&PeerAddress::UnixSocket, &headers) {
                let user = std::str::from_utf8(headers["x-forwarded-user"].as_bytes()).unwrap();
                prop_assert_eq!(user.trim(), identity.subject);
                let users = pairs.iter().filter(|(name, _)| name.as_str().replace(['_', '.'], "-") == "x-forwarded-user");
                prop_assert_eq!(users.count(), 1);
            }
        }
    }
}
