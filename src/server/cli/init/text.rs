//! The configuration that `init` writes, with what each part is for.

use std::fmt::Write as _;
use std::path::Path;

use toml::Value;

/// How people sign in, as the table of its mode says it.
#[derive(Debug)]
pub(super) struct NewAuthentication {
    pub(super) mode: &'static str,
    /// The keys of the table with their values.
    pub(super) keys: Vec<(&'static str, Value)>,
    pub(super) admin_group: String,
}

/// A connection to OneID.
#[derive(Debug)]
pub(super) struct NewConnection {
    pub(super) name: String,
    pub(super) environment: String,
    pub(super) base_url: String,
    pub(super) token_url: Option<String>,
    pub(super) client_id: String,
}

/// Everything that goes into the file.
#[derive(Debug)]
pub(super) struct NewConfiguration<'a> {
    pub(super) public_url: &'a str,
    pub(super) listen: &'a str,
    pub(super) database: &'a str,
    pub(super) sealing_key: &'a Path,
    pub(super) signing_key: &'a Path,
    pub(super) checkpoints: &'a Path,
    pub(super) authentication: &'a NewAuthentication,
    pub(super) connection: &'a NewConnection,
    pub(super) connection_secret: &'a Path,
}

impl NewConfiguration<'_> {
    /// The file.
    pub(super) fn text(&self) -> String {
        let mut text = String::from(
            "# The configuration of Partner Dashboard. docs/configuration.md explains every key; after a change, ask\n\
             # `partner-dashboard config check --config FILE` what is wrong.\n\n\
             # The URL that browsers use. A proxy there ends TLS and passes requests on to `listen`.\n",
        );
        line(&mut text, "public_url", self.public_url);
        line(&mut text, "listen", self.listen);
        text += "# /healthz, /readyz and /metrics. Keep this off the internet.\nops_listen = \"127.0.0.1:3001\"\n";
        text += "# Sessions, drafts, the audit log and the index. Back it up: docs/backup.md.\n";
        line(&mut text, "database", self.database);
        text += "# Seals sign-ins that are under way. The same for all replicas.\n";
        line(&mut text, "sealing_key_file", &self.sealing_key.to_string_lossy());
        text += "\n# Signs the audit log. Keep this key, and a copy of the checkpoints, on another machine than the database.\n[audit]\n";
        line(&mut text, "signing_key_file", &self.signing_key.to_string_lossy());
        line(&mut text, "checkpoint_file", &self.checkpoints.to_string_lossy());
        self.authentication(&mut text);
        self.connection(&mut text);
        text
    }

    fn authentication(&self, text: &mut String) {
        let NewAuthentication { mode, keys, admin_group } = self.authentication;
        *text += "\n# How people sign in. docs/sign-in.md has the other ways.\n[auth]\n";
        line(text, "mode", mode);
        let _ = writeln!(text, "[auth.{mode}]");
        for (key, value) in keys {
            let _ = writeln!(text, "{key} = {value}");
        }
        *text += "\n# Which groups have which role: admin, editor, auditor, viewer. People without a role see nothing.\n[auth.roles]\n";
        let _ = writeln!(text, "admin = [{}]", Value::from(admin_group.as_str()));
    }

    fn connection(&self, text: &mut String) {
        let NewConnection { name, environment, base_url, token_url, client_id } = self.connection;
        *text += "\n# One table for each connection to a partner API.\n[[connections]]\n";
        line(text, "name", name);
        line(text, "kind", "oneid");
        line(text, "environment", environment);
        line(text, "base_url", base_url);
        if let Some(token_url) = token_url {
            line(text, "token_url", token_url);
        }
        line(text, "client_id", client_id);
        line(text, "client_secret_file", &self.connection_secret.to_string_lossy());
    }
}

/// A key with a text, whatever is in that.
fn line(text: &mut String, key: &str, value: &str) {
    // Writing into memory cannot fail.
    let _ = writeln!(text, "{key} = {}", Value::from(value));
}
