//! Announcements as notifications of PostgreSQL, each sent with the transaction that it is about.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnection, PgListener};

use crate::server::storage::{Announcement, Announcements};

/// The channel of all replicas on a database.
const CHANNEL: &str = "partner_dashboard";
/// After so long without an announcement, the server is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(30);
/// How long it may take to say so.
const ANSWER: Duration = Duration::from_secs(5);
/// How long it is waited before a server that does not answer is asked again.
const RETRY: Duration = Duration::from_secs(1);

/// Announces, in a transaction with what was kept: nobody hears of what is not committed.
pub(super) async fn announce(database: &mut PgConnection, what: &Announcement) -> Result<(), sqlx::Error> {
    let text = serde_json::to_string(what).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(text).execute(database).await.map(drop)
}

/// Hears them on a connection of its own.
#[derive(Debug)]
pub(in crate::server::storage) struct PostgresAnnouncements {
    url: String,
    listener: Option<PgListener>,
}

impl PostgresAnnouncements {
    pub(in crate::server::storage) fn new(url: &str) -> Self {
        Self { url: url.to_owned(), listener: None }
    }

    async fn listen(&self) -> Result<PgListener, sqlx::Error> {
        let mut listener = PgListener::connect(&self.url).await?;
        listener.listen(CHANNEL).await?;
        Ok(listener)
    }
}

#[async_trait]
impl Announcements for PostgresAnnouncements {
    async fn next(&mut self) -> Option<Announcement> {
        loop {
            let Some(listener) = &mut self.listener else {
                match self.listen().await {
                    Ok(listener) => self.listener = Some(listener),
                    Err(error) => {
                        tracing::warn!(%error, "other replicas are not heard: the database cannot be reached");
                        tokio::time::sleep(RETRY).await;
                        continue;
                    }
                }
                // Whatever was announced before it listened.
                return None;
            };
            let Ok(received) = tokio::time::timeout(SILENCE, listener.try_recv()).await else {
                // A connection that is gone without a word is as silent as one on which nothing happens.
                let answer = sqlx::query("SELECT 1").execute(&mut *listener);
                if !matches!(tokio::time::timeout(ANSWER, answer).await, Ok(Ok(_))) {
                    self.listener = None;
                }
                continue;
            };
            match received {
                Ok(Some(notification)) => match serde_json::from_str(notification.payload()) {
                    Ok(announcement) => return Some(announcement),
                    // One of a newer version, which this one need not know.
                    Err(error) => tracing::debug!(%error, "an announcement is not understood"),
                },
                Ok(None) | Err(_) => self.listener = None,
            }
        }
    }
}
