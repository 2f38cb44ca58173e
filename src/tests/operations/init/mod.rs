//! A new installation: what is asked, what is made, and what is tried.

mod asking;
mod refused;

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Output, Stdio};

use partner_dashboard::server::sandbox::{Sandbox, System};

use crate::durability::empty_sandbox;
use crate::support::program::{Server, command};
use crate::support::{CLIENT_SECRET, IdentityProvider};

/// Runs `init` in a folder with these arguments, and types these lines.
fn init(directory: &Path, arguments: &[&str], typed: &[&str]) -> Output {
    let mut command = command();
    command.args(["init", "--directory"]).arg(directory).args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // Whoever does not ask does not read.
    let _ = input.write_all([typed, &[""]].concat().join("\n").as_bytes());
    drop(input);
    child.wait_with_output().unwrap()
}

/// The addresses of a partner, its client ID and its client secret.
fn partner(sandbox: &Sandbox) -> [String; 4] {
    let description = sandbox.description();
    let described = description.connection(System::OneIdSandbox).unwrap();
    [
        described.base_url.clone(),
        described.token_url.clone(),
        described.client_id.to_owned(),
        described.client_secret.clone(),
    ]
}

/// Answers to all questions but that for the secret: nobody answers at the partner's address.
fn header_sign_in(connection: &str) -> Vec<&str> {
    let said = [
        ["--public-url", "https://partners.example.com"],
        ["--sign-in", "header"],
        ["--header", "x-user"],
        ["--groups-header", "x-groups"],
        ["--trusted-peer", "127.0.0.1/32"],
        ["--admin-group", "admins"],
        ["--connection", connection],
        ["--environment", "production"],
        ["--base-url", "http://127.0.0.1:1"],
        ["--client-id", "c-1"],
    ];
    said.concat()
}

