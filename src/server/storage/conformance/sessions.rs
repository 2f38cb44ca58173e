//! Sessions: they end by being idle, by age, by their owner or by the provider.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;
use tower_sessions::SessionStore as _;
use tower_sessions::session::{Id, Record};

use super::{Fresh, NOW};
use crate::server::clock::Clock as _;
use crate::server::session_handle::handle_of;

impl Fresh {
    /// Begins a session of somebody who signed in from 10.0.0.1.
    pub(in crate::server::storage) async fn begin(&self, subject: &str, provider_session: Option<&str>) -> Record {
        let owner = json!({"subject": subject, "provider_session": provider_session, "started": {"peer": "10.0.0.1"}});
        let data = HashMap::from([("owner".to_owned(), owner)]);
        let mut record = Record { id: Id::default(), data, expiry_date: NOW };
        self.stores.sessions.create(&mut record).await.unwrap();
        record
    }

    async fn is_there(&self, record: &Record) -> bool {
        self.stores.sessions.load(&record.id).await.unwrap().is_some()
    }

    fn pass_minutes(&self, minutes: u64) {
        self.pass(Duration::from_mins(minutes));
    }
}

pub(in crate::server::storage) async fn a_session_is_read_as_it_was_saved_and_gone_after_deletion(fresh: Fresh) {
    let mut record = fresh.begin("ada", None).await;
    assert_eq!(fresh.stores.sessions.load(&record.id).await.unwrap().unwrap().data, record.data);
    record.data.insert("more".to_owned(), json!(1));
    fresh.stores.sessions.save(&record).await.unwrap();
    assert_eq!(fresh.stores.sessions.load(&record.id).await.unwrap().unwrap().data, record.data);
    fresh.stores.sessions.delete(&record.id).await.unwrap();
    assert!(!fresh.is_there(&record).await);
}

pub(in crate::server::storage) async fn a_session_that_is_idle_too_long_is_over_and_use_keeps_it(fresh: Fresh) {
    let (used, idle) = (fresh.begin("ada", None).await, fresh.begin("ada", None).await);
    for _ in 0..3 {
        fresh.pass_minutes(20);
        assert!(fresh.is_there(&used).await);
    }
    assert!(!fresh.is_there(&idle).await);
    fresh.pass_minutes(30);
    assert!(!fresh.is_there(&used).await);
}

pub(in crate::server::storage) async fn what_is_loaded_unnoticed_is_no_use_of_a_session(fresh: Fresh) {
    let record = fresh.begin("ada", None).await;
    for minutes in [20, 9] {
        fresh.pass_minutes(minutes);
        assert!(fresh.stores.sessions.unnoticed(fresh.is_there(&record)).await);
    }
    fresh.pass_minutes(1);
    assert!(!fresh.is_there(&record).await);
}

pub(in crate::server::storage) async fn a_session_that_is_too_old_is_over_however_much_it_is_used(fresh: Fresh) {
    let record = fresh.begin("ada", None).await;
    for _ in 0..39 {
        fresh.pass_minutes(15);
        assert!(fresh.is_there(&record).await);
        fresh.stores.sessions.save(&record).await.unwrap();
    }
    fresh.pass_minutes(15);
    assert!(!fresh.is_there(&record).await);
    assert!(fresh.stores.sessions.of_subject("ada", None).await.unwrap().is_empty());
}

pub(in crate::server::storage) async fn sessions_that_are_over_are_removed_and_others_are_not(fresh: Fresh) {
    let over = fresh.begin("ada", None).await;
    fresh.pass_minutes(20);
    let alive = fresh.begin("ada", None).await;
    fresh.pass_minutes(10);
    let ended = fresh.stores.sessions.remove_old().await.unwrap();
    assert_eq!(ended.iter().map(|one| one.handle.clone()).collect::<Vec<_>>(), [handle_of(over.id)]);
    assert!(!fresh.is_there(&over).await && fresh.is_there(&alive).await);
    // Only one is left to be ended.
    assert_eq!(fresh.stores.sessions.end_others("ada", None).await.unwrap().len(), 1);
}

pub(in crate::server::storage) async fn a_session_that_was_ended_is_not_brought_back_by_a_request_under_way(
    fresh: Fresh,
) {
    let record = fresh.begin("ada", None).await;
    fresh.stores.sessions.delete(&record.id).await.unwrap();
    fresh.stores.sessions.save(&record).await.unwrap();
    assert!(!fresh.is_there(&record).await);
}

