//! Scheduled backups: when they are taken, which are kept, and who is told.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use partner_dashboard::domain::audit::{Action, AuditFilter, Place};
use partner_dashboard::server::backup::BackupSettings;
use partner_dashboard::server::clock::{Clock, ManualClock};
use tempfile::TempDir;
use time::macros::datetime;

use super::{Dashboard, OWNER, names};
use crate::support::program::{Server, command};
use crate::support::{TestApp, TestOptions};

/// An application with a backup each day, of which two are kept.
async fn app(clock: &Arc<ManualClock>) -> (TestApp, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let backup = BackupSettings {
        every: Duration::from_hours(24),
        keep: NonZeroU32::new(2).unwrap(),
        to: folder.path().join("backups"),
    };
    let clock: Arc<dyn Clock> = clock.clone();
    let options = TestOptions { backup: Some(backup), clock, ..TestOptions::behind_a_proxy() };
    (TestApp::with(options).await, folder)
}

async fn backups_in_the_log(app: &TestApp) -> u64 {
    let filter = AuditFilter { action: Some(Action::Backup), ..AuditFilter::default() };
    app.audit.list(&filter, Place::Newest, 1).await.unwrap().count.number
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_taken_when_the_last_is_too_old_and_the_newest_are_kept() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-27 12:00 UTC)));
    let (app, folder) = app(&clock).await;
    let to = folder.path().join("backups");
    std::fs::create_dir(&to).unwrap();
    std::fs::write(to.join("other.db"), "x").unwrap();
    let mut taken = Vec::new();
    for day in 1..=4_u64 {
        for _ in 0..2 {
            app.backups().take_if_due(&app.audit).await;
            assert_eq!(backups_in_the_log(&app).await, day, "one a day, and each is recorded");
        }
        let mut present = names(&to);
        assert_eq!(present.remove(0), "other.db");
        taken.push(present.last().unwrap().clone());
        assert_eq!(present, taken[taken.len().saturating_sub(2)..]);
        clock.advance(Duration::from_hours(24));
    }
    // A restart looks at the folder.
    clock.advance(Duration::from_hours(48));
    let app = app.restarted().await;
    app.backups().take_if_due(&app.audit).await;
    let app = app.restarted().await;
    app.backups().take_if_due(&app.audit).await;
    assert_eq!(backups_in_the_log(&app).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_and_the_metrics_say_how_backups_are_going() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-27 12:00 UTC)));
    let (app, folder) = app(&clock).await;
    let browser = app.browser_of("ada", "admins");
    assert!(browser.page("/").await.text("section:has(#backup)").contains("No backup yet."));
    assert!(!app.metrics().await.contains("backup_last_success"));
    // The folder is not there.
    app.backups().take_if_due(&app.audit).await;
    app.backups().take_if_due(&app.audit).await;
    let card = browser.page("/").await.text("section:has(#backup)");
    assert!(card.contains("The last backup failed just now. The log") && card.contains("No backup yet."), "{card}");
    assert!(app.metrics().await.contains("partner_dashboard_backup_failures_total 1\n"), "it is not tried at once");
    std::fs::create_dir(folder.path().join("backups")).unwrap();
    clock.advance(Duration::from_mins(15));
    app.backups().take_if_due(&app.audit).await;
    clock.advance(Duration::from_mins(5));
    let card = browser.page("/").await.text("section:has(#backup)");
    assert!(card.contains("Last backup: 5 minutes ago.") && !card.contains("failed"), "{card}");
    let metrics = app.metrics().await;
    let at = (clock.now() - Duration::from_mins(5)).unix_timestamp();
    let name = names(&folder.path().join("backups")).remove(0);
    let bytes = folder.path().join("backups").join(name).metadata().unwrap().len();
    for line in [
        format!("partner_dashboard_backup_last_success_timestamp_seconds {at}\n"),
        format!("partner_dashboard_backup_last_success_bytes {bytes}\n"),
        "partner_dashboard_backup_failures_total 1\n".to_owned(),
    ] {
        assert!(metrics.contains(&line), "{line} is not in {metrics}");
    }
    // Who may not read the log, and a dashboard without backups, see nothing of it.
    assert!(!app.browser_of("ben", "viewers").page("/").await.has("#backup"));
    let without = TestApp::empty().await;
    assert!(!without.browser().page("/").await.has("#backup"));
    assert!(!without.metrics().await.contains("backup"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_takes_its_first_backup_by_itself() {
    let (folder, dashboard) = (tempfile::tempdir().unwrap(), Dashboard::new("").await);
    let mut program = command();
    program.arg("serve").arg("--config").arg(&dashboard.configured.path);
    program.env("PARTNER_DASHBOARD_BACKUP__EVERY_H", "1").env("PARTNER_DASHBOARD_BACKUP__TO", folder.path());
    let server = Server::start(program).await;
    server.logs("backup written").await;
    server.stop();
    let taken = names(folder.path());
    assert_eq!(taken.len(), 1, "{taken:?}");
    let (code, said) = dashboard.verify(&folder.path().join(&taken[0]), None);
    assert_eq!(code, 0, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_the_backups_of_another_dashboard_is_left_alone() {
    let clock = Arc::new(ManualClock::new(datetime!(2026-11-27 12:00 UTC)));
    let (app, folder) = app(&clock).await;
    let to = folder.path().join("backups");
    std::fs::create_dir(&to).unwrap();
    std::fs::write(to.join(OWNER), "staging.example.com/audit\n").unwrap();
    let others = ["partner-dashboard-2026-11-27T110000Z.db", "partner-dashboard-2026-11-27T113000Z.db"];
    for name in others {
        std::fs::write(to.join(name), "x").unwrap();
    }
    app.backups().take_if_due(&app.audit).await;
    assert_eq!(names(&to), others);
    assert_eq!(backups_in_the_log(&app).await, 0);
    let metrics = app.metrics().await;
    assert!(metrics.contains("partner_dashboard_backup_failures_total 1\n"), "{metrics}");
    assert!(!metrics.contains("backup_last_success"), "that of another is none of its own: {metrics}");
    // Once it is given to it.
    std::fs::remove_file(to.join(OWNER)).unwrap();
    clock.advance(Duration::from_hours(25));
    app.backups().take_if_due(&app.audit).await;
    assert_eq!(backups_in_the_log(&app).await, 1);
    assert!(!std::fs::read_to_string(to.join(OWNER)).unwrap().contains("staging"));
}
