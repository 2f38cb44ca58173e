//! A piece of an exported list while it is being written.

use std::io;

use ::csv::Writer;
use serde::Serializer as _;
use serde::ser::SerializeMap as _;

use super::columns::Values;
use crate::domain::export::ExportFormat;
use crate::server::csv;

/// Lines in one of the formats.
#[derive(Debug)]
pub(super) enum Writing {
    Csv(Box<Writer<Vec<u8>>>),
    JsonLines(Vec<u8>),
}

impl Writing {
    /// No lines yet.
    pub(super) fn begin(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Csv => Self::Csv(Box::new(csv::writer())),
            ExportFormat::JsonLines => Self::JsonLines(Vec::new()),
        }
    }

    /// About how many bytes there are: a few kilobytes may be on their way.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Csv(writer) => writer.get_ref().len(),
            Self::JsonLines(lines) => lines.len(),
        }
    }

    /// Adds what stands before all rows: the names of the columns, where the rows do not say them.
    ///
    /// # Errors
    /// When it cannot be written, which writing to memory does not do.
    pub(super) fn add_head(self, names: &[&str]) -> io::Result<Self> {
        match self {
            Self::Csv(writer) => csv::add_head(*writer, names).map(|writer| Self::Csv(Box::new(writer))),
            Self::JsonLines(lines) => Ok(Self::JsonLines(lines)),
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it cannot be written, which writing to memory does not do.
    pub(super) fn add(&mut self, names: &[&str], values: &Values) -> io::Result<()> {
        match self {
            Self::Csv(writer) => csv::add(writer, values),
            Self::JsonLines(lines) => add_json(lines, names, values),
        }
    }

    /// The bytes.
    ///
    /// # Errors
    /// When they cannot be written, which writing to memory does not do.
    pub(super) fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Csv(writer) => csv::finish(*writer),
            Self::JsonLines(lines) => Ok(lines),
        }
    }
}

/// Adds an object on a line of its own, without the members that have no value.
fn add_json(lines: &mut Vec<u8>, names: &[&str], values: &Values) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::new(&mut *lines);
    let mut object = serializer.serialize_map(None)?;
    for (name, value) in names.iter().zip(values) {
        if let Some(value) = value {
            object.serialize_entry(name, value)?;
        }
    }
    object.end()?;
    lines.push(b'\n');
    Ok(())
}
