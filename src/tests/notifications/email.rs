//! E-mail, against a real mail server: each recipient by itself, whatever becomes of the others.

use std::time::Duration;

use partner_dashboard::domain::audit::Outcome;
use partner_dashboard::server::notifications::{Channel, SmtpSecurity, SmtpSettings};
use partner_dashboard::server::sandbox::System;

use super::mail_server::MailServer;
use super::receiver::Receiver;
use super::{HOSTILE, NOON, app, check_now, checked_twice, deliver, fail, state, target, webhook};
use crate::support::until;

fn email(server: &MailServer, to: &[&str], security: SmtpSecurity, credentials: bool) -> Channel {
    Channel::Email {
        from: "Partner Dashboard <dashboard@example.com>".to_owned(),
        to: to.iter().map(|to| (*to).to_owned()).collect(),
        smtp: SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: server.port,
            security,
            credentials: credentials.then(|| ("user".to_owned(), "p4ssword".to_owned().into())),
            patience: SmtpSettings::PATIENCE,
        },
    }
}

#[tokio::test]
async fn an_email_is_plain_text_to_each_recipient_without_headers_of_others() {
    let server = MailServer::start().await;
    let to = ["Ops <ops@example.com>", "unknown@example.com"];
    let (app, _) = app(vec![target("post", email(&server, &to, SmtpSecurity::None, false))]).await;
    let result = app.notifications.0.send_test("post", HOSTILE).await;
    assert_eq!(result.outcome, Outcome::Applied);
    assert!(
        result.detail.contains("250") && result.detail.contains("Not for unknown@example.com"),
        "{}",
        result.detail
    );
    let received = server.take();
    assert_eq!(received.len(), 1);
    let (recipient, email) = &received[0];
    assert_eq!(recipient, "RCPT TO:<ops@example.com>");
    let (headers, body) = email.split_once("\n\n").unwrap();
    for header in [
        "From: \"Partner Dashboard\" <dashboard@example.com>",
        "Subject: Test message",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
        "Date: Tue, 24 Nov 2026 12:00:00 +0000",
    ] {
        assert!(headers.lines().any(|line| line == header), "{header} is not in {headers}");
    }
    assert!(headers.contains("Message-ID: <msg_") && !headers.contains("Bcc"), "{headers}");
    assert!(!body.lines().any(|line| line.starts_with("Bcc")), "{body}");
    // Whatever is wrong with a subject: it is one header.
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    let (_, email) = server.take().remove(0);
    assert!(email.contains("Subject: sandbox (OneID sandbox) is failing"), "{email}");
}

#[tokio::test]
async fn whom_an_email_is_refused_for_the_time_being_is_tried_again_alone() {
    let server = MailServer::start().await;
    let to = ["ops@example.com", "busy@example.com", "unknown@example.com"];
    let (app, clock) = app(vec![target("post", email(&server, &to, SmtpSecurity::None, false))]).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    let tried = |commands: Vec<(String, bool)>| {
        let recipients = commands.into_iter().filter_map(|(line, _)| line.strip_prefix("RCPT TO:").map(str::to_owned));
        recipients.collect::<Vec<_>>()
    };
    deliver(&app).await;
    assert_eq!(tried(server.commands()), ["<ops@example.com>", "<busy@example.com>", "<unknown@example.com>"]);
    let told = state(&app).await;
    assert!(told.is_failing() && told.waiting == 1, "{told:?}");
    let error = told.last_error.unwrap();
    assert!(error.contains("come back later") && error.contains("no such person"), "{error}");
    clock.advance(Duration::from_secs(30));
    deliver(&app).await;
    assert_eq!(tried(server.commands()), ["<busy@example.com>"], "the others have it, or never will");
    assert_eq!(server.take().len(), 1);
    server.answers_everybody();
    clock.advance(Duration::from_hours(1));
    deliver(&app).await;
    assert_eq!(tried(server.commands()), ["<busy@example.com>"]);
    let told = state(&app).await;
    assert_eq!((told.waiting, server.take().len()), (0, 1));
    let error = told.last_error.unwrap();
    assert!(error.contains("Not for unknown@example.com") && !error.contains("busy@"), "it is not forgotten: {error}");
}

#[tokio::test]
async fn a_recipient_who_is_refused_for_the_time_being_keeps_no_later_email_from_the_others() {
    let server = MailServer::start().await;
    let to = ["ops@example.com", "busy@example.com"];
    let (app, _) = app(vec![target("post", email(&server, &to, SmtpSecurity::None, false))]).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    app.sandbox.clear_faults();
    checked_twice(&app).await;
    deliver(&app).await;
    let received = server.take().into_iter().map(|(recipient, _)| recipient).collect::<Vec<_>>();
    assert_eq!(received, ["RCPT TO:<ops@example.com>"; 2]);
    assert_eq!(state(&app).await.waiting, 2);
}

