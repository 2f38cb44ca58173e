//! What is in a line of the JSON log. `docs/logs.md` has the names; a test compares them.

use std::error::Error;
use std::fmt::Debug;

use serde_json::{Map, Value, json};
use tracing::Metadata;
use tracing::field::{Field, Visit};

/// The target of the event that each request ends with.
pub const ACCESS: &str = "access";
/// What stands at the top of a line about a request.
const OF_REQUESTS: [&str; 4] = ["request_id", "trace_id", "method", "route"];
/// The same, of the event that a request ends with. Elsewhere a status is that of a partner's answer.
const OF_ACCESS: [&str; 2] = ["status", "duration_seconds"];

/// A line that is being put together.
#[derive(Debug)]
pub(super) struct Line {
    level: &'static str,
    target: String,
    message: String,
    /// What stands at the top beside those.
    top: Map<String, Value>,
    /// Everything else.
    fields: Map<String, Value>,
}

impl Line {
    pub(super) fn of(metadata: &Metadata<'_>) -> Self {
        let target = metadata.target().to_owned();
        Self { level: metadata.level().as_str(), target, message: String::new(), top: Map::new(), fields: Map::new() }
    }

    /// Takes in the fields of a span that the event is within.
    pub(super) fn within(&mut self, span: &str) {
        if let Ok(Value::Object(fields)) = serde_json::from_str(span) {
            fields.into_iter().for_each(|(name, value)| self.put(&name, value));
        }
    }

    fn put(&mut self, name: &str, value: Value) {
        let is_at_the_top = OF_REQUESTS.contains(&name) || (self.target == ACCESS && OF_ACCESS.contains(&name));
        let place = if is_at_the_top { &mut self.top } else { &mut self.fields };
        place.insert(name.to_owned(), value);
    }

    /// The line, with its time.
    pub(super) fn at(self, timestamp: String) -> Value {
        let mut line = json!({
            "timestamp": timestamp, "level": self.level, "target": self.target, "message": self.message
        });
        if let Value::Object(members) = &mut line {
            members.extend(self.top);
            if !self.fields.is_empty() {
                members.insert("fields".to_owned(), Value::Object(self.fields));
            }
        }
        line
    }
}

impl Visit for Line {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            name => self.put(name, value.into()),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let (mut text, mut next) = (value.to_string(), value.source());
        while let Some(cause) = next {
            text = format!("{text}: {cause}");
            next = cause.source();
        }
        self.put(field.name(), text.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
