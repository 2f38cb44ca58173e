//! Values of `[[notifications]]` and `[smtp]` with which nothing is wrong, so that what else is wrong can be seen.

use toml::{Table, Value, toml};

/// An address that is nobody's.
const URL: &str = "https://put-right.invalid";
const MAILBOX: &str = "x@put-right.invalid";

/// A value for a key. `place` is that of the target in its list.
pub(super) fn right_value(table: &Table, pattern: &str, place: Option<usize>) -> Option<Value> {
    let text = |text: &str| Some(Value::from(text));
    match pattern {
        "notifications[]" => Some(Value::Table(target(place?))),
        "notifications[].name" => Some(name(place?).into()),
        "notifications[].kind" => text(kind_of(table, place?)),
        "notifications[].url" | "notifications[].url_file" => text(URL),
        "notifications[].from" | "notifications[].to[]" => text(MAILBOX),
        "notifications[].to" => Some(Value::Array(vec![MAILBOX.into()])),
        "notifications[].events[]" => text("backup"),
        "notifications[].environments[]" => text("sandbox"),
        "notifications[].quiet_hours.from" => text("22:00"),
        "notifications[].quiet_hours.to" => text("07:00"),
        "notifications[].quiet_hours.zone" => text("UTC"),
        "smtp" => Some(Value::Table(toml! { host = "put-right.invalid" })),
        "smtp.host" => text("put-right.invalid"),
        "smtp.user" | "smtp.password_file" => text("x"),
        _ => None,
    }
}

/// The kind that the other keys of a target are for.
fn kind_of(table: &Table, place: usize) -> &'static str {
    let target = table.get("notifications").and_then(|targets| targets.get(place));
    if target.is_some_and(|target| target.get("to").is_some()) { "email" } else { "webhook" }
}

fn name(place: usize) -> String {
    format!("put-right-{place}")
}

fn target(place: usize) -> Table {
    let mut table = toml! {
        kind = "webhook"
        url = "https://put-right.invalid"
    };
    table.insert("name".to_owned(), name(place).into());
    table
}
