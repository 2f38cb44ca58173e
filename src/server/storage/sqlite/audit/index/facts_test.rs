//! What the sets of facts say is what was noted, in whatever blocks it is.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::file;
use super::*;

const TOKENS: [&str; 4] = ["a", "b", "c", "d"];

async fn index() -> (SqlitePool, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let opened = file::open(&directory.path().join("log.db.search")).await.unwrap();
    (opened.pool, directory)
}

async fn keep(index: &SqlitePool, changes: FactChanges) {
    let rows = changes.rows(index).await.unwrap();
    let statement =
        "INSERT OR REPLACE INTO facts SELECT value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each(?)";
    sqlx::query(statement).bind(rows).execute(index).await.unwrap();
}

/// Numbers around the borders of some blocks.
fn numbers() -> impl Strategy<Value = i64> {
    (0..4_i64, -5..5_i64).prop_map(|(block, distance)| (block * BLOCK + distance).max(1))
}

type Noted = (usize, i64, bool);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_noted_is_found(
        batches in prop::collection::vec(prop::collection::vec((0..TOKENS.len(), numbers(), any::<bool>()), 0..20), 1..4),
        all in prop::collection::vec(prop::collection::vec(0..TOKENS.len(), 0..3), 1..4),
        window in (numbers(), numbers()),
        newest_first in any::<bool>(),
        most in 0..8_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (index, _directory) = index().await;
            let mut noted: [BTreeSet<i64>; TOKENS.len()] = Default::default();
            for batch in batches {
                // A fact that an entry has is not lost in the same batch.
                let added: BTreeSet<(usize, i64)> =
                    batch.iter().filter(|(.., is_there)| *is_there).map(|(token, entry, _)| (*token, *entry)).collect();
                let mut changes = FactChanges::default();
                for (token, entry, is_there) in batch as Vec<Noted> {
                    let name = TOKENS[token].to_owned();
                    if is_there {
                        changes.add(name, entry);
                        noted[token].insert(entry);
                    } else {
                        changes.remove(name, entry);
                        if !added.contains(&(token, entry)) {
                            noted[token].remove(&entry);
                        }
                    }
                }
                keep(&index, changes).await;
            }
            let (low, high) = (window.0.min(window.1), window.0.max(window.1));
            let every: BTreeSet<i64> = noted.iter().flatten().copied().collect();
            let mut expected: Vec<i64> = every
                .into_iter()
                .filter(|entry| (low..=high).contains(entry))
                .filter(|entry| all.iter().all(|any| any.iter().any(|token| noted[*token].contains(entry))))
                .collect();
            let all: AllOf =
                all.iter().map(|any| any.iter().map(|token| TOKENS[*token].to_owned()).collect()).collect();
            let found = WithFacts::read(&index, &all, (low, high)).await.unwrap();
            assert_eq!(found.len(), expected.len() as u64);
            assert!(expected.iter().all(|entry| found.contains(*entry)));
            if newest_first {
                expected.reverse();
            }
            expected.truncate(most);
            assert_eq!(found.first(newest_first, most), expected);
        });
    }
}

#[tokio::test]
async fn what_is_no_set_makes_the_index_damaged() {
    let (index, _directory) = index().await;
    sqlx::query("INSERT INTO facts VALUES ('a', 0, x'00')").execute(&index).await.unwrap();
    let found = WithFacts::read(&index, &vec![vec!["a".to_owned()]], (1, 9)).await;
    assert!(file::is_damage(&found.unwrap_err()));
}
