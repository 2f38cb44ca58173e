//! Which hosts are this machine itself.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether an address is this machine's own: 127.0.0.0/8 or `::1`, also where IPv4 is written as IPv6.
pub fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whether a URL points at the machine on which it is opened: at a loopback address, at `localhost`, or at a name below
/// that (RFC 6761 §6.3).
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            // One dot at the end is the root of the names, and changes nothing.
            let name = name.strip_suffix('.').unwrap_or(name);
            name.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case("localhost"))
        }
        Some(Host::Ipv4(address)) => is_loopback(address.into()),
        Some(Host::Ipv6(address)) => is_loopback(address.into()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_judged_in_one_way() {
        for (host, is_own) in [
            ("localhost", true),
            ("LOCALHOST", true),
            ("localhost.", true),
            ("app.localhost", true),
            ("a.b.localhost.", true),
            ("127.0.0.1", true),
            ("127.255.255.254", true),
            ("127.1", true),
            ("0x7f000001", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("[::ffff:7f00:1]", true),
            ("localhost.example", false),
            ("notlocalhost", false),
            ("localhost..", false),
            ("example.com", false),
            ("126.255.255.255", false),
            ("128.0.0.1", false),
            ("0.0.0.0", false),
            ("10.0.0.1", false),
            ("[::]", false),
            ("[::2]", false),
            ("[::ffff:10.0.0.1]", false),
            ("[fe80::1]", false),
        ] {
            for scheme in ["http", "https"] {
                let url = Url::parse(&format!("{scheme}://{host}:8080/x")).unwrap();
                assert_eq!(is_this_machine(&url), is_own, "{url}");
            }
        }
        assert!(!is_this_machine(&Url::parse("mailto:root@localhost").unwrap()));
    }
}
