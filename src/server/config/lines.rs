//! In which line of a configuration file a key stands.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::key_path::KeyPath;

/// The lines of a file, and of the keys in it.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Where each line begins.
    starts: Vec<usize>,
    /// The line of each key, from 1.
    keys: BTreeMap<String, usize>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut lines = Self { starts, keys: BTreeMap::new() };
        let (table, _) = DeTable::parse_recoverable(text);
        lines.add("", table.get_ref());
        lines
    }

    fn add(&mut self, within: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key =
                if within.is_empty() { name.get_ref().to_string() } else { format!("{within}.{}", name.get_ref()) };
            self.keys.insert(key.clone(), self.at(name.span().start));
            match value.get_ref() {
                DeValue::Table(table) => self.add(&key, table),
                DeValue::Array(values) => {
                    for (place, value) in values.iter().enumerate() {
                        let key = format!("{key}[{place}]");
                        self.keys.insert(key.clone(), self.at(value.span().start));
                        if let DeValue::Table(table) = value.get_ref() {
                            self.add(&key, table);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The line of a byte.
    pub(super) fn at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    /// The line of a key, or of the table that it is missing in; `None` where it is missing at the top.
    pub(super) fn of_key(&self, key: &KeyPath) -> Option<usize> {
        let mut parents = std::iter::successors(Some(key.clone()), KeyPath::parent);
        parents.find_map(|key| self.keys.get(key.text()).copied())
    }
}
