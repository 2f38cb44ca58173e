//! The columns of records as the verifier reads them: in their order, without a copy of their texts.

use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::server::storage::rows::audit::{CompletionColumns, IntentColumns, ResolutionColumns};

/// The columns of a row, one after another.
struct Cells<'row> {
    row: &'row Row<'row>,
    next: usize,
}

impl<'row> Cells<'row> {
    const fn of(row: &'row Row<'row>) -> Self {
        Self { row, next: 0 }
    }

    fn value(&mut self) -> rusqlite::Result<ValueRef<'row>> {
        self.next += 1;
        self.row.get_ref(self.next - 1)
    }

    fn number(&mut self) -> rusqlite::Result<i64> {
        Ok(self.value()?.as_i64()?)
    }

    fn number_or_null(&mut self) -> rusqlite::Result<Option<i64>> {
        Ok(self.value()?.as_i64_or_null()?)
    }

    fn text(&mut self) -> rusqlite::Result<&'row str> {
        Ok(self.value()?.as_str()?)
    }

    fn text_or_null(&mut self) -> rusqlite::Result<Option<&'row str>> {
        Ok(self.value()?.as_str_or_null()?)
    }
}

/// Of all columns, in the order of the table.
impl<'row> TryFrom<&'row Row<'_>> for IntentColumns<&'row str> {
    type Error = rusqlite::Error;

    fn try_from(row: &'row Row<'_>) -> rusqlite::Result<Self> {
        let mut cells = Cells::of(row);
        Ok(Self {
            id: cells.number()?,
            intended_at: cells.text()?,
            actor_subject: cells.text()?,
            actor_name: cells.text()?,
            actor_email: cells.text_or_null()?,
            actor_role: cells.text()?,
            actor_groups: cells.text()?,
            peer: cells.text_or_null()?,
            session: cells.text_or_null()?,
            request_id: cells.text()?,
            action: cells.text()?,
            connection: cells.text_or_null()?,
            environment: cells.text_or_null()?,
            object_kind: cells.text()?,
            object_id: cells.text_or_null()?,
            object_name: cells.text()?,
            organisation_id: cells.text_or_null()?,
            changes: cells.text()?,
            observation: cells.text_or_null()?,
            answers: cells.number_or_null()?,
            restores: cells.number_or_null()?,
        })
    }
}

/// Of all columns, in the order of the table.
impl<'row> TryFrom<&'row Row<'_>> for CompletionColumns<&'row str> {
    type Error = rusqlite::Error;

    fn try_from(row: &'row Row<'_>) -> rusqlite::Result<Self> {
        let mut cells = Cells::of(row);
        Ok(Self {
            intent_id: cells.number()?,
            completed_at: cells.text()?,
            outcome: cells.text()?,
            http_status: cells.number_or_null()?,
            partner_request_id: cells.text_or_null()?,
            object_id: cells.text_or_null()?,
            detail: cells.text_or_null()?,
            duration_ms: cells.number()?,
        })
    }
}

/// Of all columns, in the order of the table.
impl<'row> TryFrom<&'row Row<'_>> for ResolutionColumns<&'row str> {
    type Error = rusqlite::Error;

    fn try_from(row: &'row Row<'_>) -> rusqlite::Result<Self> {
        let mut cells = Cells::of(row);
        Ok(Self {
            intent_id: cells.number()?,
            resolved_at: cells.text()?,
            outcome: cells.text()?,
            object_id: cells.text_or_null()?,
            detail: cells.text()?,
        })
    }
}
