//! What a submitted form means: a form cannot send back all that a field can hold.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::domain::field::{FieldSpecification, FieldType, FieldValue};
use crate::domain::field_values::FieldValues;
use crate::domain::gather::gather;

/// What a submitted form means, given what the form showed.
///
/// A form cannot send "not set": a control that was left blank where the partner had sent
/// nothing stays unset, so that saving never freezes an inherited default. A text that was
/// emptied becomes unset. A list that only changed its order keeps the partner's order. White space,
/// line breaks, and repeated or empty entries that a form does not send back stay, and so does each
/// entry that was left alone in a list that was edited. A field that was not posted was not on the
/// form, and stays as it is.
pub fn meaning_of_form(fields: &[FieldSpecification], shown: &FieldValues, posted: &FieldValues) -> FieldValues {
    fields
        .iter()
        .filter_map(|field| {
            let shown = shown.get(field.name);
            let meant = match (shown, posted.get(field.name)) {
                (shown, None) => shown.cloned(),
                (None, Some(posted)) if posted.is_blank() => None,
                (Some(shown), Some(posted)) if is_untouched(field.field_type, shown, posted) => Some(shown.clone()),
                (Some(FieldValue::Text(_)), Some(FieldValue::Text(posted))) if posted.is_empty() => None,
                (Some(FieldValue::List(shown)), Some(FieldValue::List(posted))) => {
                    Some(FieldValue::List(as_shown(field.field_type, shown, posted)))
                }
                (_, posted) => posted.cloned(),
            };
            meant.map(|value| (field.name.to_owned(), value))
        })
        .collect()
}

/// Whether a form that shows a value sends this one back when nobody touches it.
fn is_untouched(field_type: FieldType, shown: &FieldValue, posted: &FieldValue) -> bool {
    if shown.means_the_same_as(posted) {
        return true;
    }
    let sent = sent_back(field_type, shown);
    // Most values are sent back as they are, and lists can be long.
    let is_sent_as_it_is = sent == *shown && !has_line_breaks(posted);
    !is_sent_as_it_is && sent.means_the_same_as(&sent_back(field_type, posted))
}

fn has_line_breaks(value: &FieldValue) -> bool {
    let is_broken = |text: &String| text.contains(['\r', '\n']);
    match value {
        FieldValue::Text(text) => is_broken(text),
        FieldValue::List(entries) => entries.iter().any(is_broken),
        FieldValue::Flag(_) => false,
    }
}

/// A value as a form that shows it sends it back.
fn sent_back(field_type: FieldType, value: &FieldValue) -> FieldValue {
    match value {
        FieldValue::Text(text) => FieldValue::Text(text_sent_back(field_type, text).into_owned()),
        FieldValue::List(entries) => {
            let entries = entries.iter().map(|entry| text_sent_back(field_type, entry).into_owned());
            let entries: Vec<String> = entries.collect();
            FieldValue::List(gather(field_type, &entries, ""))
        }
        FieldValue::Flag(_) => value.clone(),
    }
}

/// A text as browsers send it back, without white space around it: a line of text has no line breaks, and the value of
/// a box has `\r\n` for each of them (HTML, "value sanitization algorithm" and "constructing the form data set").
fn text_sent_back(field_type: FieldType, text: &str) -> Cow<'_, str> {
    if !text.contains(['\r', '\n']) {
        return Cow::Borrowed(text.trim());
    }
    let line_break = if field_type == FieldType::List { "\r\n" } else { "" };
    Cow::Owned(text.replace("\r\n", "\n").replace(['\r', '\n'], line_break).trim().to_owned())
}

/// The entries of a posted list. One that is sent back for entries that the form showed is those entries. Empty ones cannot be sent
/// back, and stay.
fn as_shown(field_type: FieldType, shown: &[String], posted: &[String]) -> Vec<String> {
    let is_changed = |entry: &String| entry.is_empty() || text_sent_back(field_type, entry) != *entry;
    if !shown.iter().any(is_changed) {
        return posted.to_vec();
    }
    let mut by_sent: HashMap<Cow<'_, str>, Vec<&String>> = HashMap::new();
    for entry in shown {
        by_sent.entry(text_sent_back(field_type, entry)).or_default().push(entry);
    }
    let known: HashSet<&String> = shown.iter().collect();
    let mut entries = Vec::with_capacity(posted.len());
    for entry in posted {
        match by_sent.remove(&text_sent_back(field_type, entry)) {
            Some(shown) => entries.extend(shown.into_iter().cloned()),
            None if known.contains(entry) => {}
            None => entries.push(entry.clone()),
        }
    }
    entries.extend(by_sent.remove("").into_iter().flatten().cloned());
    entries
}