pub(in crate::server::storage) async fn a_second_session_never_takes_the_place_of_the_first(fresh: Fresh) {
    let first = fresh.begin("ada", None).await;
    let mut second = first.clone();
    second.data.clear();
    fresh.stores.sessions.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(fresh.stores.sessions.load(&first.id).await.unwrap().unwrap().data, first.data);
}

pub(in crate::server::storage) async fn a_person_sees_their_own_sessions_the_one_used_last_first(fresh: Fresh) {
    let mine = fresh.begin("ada", None).await;
    fresh.begin("eve", None).await;
    fresh.pass_minutes(5);
    fresh.begin("ada", None).await;
    fresh.pass_minutes(5);
    assert!(fresh.is_there(&mine).await);
    let visits = fresh.stores.sessions.of_subject("ada", Some(mine.id)).await.unwrap();
    let is_current: Vec<bool> = visits.iter().map(|visit| visit.is_current).collect();
    assert_eq!(is_current, [true, false]);
    assert_eq!((visits[0].began_at, visits[0].last_used_at), (NOW, fresh.clock.now()));
    assert_eq!(visits[0].peer.as_deref(), Some("10.0.0.1"));
    assert!(!visits[0].handle.contains(&mine.id.to_string()), "a handle bears nothing");
}

pub(in crate::server::storage) async fn a_person_ends_their_own_sessions_and_no_others(fresh: Fresh) {
    let (mine, other, theirs) =
        (fresh.begin("ada", None).await, fresh.begin("ada", None).await, fresh.begin("eve", None).await);
    let sessions = &fresh.stores.sessions;
    for used_a_moment_ago in [&mine, &other, &theirs] {
        assert!(fresh.is_there(used_a_moment_ago).await);
    }
    let visits = sessions.of_subject("ada", Some(mine.id)).await.unwrap();
    let handle = &visits.iter().find(|visit| !visit.is_current).unwrap().handle;
    assert!(!sessions.end("eve", handle).await.unwrap(), "somebody else's");
    assert!(sessions.end("ada", handle).await.unwrap());
    assert!(!sessions.end("ada", handle).await.unwrap(), "ended before");
    assert!(!fresh.is_there(&other).await);
    let third = fresh.begin("ada", None).await;
    assert!(fresh.is_there(&third).await);
    let ended = sessions.end_others("ada", Some(mine.id)).await.unwrap();
    let named: Vec<_> = ended.iter().map(|one| (one.handle.clone(), one.subject.as_deref())).collect();
    assert_eq!(named, [(handle_of(third.id), Some("ada"))]);
    assert!(fresh.is_there(&mine).await && fresh.is_there(&theirs).await && !fresh.is_there(&third).await);
    assert_eq!(sessions.end_others("ada", None).await.unwrap().len(), 1);
}

pub(in crate::server::storage) async fn the_provider_ends_one_session_or_all_of_a_person(fresh: Fresh) {
    for (subject, provider_session, left) in [
        (Some("ada"), Some("s-1"), [false, true, true, false]),
        (None, Some("s-1"), [false, true, true, true]),
        (Some("ada"), None, [false, false, true, false]),
        (Some("eve"), Some("s-1"), [true; 4]),
        (None, Some("s-9"), [true; 4]),
        (None, None, [true; 4]),
    ] {
        let mut begun = Vec::new();
        for (subject, provider_session) in
            [("ada", Some("s-1")), ("ada", Some("s-2")), ("eve", Some("s-3")), ("ada", None)]
        {
            begun.push(fresh.begin(subject, provider_session).await);
        }
        for used_a_moment_ago in &begun {
            assert!(fresh.is_there(used_a_moment_ago).await);
        }
        let ended = fresh.stores.sessions.end_of_provider(subject, provider_session).await.unwrap();
        for (record, is_left) in begun.iter().zip(left) {
            assert_eq!(fresh.is_there(record).await, is_left, "{subject:?} {provider_session:?} {record:?}");
        }
        assert_eq!(ended.len(), left.iter().filter(|is_left| !**is_left).count());
        for subject in ["ada", "eve"] {
            fresh.stores.sessions.end_others(subject, None).await.unwrap();
        }
    }
}
