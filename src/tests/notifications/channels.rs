//! Each channel, against a real receiver; names that would like to be more than names.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use partner_dashboard::domain::audit::Outcome;
use partner_dashboard::server::notifications::{Channel, SecretUrl, SigningKey, SmtpSecurity, SmtpSettings};
use partner_dashboard::server::sandbox::System;
use sha2::Sha256;

use super::mail_server::MailServer;
use super::receiver::Receiver;
use super::{NOON, app, check_now, checked_twice, deliver, fail, state, target};
use crate::support::until;

/// A person whose name tries everything.
const HOSTILE: &str = "<!channel> [x](https://evil.example) *b* & \r\nBcc: all@evil.example\r\n\r\n\u{202e}Ada";

fn secret(receiver: &Receiver) -> SecretUrl {
    SecretUrl::new(&receiver.url.parse().unwrap())
}

fn email(server: &MailServer, to: &[&str], security: SmtpSecurity, credentials: bool) -> Channel {
    Channel::Email {
        from: "Partner Dashboard <dashboard@example.com>".to_owned(),
        to: to.iter().map(|to| (*to).to_owned()).collect(),
        smtp: SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: server.port,
            security,
            credentials: credentials.then(|| ("user".to_owned(), "p4ssword".to_owned().into())),
        },
    }
}

#[tokio::test]
async fn a_webhook_is_signed_json_that_says_what_happened_and_what_to_do() {
    let (receiver, key) = (Receiver::start().await, b"twenty-four bytes or more".to_vec());
    let channel = Channel::Webhook { url: secret(&receiver), key: SigningKey::new(key.clone()) };
    let (app, _) = app(vec![target("pager", channel)]).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    let came = receiver.take();
    assert_eq!(came.len(), 1);
    let request = &came[0];
    let (id, timestamp) = (request.header("webhook-id"), request.header("webhook-timestamp"));
    assert_eq!(timestamp, NOON.unix_timestamp().to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{timestamp}.{}", request.body).as_bytes());
    let signature = request.header("webhook-signature").strip_prefix("v1,").unwrap();
    mac.verify_slice(&STANDARD.decode(signature).unwrap()).unwrap();
    let json = request.json();
    assert_eq!(
        (json["version"].as_u64(), json["id"].as_str(), json["type"].as_str()),
        (Some(1), Some(id), Some("connection_state"))
    );
    assert_eq!(json["timestamp"], "2026-11-24T12:00:00Z");
    let data = &json["data"];
    assert_eq!(data["title"], "sandbox (OneID sandbox) is failing");
    assert!(data["text"].as_str().unwrap().contains("503") && data["advice"].is_string(), "{data}");
    assert_eq!(
        (&data["connection"], &data["environment"], &data["urgent"]),
        (&"sandbox".into(), &"sandbox".into(), &false.into())
    );
    assert!(data["url"].as_str().unwrap().ends_with("/connections/sandbox"), "{data}");
    let state = state(&app).await;
    assert_eq!((state.last_delivered_at, state.last_error, state.waiting), (Some(NOON), None, 0));
}

#[tokio::test]
async fn slack_gets_text_in_which_a_name_is_a_name() {
    let receiver = Receiver::start().await;
    let (app, _) = app(vec![target("chat", Channel::Slack(secret(&receiver)))]).await;
    let result = app.notifications.0.send_test("chat", HOSTILE).await;
    assert_eq!((result.outcome, result.detail.as_str()), (Outcome::Applied, "It answered 200: thank you"));
    let json = receiver.take()[0].json();
    let text = json["text"].as_str().unwrap();
    assert!(text.contains("&lt;!channel&gt;") && text.contains(" &amp; ") && !text.contains("<!"), "{text}");
    assert!(text.lines().all(|line| !line.starts_with("Bcc")) && !text.contains('\u{202e}'), "{text}");
    assert!(text.contains("/notifications|Open in Partner Dashboard>"), "{text}");
}

#[tokio::test]
async fn teams_gets_a_card_whose_text_is_not_read_as_markdown() {
    let receiver = Receiver::start().await;
    let (app, _) = app(vec![target("team", Channel::Teams(secret(&receiver)))]).await;
    app.notifications.0.send_test("team", HOSTILE).await;
    let json = receiver.take()[0].json();
    assert_eq!(json["type"], "message");
    let attachment = &json["attachments"][0];
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    let card = &attachment["content"];
    assert_eq!((&card["type"], &card["version"]), (&"AdaptiveCard".into(), &"1.4".into()));
    for block in card["body"].as_array().unwrap() {
        assert_eq!((&block["type"], &block["inlines"][0]["type"]), (&"RichTextBlock".into(), &"TextRun".into()));
    }
    assert!(json.to_string().contains("[x](https://evil.example)"), "{json}");
    assert!(card["actions"][0]["url"].as_str().unwrap().ends_with("/notifications"));
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
    // For as long as a message is tried at all.
    clock.advance(Duration::from_hours(24));
    deliver(&app).await;
    assert_eq!((state(&app).await.waiting, server.take().len()), (0, 0));
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
    let targets = vec![
        target("post", email(&server, &to, SmtpSecurity::None, false)),
        target("pager", Channel::Webhook { url: secret(&receiver), key: None }),
    ];
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
async fn a_mail_server_that_says_nothing_is_asked_once_for_a_message() {
    let server = MailServer::start().await;
    let to = ["ops@example.com", "silence@example.com", "second@example.com"];
    let (app, clock) = app(vec![target("post", email(&server, &to, SmtpSecurity::None, false))]).await;
    fail(&app, System::OneIdSandbox);
    checked_twice(&app).await;
    deliver(&app).await;
    assert_eq!((server.take().len(), state(&app).await.waiting), (1, 1));
    // It answers again, and those who have not got it do.
    server.answers_everybody();
    clock.advance(Duration::from_secs(30));
    deliver(&app).await;
    let got: Vec<String> = server.take().into_iter().map(|(recipient, _)| recipient).collect();
    assert_eq!(got, ["RCPT TO:<silence@example.com>", "RCPT TO:<second@example.com>"]);
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
