//! What is wrong with a form, said at its fields. Rules come from seed 003 and the vendor's
//! pages; the catalogue only ever warns, so nothing here refuses a value that it does not know.

use serde::{Deserialize, Serialize};

use super::field::{FieldValue, FieldValues, ObjectKind};
use super::oauth_client::TOKEN_SIGNING_ALGORITHMS;
use super::return_url::check_return_urls;

/// The longest text that is accepted in one control, in characters.
pub const LONGEST_TEXT: usize = 2_000;

/// The most entries that are accepted in one list. One that has more already may keep as many.
pub const MOST_ENTRIES: usize = 500;

/// The most errors of one form that are told one by one.
pub const MOST_ERRORS: usize = 50;

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
        /// The partner's own message.
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

/// Checks the values that a form means. What the object already has is not held against the
/// admin who edits something else: `shown` entries are not checked again.
pub fn validate(shown: &FieldValues, meant: &FieldValues) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if meant.text("name").is_none_or(str::is_empty) {
        errors.push(FieldError::new("name", FieldProblem::Missing));
    }
    for (field, value) in meant.iter() {
        if let Some(too_many) = too_many(shown, field, value) {
            errors.push(too_many);
        } else if shown.get(field) != Some(value) {
            for (index, text) in value.texts().iter().enumerate() {
                errors.extend(check_text(text).map(|problem| FieldError::at(field, index, problem)));
            }
        }
    }
    if let Some(algorithm) = meant.text("token_signing_algorithm").filter(|text| !text.is_empty())
        && shown.text("token_signing_algorithm") != Some(algorithm)
        && !TOKEN_SIGNING_ALGORITHMS.contains(&algorithm)
    {
        errors.push(FieldError::new("token_signing_algorithm", FieldProblem::UnknownAlgorithm));
    }
    let is_too_many = |error: &FieldError| matches!(error.problem, FieldProblem::TooMany { .. });
    if !errors.iter().any(|error| error.field == "return_urls" && is_too_many(error)) {
        let is_production = meant.flag("is_production") == Some(true);
        errors.extend(check_return_urls(
            shown.list("return_urls").unwrap_or_default(),
            meant.list("return_urls").unwrap_or_default(),
            is_production,
        ));
    }
    told(errors)
}

/// A list of more entries than are accepted: its entries are not looked at one by one.
fn too_many(shown: &FieldValues, field: &str, value: &FieldValue) -> Option<FieldError> {
    let FieldValue::List(entries) = value else {
        return None;
    };
    let most = MOST_ENTRIES.max(shown.list(field).map_or(0, <[String]>::len));
    let problem = FieldProblem::TooMany { most: u32::try_from(most).unwrap_or(u32::MAX) };
    (entries.len() > most).then(|| FieldError::new(field, problem))
}

/// The first errors, and how many more there are.
fn told(mut errors: Vec<FieldError>) -> Vec<FieldError> {
    let more = errors.split_off(errors.len().min(MOST_ERRORS));
    if let Some(first) = more.first() {
        let count = u32::try_from(more.len()).unwrap_or(u32::MAX);
        errors.push(FieldError::new(&first.field, FieldProblem::More { count }));
    }
    errors
}

/// Whether a text is longer than any control takes.
pub(super) fn is_too_long(text: &str) -> bool {
    text.chars().nth(LONGEST_TEXT).is_some()
}

fn check_text(text: &str) -> Option<FieldProblem> {
    if is_too_long(text) {
        Some(FieldProblem::TooLong)
    } else if text.chars().any(char::is_control) {
        Some(FieldProblem::ControlCharacter)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::FieldValue;

    #[test]
    fn what_the_object_already_has_is_not_held_against_the_edit() {
        let values = |name: &str| -> FieldValues {
            [
                ("name".to_owned(), FieldValue::Text(name.to_owned())),
                ("return_urls".to_owned(), FieldValue::List(vec!["http://old.example".to_owned()])),
            ]
            .into_iter()
            .collect()
        };
        assert_eq!(validate(&values("a"), &values("b")), []);
        assert_eq!(validate(&FieldValues::default(), &values("b")).len(), 1);
    }

    #[test]
    fn a_missing_name_and_a_repeated_url_stand_at_their_fields() {
        let url = "https://a.example/x".to_owned();
        let meant: FieldValues =
            [("return_urls".to_owned(), FieldValue::List(vec![url.clone(), url]))].into_iter().collect();
        let errors = validate(&FieldValues::default(), &meant);
        assert_eq!(errors[0], FieldError::new("name", FieldProblem::Missing));
        assert_eq!(errors[1].label(ObjectKind::OAuthClient), "Return URL 2");
        assert_eq!(errors[1].problem, FieldProblem::Repeated { first: 1 });
    }
}
