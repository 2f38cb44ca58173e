//! What a list keeps of an entry.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::server::oneid::Answer;

fn read(json: &str) -> Option<Entry> {
    let mut deserializer = serde_json::Deserializer::from_reader(json.as_bytes());
    EntryReader::new(ObjectKind::Organisation).deserialize(&mut deserializer).unwrap()
}

#[test]
fn what_is_no_object_or_has_no_id_is_no_entry() {
    for json in ["1", "-1.5e3", "null", "true", r#""x""#, "[[1],[2]]", "{}", r#"{"name":"A"}"#, r#"{"id":null}"#] {
        assert!(read(json).is_none(), "{json}");
    }
}

#[test]
fn long_texts_are_cut_between_letters_and_a_long_id_is_none() {
    let long = "ü".repeat(LONGEST_TEXT + 1);
    let entry = read(&json!({"id": "a", "name": long, "allowed_scopes": ["x", long]}).to_string()).unwrap();
    let cut = "ü".repeat(LONGEST_TEXT);
    assert_eq!(entry.fields.text("name"), Some(cut.as_str()));
    assert_eq!(entry.fields.list("allowed_scopes").unwrap(), ["x", &cut]);
    assert!(read(&json!({"id": long, "name": "A"}).to_string()).is_none());
}

#[test]
fn no_room_is_kept_for_what_did_not_come() {
    let entry = read(r#"{"id":"a","name":"A","allowed_scopes":["openid"]}"#).unwrap();
    let exact: FieldValues = [
        ("allowed_scopes".to_owned(), FieldValue::List(vec!["openid".to_owned()])),
        ("name".to_owned(), FieldValue::Text("A".to_owned())),
    ]
    .into_iter()
    .collect();
    let mut exact = exact;
    exact.shrink_to_fit();
    assert_eq!(entry.fields.heap_size(), exact.heap_size());
}

/// Any JSON, with the names that matter among the others.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        prop_oneof![Just("true".to_owned()), ".*"].prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::hash_map(any_name(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// One wrapper alone: of two the object takes the first without looking inside, and a list one with an id.
fn any_name() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] =
        &["id", "organisation_id", "name", "parent_id", "allowed_scopes", "enabled", "data", "secret"];
    prop_oneof![4 => prop::sample::select(KNOWN).prop_map(str::to_owned), 1 => "[a-z]{1,6}"]
}

proptest! {
    #[test]
    fn an_entry_is_read_as_the_object_alone_is(json in any_json()) {
        let entry = read(&json.to_string());
        let object = wire::object(ObjectKind::Organisation, json, Answer::default());
        let parts = |entry: Entry| (entry.id, entry.organisation_id, entry.fields);
        prop_assert_eq!(entry.map(parts), object.map(|object| (object.id, object.organisation_id, object.fields)));
    }
}
