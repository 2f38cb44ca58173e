//! What is removed on purpose: the rest of the log still verifies, and what the log does not announce is damage.

use partner_dashboard::domain::audit::{Action, Actor, AuditFilter, Place};
use partner_dashboard::server::audit::write_tiles;
use time::Duration;

use super::copies::{Copy, add, log};
use crate::support::TestApp;

/// Old enough, whatever the clock says.
const EVERYTHING: Duration = Duration::minutes(-1);

async fn long_log() -> TestApp {
    let app = log().await;
    add(&app.audit, 10..310).await;
    app
}

fn operator() -> Actor {
    Actor::nobody("Command line")
}

#[tokio::test]
async fn old_entries_go_in_whole_blocks_and_the_rest_still_verifies() {
    let app = long_log().await;
    let before = Copy::of(&app).await.checkpoint().await;
    assert_eq!(app.audit.retain(Duration::days(30)).await.unwrap(), None, "nothing is old enough");
    assert_eq!(app.audit.retain(EVERYTHING).await.unwrap(), Some(512));
    let (code, said) = Copy::of(&app).await.verify(Some(&before));
    assert!(code == 0 && said.contains("whole: 107 records"), "{said}");
    assert!(said.contains("The 512 records before them were removed on purpose"), "{said}");
    let left = app.audit.list(&AuditFilter::default(), Place::Newest, 500).await.unwrap();
    assert_eq!((left.count.number, left.items[0].intent.changes[0].field.as_str()), (54, "pruned_until"));

    // It goes on, and what is old enough later goes later.
    add(&app.audit, 400..500).await;
    assert_eq!(app.audit.retain(EVERYTHING).await.unwrap(), Some(768));
    let (code, said) = Copy::of(&app).await.verify(None);
    assert!(code == 0, "{said}");
}

#[tokio::test]
async fn a_proof_and_tiles_need_nothing_of_what_is_gone() {
    let app = long_log().await;
    app.audit.retain(EVERYTHING).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(write_tiles(&app.audit, folder.path()).await.unwrap(), 619);
    let (code, said) = crate::audit_export::checked(&app, "tiles", folder.path(), &[]);
    assert!(code == 0 && said.contains("107 leaves are as they were signed; 512 before them were removed"), "{said}");
    let body = app.browser().get("/audit.jsonl").await.body;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), body).unwrap();
    let (code, said) = crate::audit_export::checked(&app, "export", file.path(), &[]);
    assert!(code == 0, "{said}");
}

#[tokio::test]
async fn what_is_removed_and_not_announced_is_damage() {
    let app = long_log().await;
    let copy = Copy::of(&app).await;
    // What the program does, without its entry.
    copy.run("UPDATE audit_head SET pruned = 256").await;
    copy.is_broken(None, "the leaves before 256 are gone, and no entry of the log says that they were to be removed");
    app.audit.retain(EVERYTHING).await.unwrap();
    let copy = Copy::of(&app).await;
    copy.tamper("UPDATE audit_subtrees SET root = replace(root, substr(root, 1, 1), 'x') WHERE place = 0").await;
    copy.is_broken(None, "no entry of the log says");
    let copy = Copy::of(&app).await;
    copy.run("INSERT INTO audit_actor_erasures VALUES (300)").await;
    copy.is_broken(None, "entry 300 names nobody any more");
}

#[tokio::test]
async fn a_person_is_erased_from_every_file_and_the_proofs_stay() {
    let app = long_log().await;
    let before = Copy::of(&app).await.checkpoint().await;
    assert_eq!(app.audit.erase("ada", operator(), "request 17").await.unwrap(), 309);
    assert_eq!(app.audit.erase("ada", operator(), "request 17").await.unwrap(), 0, "once");
    let (code, said) = Copy::of(&app).await.verify(Some(&before));
    assert!(code == 0 && said.contains("619 records"), "{said}");
    for file in std::fs::read_dir(app.files()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for name in ["Ada Lindqvist", "ada@meridian.example"] {
            assert!(!bytes.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
        }
    }
    let browser = app.browser();
    let entry = browser.page("/audit/3").await;
    assert!(entry.main().contains("An erased person"), "{}", entry.main());
    let body = browser.get("/audit.jsonl").await.body;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), body).unwrap();
    assert_eq!(crate::audit_export::checked(&app, "export", file.path(), &[]).0, 0);
}

/// Nobody gets the program to remove evidence in its own name.
#[tokio::test]
async fn times_and_names_that_somebody_else_wrote_remove_nothing() {
    let app = long_log().await;
    let old =
        "UPDATE audit_leaves SET envelope = replace(envelope, '\"time\":\"20', '\"time\":\"19') WHERE sequence < 256";
    Copy::tamper_with(app.pool(), old).await;
    let refused = app.audit.retain(Duration::days(30)).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("not as it was signed")));
    let names = "UPDATE audit_intents SET actor_subject = 'eve' WHERE id = 5";
    Copy::tamper_with(app.pool(), names).await;
    let refused = app.audit.erase("eve", operator(), "request 18").await;
    assert!(refused.is_err_and(|error| error.to_string().contains("not as it was signed")));
    let filter = AuditFilter { action: Some(Action::Erasure), ..AuditFilter::default() };
    assert_eq!(app.audit.list(&filter, Place::Newest, 10).await.unwrap().count.number, 0);
}

#[tokio::test]
async fn nobody_else_can_be_put_in_the_place_of_an_erased_person() {
    let app = long_log().await;
    app.audit.erase("ada", operator(), "request 17").await.unwrap();
    let copy = Copy::of(&app).await;
    copy.tamper("UPDATE audit_intents SET actor_name = 'Mallory' WHERE id = 3").await;
    copy.is_broken(None, "entry 3 was changed: the actor of its intent");
}
