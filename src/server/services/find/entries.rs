//! Entries of the audit log by what stands in a ticket: their number, a request ID, or the ID of an object.

use std::collections::BTreeMap;

use crate::domain::audit::{AuditEntry, AuditFilter, Place};
use crate::domain::principal::Permission;
use crate::server::context::RequestContext;
use crate::server::services::ServiceError;

/// The shortest text that is looked for as an ID, in bytes: no partner gives shorter ones to everything.
const SHORTEST_ID: usize = 6;

/// The entries that a text names, the newest first; none for those who may not read the whole log.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn entries(
    context: &RequestContext,
    text: &str,
    most: usize,
) -> Result<Vec<AuditEntry>, ServiceError> {
    if context.authorize(Permission::ViewAuditLog).is_err() {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<i64, AuditEntry> = BTreeMap::new();
    if let Ok(number) = text.trim_start_matches('#').parse() {
        let entry = context.audit.find(number).await.map_err(ServiceError::AuditUnreadable)?;
        found.extend(entry.map(|entry| (entry.id, entry)));
    }
    if may_be_an_id(text) {
        let size = u32::try_from(most).unwrap_or(u32::MAX);
        let object = AuditFilter { object_id: Some(text.to_owned()), ..AuditFilter::default() };
        let request = AuditFilter { request_id: Some(text.to_owned()), ..AuditFilter::default() };
        for filter in [object, request] {
            let newest =
                context.audit.list(&filter, Place::Newest, size).await.map_err(ServiceError::AuditUnreadable)?;
            found.extend(newest.items.into_iter().map(|entry| (entry.id, entry)));
        }
    }
    Ok(found.into_values().rev().take(most).collect())
}

/// Whether a text is worth a look at the whole log: one word with a digit, as IDs have, and words of names have not.
fn may_be_an_id(text: &str) -> bool {
    text.len() >= SHORTEST_ID
        && text.chars().any(|letter| letter.is_ascii_digit())
        && !text.chars().any(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_not_looked_for_in_the_whole_log() {
        assert!(may_be_an_id("0197c0de-0000-7000-8000-000000000001") && may_be_an_id("org_12"));
        assert!(!may_be_an_id("thistledown") && !may_be_an_id("17") && !may_be_an_id("phase 2 clients"));
    }
}
