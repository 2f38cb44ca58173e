//! Organisations that name each other as parents in a circle are told from those that are only below one.

use super::observing::{named, read};
use super::{Entry, Rig};
use crate::domain::field::FieldValue;

/// An organisation that names a parent.
fn below(id: &str, parent: &str) -> Entry {
    let (id, mut fields) = named(id, id);
    fields.set("parent_id", Some(FieldValue::Text(parent.to_owned())));
    (id, fields)
}

#[tokio::test(start_paused = true)]
async fn those_on_the_way_round_are_in_the_circle_and_no_others() {
    let rig = Rig::new();
    let circle = [below("a", "b"), below("b", "c"), below("c", "a"), below("below", "b"), below("deeper", "below")];
    let others = [named("top", "Top"), below("child", "top"), below("self", "self"), below("lost", "nowhere")];
    read(&rig, circle.into_iter().chain(others).collect()).await;
    let view = rig.index.lists.model.latest().await;
    for id in ["a", "b", "c", "self"] {
        assert!(view.is_in_a_circle(id), "{id}");
    }
    for id in ["below", "deeper", "top", "child", "lost", "unknown"] {
        assert!(!view.is_in_a_circle(id), "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_way_is_the_root_and_the_nearest_ones() {
    let rig = Rig::new();
    let id = |number: usize| format!("o-{number:03}");
    let chain = (1..200).map(|number| below(&id(number), &id(number - 1)));
    read(&rig, std::iter::once(named("o-000", "Top")).chain(chain).collect()).await;
    let view = rig.index.lists.model.latest().await;
    let way = |number: usize, most: usize| -> Vec<String> {
        view.way_to(&id(number), most).into_iter().map(|above| above.id).collect()
    };
    assert_eq!(way(199, 3), ["o-000", "o-197", "o-198"]);
    for whole in [3, 4] {
        assert_eq!(way(3, whole), ["o-000", "o-001", "o-002"]);
    }
    assert_eq!(way(0, 3), Vec::<String>::new());
}
