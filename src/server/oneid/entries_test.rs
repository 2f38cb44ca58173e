//! Lists of every shape, honest and hostile.

use serde_json::{Value, json};
use tokio_util::bytes::Bytes;

use super::*;
use crate::server::oneid::{Budget, List};

/// Keeps all entries.
struct Kept<T>(Vec<T>);

impl<T: Record> Sink<T> for Kept<T> {
    fn take(&mut self, entry: T) -> Option<usize> {
        let bytes = entry.size_in_memory();
        self.0.push(entry);
        Some(bytes)
    }

    fn restart(&mut self) {
        self.0.clear();
    }
}

fn read_list<T: Record>(text: String, owner: Option<&str>, share: Share) -> Result<List<T>, ReadError> {
    let mut kept = Kept(Vec::new());
    let share = super::read(Source::new(Bytes::from(text), None), owner, &mut kept, share)?;
    Ok(List { items: kept.0, share })
}

fn read_text(text: String) -> Result<List<Organisation>, ReadError> {
    read_list(text, None, Budget::default().share())
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
    let text = r#"[{"id":"c","organisation_id":"another"}]"#.to_owned();
    let list: List<OAuthClient> = read_list(text, Some("o"), Budget::default().share()).unwrap();
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
        read_list::<Organisation>(Value::Array(vec![entry; entries]).to_string(), None, budget.share())
    };
    let list = read(50).unwrap();
    let records: usize = list.items.iter().map(Organisation::size_in_memory).sum();
    assert_eq!(list.share.bytes(), records);
    assert!((50_000..80_000).contains(&records), "{records}");
    assert_eq!(read(50).unwrap_err(), ReadError::TooLarge, "there is no memory for another one");
    drop(list);
    assert!(read(50).is_ok());
}

/// Counts what it is given, and says that it keeps so many bytes of each entry.
struct Counting {
    taken: usize,
    restarts: usize,
    each: usize,
    most: usize,
}

impl Sink<Organisation> for Counting {
    fn take(&mut self, _: Organisation) -> Option<usize> {
        self.taken += 1;
        (self.taken <= self.most).then_some(self.each)
    }

    fn restart(&mut self) {
        (self.taken, self.restarts) = (0, self.restarts + 1);
    }
}

fn count(body: &Value, budget: &Budget, each: usize, most: usize) -> (Result<usize, ReadError>, Counting) {
    let mut counting = Counting { taken: 0, restarts: 0, each, most };
    let source = Source::new(Bytes::from(body.to_string()), None);
    let read = super::read(source, None, &mut counting, budget.share());
    (read.map(|share| share.bytes()), counting)
}

#[test]
fn the_share_grows_by_what_the_sink_keeps_and_not_by_what_is_read() {
    let budget = Budget::divided(1_000, 1).remove(0);
    let long = json!({"id": "a", "name": "x".repeat(1_000)});
    let (bytes, counting) = count(&Value::Array(vec![long.clone(); 50]), &budget, 20, 100);
    assert_eq!((bytes, counting.taken), (Ok(1_000), 50));
    let (bytes, counting) = count(&Value::Array(vec![long; 100]), &budget, 20, 100);
    assert_eq!((bytes, counting.taken), (Err(ReadError::TooLarge), 51), "it ends when the budget is used up");
}

#[test]
fn a_sink_without_room_ends_the_reading() {
    let (read, counting) = count(&json!([{"id": 1}, {"id": 2}, {"id": 3}]), &Budget::default(), 0, 1);
    assert_eq!((read, counting.taken), (Err(ReadError::TooLarge), 2));
}

#[test]
fn a_sink_begins_again_when_another_list_counts() {
    let budget = Budget::divided(10_000, 1).remove(0);
    let body = json!({"items": [{"id": 1}, {"id": 2}], "clients": [{"id": 3}, {"id": 4}], "data": [{"id": 5}]});
    let (bytes, counting) = count(&body, &budget, 10, 100);
    assert_eq!((bytes, counting.taken, counting.restarts), (Ok(10), 1, 2), "the share begins again too");
    let (_, counting) = count(&json!({"data": [{"id": 5}], "items": [{"id": 1}]}), &budget, 10, 100);
    assert_eq!((counting.taken, counting.restarts), (1, 0), "what does not count is never given to it");
}
