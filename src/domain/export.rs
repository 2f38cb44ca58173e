//! The formats that a list can be exported in.

/// A format of an exported list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// Comma-separated values (RFC 4180), for people and their spreadsheets.
    Csv,
    /// A JSON object on each line, for programs.
    JsonLines,
}

impl ExportFormat {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Csv, Self::JsonLines];

    /// The end of the file's name, without its dot, and of the address.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// The type of the file, as a `Content-Type` names it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/jsonl",
        }
    }
}
