//! Each channel, against a real receiver; names that would like to be more than names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use partner_dashboard::domain::audit::Outcome;
use partner_dashboard::server::notifications::{Channel, SecretUrl, SigningKey};
use partner_dashboard::server::sandbox::System;
use sha2::Sha256;

use super::receiver::Receiver;
use super::{HOSTILE, NOON, app, checked_twice, deliver, fail, state, target};

fn secret(receiver: &Receiver) -> SecretUrl {
    SecretUrl::new(&receiver.url.parse().unwrap())
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
