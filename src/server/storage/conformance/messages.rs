//! Messages: each is shown once, to one browser.

use std::time::Duration;

use futures::future::join_all;
use tower_sessions::session::Id;

use super::Fresh;
use crate::domain::shell::{Flash, Tone};

fn message(words: &str) -> Flash {
    Flash { tone: Tone::Warning, message: words.to_owned() }
}

pub(in crate::server::storage) async fn messages_are_shown_once_in_their_order_to_their_browser(fresh: Fresh) {
    let messages = &fresh.stores.messages;
    let (mine, other) = (Id::default(), Id::default());
    assert!(messages.take(mine).await.unwrap().is_empty());
    for words in ["one", "two"] {
        messages.leave(mine, &message(words)).await.unwrap();
    }
    assert!(messages.take(other).await.unwrap().is_empty());
    assert_eq!(messages.take(mine).await.unwrap(), [message("one"), message("two")]);
    assert!(messages.take(mine).await.unwrap().is_empty());
}

pub(in crate::server::storage) async fn of_many_who_take_at_once_each_message_comes_to_one(fresh: Fresh) {
    let session = Id::default();
    let mut left: Vec<String> = (0..10).map(|number| number.to_string()).collect();
    for words in &left {
        fresh.stores.messages.leave(session, &message(words)).await.unwrap();
    }
    let takers = (0..4).map(|_| {
        let messages = fresh.stores.messages.clone();
        tokio::spawn(async move { messages.take(session).await.unwrap() })
    });
    let taken = join_all(takers).await.into_iter().flat_map(Result::unwrap);
    let mut taken: Vec<String> = taken.map(|message| message.message).collect();
    taken.sort();
    left.sort();
    assert_eq!(taken, left);
}

pub(in crate::server::storage) async fn messages_that_are_older_than_a_day_are_removed(fresh: Fresh) {
    let messages = &fresh.stores.messages;
    let session = Id::default();
    messages.leave(session, &message("old")).await.unwrap();
    fresh.pass(Duration::from_hours(23));
    messages.leave(session, &message("young")).await.unwrap();
    fresh.pass(Duration::from_hours(1));
    messages.remove_old().await.unwrap();
    assert_eq!(messages.take(session).await.unwrap(), [message("young")]);
}
