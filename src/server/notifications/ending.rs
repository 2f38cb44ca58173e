//! What a replica tells that has lost its database, and with that the others: at once and from memory, because it ends.

use std::time::Duration;

use futures::future::join_all;

use super::answer::Settled;
use super::detection::milliseconds;
use super::notifier::Notifications;
use super::settings::TargetSettings;
use crate::domain::notification::{Notification, NotificationEvent};
use crate::paths;

/// How long all of it may take.
const LONGEST: Duration = Duration::from_secs(10);

impl Notifications {
    /// Tells every target that wants to know when the audit log cannot be written, once. The replica that led calls it.
    pub async fn tell_that_it_ends(&self) {
        let now = self.clock.now().truncate_to_millisecond();
        let notification = Notification {
            advice: Some(
                "Look at the database server, and at the network to it. A replica that is started again waits until the database \
                 answers."
                    .to_owned(),
            ),
            path: paths::OVERVIEW.to_owned(),
            is_urgent: true,
            ..Notification::new(
                format!("audit_log:lost:{}", milliseconds(now)),
                NotificationEvent::AuditLog,
                now,
                "A replica has lost the database".to_owned(),
                "It can record nothing more, so it sends no more changes, and ends. Another replica takes over if it can reach \
                 the database."
                    .to_owned(),
            )
        };
        let targets = self.targets();
        // Also where quiet hours hold urgent messages back: nothing is left that could hold this one.
        let told = targets.iter().filter(|target| target.wants(&notification));
        let sent = join_all(told.map(|target| self.send_once(target, &notification)));
        if tokio::time::timeout(LONGEST, sent).await.is_err() {
            tracing::error!("not every target was told that this replica has lost the database");
        }
    }

    async fn send_once(&self, target: &TargetSettings, notification: &Notification) {
        let sent = self.sender.send(target, notification, (&Settled::new(), 0), notification.at).await;
        if let Err(failure) = sent {
            let reason = failure.reason;
            tracing::error!(
                target_name = target.name,
                reason,
                "a target was not told that this replica has lost the database"
            );
        }
    }
}
