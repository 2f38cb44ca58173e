//! Configurations that are taken, and the words for those that are not.

use secrecy::ExposeSecret;

use super::*;
use crate::server::auth::Authentication;
use crate::server::config::{ConnectionConfig, Listen};

pub(in crate::server::config) const WHOLE: &str = r#"
public_url = "https://partners.example.com"
listen     = "127.0.0.1:3000"
ops_listen = "127.0.0.1:3001"
database   = "sqlite:partner-dashboard.db"

[auth]
mode = "header"
[auth.header]
user = "X-Forwarded-User"
email = "X-Forwarded-Email"
groups = "X-Forwarded-Groups"
trusted_peers = ["127.0.0.1/32"]
[auth.roles]
admin = ["partner-admins"]

[[connections]]
name = "sandbox"
kind = "oneid"
environment = "sandbox"
base_url = "https://api.sandbox.oneid.uk"
client_id = "id"
client_secret_file = "SECRET_FILE"
"#;

fn secret_of(connection: &ConnectionConfig) -> &str {
    connection.client_secret.as_ref().unwrap().expose_secret()
}

pub(in crate::server::config) fn try_with(
    change: impl Fn(String) -> String,
    variables: &[(&str, &str)],
) -> Result<Config, String> {
    let directory = tempfile::tempdir().unwrap();
    let secret = directory.path().join("secret");
    fs::write(&secret, "s3cret\n").unwrap();
    let path = directory.path().join("config.toml");
    fs::write(&path, change(WHOLE.replace("SECRET_FILE", &secret.display().to_string()))).unwrap();
    let variables = variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    read(&path, variables).map_err(|error| error.to_string())
}

#[test]
fn the_whole_configuration_is_read() {
    let config = try_with(|text| text, &[]).unwrap();
    let connection = &config.connections[0];
    assert_eq!(connection.token_url.as_str(), "https://api.sandbox.oneid.uk/v1/token");
    assert_eq!(secret_of(connection), "s3cret");
    assert_eq!(config.listen, Listen::Network("127.0.0.1:3000".parse().unwrap()));
}

#[test]
fn the_environment_comes_before_the_file() {
    let config = try_with(
        |text| text,
        &[
            ("PARTNER_DASHBOARD_LISTEN", "unix:/run/dashboard.sock"),
            ("PARTNER_DASHBOARD_CONNECTIONS__SANDBOX__CLIENT_SECRET", "other"),
        ],
    )
    .unwrap();
    assert_eq!(config.listen, Listen::UnixSocket("/run/dashboard.sock".into()));
    assert_eq!(secret_of(&config.connections[0]), "other");
}