#[tokio::test]
async fn many_emails_that_wait_for_one_recipient_keep_nothing_from_the_others_and_are_not_tried_again_and_again() {
    let server = MailServer::start().await;
    let to = ["ops@example.com", "busy@example.com"];
    let (app, clock) = app(vec![target("post", email(&server, &to, SmtpSecurity::None, false))]).await;
    for number in 0..25 {
        if number % 2 == 0 {
            fail(&app, System::OneIdSandbox);
        } else {
            app.sandbox.clear_faults();
        }
        clock.advance(Duration::from_millis(1));
        checked_twice(&app).await;
        deliver(&app).await;
        assert_eq!(server.take().len(), 1, "the message {number}");
    }
    assert_eq!(state(&app).await.waiting, 25);
    server.commands();
    deliver(&app).await;
    assert!(server.commands().is_empty(), "all of them rest");
}

#[tokio::test]
async fn an_email_is_done_when_whom_it_waits_for_is_removed_from_the_configuration() {
    let server = MailServer::start().await;
    let mail = |to: &[&str]| vec![target("post", email(&server, to, SmtpSecurity::None, false))];
    let (app, clock) = app(mail(&["ops@example.com", "busy@example.com"])).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    assert_eq!(state(&app).await.waiting, 1);
    app.notifications.0.set_targets(mail(&["ops@example.com"]));
    clock.advance(Duration::from_mins(1));
    deliver(&app).await;
    let told = state(&app).await;
    assert!(told.waiting == 0 && !told.is_failing() && server.take().len() == 1, "{told:?}");
}

#[tokio::test]
async fn one_recipient_who_is_not_known_is_told_of_though_others_have_the_email() {
    let server = MailServer::start().await;
    let to = ["ops@example.com", "unknown@example.com"];
    let (app, _) = app(vec![target("post", email(&server, &to, SmtpSecurity::None, false))]).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    let told = state(&app).await;
    assert_eq!((told.waiting, server.take().len(), told.last_delivered_at), (0, 1, Some(NOON)));
    assert!(told.is_failing() && told.last_error.unwrap().contains("Not for unknown@example.com"));
}

#[tokio::test]
async fn a_mail_server_that_says_nothing_keeps_no_other_target_and_nothing_from_being_noticed() {
    let (server, receiver) = (MailServer::start().await, Receiver::start().await);
    let to = ["silence@example.com", "silence@example.com", "silence@example.com", "silence@example.com"];
    let targets =
        vec![target("post", email(&server, &to, SmtpSecurity::None, false)), target("pager", webhook(&receiver.url))];
    let (app, _) = app(targets).await;
    let (notifications, sources) = *app.notifications.clone();
    let running = tokio::spawn(notifications.run(sources));
    fail(&app, System::OneIdSandbox);
    for expected in ["sandbox (OneID sandbox) is failing", "sandbox (OneID sandbox) is healthy again"] {
        for _ in 0..2 {
            check_now(&app, "sandbox").await;
        }
        let mut titles = Vec::new();
        until(async || {
            titles.extend(receiver.titles());
            !titles.is_empty()
        })
        .await;
        assert_eq!(titles, [expected]);
        app.sandbox.clear_faults();
    }
    let tried = server.commands().iter().filter(|(command, _)| command.starts_with("RCPT")).count();
    assert_eq!(tried, 1, "it is still waited for the first answer");
    running.abort();
}

#[tokio::test]
async fn a_recipient_on_whom_a_mail_server_hangs_keeps_an_email_from_nobody() {
    let server = MailServer::start().await;
    let to = ["silence@example.com", "ops@example.com"];
    let mut channel = email(&server, &to, SmtpSecurity::None, false);
    if let Channel::Email { smtp, .. } = &mut channel {
        smtp.patience = Duration::from_millis(500);
    }
    let (app, clock) = app(vec![target("post", channel)]).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    assert_eq!((server.take().len(), state(&app).await.waiting), (1, 1));
    // It answers again, and those who have not got it do.
    server.answers_everybody();
    clock.advance(Duration::from_secs(30));
    deliver(&app).await;
    let got: Vec<String> = server.take().into_iter().map(|(recipient, _)| recipient).collect();
    assert_eq!(got, ["RCPT TO:<silence@example.com>"]);
    assert_eq!(state(&app).await.waiting, 0);
}

#[tokio::test]
async fn a_mail_server_that_refuses_is_told_and_gets_no_password_without_tls() {
    let server = MailServer::start().await;
    let targets = vec![
        target("unknown", email(&server, &["unknown@example.com"], SmtpSecurity::None, false)),
        target("busy", email(&server, &["busy@example.com"], SmtpSecurity::None, false)),
        target("login", email(&server, &["ops@example.com"], SmtpSecurity::None, true)),
        target("starttls", email(&server, &["ops@example.com"], SmtpSecurity::StartTls, true)),
    ];
    let (app, _) = app(targets).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    let states = app.notifications.0.states().await;
    let errors: Vec<&str> = states.iter().map(|state| state.last_error.as_deref().unwrap()).collect();
    for (error, words) in errors.iter().zip(["no such person", "come back later", "no such user", "STARTTLS"]) {
        assert!(error.contains(words), "{error}");
    }
    let waiting: Vec<u32> = states.iter().map(|state| state.waiting).collect();
    assert_eq!(waiting, [0, 1, 1, 1], "a person who is not there is given up, a password can be put right");
    server.commands();
    app.notifications.0.send_test("starttls", "Ada").await;
    assert!(server.commands().iter().all(|(command, _)| !command.starts_with("AUTH")), "nothing before TLS");
    assert!(server.take().is_empty());
}
