//! What a new installation depends on is asked, and whoever set it up is told what does not work.

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use super::{header_sign_in, init, installed, partner, text};
use crate::durability::empty_sandbox;
use crate::support::IdentityProvider;
use crate::support::postgres_server::PostgresServer;

#[tokio::test(flavor = "multi_thread")]
async fn whether_the_identity_provider_answers_is_said_where_it_was_asked_and_nowhere_else() {
    let (sandbox, provider) = (empty_sandbox().await, IdentityProvider::start().await);
    let [base_url, token_url, client_id, secret] = partner(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    let typed = folder.path().join("typed-before");
    std::fs::write(&typed, &secret).unwrap();
    let secret_file = typed.to_str().unwrap();
    let keys = format!("{}/keys", provider.issuer);
    let of_partner = [
        ["--public-url", "https://partners.example.com"],
        ["--admin-group", "admins"],
        ["--connection", "sandbox"],
        ["--environment", "sandbox"],
        ["--base-url", &base_url],
        ["--token-url", &token_url],
        ["--client-id", &client_id],
        ["--client-secret-file", secret_file],
        ["--header", "x-user"],
    ]
    .concat();
    let header = ["--sign-in", "header", "--groups-header", "x-groups", "--trusted-peer", "127.0.0.1/32"];
    let jwt = ["--sign-in", "jwt", "--audience", "dashboard", "--algorithm", "ES256", "--issuer", &provider.issuer];
    let nowhere = "http://127.0.0.1:1";
    let oidc = ["--sign-in", "oidc", "--issuer", nowhere, "--oidc-client-id", "x"];
    for (number, (mode, code, answers, reason)) in [
        (&header[..], 0, false, ""),
        (&[&jwt[..], &["--jwks-url", &keys]].concat(), 0, true, ""),
        (&[&jwt[..], &["--jwks-url", nowhere]].concat(), 1, false, "there is no key set that can be read at"),
        (
            &[&oidc[..], &["--oidc-client-secret-file", secret_file]].concat(),
            1,
            false,
            "the OpenID provider http://127.0.0.1:1: ",
        ),
        (
            &[
                "--sign-in",
                "oidc",
                "--issuer",
                &provider.issuer,
                "--oidc-client-id",
                "x",
                "--oidc-client-secret-file",
                secret_file,
            ],
            1,
            false,
            "it refuses the client ID or the client secret (invalid_client)",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let made = init(&folder.path().join(number.to_string()), &[&of_partner[..], mode].concat(), &[]);
        assert_eq!(made.status.code(), Some(code), "{made:?}");
        assert_eq!(text(&made.stdout).contains("The identity provider answers."), answers, "{made:?}");
        assert!(text(&made.stderr).contains(reason), "{made:?}");
    }
    // Where both are wrong, both are said.
    std::fs::write(&typed, "wrong").unwrap();
    let arguments = [&of_partner[..], &jwt, &["--jwks-url", nowhere]].concat();
    let made = init(&folder.path().join("both"), &arguments, &[]);
    let said = text(&made.stderr);
    assert!(said.contains("there is no key set that can be read at") && said.contains("not healthy"), "{made:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_used_is_said_and_one_that_can_is_left_as_it_is() {
    let server = PostgresServer::start_on_loopback();
    let url = server.new_database().await;
    let mut database = PgConnection::connect(&url).await.unwrap();
    sqlx::query("CREATE ROLE nobody LOGIN").execute(&mut database).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "pa55").unwrap();
    let with_password = ["--database-password-file", password.to_str().unwrap()];
    let of_nobody = url.replace("dashboard@", "nobody@");
    for (number, (url, says, reason)) in [
        (url.as_str(), true, ""),
        (&server.url_on_loopback("postgres"), true, ""),
        (of_nobody.as_str(), false, "GRANT CREATE ON SCHEMA public TO nobody"),
        (&server.url("another"), false, "database \"another\" does not exist"),
        ("postgres://dashboard@127.0.0.1:1/x", false, "the database could not be opened"),
    ]
    .into_iter()
    .enumerate()
    {
        let arguments = [&header_sign_in("production")[..], &with_password, &["--database", url]].concat();
        let made = init(&folder.path().join(number.to_string()), &arguments, &["s3cret"]);
        assert_eq!(text(&made.stdout).contains("The database answers."), says, "{made:?}");
        assert!(!text(&made.stdout).contains("pa55") && !text(&made.stderr).contains("pa55"), "{made:?}");
        let errors = text(&made.stderr);
        assert!(errors.contains(reason) && errors.contains("not healthy"), "{made:?}");
    }
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(sqlx::query_scalar::<_, i64>(tables).fetch_one(&mut database).await.unwrap(), 0);
}

#[test]
fn a_server_behind_a_socket_is_not_asked_for_a_service_that_has_another_account() {
    let folder = tempfile::tempdir().unwrap();
    installed(folder.path());
    let socket = ["--debian-package", "--database", "postgres://dashboard@%2Frun%2Fnowhere/dashboard"];
    let made = init(folder.path(), &[&header_sign_in("production")[..], &socket].concat(), &["s3cret"]);
    assert!(text(&made.stdout).contains("The database was not asked"), "{made:?}");
    assert!(text(&made.stderr).contains("not healthy") && !text(&made.stderr).contains("database"), "{made:?}");
}
