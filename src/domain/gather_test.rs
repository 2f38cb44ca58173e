//! The lists of a form mean the same however they are written.

use proptest::prelude::*;

use super::*;

/// The same by comparing each entry with every other: slow, and plain to see.
fn gather_by_comparing(field: FieldType, chosen: &[String], typed: &str) -> Vec<String> {
    let separates = |letter: char| match field {
        FieldType::Urls => letter == '\n' || letter == '\r',
        _ => letter.is_whitespace() || letter == ',',
    };
    let mut items: Vec<String> = Vec::new();
    let typed = typed.split(separates).map(|entry| entry.trim().to_owned());
    for item in chosen.iter().map(|item| item.trim().to_owned()).chain(typed) {
        let repeats = field != FieldType::Urls && items.contains(&item);
        if !item.is_empty() && !repeats {
            items.push(item);
        }
    }
    items
}

fn any_field() -> impl Strategy<Value = FieldType> {
    prop_oneof![Just(FieldType::List), Just(FieldType::Urls)]
}

fn sorted(mut entries: Vec<String>) -> Vec<String> {
    entries.sort();
    entries
}

proptest! {
    #[test]
    fn gathering_gives_what_comparing_each_with_every_other_gives(
        field in any_field(), chosen in prop::collection::vec("[a-c, \u{a0}]{0,3}", 0..9), typed in "[a-c,\\s]{0,30}",
    ) {
        prop_assert_eq!(gather(field, &chosen, &typed), gather_by_comparing(field, &chosen, &typed));
    }

    #[test]
    fn a_form_whose_entries_have_moved_into_the_text_means_the_same(
        field in any_field(), chosen in prop::collection::vec(" ?[a-e]{0,3}([ ,][a-e])?", 150..320), typed in "[a-e,\\s]{0,9}",
    ) {
        let meant = gather(field, &chosen, &typed);
        let (mut kept, mut text) = (chosen.clone(), typed.clone());
        make_room(field, &mut kept, &mut text);
        prop_assert_eq!(sorted(gather(field, &kept, &text)), sorted(meant));
        let (mut again, mut text_again) = (kept.clone(), text.clone());
        make_room(field, &mut again, &mut text_again);
        prop_assert_eq!((again, text_again), (kept, text), "sent again, nothing moves");
    }
}

#[test]
fn what_the_text_would_take_apart_keeps_its_control() {
    let mut chosen: Vec<String> = (0..300).map(|number| format!("s{number}")).collect();
    chosen[250] = "in two words".to_owned();
    let mut typed = "last".to_owned();
    make_room(FieldType::List, &mut chosen, &mut typed);
    assert_eq!((chosen.len(), chosen.last().map(String::as_str)), (201, Some("in two words")));
    assert!(typed.starts_with("s200 s201 ") && typed.ends_with(" s299 last"), "{typed}");
}

#[test]
fn rows_keep_their_order_and_stand_one_on_each_line() {
    let mut chosen: Vec<String> = (0..203).map(|number| format!("https://a.example/{number},x")).collect();
    chosen[201].clear();
    let mut typed = String::new();
    make_room(FieldType::Urls, &mut chosen, &mut typed);
    assert_eq!((chosen.len(), typed.as_str()), (200, "https://a.example/200,x\nhttps://a.example/202,x"));
}

#[test]
fn a_space_in_a_pasted_url_is_kept_to_be_refused() {
    let typed = " https://a.example/1 \r\nhttps://a.example/a b\n\n";
    assert_eq!(gather(FieldType::Urls, &[], typed), ["https://a.example/1", "https://a.example/a b"]);
}
