//! The commands that an operator runs around the server: whether a configuration is right, and whether the server is alive.

use std::path::Path;
use std::process::Output;

use super::Dashboard;
use crate::support::program::{Server, command};

fn run(arguments: &[&str], config: &Path, variables: &[(&str, &str)]) -> Output {
    let mut command = command();
    command.args(arguments).arg("--config").arg(config).envs(variables.iter().copied()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn a_configuration_is_checked_without_a_server_and_all_that_is_wrong_is_said_by_every_command() {
    let dashboard = Dashboard::start(command()).await;
    let path = &dashboard.configured.path;
    let right = run(&["config", "check"], path, &[]);
    let said = text(&right.stdout);
    assert_eq!(right.status.code(), Some(0), "{right:?}");
    assert!(
        said.contains("nothing is wrong with it. Connections: 1.") && said.contains("- audit.checkpoint_file: "),
        "{said}"
    );
    dashboard.server.logs("not safe yet: audit.checkpoint_file: ").await;
    let wrong = [
        ("PARTNER_DASHBOARD_DATABASE", "mysql://x"),
        ("PARTNER_DASHBOARD_AUTH__HEADER__USER", "no header"),
        ("PARTNER_DASHBOARD_CONNECTIONS__SANDBOX__BASE_URL", "http://api.example.com"),
    ];
    for arguments in [&["config", "check"][..], &["serve"], &["check"], &["audit", "key"]] {
        let refused = run(arguments, path, &wrong);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {said}");
        for (variable, _) in wrong {
            assert!(said.contains(&format!("{variable}: ")), "{arguments:?}: {said}");
        }
    }
}

#[tokio::test]
async fn a_server_is_asked_whether_it_is_alive() {
    let dashboard = Dashboard::start(command()).await;
    let path = dashboard.configured.path.clone();
    let alive = run(&["health"], &path, &[]);
    assert_eq!((alive.status.code(), text(&alive.stdout)), (Some(0), "alive\n".to_owned()));
    // Somebody has made a mistake since: the server goes on with what it had.
    let right = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{right}\n[no such table\n")).unwrap();
    assert_eq!(run(&["config", "check"], &path, &[]).status.code(), Some(2));
    assert_eq!(run(&["health"], &path, &[]).status.code(), Some(0));
    let Dashboard { server, configured: _configured, .. } = dashboard;
    server.stop();
    let gone = run(&["health"], &path, &[]);
    assert_eq!(gone.status.code(), Some(1), "{gone:?}");
    let unknown = path.with_file_name("no-such.toml");
    assert_eq!(run(&["health"], &unknown, &[]).status.code(), Some(2));
}

#[tokio::test]
async fn a_second_dashboard_on_the_same_file_does_not_start_and_says_no_address() {
    let dashboard = Dashboard::start(command()).await;
    let path = dashboard.configured.path.clone();
    let second = run(&["serve"], &path, &[("PARTNER_DASHBOARD_OPS_LISTEN", "127.0.0.1:0")]);
    assert_eq!((second.status.code(), text(&second.stdout)), (Some(1), String::new()));
    assert!(text(&second.stderr).contains("another dashboard uses the database"), "{second:?}");
    // The lock is gone with the program, however that ends.
    let Dashboard { server, configured: _configured, .. } = dashboard;
    server.stop();
    let mut again = command();
    again.args(["serve", "--config"]).arg(&path).env("PARTNER_DASHBOARD_OPS_LISTEN", "127.0.0.1:0");
    Server::start(again).await;
}