/// Makes a folder that of a package that was just installed.
fn installed(folder: &Path) {
    std::fs::create_dir(folder.join("secrets")).unwrap();
    let brought = include_str!("../../../../packaging/debian/partner-dashboard.toml");
    std::fs::write(folder.join("partner-dashboard.toml"), brought).unwrap();
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_the_questions_has_a_dashboard_that_starts_and_knows_what_to_register() {
    let (sandbox, provider) = (empty_sandbox().await, IdentityProvider::start().await);
    let [base_url, token_url, client_id, secret] = partner(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    let typed = [
        "partners.example.com",
        "https://partners.example.com",
        "",
        &provider.issuer,
        "partner-dashboard",
        CLIENT_SECRET,
        "partner \"admins\"",
        "",
        "",
        &base_url,
        &client_id,
        "",
        &secret,
    ];
    let made = init(folder.path(), &["--token-url", &token_url], &typed);
    let (output, questions) = (text(&made.stdout), text(&made.stderr));
    assert_eq!(made.status.code(), Some(0), "{output} {questions}");
    for words in [
        "redirect URI            https://partners.example.com/auth/callback",
        "https://partners.example.com/auth/backchannel-logout",
        "The identity provider answers.",
        "works",
        "Next: partner-dashboard serve --config",
    ] {
        assert!(output.contains(words), "{words}: {output}");
    }
    assert!(questions.contains("\"partners.example.com\" is not a URL"), "{questions}");
    assert!(!output.contains(&secret) && !questions.contains(&secret), "{output} {questions}");
    let secrets = folder.path().join("secrets");
    for name in ["oidc", "oneid-sandbox", "sealing-key", "audit-key"] {
        assert_eq!(mode(&secrets.join(name)), 0o600, "{name}");
    }
    let path = folder.path().join("partner-dashboard.toml");
    let configuration = std::fs::read_to_string(&path).unwrap();
    assert!(!configuration.contains(&secret) && configuration.contains("# "), "{configuration}");
    let mut program = command();
    program.arg("serve").arg("--config").arg(&path);
    program.env("PARTNER_DASHBOARD_LISTEN", "127.0.0.1:0").env("PARTNER_DASHBOARD_OPS_LISTEN", "127.0.0.1:0");
    let server = Server::start(program).await;
    assert_eq!(server.get("/account", "text/html").await.0, 303);
    let again = init(folder.path(), &[], &typed);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("is there already"), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_not_asked_and_what_does_not_work_is_said_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("typed-before");
    std::fs::write(&secret, "s3cret\n").unwrap();
    let directory = folder.path().join("new/folder");
    let arguments = header_sign_in("production");
    let nobody = init(&directory, &arguments, &[]);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(text(&nobody.stderr).contains("--client-secret-file is missing"), "{nobody:?}");
    assert!(!directory.join("partner-dashboard.toml").exists() && !directory.join("secrets").exists());
    let all = [&arguments[..], &["--client-secret-file", secret.to_str().unwrap()]].concat();
    let made = init(&directory, &all, &[]);
    assert_eq!(made.status.code(), Some(1), "{made:?}");
    assert!(text(&made.stdout).contains("Let the proxy set these headers"), "{made:?}");
    assert!(text(&made.stderr).contains("not healthy"), "{made:?}");
    assert_eq!(std::fs::read_to_string(directory.join("secrets/oneid-production")).unwrap(), "s3cret");
    let mut check = command();
    check.args(["config", "check", "--config"]).arg(directory.join("partner-dashboard.toml"));
    let checked = check.output().unwrap();
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}

#[test]
fn the_service_of_the_debian_package_is_set_up_in_place_of_a_configuration_that_nobody_edited() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("partner-dashboard.toml");
    let arguments = [&header_sign_in("production")[..], &["--debian-package", "--offline"]].concat();
    let missing = init(folder.path(), &arguments, &["s3cret"]);
    assert!(text(&missing.stderr).contains("Install the Debian package first"), "{missing:?}");
    installed(folder.path());
    let elsewhere = [&arguments[..], &["--database", "sqlite:/srv/dashboard.db"]].concat();
    let elsewhere = init(folder.path(), &elsewhere, &["s3cret"]);
    assert!(text(&elsewhere.stderr).contains("where the service cannot write"), "{elsewhere:?}");
    let made = init(folder.path(), &arguments, &["s3cret"]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    assert!(text(&made.stdout).contains("Next: systemctl enable --now partner-dashboard"), "{made:?}");
    let configuration = std::fs::read_to_string(&path).unwrap();
    for words in [
        "sealing_key_file = \"/run/credentials/partner-dashboard.service/secret_sealing-key\"",
        "signing_key_file = \"/run/credentials/partner-dashboard.service/secret_audit-key\"",
        "client_secret_file = \"/run/credentials/partner-dashboard.service/secret_oneid-production\"",
        "database = \"sqlite:/var/lib/partner-dashboard/partner-dashboard.db\"",
        "to = \"/var/lib/partner-dashboard/backups\"",
        "# The configuration of Partner Dashboard. /usr/share/doc/partner-dashboard/docs/configuration.md explains",
        "`systemctl reload partner-dashboard` takes it up",
    ] {
        assert!(configuration.contains(words), "{words}: {configuration}");
    }
    assert_eq!(mode(&path), 0o644, "the account of the service reads it");
    for name in ["oneid-production", "sealing-key", "audit-key"] {
        assert_eq!(mode(&folder.path().join("secrets").join(name)), 0o600, "{name}");
    }
    let again = init(folder.path(), &arguments, &["another"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("is not as the package brought it"), "{again:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), configuration);
    assert_eq!(std::fs::read_to_string(folder.path().join("secrets/oneid-production")).unwrap(), "s3cret");
}

#[test]
fn the_password_of_a_database_is_kept_beside_the_other_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "pa55\n").unwrap();
    let made = folder.path().join("made");
    let database = ["--database", "postgres://dashboard@%2Frun%2Fpostgresql/dashboard", "--database-password-file"];
    let arguments = [&header_sign_in("production")[..], &database, &[password.to_str().unwrap(), "--offline"]].concat();
    let output = init(&made, &arguments, &["s3cret"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let kept = std::fs::canonicalize(&made).unwrap().join("secrets/database-password");
    assert_eq!((std::fs::read_to_string(&kept).unwrap(), mode(&kept)), ("pa55".to_owned(), 0o600));
    let configuration = std::fs::read_to_string(made.join("partner-dashboard.toml")).unwrap();
    assert!(configuration.contains(&format!("database_password_file = \"{}\"", kept.display())), "{configuration}");
    assert!(!configuration.contains("[backup]") && !configuration.contains("pa55"), "{configuration}");
}
