//! `/notifications`: how the targets are, and *Send test*.

use axum::http::StatusCode;
use partner_dashboard::domain::audit::{Action, AuditFilter, Outcome, Place};
use partner_dashboard::server::notifications::{Channel, SecretUrl, TargetSettings};

use super::receiver::{Receiver, Reply};
use super::{night, target, target_nowhere};
use crate::support::{TestApp, TestOptions};

async fn app(targets: Vec<TargetSettings>) -> TestApp {
    TestApp::with(TestOptions { notifications: targets, ..TestOptions::behind_a_proxy() }).await
}

#[tokio::test]
async fn an_admin_sends_a_test_and_reads_what_the_target_said() {
    let receiver = Receiver::start().await;
    let chat = Channel::Slack(SecretUrl::new(&receiver.url.parse().unwrap()));
    let chat = TargetSettings { quiet_hours: Some(night()), ..target("chat", chat) };
    let app = app(vec![chat, target_nowhere()]).await;
    let admin = app.browser_of("ada", "admins");
    let page = admin.page("/notifications").await;
    assert!(
        page.main().contains("22:00 to 07:00, Europe/London") && page.main().contains("Nothing delivered yet"),
        "{}",
        page.main()
    );
    assert!(!page.main().contains("secret-path"), "the address is a secret");
    assert!(page.attributes("nav a", "href").contains(&"/notifications".to_owned()));
    receiver.replies_with(&[Reply::Status(200), Reply::Status(403)]);
    let mut told = Vec::new();
    for (name, words) in [
        ("chat", "The test message was accepted. It answered 200: no: (address)"),
        ("chat", "The test message was refused. It answered 403"),
        ("nowhere", "The test message was not sent. It could not be reached."),
    ] {
        let answer = admin.post_form("/api/notifications/send-test", &[("name", name)]).await;
        assert_eq!(answer.location(), "/notifications");
        let page = admin.page("/notifications").await;
        assert!(page.main().contains(words), "{words}: {}", page.main());
        let filter = AuditFilter { action: Some(Action::SendMessage), ..AuditFilter::default() };
        let entry = app.audit.list(&filter, Place::Newest, 1).await.unwrap().items.remove(0);
        told.push((entry.intent.target.name.clone(), entry.outcome()));
        let entry = admin.page(&format!("/audit/{}", entry.id)).await;
        assert!(entry.main().contains("sent a test message to") || entry.main().contains("to send a test message to"));
    }
    let chat = "chat".to_owned();
    assert_eq!(
        told,
        [(chat.clone(), Outcome::Applied), (chat, Outcome::Refused), ("nowhere".to_owned(), Outcome::NotSent)]
    );
    assert_eq!(receiver.take().len(), 2);
    let page = admin.page("/notifications").await;
    assert!(
        page.main().contains("Failing")
            && page.main().contains("Nothing waits")
            && page.main().contains("It could not be reached."),
        "{}",
        page.main()
    );
}

#[tokio::test]
async fn others_than_admins_neither_see_nor_test_targets() {
    let receiver = Receiver::start().await;
    let chat = target("chat", Channel::Slack(SecretUrl::new(&receiver.url.parse().unwrap())));
    let app = app(vec![chat]).await;
    for (user, groups) in [("vic", "viewers"), ("ed", "editors"), ("aud", "auditors")] {
        let browser = app.browser_of(user, groups);
        let answer = browser.get("/notifications").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{groups}");
        assert!(!answer.body.contains("chat"));
        assert!(!browser.page("/account").await.attributes("nav a", "href").contains(&"/notifications".to_owned()));
        browser.post_form("/api/notifications/send-test", &[("name", "chat")]).await;
    }
    assert!(receiver.take().is_empty());
    let admin = app.browser_of("ada", "admins");
    admin.post_form("/api/notifications/send-test", &[("name", "none")]).await;
    assert!(receiver.take().is_empty());
}

#[tokio::test]
async fn without_targets_the_page_says_how_to_add_one() {
    let app = app(Vec::new()).await;
    let page = app.browser_of("ada", "admins").page("/notifications").await;
    assert!(page.main().contains("No notifications configured") && page.main().contains("[[notifications]]"));
}
