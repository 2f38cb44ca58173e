//! What works, and is not safe yet.

use std::net::IpAddr;

use super::database::unprotected;
use super::settings::{Config, Listen};
use crate::server::auth::Authentication;
use crate::server::notifications::Channel;

/// A sentence for each thing that an operator should know before the dashboard is used in earnest.
pub fn advice(config: &Config) -> Vec<String> {
    let mut advice = Vec::new();
    if let Listen::Network(address) = config.listen
        && !address.ip().is_loopback()
    {
        advice.push(format!(
            "listen: the dashboard answers the network at {address} without TLS. Let only the proxy reach it, or listen on \
             127.0.0.1 or a UNIX socket"
        ));
    }
    if let Some(address) = config.ops_listen.filter(|address| !address.ip().is_loopback()) {
        advice.push(format!(
            "ops_listen: whoever can reach {address} can read how the dashboard is. Let only your monitoring reach it"
        ));
    }
    if let Authentication::Header(header) = &config.authentication
        && matches!(config.listen, Listen::Network(_))
    {
        let loopback = [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])];
        if header.trusted_peers.iter().any(|network| loopback.iter().any(|address| network.contains(address))) {
            advice.push(
                "auth.header.trusted_peers: every program on this machine can sign in as anybody. Let the proxy reach the \
                 dashboard by a UNIX socket, if others use this machine"
                    .to_owned(),
            );
        }
    }
    advice.extend(unprotected(&config.database).map(|what| format!("database: {what}")));
    if config.audit.checkpoint_file.is_none() {
        advice.push(
            "audit.checkpoint_file: is not set, so an older copy of the audit log that is put back is not found. Set it, and \
             copy the file to another machine"
                .to_owned(),
        );
    }
    for target in &config.notifications {
        if let Channel::Webhook { key: None, .. } = target.channel {
            advice.push(format!(
                "notifications: {} is not signed, so whoever knows its address can send it messages that are none of the \
                 dashboard's. Set signing_key_file",
                target.name
            ));
        }
    }
    if let Ok(database) = config.database.file("") {
        if database.parent() == config.audit.signing_key_file.parent() {
            advice.push(
                "audit.signing_key_file: lies beside the database, so whoever copies the one may have the other. Keep it \
                 elsewhere"
                    .to_owned(),
            );
        }
        if config.backup.is_none() {
            advice.push("backup: none is scheduled. Add [backup], unless another program takes backups".to_owned());
        }
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::read::tests::try_with;

    fn advice_with(change: impl Fn(String) -> String) -> Vec<String> {
        let keys = |advice: String| advice.split(':').next().unwrap_or_default().to_owned();
        advice(&try_with(change, &[]).unwrap()).into_iter().map(keys).collect()
    }

    #[test]
    fn what_is_not_safe_yet_is_named_with_its_key_and_what_is_safe_is_not() {
        let first = ["auth.header.trusted_peers", "audit.checkpoint_file", "audit.signing_key_file", "backup"];
        assert_eq!(advice_with(|text| text), first);
        let open = |text: String| text.replace("\"127.0.0.1:300", "\"0.0.0.0:300");
        assert_eq!(advice_with(open), [&["listen", "ops_listen"], &first[..]].concat());
        let safe = |text: String| {
            let text = text.replace("\"127.0.0.1:3000\"", "\"unix:/run/dashboard.sock\"");
            let audit = "[audit]\ncheckpoint_file = \"x\"\nsigning_key_file = \"/etc/x/key\"\n[backup]\nevery_h = 24\nto = \"x\"\n";
            text.replace("[auth]\n", &format!("{audit}[auth]\n"))
        };
        assert_eq!(advice_with(safe), Vec::<String>::new());
    }
}
