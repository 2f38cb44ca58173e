//! Saved views: each person's own, by name, and not too many.

use std::sync::Arc;

use futures::future::join_all;

use super::Fresh;
use crate::domain::object::ObjectKind;
use crate::domain::saved_view::{MOST_VIEWS, SavedView, ViewedList};
use crate::server::storage::{SavedViewStore, ViewRenamed, ViewSaved};

fn clients(connection: &str) -> ViewedList {
    ViewedList::Objects { connection: connection.to_owned(), kind: ObjectKind::OAuthClient }
}

async fn names(views: &dyn SavedViewStore, subject: &str) -> Vec<String> {
    views.list(subject).await.unwrap().into_iter().map(|view| view.name).collect()
}

pub(in crate::server::storage) async fn a_view_is_its_persons_and_the_same_name_replaces(fresh: Fresh) {
    let views = &fresh.stores.saved_views;
    assert_eq!(views.list("ada").await.unwrap(), []);
    assert_eq!(views.save("ada", &clients("sandbox"), "Mine", "q=a").await.unwrap(), ViewSaved::Added);
    assert_eq!(views.save("eve", &clients("sandbox"), "Mine", "q=hers").await.unwrap(), ViewSaved::Added);
    assert_eq!(views.save("ada", &clients("sandbox"), "Mine", "q=b").await.unwrap(), ViewSaved::Replaced);
    let SavedView { list, name, query, .. } = views.list("ada").await.unwrap().remove(0);
    assert_eq!((list, name.as_str(), query.as_str()), (clients("sandbox"), "Mine", "q=b"));
    assert_eq!(views.list("ada").await.unwrap().len(), 1);
    assert_eq!(views.list("eve").await.unwrap()[0].query, "q=hers");
}

pub(in crate::server::storage) async fn the_same_name_on_another_list_is_another_view(fresh: Fresh) {
    let views = &fresh.stores.saved_views;
    let organisations = ViewedList::Objects { connection: "sandbox".to_owned(), kind: ObjectKind::Organisation };
    let lists = [ViewedList::Find, clients("production"), organisations, clients("sandbox")];
    for list in &lists {
        for name in ["beta", "Alpha"] {
            assert_eq!(views.save("ada", list, name, "").await.unwrap(), ViewSaved::Added);
        }
    }
    let listed = views.list("ada").await.unwrap();
    for (number, list) in lists.iter().enumerate() {
        let of_list: Vec<_> = listed.iter().filter(|view| view.list == *list).map(|view| view.name.as_str()).collect();
        assert_eq!(of_list, ["Alpha", "beta"]);
        assert_eq!(listed[2 * number].list, *list, "by list");
    }
}

pub(in crate::server::storage) async fn a_view_is_renamed_and_removed_by_its_person_alone(fresh: Fresh) {
    let views = &fresh.stores.saved_views;
    for name in ["One", "Two"] {
        views.save("ada", &clients("sandbox"), name, "").await.unwrap();
    }
    views.save("ada", &ViewedList::Find, "Three", "").await.unwrap();
    let one = views.list("ada").await.unwrap().into_iter().find(|view| view.name == "One").unwrap().id;
    assert_eq!(views.rename("eve", one, "Hers").await.unwrap(), ViewRenamed::NotFound);
    assert!(!views.remove("eve", one).await.unwrap());
    assert_eq!(views.rename("ada", one, "Two").await.unwrap(), ViewRenamed::NameTaken);
    assert_eq!(views.rename("ada", one, "One").await.unwrap(), ViewRenamed::Done);
    assert_eq!(views.rename("ada", one, "Three").await.unwrap(), ViewRenamed::Done, "that is another list");
    assert_eq!(names(&**views, "ada").await, ["Three", "Three", "Two"]);
    assert!(views.remove("ada", one).await.unwrap());
    assert!(!views.remove("ada", one).await.unwrap());
    assert_eq!(views.rename("ada", one, "Four").await.unwrap(), ViewRenamed::NotFound);
    assert_eq!(names(&**views, "ada").await, ["Three", "Two"]);
}

pub(in crate::server::storage) async fn a_person_has_fifty_views_and_no_more(fresh: Fresh) {
    let views = &fresh.stores.saved_views;
    let saving = (0..MOST_VIEWS + 5).map(|number| {
        let views = Arc::clone(views);
        tokio::spawn(async move { views.save("ada", &clients("sandbox"), &number.to_string(), "").await.unwrap() })
    });
    let saved = join_all(saving).await.into_iter().map(Result::unwrap);
    assert_eq!(saved.filter(|saved| *saved == ViewSaved::Full).count(), 5);
    let listed = views.list("ada").await.unwrap();
    assert_eq!(listed.len(), usize::try_from(MOST_VIEWS).unwrap());
    let known = listed[0].name.clone();
    assert_eq!(views.save("ada", &clients("sandbox"), &known, "q=b").await.unwrap(), ViewSaved::Replaced);
    assert_eq!(views.save("eve", &clients("sandbox"), "Hers", "").await.unwrap(), ViewSaved::Added);
    views.remove("ada", listed[1].id).await.unwrap();
    assert_eq!(views.save("ada", &clients("sandbox"), "Room again", "").await.unwrap(), ViewSaved::Added);
}
