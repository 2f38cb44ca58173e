//! What a change brings about, and whether a client was changed since it left the sandbox.

use super::*;
use crate::domain::change::FieldChange;

/// What a change from one to the other brings about.
fn change(before: &World, after: &World) -> Vec<Finding> {
    before.told(|before| after.told(|after| judge_change(before, after)))
}

#[test]
fn a_change_marks_what_it_brings_about() {
    let before = urls(&["http://a.example/x"]).in_sandbox();
    let same = change(&before, &before);
    assert!(same.iter().all(|finding| !finding.is_new && finding.values.iter().all(|value| !value.is_new)));
    let worse = change(&before, &urls(&["http://a.example/x"]));
    assert!(worse[0].is_new && !worse[0].values[0].is_new, "a warning became an error");
    let more = change(&before, &urls(&["http://a.example/x", "http://b.example/x"]).in_sandbox());
    let marked: Vec<_> = more[0].values.iter().map(|value| (value.value.as_str(), value.is_new)).collect();
    assert!(more[0].is_new);
    assert_eq!(marked, [("http://b.example/x", true), ("http://a.example/x", false)], "what is new comes first");
    let other = change(&before, &urls(&[]).in_sandbox());
    assert!(other[0].is_new);
}

#[test]
fn of_very_many_faults_what_is_new_is_named_and_nothing_else_is_marked() {
    let texts: Vec<String> = (0..50).map(|number| format!("http://{number:02}.example/x")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let fewer = change(&urls(&texts), &urls(&texts[10..]));
    assert!(!fewer[0].is_new && fewer[0].values.iter().all(|value| !value.is_new), "{fewer:?}");
    assert_eq!((fewer[0].values.len(), fewer[0].more), (20, 20));
    let more = change(&urls(&texts[..49]), &urls(&texts));
    let new: Vec<_> = more[0].values.iter().filter(|value| value.is_new).map(|value| value.value.as_str()).collect();
    assert!(more[0].is_new);
    assert_eq!(new, ["http://49.example/x"]);
}

fn flag(field: &str, before: Option<bool>, after: bool) -> FieldChange {
    let before = before.map(FieldValue::Flag);
    FieldChange { field: field.to_owned(), before, after: Some(FieldValue::Flag(after)) }
}

#[test]
fn production_is_turned_on_alone_when_nothing_else_of_note_is_changed() {
    let on = || flag("is_production", Some(false), true);
    let renamed = || FieldChange { field: "name".to_owned(), before: None, after: Some(text("x")) };
    let moved = || FieldChange { field: "return_urls".to_owned(), before: None, after: Some(list(&["https://a"])) };
    for (changes, expected) in [
        (vec![], None),
        (vec![renamed(), flag("enabled", Some(false), true)], None),
        (vec![on()], Some(true)),
        (vec![renamed(), on()], Some(true)),
        (vec![on(), moved()], Some(false)),
        (vec![moved()], Some(false)),
        (vec![flag("is_production", None, true)], Some(false)),
        (vec![flag("is_production", Some(true), false)], Some(false)),
    ] {
        assert_eq!(turns_production_on_alone(&changes), expected, "{changes:?}");
    }
}
