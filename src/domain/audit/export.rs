//! The formats in which the audit log can be exported.

/// A format of an export of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogFormat {
    /// Comma-separated values (RFC 4180), for people and their spreadsheets.
    Csv,
    /// A JSON object on each line, with the proof of each record: the evidence.
    JsonLines,
    /// Events of the Open Cybersecurity Schema Framework, one on each line: for a SIEM.
    Ocsf,
}

impl LogFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::JsonLines, Self::Ocsf];

    /// The stable name, in commands and in the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Ocsf => "ocsf",
        }
    }

    /// The end of the file's name, without its first dot, and of the address.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Ocsf => "ocsf.jsonl",
        }
    }

    /// The label of the link to the file.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Csv => "CSV, for spreadsheets",
            Self::JsonLines => "JSON Lines, with proofs",
            Self::Ocsf => "OCSF, for a SIEM",
        }
    }

    /// The type of the file, as a `Content-Type` names it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines | Self::Ocsf => "application/jsonl",
        }
    }
}
