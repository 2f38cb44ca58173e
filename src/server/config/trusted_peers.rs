//! Checks which peers may name users in headers. Wide ranges are refused.

use std::net::Ipv6Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::error::{ConfigError, ConfigFile};

const KEY: &str = "auth.header.trusted_peers";
/// The widest range of IPv4 addresses: that of 10.0.0.0/8.
const WIDEST_IPV4: u8 = 8;
/// The widest range of IPv6 addresses that are not local.
const WIDEST_IPV6: u8 = 16;
/// All ranges together may cover this many of the widest ranges.
const MOST_RANGES: u128 = 4;
/// Private networks (RFC 4193 §3.1) and single links (RFC 4291 §2.5.6), which are never too wide.
const LOCAL_IPV6: [Ipv6Net; 2] = [
    Ipv6Net::new_assert(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    Ipv6Net::new_assert(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
];
/// IPv4-mapped IPv6 addresses (RFC 4291 §2.5.5.2).
const MAPPED: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96);

/// Checks the ranges and returns them without overlaps. IPv4-mapped IPv6 ranges become IPv4 ranges, because peers are
/// compared that way.
pub(super) fn check(ranges: &[IpNet], file: &ConfigFile<'_>) -> Result<Vec<IpNet>, ConfigError> {
    let mut peers = Vec::new();
    for range in ranges {
        let peer = unmapped(*range);
        if peer.is_none_or(is_wide) {
            let reason = format!("{range} would trust almost everyone: use the address of the proxy itself");
            return Err(file.error(KEY, reason));
        }
        peers.extend(peer);
    }
    let peers = IpNet::aggregate(&peers);
    if covers_too_much(&peers) {
        let reason = "together these ranges would trust almost everyone: use the address of the proxy itself";
        return Err(file.error(KEY, reason));
    }
    Ok(peers)
}

/// The range with IPv4-mapped addresses as IPv4. `None` for a range that contains all of IPv4.
fn unmapped(range: IpNet) -> Option<IpNet> {
    match range {
        IpNet::V6(range) if range.contains(&MAPPED) => None,
        IpNet::V6(range) if MAPPED.contains(&range) => {
            let address = range.addr().to_ipv4_mapped()?;
            Ipv4Net::new(address, range.prefix_len() - MAPPED.prefix_len()).ok().map(IpNet::V4)
        }
        range => Some(range),
    }
}

fn is_local(range: &IpNet) -> bool {
    LOCAL_IPV6.into_iter().any(|local| IpNet::V6(local).contains(range))
}

fn is_wide(range: IpNet) -> bool {
    match range {
        IpNet::V4(range) => range.prefix_len() < WIDEST_IPV4,
        IpNet::V6(_) => range.prefix_len() < WIDEST_IPV6 && !is_local(&range),
    }
}

/// `ranges` do not overlap.
fn covers_too_much(ranges: &[IpNet]) -> bool {
    let (mut ipv4, mut ipv6) = (0_u128, 0_u128);
    for range in ranges.iter().filter(|range| !is_local(range)) {
        let addresses = 1_u128.checked_shl(u32::from(range.max_prefix_len() - range.prefix_len())).unwrap_or(u128::MAX);
        match range {
            IpNet::V4(_) => ipv4 = ipv4.saturating_add(addresses),
            IpNet::V6(_) => ipv6 = ipv6.saturating_add(addresses),
        }
    }
    ipv4 > MOST_RANGES << (32 - WIDEST_IPV4) || ipv6 > MOST_RANGES << (128 - WIDEST_IPV6)
}
