//! What one replica remembers of people, it asks anew once another announces a change.

use std::sync::Arc;

use tower_sessions::session::Id;

use super::announcements::PostgresAnnouncements;
use super::test_server::PostgresServer;
use crate::domain::object::ObjectKind;
use crate::domain::saved_view::ViewedList;
use crate::domain::shell::{Flash, Tone};
use crate::server::clock::{Clock, ManualClock};
use crate::server::session_handle::handle_of;
use crate::server::storage::conformance::{LIMITS, NOW};
use crate::server::storage::{Announcement, Announcements, NumberingSealer, Stores, postgres};

/// The stores of two replicas on one new database, whose time stands still, and what they announce.
async fn two(server: &PostgresServer) -> ([Stores; 2], PostgresAnnouncements) {
    let url = server.new_database().await;
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(NOW));
    let pool = postgres::open(&url).await.unwrap();
    let stores = async || postgres::stores(&pool, &clock, LIMITS, Arc::new(NumberingSealer)).await.unwrap();
    let stores = [stores().await, stores().await];
    let mut announcements = PostgresAnnouncements::new(&url);
    // It listens from here on.
    assert_eq!(announcements.next().await, None);
    (stores, announcements)
}

#[tokio::test]
async fn a_message_that_another_replica_leaves_is_found_once_it_is_announced() {
    let server = PostgresServer::start();
    let ([first, second], mut announcements) = two(&server).await;
    let session = Id::default();
    let message = Flash { tone: Tone::Good, message: "Saved".to_owned() };
    assert_eq!(first.messages.take(session).await.unwrap(), []);
    second.messages.leave(session, &message).await.unwrap();
    assert_eq!(announcements.next().await, Some(Announcement::Message(handle_of(session))));
    assert_eq!(first.messages.take(session).await.unwrap(), [], "it was asked a moment ago");
    first.messages.forget(Some(&handle_of(session)));
    assert_eq!(first.messages.take(session).await.unwrap(), [message]);
}

#[tokio::test]
async fn a_view_that_is_saved_at_another_replica_is_found_once_it_is_announced() {
    let server = PostgresServer::start();
    let ([first, second], mut announcements) = two(&server).await;
    let list = ViewedList::Objects { connection: "sandbox".to_owned(), kind: ObjectKind::Organisation };
    assert_eq!(first.saved_views.list("ada").await.unwrap(), []);
    second.saved_views.save("ada", &list, "Lettings", "q=lettings").await.unwrap();
    assert_eq!(announcements.next().await, Some(Announcement::SavedViews("ada".to_owned())));
    assert_eq!(first.saved_views.list("ada").await.unwrap(), [], "it was asked a moment ago");
    first.saved_views.forget(Some("ada"));
    assert_eq!(first.saved_views.list("ada").await.unwrap().len(), 1);
}
