//! What is wrong is said at once, each thing once, with its line.

use super::*;
use crate::server::config::read::tests::{REFUSED, WHOLE};

/// What is said of a file, without its name.
fn said(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let secret = directory.path().join("secret");
    std::fs::write(&secret, "s3cret\n").unwrap();
    let path = directory.path().join("config.toml");
    std::fs::write(&path, text.replace("SECRET_FILE", &secret.display().to_string())).unwrap();
    let variables = variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let problems = read_all(&path, variables).err().unwrap_or_default();
    let name = format!("{}:", path.display());
    problems.iter().map(|problem| problem.to_string().replace(&name, "")).collect()
}

#[test]
fn a_whole_configuration_has_no_problems() {
    assert_eq!(said(WHOLE, &[]), Vec::<String>::new());
}

#[test]
fn everything_that_is_wrong_is_said_with_its_line() {
    let text = r#"
lisen = "127.0.0.1:3000"
database = "mysql://x"
support_url = "ftp://x"
[checks]
interval_s = -1
[auth]
mode = "none"
[auth.oidc]
issuer = "http://login.example.com"
client_id = ""
client_secret = "s3cret"
[auth.roles]
admin = []
[[connections]]
name = "Sand box"
kind = "onid"
environment = "sandbox"
base_url = "http://api.example.com"
client_id = ""
[[connections]]
name = "bookings"
kind = "oneconnect"
environment = "sandbox"
base_url = "https://api.example.com"
client_secret_file = "/nowhere"
"#;
    let said = said(text, &[("PARTNER_DASHBOARD_AUTH__SESSION__IDLE_S", "soon"), ("PARTNER_DASHBOARD_NAMED__X", "1")]);
    for expected in [
        "2: lisen: unknown field",
        "3: database: must be of the form",
        "4: support_url: must be",
        "6: checks.interval_s: must be",
        "8: auth.mode: unknown variant `none`",
        "10: auth.oidc.issuer: plain http",
        "11: auth.oidc.client_id: is empty",
        "12: auth.oidc.client_secret: a secret does not belong",
        "13: auth.roles: names no group",
        "16: connections[0].name: is part of URLs",
        "17: connections[0].kind: unknown variant `onid`",
        "19: connections[0].base_url: plain http",
        "20: connections[0].client_id: is empty",
        "connections[0].client_secret_file: is missing",
        "connections[1].client_id: missing field",
        "public_url: missing field",
        "PARTNER_DASHBOARD_AUTH__SESSION__IDLE_S: auth.session.idle_s: ",
        "21: connections[1].scope: is missing",
        "21: connections[1].integration_id: is missing",
        "PARTNER_DASHBOARD_NAMED__X: named: unknown field",
    ] {
        assert_eq!(said.iter().filter(|one| one.contains(expected)).count(), 1, "{expected}: {said:#?}");
    }
    assert_eq!(said.len(), 20, "{said:#?}");
}

#[test]
fn a_file_that_is_no_toml_is_told_with_each_line_that_is_none() {
    let said = said("a = \nb = 1\nc = [\n", &[]);
    assert!(said.len() >= 2 && said[0].starts_with("1: is not TOML"), "{said:#?}");
}

/// Whatever is wrong by itself is found, and nothing that is right is blamed for it.
#[test]
fn one_mistake_is_one_problem() {
    for (from, to, words) in REFUSED {
        let said = said(&WHOLE.replace(from, to), &[]);
        assert_eq!(said.len(), 1, "{to}: {said:#?}");
        assert!(words.iter().filter(|word| **word != "config.toml").all(|word| said[0].contains(word)), "{said:#?}");
    }
}
