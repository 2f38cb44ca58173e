//! What is wrong with a form, said at its fields. Rules come from seed 003 and the vendor's
//! pages; the catalogue only ever warns, so nothing here refuses a value that it does not know.

use super::field::FieldValue;
use super::field_error::{FieldError, FieldProblem, is_too_long};
use super::field_values::FieldValues;
use super::oauth_client::TOKEN_SIGNING_ALGORITHMS;
use super::return_url::check_return_urls;

/// The most entries that are accepted in one list. One that has more already may keep as many.
pub const MOST_ENTRIES: usize = 500;

/// The most errors of one form that are told one by one.
pub const MOST_ERRORS: usize = 50;

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
    use crate::domain::object::ObjectKind;

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