/// Each line: what is replaced, by what, and the words that the error must hold.
pub(in crate::server::config) const REFUSED: &[(&str, &str, &[&str])] = &[
    ("listen     =", "lisen =", &["config.toml", "lisen", "unknown field"]),
    ("kind = \"oneid\"", "kind = \"onid\"", &["connections[0].kind", "onid"]),
    ("client_id = \"id\"", "", &["connections[0]", "client_id"]),
    ("client_id = \"id\"", "client_id = \"\"", &["connections[0].client_id", "empty"]),
    (
        "client_id = \"id\"",
        "client_id = \"id\"\nclient_secret = \"x\"",
        &["connections[0].client_secret", "file of its own"],
    ),
    ("https://api.sandbox", "http://api.sandbox", &["connections[0].base_url", "loopback"]),
    ("https://api.sandbox", "https://user:pw@api.sandbox", &["connections[0].base_url", "password"]),
    ("https://api.sandbox.oneid.uk", "http://localhost.example", &["connections[0].base_url", "loopback"]),
    ("https://api.sandbox.oneid.uk", "http://api.localhost:3000", &["connections[0].base_url", "dashboard itself"]),
    (
        "https://api.sandbox.oneid.uk",
        "http://[::ffff:127.0.0.1]:3001",
        &["connections[0].base_url", "dashboard itself"],
    ),
    ("https://partners.example.com", "ftp://partners.example.com", &["public_url", "https"]),
    ("public_url =", "support_url = \"javascript:alert(1)\"\npublic_url =", &["support_url", "mailto"]),
    ("name = \"sandbox\"", "name = \"Sand box\"", &["connections[0].name", "lower-case letters"]),
    ("name = \"sandbox\"", "name = \"audit\"", &["connections[0].name", "page"]),
    ("[auth]", "[checks]\ninterval_s = -1\n[auth]", &["checks.interval_s", "86400"]),
    ("[auth]", "[checks]\ninterval_s = 1.5\n[auth]", &["checks.interval_s", "seconds"]),
    ("[auth]", "[checks]\ninterval = 5\n[auth]", &["checks.interval", "unknown field"]),
    ("[auth]", "[audit]\norigin = \"x/2\"\n[auth]", &["audit.origin", "slash and a number"]),
    ("[auth]", "[backup]\nevery_h = 24\n[auth]", &["backup", "missing field `to`"]),
    ("[auth]", "[backup]\nto = \"x\"\n[auth]", &["backup", "missing field `every_h`"]),
    ("[auth]", "[backup]\nevery_h = 24\nto = \"\"\n[auth]", &["backup.to", "empty"]),
    ("[auth]", "[backup]\nevery_h = 0\nto = \"x\"\n[auth]", &["backup.every_h", "1 to 8760"]),
    ("[auth]", "[backup]\nevery_h = 8761\nto = \"x\"\n[auth]", &["backup.every_h", "1 to 8760"]),
    ("[auth]", "[backup]\nevery_h = 1\nkeep = 0\nto = \"x\"\n[auth]", &["backup.keep", "at least 1"]),
    ("[auth]", "[telemetry]\n[auth]", &["telemetry", "missing field `otlp_endpoint`"]),
    ("[auth]", "[telemetry]\notlp_endpoint = \"ftp://x\"\n[auth]", &["telemetry.otlp_endpoint", "https URL"]),
    (
        "[auth]",
        "[telemetry]\notlp_endpoint = \"http://x\"\nservice_name = \"\"\n[auth]",
        &["telemetry.service_name", "empty"],
    ),
    (
        "[auth]",
        "[telemetry]\notlp_endpoint = \"http://x\"\nsample_ratio = 1.5\n[auth]",
        &["telemetry.sample_ratio", "from 0 to 1"],
    ),
    (
        "[auth]",
        "[telemetry]\notlp_endpoint = \"https://x\"\nheaders_file = \"/nowhere\"\n[auth]",
        &["telemetry.headers_file", "cannot be read"],
    ),
    ("mode = \"header\"", "mode = \"none\"", &["auth.mode", "none"]),
    ("127.0.0.1/32", "0.0.0.0/0", &["auth.header.trusted_peers", "everyone"]),
    ("127.0.0.1/32", "::/0", &["auth.header.trusted_peers", "everyone"]),
    ("127.0.0.1/32", "0.0.0.0/1", &["auth.header.trusted_peers", "everyone"]),
    ("127.0.0.1/32", "64.0.0.0/7", &["auth.header.trusted_peers", "64.0.0.0/7"]),
    ("127.0.0.1/32", "8000::/1", &["auth.header.trusted_peers", "8000::/1"]),
    ("127.0.0.1/32", "2000::/15", &["auth.header.trusted_peers", "2000::/15"]),
    ("127.0.0.1/32", "fe00::/7", &["auth.header.trusted_peers", "fe00::/7"]),
    ("127.0.0.1/32", "::ffff:0.0.0.0/96", &["auth.header.trusted_peers", "everyone"]),
    ("127.0.0.1/32", "::ffff:64.0.0.0/103", &["auth.header.trusted_peers", "everyone"]),
    ("127.0.0.1/32", "::/80", &["auth.header.trusted_peers", "everyone"]),
    ("\"127.0.0.1/32\"", "\"0.0.0.0/1\", \"128.0.0.0/1\"", &["auth.header.trusted_peers", "everyone"]),
    ("\"127.0.0.1/32\"", "\"::/1\", \"8000::/1\"", &["auth.header.trusted_peers", "everyone"]),
    ("127.0.0.1/32", "*", &["auth.header.trusted_peers"]),
    ("\"127.0.0.1/32\"", "", &["auth.header.trusted_peers", "UNIX socket"]),
    ("admin = [\"partner-admins\"]", "", &["auth.roles", "no group"]),
    ("X-Forwarded-User", "X Forwarded", &["auth.header.user", "header"]),
    ("sqlite:partner", "postgres:partner", &["database", "sqlite"]),
    ("\"127.0.0.1:3000\"", "\"everywhere\"", &["listen", "ADDRESS:PORT"]),
    ("environment = \"sandbox\"", "environment = \"staging\"", &["connections[0].environment", "staging"]),
    ("[auth]", "[auth", &["config.toml", "not TOML"]),
];

#[test]
fn every_mistake_is_named_with_its_key() {
    for (from, to, words) in REFUSED {
        let error = try_with(|text| text.replacen(from, to, 1), &[]).map(|_| ()).unwrap_err();
        for word in *words {
            assert!(error.contains(word), "{from} → {to}: {error:?} does not say {word:?}");
        }
    }
}

