//! The key of a configuration that an error is about, part by part.

use toml::{Table, Value};

use super::environment::PREFIX;

/// A part of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The name of a value in a table.
    Name(String),
    /// The place of a value in a list, from 0.
    Place(usize),
}

/// A key such as `connections[0].client_id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyPath {
    text: String,
    parts: Vec<Part>,
}

impl KeyPath {
    /// The key of an error. Where a name is missing or unknown, only the reason has it, in backticks.
    pub(super) fn of(key: &str, reason: &str) -> Self {
        let mut parts = parts(key);
        let named = ["missing field `", "unknown field `"].iter().find_map(|words| {
            let (name, _) = reason.split_once(words)?.1.split_once('`')?;
            Some(Part::Name(name.to_owned()))
        });
        if let Some(name) = named
            && parts.last() != Some(&name)
        {
            parts.push(name);
        }
        Self::from_parts(parts)
    }

    fn from_parts(parts: Vec<Part>) -> Self {
        let mut text = String::new();
        for part in &parts {
            match part {
                Part::Name(name) if text.is_empty() => text.push_str(name),
                Part::Name(name) => text = format!("{text}.{name}"),
                Part::Place(place) => text = format!("{text}[{place}]"),
            }
        }
        Self { text, parts }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The key of what it is in; `None` for one at the top.
    pub(super) fn parent(&self) -> Option<Self> {
        let (_, parent) = self.parts.split_last()?;
        (!parent.is_empty()).then(|| Self::from_parts(parent.to_vec()))
    }

    /// The key with empty brackets for each place in a list.
    pub(super) fn pattern(&self) -> String {
        let mut pattern = self.clone().text;
        for part in &self.parts {
            if let Part::Place(place) = part {
                pattern = pattern.replace(&format!("[{place}]"), "[]");
            }
        }
        pattern
    }

    /// Whether a variable of the environment sets it, the list that it is in, or something in it.
    pub(super) fn is_of_variable(&self, variable: &str, table: &Table) -> bool {
        let mut names = Vec::new();
        let mut value = None;
        for part in &self.parts {
            match part {
                Part::Name(name) => {
                    names.push(name.to_ascii_uppercase());
                    value = value.map_or_else(|| table.get(name), |value: &Value| value.get(name));
                }
                // Connections are called by their names.
                Part::Place(place) => {
                    value = value.and_then(|value| value.get(place));
                    let name = value.and_then(|value| value.get("name")).and_then(Value::as_str);
                    names.extend(name.map(|name| name.to_ascii_uppercase().replace('-', "_")));
                }
            }
        }
        let rest = variable.strip_prefix(PREFIX).and_then(|path| path.strip_prefix(&names.join("__")));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("__"))
    }
}

fn parts(key: &str) -> Vec<Part> {
    let names = key.split('.').filter(|name| !name.is_empty());
    let parts = names.flat_map(|name| {
        let mut pieces = name.split('[');
        let first = pieces.next().filter(|first| !first.is_empty()).map(|first| Part::Name(first.to_owned()));
        let places = pieces.filter_map(|piece| piece.trim_end_matches(']').parse().ok().map(Part::Place));
        first.into_iter().chain(places).collect::<Vec<_>>()
    });
    parts.collect()
}
