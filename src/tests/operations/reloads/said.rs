//! What whoever reloads is told: what is wrong, and what is not taken up.

use std::fs;

use crate::operations::Dashboard;
use crate::support::program::command;

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_is_wrong_changes_nothing_and_all_that_is_wrong_is_said() {
    const IN_USE: &str = "partner_dashboard_configuration_last_reload_successful";
    let dashboard = Dashboard::start(command()).await;
    assert!((dashboard.number(IN_USE).await - 1.0).abs() < f64::EPSILON);
    let right = fs::read_to_string(&dashboard.configured.path).unwrap();
    dashboard
        .rewrite(|text| text.replace("kind = \"oneid\"", "kind = \"twoid\"").replace("[auth.roles]", "[auth.rolls]"));
    dashboard.server.signal("HUP");
    dashboard.server.logs("the configuration was not reloaded").await;
    for key in ["connections[0].kind", "auth.rolls"] {
        dashboard.server.logs(key).await;
    }
    assert!(dashboard.number(IN_USE).await.abs() < f64::EPSILON);
    assert_eq!(dashboard.visitor().get("/sandbox/organisations").await.status().as_u16(), 200);
    dashboard.reload(|_| right).await;
    assert!((dashboard.number(IN_USE).await - 1.0).abs() < f64::EPSILON);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_restart_can_change_is_named_and_the_rest_is_in_use() {
    let dashboard = Dashboard::start(command()).await;
    dashboard
        .reload(|text| {
            text.replace("[auth]", "support_url = \"https://help.example.com\"\n[auth]")
                + "[backup]\nevery_h = 1\nto = \"/tmp\"\n"
        })
        .await;
    for key in ["backup.every_h", "backup.to"] {
        dashboard.server.logs(&format!("{key} has changed, which only a restart can take up")).await;
    }
    let page = dashboard.visitor().get("/").await.text().await.unwrap();
    assert!(page.contains("https://help.example.com"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reloads_a_service_of_systemd_is_told_that_its_credentials_are_those_of_the_start() {
    const CREDENTIALS: &str = "secrets in $CREDENTIALS_DIRECTORY are as systemd has put them there";
    let mut program = command();
    program.env("CREDENTIALS_DIRECTORY", "/run/credentials/partner-dashboard.service");
    let of_systemd = Dashboard::start(program).await;
    of_systemd.reload(|text| text).await;
    assert_eq!(of_systemd.server.logged(CREDENTIALS), 1);
    let mut program = command();
    program.env_remove("CREDENTIALS_DIRECTORY");
    let another = Dashboard::start(program).await;
    another.reload(|text| text).await;
    assert_eq!(another.server.logged(CREDENTIALS), 0);
}
