//! Whatever happens to the index, a search says what the log says.

mod index_file;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration as StdDuration;

use proptest::prelude::*;
use time::OffsetDateTime;

use super::super::SqliteAuditLog;
use super::super::index::file;
use super::entries;
use crate::domain::audit::{Action, Actor, AuditFilter, Entries, Intent, Place, Target};
use crate::server::storage::conformance::audit_search;
use crate::server::storage::{AuditStore as _, NumberingSealer, sqlite};

const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

struct World {
    store: SqliteAuditLog,
    database: PathBuf,
    _directory: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("audit.db");
        Self { store: open(&database).await, database, _directory: directory }
    }

    async fn part(&self, filter: &AuditFilter, place: Place) -> Entries {
        self.store.list(filter, place, 7).await.unwrap()
    }

    /// The numbers of all parts, as somebody comes to them who follows the links.
    async fn walked(&self, filter: &AuditFilter, time: StdDuration) -> Vec<i64> {
        let (mut ids, mut place) = (Vec::new(), Some(Place::Newest));
        while let Some(next) = place {
            let (pool, index) = (&self.store.pool, &self.store.index);
            let part = entries(pool, index, filter, next, 7, time).await.unwrap();
            ids.extend(part.items.iter().map(|entry| entry.id));
            place = part.older.or(part.stopped.map(|stopped| stopped.at));
        }
        ids
    }

    /// The numbers that a look at each entry gives, newest first.
    async fn expected(&self, filter: &AuditFilter) -> Vec<i64> {
        audit_search::expected(&self.store, filter).await
    }

    fn index_file(&self) -> PathBuf {
        file::path_of(&self.database)
    }
}

async fn open(database: &std::path::Path) -> SqliteAuditLog {
    let pool = sqlite::open(&format!("sqlite:{}", database.display())).await.unwrap();
    SqliteAuditLog::new(pool, Arc::new(NumberingSealer))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_search_says_what_a_look_at_each_entry_says(
        steps in audit_search::steps(),
        filters in prop::collection::vec(audit_search::filters(), 6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            for step in steps {
                audit_search::run(&world.store, step).await;
            }
            for filter in &filters {
                let expected = world.expected(filter).await;
                for time in [StdDuration::from_mins(1), StdDuration::ZERO] {
                    assert_eq!(world.walked(filter, time).await, expected, "{filter:?} {time:?}");
                }
                let middle = expected.get(expected.len() / 2).copied().unwrap_or(1);
                for place in [Place::Newest, Place::Before(middle), Place::After(middle)] {
                    let count = world.part(filter, place).await.count;
                    assert_eq!((count.number, count.is_least), (expected.len() as u64, false), "{filter:?} {place:?}");
                }
            }
        });
    }
}

fn sign_in(name: &str) -> Intent {
    Intent::event(Action::SignIn, Actor::nobody(name), Target::of_dashboard(None), "r-1")
}

fn of_person(name: &str) -> AuditFilter {
    AuditFilter { actor: Some(name.to_owned()), ..AuditFilter::default() }
}
