//! The configuration that `init` writes, with what each part is for.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use toml::Value;

use super::files::Layout;

/// How people sign in, as the table of its mode says it.
#[derive(Debug)]
pub(super) struct NewAuthentication {
    pub(super) mode: &'static str,
    /// The keys of the table with their values.
    pub(super) keys: Vec<(&'static str, Value)>,
    /// The name of the client secret, where the mode has one.
    pub(super) secret: Option<&'static str>,
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
    /// The name of its client secret.
    pub(super) secret: String,
}

/// Everything that goes into the file. Secrets are called by their names: where they are is said when the text is written.
#[derive(Debug)]
pub(super) struct NewConfiguration<'a> {
    pub(super) layout: Layout,
    pub(super) public_url: &'a str,
    pub(super) listen: &'a str,
    pub(super) database: &'a str,
    /// The name of the password of a PostgreSQL database, where it has one.
    pub(super) database_password: Option<&'a str>,
    pub(super) sealing_key: &'a str,
    pub(super) signing_key: &'a str,
    pub(super) checkpoints: &'a Path,
    /// The folder of scheduled backups; `None` for PostgreSQL, which takes its own.
    pub(super) backups: Option<&'a Path>,
    pub(super) authentication: &'a NewAuthentication,
    pub(super) connection: &'a NewConnection,
}

impl NewConfiguration<'_> {
    /// The file. `secret` says where the secret of a name is.
    pub(super) fn text(&self, secret: impl Fn(&str) -> PathBuf) -> String {
        let (documents, after_a_change) = (self.layout.documents(), self.layout.after_a_change());
        let mut text = format!(
            "# The configuration of Partner Dashboard. {documents}/configuration.md explains every key. After a change,\n\
             # {after_a_change}.\n\n\
             # The URL that browsers use. A proxy there ends TLS and passes requests on to `listen`.\n",
        );
        line(&mut text, "public_url", self.public_url);
        line(&mut text, "listen", self.listen);
        text += "# /healthz, /readyz and /metrics. Keep this off the internet.\nops_listen = \"127.0.0.1:3001\"\n";
        let _ = writeln!(text, "# Sessions, drafts, the audit log and the index. Back it up: {documents}/backup.md.");
        line(&mut text, "database", self.database);
        if let Some(password) = self.database_password {
            path(&mut text, "database_password_file", &secret(password));
        }
        text += "# Seals sign-ins that are under way. The same for all replicas.\n";
        path(&mut text, "sealing_key_file", &secret(self.sealing_key));
        text += "\n# Signs the audit log. Keep this key, and a copy of the checkpoints, on another machine than the database.\n[audit]\n";
        path(&mut text, "signing_key_file", &secret(self.signing_key));
        path(&mut text, "checkpoint_file", self.checkpoints);
        if let Some(backups) = self.backups {
            text += "\n# A backup each day, of which a week's are kept. Copy them to another machine.\n[backup]\nevery_h = 24\nkeep = 7\n";
            path(&mut text, "to", backups);
        }
        self.authentication(&mut text, &secret);
        self.connection(&mut text, &secret);
        text
    }

    fn authentication(&self, text: &mut String, file: impl Fn(&str) -> PathBuf) {
        let NewAuthentication { mode, keys, secret, admin_group } = self.authentication;
        let documents = self.layout.documents();
        let _ = writeln!(text, "\n# How people sign in. {documents}/sign-in.md has the other ways.\n[auth]");
        line(text, "mode", mode);
        let _ = writeln!(text, "[auth.{mode}]");
        for (key, value) in keys {
            let _ = writeln!(text, "{key} = {value}");
        }
        if let Some(secret) = secret {
            path(text, "client_secret_file", &file(secret));
        }
        *text += "\n# Which groups have which role: admin, editor, auditor, viewer. People without a role see nothing.\n[auth.roles]\n";
        let _ = writeln!(text, "admin = [{}]", Value::from(admin_group.as_str()));
    }

    fn connection(&self, text: &mut String, file: impl Fn(&str) -> PathBuf) {
        let NewConnection { name, environment, base_url, token_url, client_id, secret } = self.connection;
        *text += "\n# One table for each connection to a partner API.\n[[connections]]\n";
        line(text, "name", name);
        line(text, "kind", "oneid");
        line(text, "environment", environment);
        line(text, "base_url", base_url);
        if let Some(token_url) = token_url {
            line(text, "token_url", token_url);
        }
        line(text, "client_id", client_id);
        path(text, "client_secret_file", &file(secret));
    }
}

/// A key with a text, whatever is in that.
fn line(text: &mut String, key: &str, value: &str) {
    // Writing into memory cannot fail.
    let _ = writeln!(text, "{key} = {}", Value::from(value));
}

fn path(text: &mut String, key: &str, path: &Path) {
    line(text, key, &path.to_string_lossy());
}
