//! Posted forms: what they mean, and what they leave alone.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::change::{difference, meaning_of_form};
use crate::domain::field_values::FieldValues;

fn posted(json: serde_json::Value) -> PostedForm {
    serde_json::from_value(json).unwrap()
}

fn gathered(kind: ObjectKind, json: serde_json::Value) -> FieldValues {
    posted(json).read(kind).unwrap().gathered(kind)
}

#[test]
fn free_text_joins_the_chosen_values_once_each() {
    let form = json!({"allowed_scopes": ["openid", ""], "allowed_scopes_other": "accounts, address\nopenid"});
    let gathered = gathered(ObjectKind::Organisation, form);
    assert_eq!(gathered.list("allowed_scopes").unwrap(), ["openid", "accounts", "address"]);
}

#[test]
fn a_comma_is_part_of_a_return_url_and_a_repeated_one_is_kept_to_be_refused() {
    let form = json!({
        "return_urls": [" https://a.example/x "],
        "return_urls_other": "https://a.example/1,2\r\nhttps://a.example/x",
    });
    let gathered = gathered(ObjectKind::OAuthClient, form);
    let expected = ["https://a.example/x", "https://a.example/1,2", "https://a.example/x"];
    assert_eq!(gathered.list("return_urls").unwrap(), expected);
}

#[test]
fn names_lose_the_space_around_them_and_a_checkbox_that_was_shown_and_not_ticked_is_off() {
    let gathered = gathered(ObjectKind::Organisation, json!({"name": "  Meridian ", "enabled_shown": "true"}));
    assert_eq!(gathered.text("name"), Some("Meridian"));
    assert_eq!(gathered.flag("enabled"), Some(false));
    assert_eq!(gathered.flag("has_production_access"), None, "it was not shown");
}

#[test]
fn a_ticked_checkbox_is_read_as_browsers_and_programs_send_it() {
    for ticked in [json!("true"), json!("on"), json!(true)] {
        let form = json!({"enabled": ticked, "enabled_shown": "true"});
        assert_eq!(gathered(ObjectKind::OAuthClient, form).flag("enabled"), Some(true), "{ticked}");
    }
    assert_eq!(gathered(ObjectKind::OAuthClient, json!({"enabled": "maybe"})).flag("enabled"), Some(false));
}

#[test]
fn a_value_of_another_sort_is_refused_and_a_name_of_no_field_ignored() {
    for form in [json!({"name": ["a", "b"]}), json!({"enabled": ["true"]}), json!({"return_urls": {"a": {"b": "c"}}})] {
        assert!(posted(form.clone()).read(ObjectKind::OAuthClient).is_err(), "{form}");
    }
    let form = json!({"parent_id": ["of another kind"], "x": {"y": 1}, "name_other": ["not a control of ours"]});
    assert_eq!(posted(form).read(ObjectKind::OAuthClient), Ok(FormValues::default()));
}

#[test]
fn rows_are_added_at_the_end_and_removed_by_number() {
    let kind = ObjectKind::OAuthClient;
    let press = |add: &str, remove: &str, rows: &[&str]| {
        let form = posted(json!({"return_urls": rows, "add_row": add, "remove_row": remove})).rearranged(kind);
        form.map(|form| form.read(kind).unwrap().fields.list("return_urls").unwrap().to_vec())
    };
    let rows = ["a", "b"];
    assert_eq!(press("", "", &rows), None, "neither button was pressed");
    assert_eq!(press("1", "", &rows).unwrap(), ["a", "b", ""]);
    assert_eq!(press("", "1", &rows).unwrap(), ["b"]);
    assert_eq!(press("", "1", &["a"]).unwrap(), [""]);
    for nonsense in ["0", "3", "-1", "x"] {
        assert_eq!(press("", nonsense, &rows).unwrap(), rows, "{nonsense}");
    }
    let full = vec!["a"; MOST_CONTROLS];
    assert_eq!(press("1", "", &full).unwrap(), full, "a page has no room for more");
    assert_eq!(posted(json!({"add_row": "1"})).rearranged(ObjectKind::Organisation), None);
}

