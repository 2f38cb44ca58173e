//! What is wrong with a form, said at its fields. Rules come from seed 003 and the vendor's
//! pages; the catalogue only ever warns, so nothing here refuses a value that it does not know.

use std::collections::HashSet;

use super::excerpt::{is_invisible, is_out_of_place, is_unseen};
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
    let is_new = |name: &str| shown.text("name") != Some(name);
    if meant.text("name").is_none_or(|name| name.is_empty() || (is_unseen(name) && is_new(name))) {
        errors.push(FieldError::new("name", FieldProblem::Missing));
    }
    for (field, value) in meant.iter() {
        if let Some(too_many) = too_many(shown, field, value) {
            errors.push(too_many);
        } else if shown.get(field) != Some(value) {
            let known: HashSet<&String> = shown.list(field).unwrap_or_default().iter().collect();
            for (index, text) in value.texts().iter().enumerate().filter(|(_, text)| !known.contains(text)) {
                errors.extend(check_text(field, text).map(|problem| FieldError::at(field, index, problem)));
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

/// Everything but a name is compared character by character, by OneID or by an application: what cannot be seen in it
/// is a mistake that nobody finds.
fn check_text(field: &str, text: &str) -> Option<FieldProblem> {
    let is_refused = if field == "name" { is_out_of_place } else { is_invisible };
    if is_too_long(text) {
        Some(FieldProblem::TooLong)
    } else if text.chars().any(|letter| letter.is_control() || is_refused(letter)) {
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

    fn of_list(field: &str, entries: &[&str]) -> FieldValues {
        let entries = entries.iter().map(|&entry| entry.to_owned()).collect();
        let name = ("name".to_owned(), FieldValue::Text("till".to_owned()));
        [name, (field.to_owned(), FieldValue::List(entries))].into_iter().collect()
    }

    #[test]
    fn an_entry_that_the_object_already_has_does_not_block_another_one() {
        let long = "s".repeat(2_001);
        for old in ["a\tb", "a\nb", "a\u{200b}b", &long] {
            let (shown, meant) = (of_list("required_scopes", &[old]), of_list("required_scopes", &[old, "email"]));
            assert_eq!(validate(&shown, &meant), [], "{old:?}");
            assert_eq!(validate(&FieldValues::default(), &meant).len(), 1, "{old:?}");
        }
        let old = "https://a.example/callback\u{feff}";
        let (shown, meant) = (of_list("return_urls", &[old]), of_list("return_urls", &[old, "https://b.example/"]));
        assert_eq!(validate(&shown, &meant), []);
    }

    #[test]
    fn an_invisible_character_is_refused_in_urls_and_identifiers() {
        for letter in ['\u{200b}', '\u{feff}', '\u{ad}', '\u{200e}', '\u{202e}'] {
            for (field, text) in [("return_urls", "https://a.example/callback"), ("additional_scopes", "openid")] {
                let meant = of_list(field, &[&format!("{text}{letter}")]);
                let errors = validate(&FieldValues::default(), &meant);
                assert_eq!(errors, [FieldError::at(field, 0, FieldProblem::ControlCharacter)], "{letter:?} in {field}");
            }
        }
    }

    #[test]
    fn a_name_may_join_letters_but_not_turn_their_direction() {
        let named = |name: &str| -> FieldValues {
            [("name".to_owned(), FieldValue::Text(name.to_owned()))].into_iter().collect()
        };
        for name in ["می\u{200c}خواهم", "👩\u{200d}🔧", "Acme\u{200f}"] {
            assert_eq!(validate(&FieldValues::default(), &named(name)), [], "{name:?}");
        }
        for name in ["\u{200b}", "\u{3164}"] {
            let errors = validate(&FieldValues::default(), &named(name));
            assert_eq!(errors, [FieldError::new("name", FieldProblem::Missing)], "nothing is seen of it");
            assert_eq!(validate(&named(name), &named(name)), [], "an object that has it can be edited");
        }
        for name in ["Acme\u{202e}dtL", "\u{2067}Acme", "\u{feff}Acme"] {
            let errors = validate(&FieldValues::default(), &named(name));
            assert_eq!(errors, [FieldError::at("name", 0, FieldProblem::ControlCharacter)], "{name:?}");
            assert_eq!(validate(&named(name), &named(name)), [], "{name:?}");
        }
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
