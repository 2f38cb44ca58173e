//! What would let everyone in is refused before anything starts.

use super::tests::{OIDC, try_with, with_authentication};
use super::*;
use crate::server::auth::Authentication;

/// The configuration with these ranges as its trusted peers.
fn trusting(ranges: &[String]) -> Result<Config, String> {
    let ranges: Vec<_> = ranges.iter().map(|range| format!("\"{range}\"")).collect();
    try_with(|text| text.replace("\"127.0.0.1/32\"", &ranges.join(", ")), &[])
}

#[test]
fn ranges_that_are_narrow_alone_and_trust_nearly_everyone_together_are_refused() {
    let all_ipv4: Vec<_> = (0..256).map(|first| format!("{first}.0.0.0/8")).collect();
    let every_other: Vec<_> = (0..256).step_by(2).map(|first| format!("{first}.0.0.0/8")).collect();
    let mapped: Vec<_> = (0..256).map(|first| format!("::ffff:{first}.0.0.0/104")).collect();
    let ipv6: Vec<_> = (0x2000..0x2040).map(|first| format!("{first:x}::/16")).collect();
    for ranges in [all_ipv4, every_other, mapped, ipv6] {
        let error = trusting(&ranges).map(|_| ()).unwrap_err();
        for word in ["config.toml", "auth.header.trusted_peers", "together", "everyone"] {
            assert!(error.contains(word), "{ranges:?}: {error:?} does not say {word:?}");
        }
    }
}

#[test]
fn private_networks_are_trusted_together_and_ipv4_is_the_same_however_it_is_written() {
    let ranges = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "::ffff:127.0.0.0/104",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
        "2001:db8::/32",
    ];
    let config = trusting(&ranges.map(str::to_owned)).unwrap();
    let Authentication::Header(header) = &config.authentication else { panic!("{:?}", config.authentication) };
    for peer in ["127.9.9.9", "10.1.2.3", "fd12::1", "fe80::1", "::1"] {
        let peer: std::net::IpAddr = peer.parse().unwrap();
        assert!(header.trusted_peers.iter().any(|range| range.contains(&peer)), "{peer}");
    }
    for peer in ["8.8.8.8", "2001:db9::1", "128.0.0.1"] {
        let peer: std::net::IpAddr = peer.parse().unwrap();
        assert!(!header.trusted_peers.iter().any(|range| range.contains(&peer)), "{peer}");
    }
}

/// The configuration with its secret in a file of this mode.
fn with_secret_of_mode(mode: u32, change: impl Fn(String) -> String) -> Result<Config, String> {
    let change = |text: String| {
        let file = text.split_once("client_secret_file = \"").and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
        fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        change(text)
    };
    try_with(change, &[])
}

#[test]
fn a_secret_that_everyone_could_have_written_is_refused_with_what_to_do() {
    let other_kind = |text: String| text.replace("kind = \"oneid\"", "kind = \"keycloak\"\nprobe = \"/x\"");
    for mode in [0o602, 0o622, 0o666, 0o777] {
        for error in [
            with_secret_of_mode(mode, |text| text),
            with_secret_of_mode(mode, other_kind),
            with_secret_of_mode(mode, with_authentication(OIDC)),
        ] {
            let error = error.map(|_| ()).unwrap_err();
            for word in ["client_secret_file", "/secret", "written by everyone", "chmod 600"] {
                assert!(error.contains(word), "{mode:o}: {error:?} does not say {word:?}");
            }
        }
    }
    for mode in [0o400, 0o600, 0o640, 0o660, 0o644] {
        assert!(with_secret_of_mode(mode, |text| text).is_ok(), "{mode:o}");
    }
}
