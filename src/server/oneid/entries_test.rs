//! Lists of every shape, honest and hostile.

use serde_json::{Value, json};
use tokio_util::bytes::Bytes;

use super::*;
use crate::server::oneid::Budget;

fn read_text(text: String) -> Result<List<Organisation>, ReadError> {
    super::read(Source::new(Bytes::from(text), None), None, Budget::default().share())
}

fn ids(body: &Value) -> Result<Vec<String>, ReadError> {
    let list = read_text(body.to_string())?;
    Ok(list.items.into_iter().map(|organisation| organisation.id).collect())
}

fn trouble(text: &str) -> ReadError {
    read_text(text.to_owned()).unwrap_err()
}

#[test]
fn lists_are_read_bare_and_wrapped() {
    let entry = json!({"id": "a", "name": "A"});
    for body in [
        json!([entry]),
        json!({"data": [entry]}),
        json!({"organisations": [entry], "total": 1}),
        json!({"clients": [entry]}),
        json!({"items": [entry]}),
    ] {
        assert_eq!(ids(&body).unwrap()[0], "a", "{body}");
    }
    for body in [json!({"error": "x"}), json!("x"), json!(null), json!({"data": {"id": "a"}})] {
        assert!(ids(&body).is_err(), "{body}");
    }
}

#[test]
fn of_two_lists_the_one_that_is_named_first_counts_in_any_order() {
    for body in [
        json!({"data": [{"id": "a"}], "items": [{"id": "x"}, {"id": "y"}]}),
        json!({"items": [{"id": "x"}, {"id": "y"}], "meta": {"data": [1]}, "data": [{"id": "a"}]}),
        json!({"data": [{"id": "a"}], "organisations": null}),
    ] {
        assert_eq!(ids(&body).unwrap(), ["a"], "{body}");
    }
    let list = read_text(json!({"items": [{"id": "x"}], "data": []}).to_string()).unwrap();
    assert_eq!((list.items.len(), list.share.bytes()), (0, 0), "what does not count takes no memory");
}

#[test]
fn an_entry_without_an_id_does_not_hide_the_others() {
    let body = json!([{"name": "no id"}, 7, null, [[{}]], {"id": 42, "name": "numbered"}, {"data": {"id": "b"}}]);
    assert_eq!(ids(&body).unwrap(), ["42", "b"]);
}

#[test]
fn what_follows_a_list_makes_it_unreadable() {
    for text in ["", "[", r#"[{"id":"a"}"#, r#"[{"id":"a"}] x"#, r#"{"data":[{"id":"a"}]"#, "<html>"] {
        assert_eq!(trouble(text), ReadError::Unreadable, "{text}");
    }
}

#[test]
fn a_client_belongs_to_the_organisation_whose_list_it_is_in() {
    let source = Source::new(Bytes::from(r#"[{"id":"c","organisation_id":"another"}]"#), None);
    let list: List<OAuthClient> = super::read(source, Some("o"), Budget::default().share()).unwrap();
    assert_eq!(list.items[0].organisation_id.as_deref(), Some("o"));
}

#[test]
fn a_list_keeps_no_unknown_field_and_no_secret() {
    let list = read_text(json!([{"id": "a", "secret": "s3", "more": {"x": "y"}}]).to_string()).unwrap();
    assert!(list.items[0].unknown.is_empty());
    assert!(!format!("{list:?}").contains("s3"));
}

#[test]
fn one_entry_of_more_than_256_kib_makes_the_list_unreadable() {
    let half = "x".repeat(130 * 1024);
    assert_eq!(ids(&json!([{"id": "a", "name": half}, {"id": "b", "name": half}])).unwrap().len(), 2);
    let long = "x".repeat(260 * 1024);
    for text in [
        format!(r#"[{{"id":"a","more":"{long}"}}]"#),
        format!(r#"["{long}"]"#),
        format!("[{}]", "[".repeat(260 * 1024)),
        format!(r#"[{{"id":"a","name":{}1"#, "[".repeat(200)),
        " ".repeat(260 * 1024),
        format!(r#"{{"{long}":1}}"#),
        format!(r#"[{{"id":1{}}}]"#, "0".repeat(260 * 1024)),
    ] {
        assert_eq!(trouble(&text), ReadError::Unreadable, "{}", &text[..20]);
    }
}

#[test]
fn more_entries_than_there_may_be_make_the_list_too_large() {
    let list = |entry: &str, count: usize| format!("[{entry}{}]", format!(",{entry}").repeat(count - 1));
    assert_eq!(read_text(list("1", Organisation::MOST)).unwrap().items.len(), 0);
    for entry in ["1", "{}", r#"{"id":1}"#, "[]"] {
        assert_eq!(trouble(&list(entry, Organisation::MOST + 1)), ReadError::TooLarge, "{entry}");
    }
}

#[test]
fn a_list_takes_its_share_and_gives_it_back() {
    let budget = Budget::divided(100_000, 1).remove(0);
    let read = |entries: usize| {
        let entry = json!({"id": "a", "name": "x".repeat(1_000)});
        let text = Value::Array(vec![entry; entries]).to_string();
        super::read::<Organisation>(Source::new(Bytes::from(text), None), None, budget.share())
    };
    let list = read(50).unwrap();
    let records: usize = list.items.iter().map(Organisation::size_in_memory).sum();
    assert_eq!(list.share.bytes(), records);
    assert!((50_000..80_000).contains(&records), "{records}");
    assert_eq!(read(50).unwrap_err(), ReadError::TooLarge, "there is no memory for another one");
    drop(list);
    assert!(read(50).is_ok());
}
