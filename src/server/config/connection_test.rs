//! What each kind of connection needs in the configuration, and the words when it is missing.

use std::num::NonZeroU32;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use time::macros::date;

use crate::server::config::{Config, read};
use crate::server::index::IndexSettings;

const HEAD: &str = r#"
public_url = "https://partners.example.com"
database   = "sqlite:partner-dashboard.db"
[auth]
mode = "header"
[auth.header]
user = "X-Forwarded-User"
groups = "X-Forwarded-Groups"
trusted_peers = ["127.0.0.1/32"]
[auth.roles]
admin = ["partner-admins"]
"#;

/// One connection of a kind, with further lines; its secret is what is in the file.
fn with_secret(kind: &str, lines: &str, secret: Option<&str>) -> Result<Config, String> {
    with_variables(kind, lines, secret, Vec::new())
}

/// The same, with variables of the environment.
fn with_variables(
    kind: &str,
    lines: &str,
    secret: Option<&str>,
    variables: Vec<(String, String)>,
) -> Result<Config, String> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("secret");
    if let Some(secret) = secret {
        std::fs::write(&file, secret).unwrap();
    }
    let text = format!(
        "{HEAD}\n[[connections]]\nname = \"one\"\nkind = \"{kind}\"\nenvironment = \"sandbox\"\n\
         base_url = \"https://api.example.com/base\"\nclient_id = \"id\"\nclient_secret_file = \"{}\"\n{lines}",
        file.display()
    );
    let path = directory.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    read(&path, variables).map_err(|error| error.to_string())
}

fn configured(kind: &str, lines: &str) -> Result<Config, String> {
    with_secret(kind, lines, Some("s3cret"))
}

const ONE_CONNECT: &str = "scope = \"s\"\nintegration_id = \"i\"\n";

#[test]
fn every_kind_has_its_token_endpoint_below_the_base_address() {
    for (kind, lines, path) in [
        ("oneid", "", "v1/token"),
        ("oneconnect", ONE_CONNECT, "oauth2/token"),
        ("oneio", "", "oauth2/token"),
        ("partner-json", "probe = \"/api/bookings\"", "api/oauth/token"),
        ("keycloak", "", "auth/realms/partner/protocol/openid-connect/token"),
    ] {
        let config = configured(kind, lines).unwrap();
        assert_eq!(config.connections[0].token_url.as_str(), format!("https://api.example.com/base/{path}"), "{kind}");
    }
}

/// Each line: kind, lines, and the words that the error must hold.
const REFUSED: &[(&str, &str, &[&str])] = &[
    ("oneconnect", "integration_id = \"i\"", &["connections[0].scope", "missing"]),
    ("oneconnect", "scope = \" \"\nintegration_id = \"i\"", &["connections[0].scope", "missing"]),
    ("oneconnect", "scope = \"s\"", &["connections[0].integration_id", "missing"]),
    ("keycloak", "integration_id = \"i\"", &["connections[0].integration_id", "no integrations"]),
    ("partner-json", "", &["connections[0].probe", "missing"]),
    ("partner-json", "probe = \"/x\"\nclient_auth = \"basic\"", &["connections[0].client_auth", "body"]),
    ("oneio", "probe = \"/api/v2\"", &["connections[0].probe", "token only"]),
    ("keycloak", "probe = \"vehicles\"", &["connections[0].probe", "path under base_url"]),
    ("keycloak", "probe = \"//other.example/x\"", &["connections[0].probe", "path under base_url"]),
    ("keycloak", "probe = \"/x/../../y\"", &["connections[0].probe", "path under base_url"]),
    ("keycloak", "probe = \"/x/%2e%2e/y\"", &["connections[0].probe", "path under base_url"]),
    ("keycloak", "client_secret_expires = \"soon\"", &["connections[0].client_secret_expires", "date"]),
    ("keycloak", "client_secret_expires = 2027-01-31T10:00:00Z", &["connections[0].client_secret_expires", "date"]),
    ("keycloak", "token_url = \"http://issuer.example.com/t\"", &["connections[0].token_url", "loopback"]),
    ("keycloak", "token_url = \"https://partners.example.com/t\"", &["connections[0].token_url", "dashboard itself"]),
    ("keycloak", "journey_url = \"https://id.example.com\"", &["connections[0].journey_url", "no journeys"]),
    ("oneid", "journey_url = \"http://id.example.com\"", &["connections[0].journey_url", "loopback"]),
    ("oneid", "journey_url = \"https://partners.example.com\"", &["connections[0].journey_url", "dashboard itself"]),
    ("oneid", "journey_url = \"https://id.example.com/?a=b\"", &["connections[0].journey_url", "query"]),
    ("keycloak", "probes = \"/x\"", &["connections[0]", "probes", "unknown field"]),
];

