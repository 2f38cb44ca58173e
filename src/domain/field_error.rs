//! What is wrong with a control of a form, and the sentence that says so.

use serde::{Deserialize, Serialize};

use super::object::ObjectKind;

/// The longest text that is accepted in one control, in characters.
pub const LONGEST_TEXT: usize = 2_000;

/// Whether a text is longer than any control takes.
pub(super) fn is_too_long(text: &str) -> bool {
    text.chars().nth(LONGEST_TEXT).is_some()
}

/// What is said of a document that is not JSON.
pub const NOT_JSON: &str = "This is not valid JSON, or it is longer than 16 KiB. Nothing has been sent.";

/// What is wrong with one control: a closed set, so that it can cross to the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    /// A required text is empty.
    Missing,
    /// More than [`LONGEST_TEXT`] characters.
    TooLong,
    /// A control character, which no name or identifier has.
    ControlCharacter,
    /// Cannot be read as an absolute URL.
    NotAUrl,
    /// A URL of another scheme than https.
    NotHttps {
        /// What stands before the colon, cut short.
        scheme: String,
    },
    /// A URL with a part after `#` (RFC 6749 §3.1.2 forbids it).
    Fragment,
    /// A `*`, which would be matched letter by letter.
    Wildcard,
    /// The same as an earlier entry of the list.
    Repeated {
        /// The earlier entry, counted from 1.
        first: u32,
    },
    /// Not one of the algorithms of the guide.
    UnknownAlgorithm,
    /// The partner has no organisation with this id.
    NoSuchParent,
    /// The organisation itself, or one below it.
    ParentBelow,
    /// More entries than a list can have.
    TooMany {
        /// How many it can have.
        most: u32,
    },
    /// Further errors, in this field and those after it.
    More {
        /// How many errors are not shown one by one.
        count: u32,
    },
    /// The partner did not return its organisations, so the parent could not be checked.
    ParentNotChecked {
        /// What went wrong, as a heading.
        reason: String,
    },
    /// Not JSON, or more of it than is taken.
    NotJson,
    /// Refused by the partner, which named this field.
    Refused {
        /// The partner's words.
        message: String,
    },
}

/// A problem and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The Partner API's name of the field.
    pub field: String,
    /// The entry of a list, counted from 0.
    pub index: Option<u32>,
    /// What is wrong.
    pub problem: FieldProblem,
}

impl FieldError {
    /// An error of a whole field.
    pub fn new(field: &str, problem: FieldProblem) -> Self {
        Self { field: field.to_owned(), index: None, problem }
    }

    pub(super) fn at(field: &str, index: usize, problem: FieldProblem) -> Self {
        Self { field: field.to_owned(), index: u32::try_from(index).ok(), problem }
    }

    /// The sentence at the field.
    pub fn message(&self, kind: ObjectKind) -> String {
        match &self.problem {
            FieldProblem::Missing => format!("Enter a name for the {}.", kind.word()),
            FieldProblem::TooLong => format!("Shorten this to {LONGEST_TEXT} characters or fewer."),
            FieldProblem::ControlCharacter => {
                "This contains an invisible control character. Type it again instead of pasting it.".to_owned()
            }
            FieldProblem::NotAUrl => {
                "This is not a URL. Enter it in full, such as https://app.example.com/callback.".to_owned()
            }
            FieldProblem::NotHttps { scheme } => {
                format!("Use https instead of “{scheme}”. OneID only redirects users to HTTPS URLs.")
            }
            FieldProblem::Fragment => {
                "A return URL cannot have a fragment. Remove “#” and everything after it.".to_owned()
            }
            FieldProblem::Wildcard => {
                "Wildcards (“*”) are not supported: return URLs must match exactly. List each one.".to_owned()
            }
            FieldProblem::Repeated { first } => format!("This is the same as URL {first}. Remove one of them."),
            FieldProblem::UnknownAlgorithm => "Choose ES384, ES512 or PS256.".to_owned(),
            FieldProblem::NoSuchParent => "OneID has no organisation with this ID. Choose another parent.".to_owned(),
            FieldProblem::ParentBelow => {
                "An organisation cannot be its own parent or descendant. Choose a parent outside its own branch."
                    .to_owned()
            }
            FieldProblem::TooMany { most } => format!("There are more than {most} entries. Remove some."),
            FieldProblem::More { count: 1 } => "1 more entry needs your attention.".to_owned(),
            FieldProblem::More { count } => format!("{count} more entries need your attention."),
            FieldProblem::ParentNotChecked { reason } => {
                format!("{reason}, so this parent could not be checked. Nothing has been sent. Try again in a moment.")
            }
            FieldProblem::NotJson => NOT_JSON.to_owned(),
            FieldProblem::Refused { message } => format!("OneID rejected this: {message}"),
        }
    }

    /// The label in the error summary: the field's, with a number for an entry of a list.
    pub fn label(&self, kind: ObjectKind) -> String {
        match self.index {
            Some(index) if kind.rows().is_some_and(|rows| rows.name == self.field) => {
                format!("Return URL {}", index + 1)
            }
            _ => kind.label(&self.field).to_owned(),
        }
    }
}
