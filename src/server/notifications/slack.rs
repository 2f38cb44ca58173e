//! Slack's incoming webhooks: text in `mrkdwn`, in which three characters are special.

use serde_json::json;

use super::message::Message;

/// What is sent.
pub(super) fn body(message: &Message) -> String {
    let mut lines = vec![format!("*{}*", escaped(&message.title)), escaped(&message.text)];
    lines.extend(message.details.iter().map(|line| format!("• {}", escaped(line))));
    lines.extend(message.facts.iter().map(|(name, value)| format!("{name}: {}", escaped(value))));
    lines.extend(message.advice.as_deref().map(escaped));
    lines.push(format!("<{}|Open in Partner Dashboard>", escaped(&message.url)));
    json!({ "text": lines.join("\n"), "unfurl_links": false, "unfurl_media": false }).to_string()
}

/// As Slack wants text escaped: nothing in it is a link, a person or a channel then.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