#[test]
fn two_connections_of_one_name_are_refused() {
    let twice = |text: String| {
        let (head, connection) = text.split_once("[[connections]]").unwrap();
        format!("{head}[[connections]]{connection}[[connections]]{connection}")
    };
    assert!(try_with(twice, &[]).unwrap_err().contains("connections[1].name"));
}

#[test]
fn plain_http_is_taken_on_this_machine_under_all_its_names() {
    for host in ["localhost:8080", "api.localhost:8080", "127.0.0.2", "[::1]:8080", "[::ffff:127.0.0.1]:8080"] {
        let config = try_with(|text| text.replace("https://api.sandbox.oneid.uk", &format!("http://{host}")), &[]);
        assert!(config.is_ok(), "{host}: {config:?}");
    }
}

#[test]
fn a_secret_file_that_is_missing_or_empty_is_named() {
    let gone = try_with(|text| text.replace("/secret\"", "/gone\""), &[]).unwrap_err();
    assert!(gone.contains("connections[0].client_secret_file") && gone.contains("gone"), "{gone}");
}

const JWT: &str = r#"
[auth]
mode = "jwt"
sign_out_url = "https://proxy.example.com/sign_out"
[auth.jwt]
header = "X-Pomerium-Jwt-Assertion"
issuer = "proxy.example.com"
audience = "partners.example.com"
jwks_url = "https://proxy.example.com/.well-known/pomerium/jwks.json"
algorithms = ["ES256"]
"#;

pub(super) const OIDC: &str = r#"
[auth]
mode = "oidc"
[auth.session]
idle_s = 900
absolute_s = 28800
[auth.oidc]
issuer = "https://login.example.com"
client_id = "partner-dashboard"
client_secret_file = "SECRET_FILE"
"#;

/// The whole configuration with another way in which people are known.
pub(super) fn with_authentication(authentication: &str) -> impl Fn(String) -> String {
    move |text| {
        let (head, rest) = text.split_once("[auth]").unwrap();
        let (_, rest) = rest.split_once("[auth.roles]").unwrap();
        let secret = rest.split_once("client_secret_file = \"").and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
        format!("{head}{}[auth.roles]{rest}", authentication.replace("SECRET_FILE", secret))
    }
}

#[test]
fn each_way_in_is_read_with_what_it_needs() {
    let jwt = try_with(with_authentication(JWT), &[]).unwrap();
    assert!(matches!(jwt.authentication, Authentication::Jwt(_)));
    assert!(jwt.sign_out_url.is_some());
    let oidc = try_with(with_authentication(OIDC), &[]).unwrap();
    let Authentication::Oidc(settings) = &oidc.authentication else { panic!("{:?}", oidc.authentication) };
    assert_eq!((settings.client_secret.expose_secret(), settings.secret_in_body), ("s3cret", false));
    assert_eq!(oidc.session_limits.idle.whole_seconds(), 900);
    let overridden = try_with(
        with_authentication(OIDC),
        &[
            ("PARTNER_DASHBOARD_AUTH__OIDC__CLIENT_SECRET", "other\n"),
            ("PARTNER_DASHBOARD_AUTH__SESSION__IDLE_S", "60"),
        ],
    );
    let overridden = overridden.unwrap();
    let Authentication::Oidc(settings) = &overridden.authentication else { panic!("{:?}", overridden.authentication) };
    assert_eq!(settings.client_secret.expose_secret(), "other", "without the line break");
    assert_eq!(overridden.session_limits.idle.whole_seconds(), 60);
    assert!(!format!("{overridden:?}").contains("other"), "a secret is not printed");
    let over_socket =
        |text: String| text.replace("\"127.0.0.1:3000\"", "\"unix:/run/x\"").replace("\"127.0.0.1/32\"", "");
    assert!(try_with(over_socket, &[]).is_ok(), "over a UNIX socket no peer has to be named");
}

