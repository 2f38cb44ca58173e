//! How much room is taken is told, and grows with what is kept.

use super::Fresh;
use super::index_snapshots::write;
use crate::server::storage::{LARGEST_CHUNK, SizeStore};

async fn bytes(store: &dyn SizeStore) -> u64 {
    let size = store.size().await.unwrap();
    assert!(size.parts.iter().any(|(part, bytes)| *part == "database" && *bytes > 0), "{size:?}");
    size.parts.iter().map(|(_, bytes)| bytes).sum()
}

pub(in crate::server::storage) async fn what_is_kept_takes_room(fresh: Fresh) {
    let before = bytes(&*fresh.stores.size).await;
    let chunk = vec![7; LARGEST_CHUNK];
    write(&fresh.stores.index_snapshots, "sandbox", &chunk).await;
    let after = bytes(&*fresh.stores.size).await;
    assert!(after > before, "{before} bytes, then {after}");
}
