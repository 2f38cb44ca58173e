//! Saved views as they lie in their rows.

use sqlx::FromRow;

use crate::domain::saved_view::{SavedView, ViewedList};

#[derive(FromRow)]
pub(in crate::server::storage) struct ViewRow {
    id: i64,
    list: String,
    connection: String,
    name: String,
    query: String,
}

/// A view as it lies in its row; `None` when its list is of a version of the product that this one does not know.
pub(in crate::server::storage) fn view(row: ViewRow) -> Option<SavedView> {
    let list = ViewedList::from_code(&row.list, &row.connection)?;
    Some(SavedView { id: row.id, list, name: row.name, query: row.query })
}
