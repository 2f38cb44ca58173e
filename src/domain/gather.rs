//! The lists of a form: boxes or rows and the text beside them, taken together, and how much of a list has a control
//! of its own.

use std::collections::HashSet;

use super::field::FieldType;

/// The most entries of one list that a page shows as boxes or rows. Those beyond stand in the text beside them, which
/// means the same.
pub const MOST_CONTROLS: usize = 200;

/// What separates entries in the text beside the boxes or rows of a list. URLs stand one on each line: a comma may be part
/// of one, and a space in one is a mistake that is to be shown where it is.
fn separates(field_type: FieldType) -> impl Fn(char) -> bool + Copy {
    let is_of_lines = field_type == FieldType::Urls;
    move |letter: char| {
        if is_of_lines { matches!(letter, '\n' | '\r') } else { letter.is_whitespace() || letter == ',' }
    }
}

/// The entries of a list: those that are chosen, then those in the text, without empty ones. Each once; but a URL that repeats is
/// kept, to be refused where it stands.
pub(super) fn gather(field_type: FieldType, chosen: &[String], typed: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let entries = chosen.iter().map(|entry| entry.trim()).chain(typed.split(separates(field_type)).map(str::trim));
    let entries = entries.filter(|entry| !entry.is_empty() && (field_type == FieldType::Urls || seen.insert(*entry)));
    entries.map(str::to_owned).collect()
}

/// Moves the chosen entries that a page has no room for into the text. One that the text would take apart stays.
pub(super) fn make_room(field_type: FieldType, chosen: &mut Vec<String>, typed: &mut String) {
    if chosen.len() <= MOST_CONTROLS {
        return;
    }
    let separator = if field_type == FieldType::Urls { "\n" } else { " " };
    let mut text = Vec::new();
    for entry in chosen.split_off(MOST_CONTROLS) {
        if entry.trim().contains(separates(field_type)) {
            chosen.push(entry);
        } else {
            text.push(entry);
        }
    }
    let text = text.iter().map(|entry| entry.trim()).chain([typed.as_str()]);
    *typed = text.filter(|entry| !entry.trim().is_empty()).collect::<Vec<_>>().join(separator);
}

#[cfg(test)]
#[path = "gather_test.rs"]
mod tests;
