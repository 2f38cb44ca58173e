//! `partner-dashboard health`: asks the dashboard that runs beside it whether it is alive, for whoever cannot ask by HTTP.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use super::{Failure, say, with_causes};
use crate::server::config::operations_address;
use crate::server::oauth::http_client;
use crate::server::telemetry;

/// Asks `/healthz`: a replica on standby is alive too.
pub(super) async fn run(path: &Path) -> Result<(), Failure> {
    telemetry::start("error", false);
    let address = operations_address(path, std::env::vars());
    let Some(address) = address.map_err(|error| Failure::configuration(with_causes(&error)))? else {
        return Err(Failure::configuration("ops_listen is not set: there is nobody to ask"));
    };
    let http = http_client().map_err(|error| Failure::new(with_causes(&error)))?;
    let answer = http.get(format!("http://{}/healthz", reachable(address))).send().await;
    let status = answer.map_err(|error| Failure::new(with_causes(&error)))?.status();
    if !status.is_success() {
        return Err(Failure::new(format_args!("{address} answers {status}")));
    }
    say("alive");
    Ok(())
}

/// An address that can be asked: a server that listens on all of its addresses listens on loopback too.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
