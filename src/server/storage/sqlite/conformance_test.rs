//! SQLite holds to every promise of the traits.

use std::sync::Arc;

use crate::server::clock::{Clock, ManualClock};
use crate::server::storage::NumberingSealer;
use crate::server::storage::conformance::{Fresh, LIMITS, NOW, conformance_tests};

async fn fresh() -> Fresh {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("fresh.db").display());
    let clock = Arc::new(ManualClock::new(NOW));
    let told: Arc<dyn Clock> = clock.clone();
    Fresh::new(
        crate::server::storage::open(&url, &told, LIMITS, Arc::new(NumberingSealer)).await.unwrap(),
        clock,
        directory,
    )
}

conformance_tests!(super::fresh);
