//! The tree as tiles: written by the command, and checked by the script and by another implementation.

use std::path::Path;

use partner_dashboard::server::audit::write_tiles;
use sha2::{Digest as _, Sha256};

use super::checked;
use crate::audit_verification::copies::{add, log};
use crate::support::TestApp;

/// Does something to a folder of tiles.
type Damage = fn(&Path);

async fn tiles(app: &TestApp) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_tiles(&app.audit, folder.path()).await.unwrap();
    folder
}

fn edit(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn tiles_are_whole_by_the_script_and_hold_the_leaves_of_another_implementation() {
    let app = log().await;
    add(&app.audit, 0..300).await;
    let folder = tiles(&app).await;
    let (code, said) = checked(&app, "tiles", folder.path(), &[]);
    assert!(code == 0 && said.contains("618 leaves are as they were signed; 0 before them"), "{said}");
    let tile = std::fs::read(folder.path().join("tile/0/000")).unwrap();
    assert_eq!(tile.len(), 256 * 32);
    assert_eq!(std::fs::read(folder.path().join("tile/0/002.p/106")).unwrap().len(), 106 * 32);
    assert_eq!(std::fs::read(folder.path().join("tile/1/000.p/2")).unwrap().len(), 2 * 32);
    let bundle = std::fs::read(folder.path().join("tile/entries/000")).unwrap();
    let length = usize::from(u16::from_be_bytes([bundle[0], bundle[1]]));
    let first = Sha256::new().chain_update([0]).chain_update(&bundle[2..2 + length]).finalize();
    assert_eq!(tile[..32], *first);
}

#[tokio::test]
async fn the_script_finds_whatever_was_done_to_tiles() {
    let app = log().await;
    add(&app.audit, 0..300).await;
    let damages: [(&str, Damage, &str); 7] = [
        ("a leaf", |at| edit(&at.join("tile/entries/001"), |bytes| bytes[300] ^= 1), "NOT as it was signed"),
        ("a hash", |at| edit(&at.join("tile/0/001"), |bytes| bytes[9] ^= 1), "are not those of their tile"),
        ("a hash above", |at| edit(&at.join("tile/1/000.p/2"), |bytes| bytes[9] ^= 1), "of level 1 is not"),
        (
            "the end",
            |at| edit(&at.join("tile/entries/002.p/106"), |bytes| bytes.truncate(9_000)),
            "NOT as it was signed",
        ),
        ("a bundle", |at| std::fs::remove_file(at.join("tile/entries/001")).unwrap(), "It cannot be read"),
        (
            "two bundles",
            |at| {
                std::fs::copy(at.join("tile/entries/000"), at.join("tile/entries/001")).unwrap();
            },
            "stands in another place",
        ),
        (
            "the size",
            |at| {
                edit(&at.join("checkpoint"), |bytes| {
                    let place = bytes.windows(3).position(|three| three == b"618").unwrap();
                    bytes[place + 2] = b'7';
                });
            },
            "the signature of the checkpoint is wrong",
        ),
    ];
    for (name, damage, says) in damages {
        let folder = tiles(&app).await;
        damage(folder.path());
        let (code, said) = checked(&app, "tiles", folder.path(), &[]);
        assert!(code != 0 && said.contains(says), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_checkpoint_from_elsewhere_finds_old_tiles() {
    let app = log().await;
    let old = tiles(&app).await;
    add(&app.audit, 0..3).await;
    let new = tiles(&app).await;
    let checkpoint = new.path().join("checkpoint");
    let more = ["--checkpoint", checkpoint.to_str().unwrap()];
    let (code, said) = checked(&app, "tiles", old.path(), &more);
    assert!(code == 1 && said.contains("this is an old copy: it has 18 leaves, and 24 were signed"), "{said}");
    let earlier = old.path().join("checkpoint");
    assert_eq!(checked(&app, "tiles", new.path(), &["--checkpoint", earlier.to_str().unwrap()]).0, 0);
}

#[tokio::test]
async fn tiles_are_never_written_over_others() {
    let app = log().await;
    let folder = tiles(&app).await;
    assert!(write_tiles(&app.audit, folder.path()).await.is_err());
}
