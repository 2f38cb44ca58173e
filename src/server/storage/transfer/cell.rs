//! A value on its way from one database to another.

use futures::{Stream, TryStreamExt as _};
use sqlx::query_builder::Separated;
use sqlx::{ColumnIndex, Database, Decode, Encode, Row, Type};

use super::tables::{Kind, Table};

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Flag(Option<bool>),
}

impl Cell {
    /// About how many bytes it takes.
    fn size(&self) -> usize {
        match self {
            Self::Text(Some(text)) => text.len(),
            Self::Bytes(Some(bytes)) => bytes.len(),
            _ => size_of::<i64>(),
        }
    }
}

/// Rows that are written at once: no more than this many values, which is what SQLite takes in a statement, and not many more
/// bytes than this.
const MOST_VALUES: usize = 30_000;
const MOST_BYTES: usize = 4 << 20;

/// The next rows of a stream; none at its end.
pub(super) async fn next_rows<R: Row>(
    rows: &mut (impl Stream<Item = Result<R, sqlx::Error>> + Unpin),
    table: &Table,
) -> Result<Vec<Vec<Cell>>, sqlx::Error>
where
    usize: ColumnIndex<R>,
    for<'row> Option<i64>: Decode<'row, R::Database> + Type<R::Database>,
    for<'row> Option<String>: Decode<'row, R::Database> + Type<R::Database>,
    for<'row> Option<Vec<u8>>: Decode<'row, R::Database> + Type<R::Database>,
    for<'row> Option<bool>: Decode<'row, R::Database> + Type<R::Database>,
{
    let (mut read, mut bytes) = (Vec::new(), 0);
    while bytes < MOST_BYTES && (read.len() + 1) * table.columns.len() < MOST_VALUES {
        let Some(row) = rows.try_next().await? else {
            break;
        };
        let cells = table.columns.iter().enumerate().map(|(place, (_, kind))| {
            Ok(match kind {
                Kind::Number => Cell::Number(row.try_get(place)?),
                Kind::Text => Cell::Text(row.try_get(place)?),
                Kind::Bytes => Cell::Bytes(row.try_get(place)?),
                Kind::Flag => Cell::Flag(row.try_get(place)?),
            })
        });
        let cells = cells.collect::<Result<Vec<_>, sqlx::Error>>()?;
        bytes += cells.iter().map(Cell::size).sum::<usize>();
        read.push(cells);
    }
    Ok(read)
}

/// Binds the values of a row.
pub(super) fn push<DB: Database>(values: &mut Separated<'_, DB, &str>, row: Vec<Cell>)
where
    for<'value> Option<i64>: Encode<'value, DB> + Type<DB>,
    for<'value> Option<String>: Encode<'value, DB> + Type<DB>,
    for<'value> Option<Vec<u8>>: Encode<'value, DB> + Type<DB>,
    for<'value> Option<bool>: Encode<'value, DB> + Type<DB>,
{
    for cell in row {
        match cell {
            Cell::Number(number) => values.push_bind(number),
            Cell::Text(text) => values.push_bind(text),
            Cell::Bytes(bytes) => values.push_bind(bytes),
            Cell::Flag(flag) => values.push_bind(flag),
        };
    }
}
