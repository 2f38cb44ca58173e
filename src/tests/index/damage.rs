//! A kept index that cannot be used is none: everything is read from the partner, and the log says why.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::filled;
use crate::support::{Log, TestApp, TestOptions};

/// What becomes of a snapshot.
type Damage = fn(&mut Vec<u8>);

/// Puts other bytes in the place of the snapshot, with the checksum of those, as another version of this program would.
async fn replace(app: &TestApp, damage: Damage) {
    let mut bytes = app.snapshot("sandbox").await;
    damage(&mut bytes);
    let version: i64 = sqlx::query_scalar("SELECT max(version) FROM index_snapshots WHERE connection = 'sandbox'")
        .fetch_one(app.pool())
        .await
        .unwrap();
    sqlx::query("DELETE FROM index_snapshot_pieces WHERE version = ?").bind(version).execute(app.pool()).await.unwrap();
    for (number, piece) in bytes.chunks(65_536).enumerate() {
        sqlx::query("INSERT INTO index_snapshot_pieces (version, number, data) VALUES (?, ?, ?)")
            .bind(version)
            .bind(i64::try_from(number).unwrap())
            .bind(piece)
            .execute(app.pool())
            .await
            .unwrap();
    }
    sqlx::query("UPDATE index_snapshots SET checksum = ?, length = ? WHERE version = ?")
        .bind(Sha256::digest(&bytes).as_slice())
        .bind(i64::try_from(bytes.len()).unwrap())
        .bind(version)
        .execute(app.pool())
        .await
        .unwrap();
}

/// A server that starts from a damaged snapshot, and what it says.
async fn restarted(app: TestApp, says: &str) {
    let partner = app.partner().await;
    let id = partner.organisation("Copperfield Books").await;
    partner.change(&format!("/organisations/{id}"), json!({"name": "Copperfield as it is"})).await;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = app.restarted().await;
    assert!(log.says(says), "{}", String::from_utf8_lossy(&log.bytes()));
    let list = app.browser().page("/sandbox/organisations?q=copperfield").await;
    assert_eq!(list.texts("tbody th"), ["Copperfield as it is"]);
    assert!(app.browser().page("/sandbox/clients?q=gift").await.main().contains("gift-cards"));
    // What was read takes the place of what was of no use.
    filled(&app).await;
    let app = app.restarted().await;
    app.sandbox.clear_requests();
    assert!(app.connections.find("sandbox").unwrap().index.view().read_at.is_some());
    assert!(app.sandbox.requests().is_empty());
}

async fn kept() -> TestApp {
    let app = TestApp::with(TestOptions { is_kept: true, ..TestOptions::default() }).await;
    filled(&app).await;
    app
}

#[tokio::test]
async fn a_snapshot_with_other_bytes_than_were_written_is_not_used() {
    let app = kept().await;
    app.sql("UPDATE index_snapshot_pieces SET data = zeroblob(length(data))").await;
    restarted(app, "the kept index cannot be read").await;
}

#[tokio::test]
async fn a_snapshot_of_another_version_is_not_used() {
    let app = kept().await;
    replace(&app, |bytes| bytes[7] = 200).await;
    restarted(app, "it is of another version").await;
}

#[tokio::test]
async fn a_snapshot_that_means_nothing_is_not_used() {
    let cuts: [Damage; 5] = [
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.truncate(8),
        Vec::clear,
        |bytes| bytes[16..24].copy_from_slice(&[0xff; 8]),
        |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle..].reverse();
        },
    ];
    for cut in cuts {
        let app = kept().await;
        replace(&app, cut).await;
        restarted(app, "the kept index is of no use").await;
    }
}
