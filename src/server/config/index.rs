//! `[connections.index]`: how a connection's index is kept.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

use super::values;
use crate::domain::connection::ConnectionKind;
use crate::server::index::IndexSettings;

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct IndexTable {
    #[serde(deserialize_with = "values::calls_at_once")]
    calls_at_once: NonZeroU32,
    #[serde(deserialize_with = "values::calls_per_second")]
    calls_per_second: NonZeroU32,
    #[serde(deserialize_with = "values::index_age")]
    age_s: Duration,
    #[serde(deserialize_with = "values::flag")]
    observe: bool,
}

impl Default for IndexTable {
    fn default() -> Self {
        let IndexSettings { calls_at_once, calls_per_second, age, observe } = IndexSettings::default();
        Self { calls_at_once, calls_per_second, age_s: age, observe }
    }
}

/// The settings of a connection. The error is what is wrong with the table as a whole.
pub(super) fn check(kind: ConnectionKind, table: Option<IndexTable>) -> Result<IndexSettings, &'static str> {
    if table.is_some() && kind != ConnectionKind::OneId {
        return Err("this kind has no index: only a connection of the kind \"oneid\" does");
    }
    let IndexTable { calls_at_once, calls_per_second, age_s, observe } = table.unwrap_or_default();
    Ok(IndexSettings { calls_at_once, calls_per_second, age: age_s, observe })
}
