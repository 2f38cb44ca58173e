//! Microsoft Teams: an Adaptive Card for a workflow that is triggered by a webhook.
//!
//! All text stands in a `TextRun`, because names come from outside: a `TextBlock` reads Markdown, a `TextRun` does not.

use serde_json::{Value, json};

use super::message::Message;

/// What is sent.
pub(super) fn body(message: &Message) -> String {
    let mut body = vec![
        line(json!({ "type": "TextRun", "text": message.title, "weight": "bolder", "size": "medium" })),
        line(run(&message.text)),
    ];
    body.extend(message.details.iter().map(|detail| line(run(&format!("• {detail}")))));
    body.extend(message.facts.iter().map(|(name, value)| line(run(&format!("{name}: {value}")))));
    body.extend(message.advice.iter().map(|advice| line(run(advice))));
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{ "type": "Action.OpenUrl", "title": "Open in Partner Dashboard", "url": message.url }],
        "msteams": { "width": "Full" },
    });
    let attachment = json!({
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": null,
        "content": card,
    });
    json!({ "type": "message", "attachments": [attachment] }).to_string()
}

fn line(run: Value) -> Value {
    json!({ "type": "RichTextBlock", "inlines": [run] })
}

fn run(text: &str) -> Value {
    json!({ "type": "TextRun", "text": text })
}
