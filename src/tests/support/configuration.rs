//! Configuration files for the program as a process of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use partner_dashboard::server::oauth::http_client;
use partner_dashboard::server::sandbox::ConnectionDescription;
use serde_json::Value;
use tempfile::TempDir;

use super::postgres_server::free_port;

/// Where a browser believes to be: what its forms say as their origin.
pub const PUBLIC_URL: &str = "http://127.0.0.1:3999";
/// A connection of the sandbox as it stands in a configuration file.
pub fn table(described: &ConnectionDescription) -> String {
    let mut text = format!(
        "name = \"{}\"\nkind = \"{}\"\nenvironment = \"{}\"\nbase_url = \"{}\"\nclient_id = \"{}\"\n",
        described.name, described.kind, described.environment, described.base_url, described.client_id,
    );
    let optional =
        [("scope", described.scope), ("integration_id", described.integration_id), ("probe", described.probe)];
    for (key, value) in optional {
        if let Some(value) = value {
            text += &["", key, " = \"", value, "\"\n"].concat();
        }
    }
    text
}

/// The table of a connection under another name, with its secret in this file.
pub fn another_table(described: &ConnectionDescription, name: &str, secret: &Path) -> String {
    let table = table(described).replacen(&format!("\"{}\"", described.name), &format!("\"{name}\""), 1);
    format!("[[connections]]\n{table}client_secret_file = \"{}\"\n", secret.display())
}

/// An access token for a connection, from its token endpoint: for whoever changes something without the dashboard.
pub async fn access_token(described: &ConnectionDescription) -> String {
    let grant = [
        ("grant_type", "client_credentials"),
        ("client_id", described.client_id),
        ("client_secret", described.client_secret.as_str()),
    ];
    let answer = http_client().unwrap().post(&described.token_url).form(&grant).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// A configuration in a directory of its own.
pub struct Configured {
    pub directory: TempDir,
    pub path: PathBuf,
}

impl Configured {
    /// `connections` as they stand in the file, with the secret of each in a file of its own.
    pub fn new(head: &str, connections: &[(String, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut text = format!(
            "public_url = \"{PUBLIC_URL}\"\ndatabase = \"sqlite:{}\"\n{head}\n[auth]\nmode = \"header\"\n\
             [auth.header]\nuser = \"x-user\"\ngroups = \"x-groups\"\ntrusted_peers = [\"127.0.0.1/32\"]\n\
             [auth.roles]\nadmin = [\"admins\"]\nviewer = [\"viewers\"]\n",
            directory.path().join("test.db").display(),
        );
        for (number, (connection, secret)) in connections.iter().enumerate() {
            let file = directory.path().join(format!("secret-{number}"));
            std::fs::write(&file, secret).unwrap();
            text = format!("{text}[[connections]]\n{connection}client_secret_file = \"{}\"\n", file.display());
        }
        let path = directory.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        Self { directory, path }
    }
}

/// Where a server that is to start can listen on loopback, and no other test does.
pub fn free_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}