/// As above, for the other two ways in.
const UNSAFE: &[(&str, &str, &str, &[&str])] = &[
    (JWT, "issuer = \"proxy.example.com\"", "", &["auth.jwt", "issuer"]),
    (JWT, "\"proxy.example.com\"", "\" \"", &["auth.jwt.issuer", "empty"]),
    (JWT, "audience = \"partners.example.com\"", "", &["auth.jwt", "audience"]),
    (JWT, "\"partners.example.com\"", "\"\"", &["auth.jwt.audience", "empty"]),
    (JWT, "jwks_url", "keys", &["auth.jwt", "keys"]),
    (JWT, "https://proxy.example.com/.well", "http://proxy.example.com/.well", &["auth.jwt.jwks_url", "loopback"]),
    (JWT, "https://proxy.example.com/.well", "http://127.0.0.1:3000/.well", &["auth.jwt.jwks_url", "dashboard"]),
    (JWT, "algorithms = [\"ES256\"]", "", &["auth.jwt", "algorithms"]),
    (JWT, "[\"ES256\"]", "[]", &["auth.jwt.algorithms", "no assertion"]),
    (JWT, "[\"ES256\"]", "[\"ES256\", \"HS256\"]", &["auth.jwt.algorithms", "HS256"]),
    (JWT, "[\"ES256\"]", "[\"none\"]", &["auth.jwt.algorithms", "none"]),
    (JWT, "mode = \"jwt\"", "mode = \"oidc\"", &["auth.jwt", "oidc", "remove it"]),
    (JWT, "https://proxy.example.com/sign_out", "javascript:alert(1)", &["auth.sign_out_url", "https"]),
    (OIDC, "issuer = \"https://login.example.com\"", "", &["auth.oidc", "issuer"]),
    (OIDC, "https://login", "http://login", &["auth.oidc.issuer", "loopback"]),
    (OIDC, "client_id = \"partner-dashboard\"", "client_id = \"\"", &["auth.oidc.client_id", "empty"]),
    (OIDC, "client_secret_file = \"SECRET_FILE\"", "", &["auth.oidc.client_secret_file", "missing"]),
    (OIDC, "client_secret_file = \"SECRET_FILE\"", "client_secret = \"x\"", &["auth.oidc.client_secret", "file"]),
    (OIDC, "[auth.oidc]", "[auth.header]\nuser = \"a\"\ngroups = \"b\"\n[auth.oidc]", &["auth.header", "remove it"]),
    (OIDC, "idle_s = 900", "idle_s = 28801", &["auth.session.idle_s", "absolute_s"]),
    (OIDC, "idle_s = 900", "idle_s = 1", &["auth.session.idle_s", "60"]),
    (OIDC, "absolute_s = 28800", "absolute_s = 9999999", &["auth.session.absolute_s", "604800"]),
];

#[test]
fn no_way_in_starts_without_what_makes_it_safe() {
    for (authentication, from, to, words) in UNSAFE {
        assert!(authentication.contains(from), "{from}");
        let error = try_with(with_authentication(&authentication.replacen(from, to, 1)), &[]).map(|_| ()).unwrap_err();
        for word in *words {
            assert!(error.contains(word), "{from} → {to}: {error:?} does not say {word:?}");
        }
    }
    let empty = [("PARTNER_DASHBOARD_AUTH__OIDC__CLIENT_SECRET", "\n")];
    let error = try_with(with_authentication(OIDC), &empty).map(|_| ()).unwrap_err();
    assert!(error.contains("auth.oidc.client_secret: is empty"), "{error}");
}

#[test]
fn backups_are_configured_in_the_file_or_the_environment() {
    let config =
        try_with(|text| text.replacen("[auth]", "[backup]\nevery_h = 24\nto = \"/b\"\n[auth]", 1), &[]).unwrap();
    let backup = config.backup.unwrap();
    assert_eq!((backup.every.as_secs(), backup.keep.get(), backup.to.to_str()), (86_400, 7, Some("/b")));
    let variables = [
        ("PARTNER_DASHBOARD_BACKUP__EVERY_H", "1"),
        ("PARTNER_DASHBOARD_BACKUP__KEEP", "3"),
        ("PARTNER_DASHBOARD_BACKUP__TO", "/c"),
    ];
    let backup = try_with(|text| text, &variables).unwrap().backup.unwrap();
    assert_eq!((backup.every.as_secs(), backup.keep.get(), backup.to.to_str()), (3_600, 3, Some("/c")));
    assert!(try_with(|text| text, &[]).unwrap().backup.is_none());
}

#[test]
fn the_age_of_entries_is_limited_in_the_file_or_the_environment() {
    let kept = |days| Some(time::Duration::days(days));
    let config = try_with(|text| text.replacen("[auth]", "[audit]\nkeep_days = 30\n[auth]", 1), &[]).unwrap();
    assert_eq!(config.audit.keep, kept(30));
    let variables = [("PARTNER_DASHBOARD_AUDIT__KEEP_DAYS", "36500")];
    assert_eq!(try_with(|text| text, &variables).unwrap().audit.keep, kept(36_500));
    for refused in ["29", "36501", "-1", "a year", ""] {
        let error = try_with(|text| text, &[("PARTNER_DASHBOARD_AUDIT__KEEP_DAYS", refused)]).unwrap_err();
        assert!(error.contains("audit.keep_days") && error.contains("from 30 to 36500"), "{refused}: {error}");
    }
}