/// Each field of both kinds with a value of its own.
fn any_object() -> impl Strategy<Value = (ObjectKind, FieldValues)> {
    let values = prop::collection::vec(("[a-c]{0,2}", any::<bool>(), prop::option::of(0..3_usize)), 9);
    (prop::sample::select(ObjectKind::ALL.to_vec()), values).prop_map(|(kind, values)| {
        let pairs = kind.fields().iter().zip(values).filter_map(|(field, (text, on, count))| {
            let value = match field.field_type {
                FieldType::Text => FieldValue::Text(text),
                FieldType::Flag => FieldValue::Flag(on),
                FieldType::List | FieldType::Urls => FieldValue::List(vec![format!("x{text}"); count?.min(1)]),
            };
            count.map(|_| (field.name.to_owned(), value))
        });
        (kind, pairs.collect())
    })
}

proptest! {
    /// What the review of something new holds of a form is the form that was reviewed.
    #[test]
    fn the_controls_of_a_form_are_read_as_the_same_form(
        kind in prop::sample::select(ObjectKind::ALL.to_vec()),
        controls in prop::collection::btree_map(
            prop::sample::select(vec![
                "name", "parent_id", "parent_id_find", "enabled", "enabled_shown", "is_production_shown",
                "allowed_scopes", "allowed_scopes_other", "required_scopes", "required_scopes_other", "return_urls",
                "return_urls_other", "selected_product", "selected_product_other",
            ]),
            "[a-c ,\n&<\"]{0,6}", 0..14,
        ),
        urls in prop::collection::vec("[a-c ]{0,3}", 0..120),
    ) {
        let mut form: BTreeMap<String, PostedValue> =
            controls.iter().map(|(name, text)| ((*name).to_owned(), PostedValue::Text(text.clone()))).collect();
        if !urls.is_empty() {
            form.insert("return_urls".to_owned(), PostedValue::List(urls));
        }
        let form = PostedForm(form).read(kind).unwrap();
        let mut again: BTreeMap<String, PostedValue> = BTreeMap::new();
        for (name, value) in controls_of(kind, &form) {
            match name.strip_suffix("[]") {
                None => drop(again.insert(name, PostedValue::Text(value))),
                Some(name) => match again.entry(name.to_owned()).or_insert(PostedValue::List(Vec::new())) {
                    PostedValue::List(entries) => entries.push(value),
                    other => prop_assert!(false, "{:?}", other),
                },
            }
        }
        prop_assert_eq!(PostedForm(again).read(kind).unwrap(), form);
    }

    /// However little of the object a form shows, and whatever stands in it: the rest stays as it is.
    #[test]
    fn a_field_that_a_form_did_not_show_is_never_changed_by_it(
        (kind, object) in any_object(),
        controls in prop::collection::btree_map(
            prop::sample::select(vec![
                "name", "parent_id", "enabled", "enabled_shown", "is_production_shown", "has_production_access_shown",
                "allowed_scopes", "required_scopes_other", "return_urls", "return_urls_other", "selected_product_other",
            ]),
            "[a-c ]{0,3}", 0..6,
        ),
    ) {
        let form = PostedForm(controls.iter().map(|(name, text)| ((*name).to_owned(), PostedValue::Text(text.clone()))).collect());
        let meant = meaning_of_form(kind.fields(), &object, &form.read(kind).unwrap().gathered(kind));
        for change in difference(kind.fields(), &object, &meant) {
            let name = change.field.as_str();
            let is_shown = [name.to_owned(), other_name(name), shown_name(name)]
                .iter()
                .any(|control| controls.contains_key(control.as_str()));
            prop_assert!(is_shown, "{} was not shown, and changed", name);
        }
    }
}