#[test]
fn every_mistake_is_named_with_its_key() {
    for (kind, lines, words) in REFUSED {
        let error = configured(kind, lines).map(|_| ()).unwrap_err();
        for word in *words {
            assert!(error.contains(word), "{kind} with {lines:?}: {error:?} does not say {word:?}");
        }
    }
}

#[test]
fn the_end_of_a_secret_is_a_date_or_its_text() {
    for lines in ["client_secret_expires = 2027-01-31", "client_secret_expires = \"2027-01-31\""] {
        let config = configured("keycloak", lines).unwrap();
        assert_eq!(config.connections[0].client_secret_expires, Some(date!(2027 - 01 - 31)));
    }
}

#[test]
fn checks_come_every_minute_unless_the_file_says_otherwise() {
    assert_eq!(configured("keycloak", "").unwrap().check_interval, Some(Duration::from_mins(1)));
    for (seconds, interval) in [("0", None), ("300", Some(300)), ("\"5\"", Some(5))] {
        let config = configured("keycloak", &format!("[checks]\ninterval_s = {seconds}")).unwrap();
        assert_eq!(config.check_interval, interval.map(Duration::from_secs));
    }
}

#[test]
fn a_secret_that_cannot_be_read_stops_oneid_alone() {
    for secret in [None, Some(""), Some("\n")] {
        let error = with_secret("oneid", "", secret).map(|_| ()).unwrap_err();
        assert!(error.contains("connections[0].client_secret_file"), "{error}");
        let config = with_secret("keycloak", "", secret).unwrap();
        assert!(config.connections[0].client_secret.is_err());
    }
}

#[test]
fn a_secret_of_the_environment_is_taken_as_one_of_a_file_is() {
    let of = |kind: &str, secret: &str| {
        let variable = "PARTNER_DASHBOARD_CONNECTIONS__ONE__CLIENT_SECRET".to_owned();
        with_variables(kind, "", Some("in the file"), vec![(variable, secret.to_owned())])
    };
    for kind in ["oneid", "keycloak"] {
        let config = of(kind, "s3cret\r\n").unwrap();
        assert_eq!(config.connections[0].client_secret.as_ref().unwrap().expose_secret(), "s3cret", "{kind}");
    }
    for empty in ["", "\n"] {
        let error = of("oneid", empty).map(|_| ()).unwrap_err();
        assert!(error.contains("connections[0].client_secret: is empty"), "{error}");
        let config = of("keycloak", empty).unwrap();
        let reason = config.connections[0].client_secret.as_ref().map(|_| ()).unwrap_err();
        assert_eq!(reason, "client_secret is empty");
    }
}

#[test]
fn an_index_has_defaults_and_each_of_its_keys_counts() {
    let settings = |lines: &str| configured("oneid", lines).unwrap().connections[0].index;
    assert_eq!(settings(""), IndexSettings::default());
    assert_eq!(settings("[connections.index]"), IndexSettings::default());
    let number = |number| NonZeroU32::new(number).unwrap();
    let lines =
        "[connections.index]\ncalls_at_once = 2\ncalls_per_second = \"1000\"\nage_s = 15\nobserve = \"false\"\n";
    let expected = IndexSettings {
        calls_at_once: number(2),
        calls_per_second: number(1_000),
        age: Duration::from_secs(15),
        observe: false,
    };
    assert_eq!(settings(lines), expected, "text counts too: the environment gives nothing else");
}

#[test]
fn an_index_that_makes_no_sense_is_refused_with_its_key() {
    for (line, words) in [
        ("calls_at_once = 0", "index.calls_at_once: must be a number of calls from 1 to 64"),
        ("calls_at_once = 65", "index.calls_at_once: must be a number of calls from 1 to 64"),
        ("calls_per_second = 0", "index.calls_per_second: must be a number of calls from 1 to 1000"),
        ("calls_per_second = 99999999999", "index.calls_per_second: must be a number of calls from 1 to 1000"),
        ("calls_per_second = true", "index.calls_per_second: must be a number of calls from 1 to 1000"),
        ("age_s = 14", "index.age_s: must be a number of seconds from 15 to 86400"),
        ("age_s = 86401", "index.age_s: must be a number of seconds from 15 to 86400"),
        ("age_s = \"5m\"", "index.age_s: must be a number of seconds from 15 to 86400"),
        ("observe = 1", "index.observe: must be true or false"),
        ("colour = 1", "index.colour: unknown field"),
    ] {
        let error = configured("oneid", &format!("[connections.index]\n{line}")).unwrap_err();
        assert!(error.contains(&format!("connections[0].{words}")), "{line}: {error}");
        assert!(error.contains("config.toml"), "{error}");
    }
}

#[test]
fn only_a_oneid_connection_has_an_index() {
    for (kind, lines) in [("keycloak", ""), ("oneio", ""), ("oneconnect", ONE_CONNECT)] {
        let error = configured(kind, &format!("{lines}[connections.index]\nobserve = true")).unwrap_err();
        assert!(error.contains("connections[0].index: this kind has no index"), "{error}");
    }
}
