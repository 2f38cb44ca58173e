//! Plain webhooks: JSON, signed after Standard Webhooks 1.0.0. `docs/notifications.md` has the schema.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use sha2::Sha256;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::message::Message;
use super::settings::SigningKey;
use crate::domain::connection::Environment;
use crate::domain::notification::Notification;

/// The version of the schema. Members may be added in the same version.
const VERSION: u32 = 1;

/// What is sent.
pub(super) fn body(notification: &Notification, message: &Message) -> String {
    let moment = |at: OffsetDateTime| at.format(&Rfc3339).ok();
    json!({
        "version": VERSION,
        "id": message.id,
        "type": notification.event.code(),
        "timestamp": moment(notification.at),
        "data": {
            "title": message.title,
            "text": message.text,
            "details": message.details,
            "since": notification.since.and_then(moment),
            "advice": message.advice,
            "url": message.url,
            "connection": notification.connection,
            "environment": notification.environment.map(Environment::word),
            "urgent": notification.is_urgent,
        },
    })
    .to_string()
}

/// The headers of an attempt: the id stays the same, the time is that of the attempt.
pub(super) fn headers(id: &str, now: OffsetDateTime, body: &str, key: Option<&SigningKey>) -> HeaderMap {
    let timestamp = now.unix_timestamp().to_string();
    let signature = key.map(|key| signature(key, id, &timestamp, body));
    let all =
        [("webhook-id", Some(id.to_owned())), ("webhook-timestamp", Some(timestamp)), ("webhook-signature", signature)];
    let headers = all
        .into_iter()
        .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(&value?).ok()?)));
    headers.collect()
}

fn signature(key: &SigningKey, id: &str, timestamp: &str, body: &str) -> String {
    // A key of any length is one for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose()) else {
        return String::new();
    };
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the reference libraries of Standard Webhooks.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let key = SigningKey::new(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()).unwrap();
        let signature = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
