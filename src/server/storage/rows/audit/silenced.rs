//! A silenced readiness rule as it lies in its row.

use sqlx::FromRow;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::object::ObjectKind;
use crate::domain::readiness::SilencedRule;
use crate::server::storage::StorageError;

#[derive(FromRow)]
pub(in crate::server::storage) struct SilencedRow {
    object_kind: String,
    object_id: String,
    rule: String,
    reason: String,
    silenced_at: String,
    intent_id: i64,
    is_kept: bool,
}

impl SilencedRow {
    pub(in crate::server::storage) fn into_rule(self) -> Result<SilencedRule, StorageError> {
        let Self { object_kind, object_id, rule, reason, silenced_at, intent_id, is_kept } = self;
        let corrupt = |what| StorageError::CorruptEntry { id: intent_id, what };
        let kind = ObjectKind::from_code(&object_kind).ok_or_else(|| corrupt("a kind of object"))?;
        let silenced_at = OffsetDateTime::parse(&silenced_at, &Rfc3339).map_err(|_| corrupt("a time"))?;
        Ok(SilencedRule { kind, object_id, rule, reason, silenced_at, entry: is_kept.then_some(intent_id) })
    }
}
