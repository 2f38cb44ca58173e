//! Whatever is done to a large log is found: every column of every table, every kind of row, and the bytes of the file.
//!
//! `make test` does it to hundreds of entries, and `make bench-edges` to a hundred thousand.

#![expect(clippy::print_stdout, reason = "how fast it is, and how much was found, is read by whoever runs it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use partner_dashboard::server::audit::{Broken, Checkpoint, VerifyingKey, Whole, check};
use partner_dashboard::server::storage::FileAccess;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use super::copies::{Copy, add, add_found_out};
use crate::support::TestApp;

/// How many entries there are, unless `AUDIT_ENTRIES` says it.
const ENTRIES: usize = 300;
/// Every so many-th entry has an outcome that was found out later.
const FOUND_OUT: usize = 100;
/// The tables that say what the log is, with the key of their rows.
const TABLES: [(&str, &str); 6] = [
    ("audit_intents", "id"),
    ("audit_completions", "intent_id"),
    ("audit_resolutions", "intent_id"),
    ("audit_leaves", "sequence"),
    ("audit_subtrees", "place"),
    ("audit_head", "id"),
];

/// How many entries there are, and in how many places of each table something is changed.
fn sizes() -> (usize, usize) {
    std::env::var("AUDIT_ENTRIES").map_or((ENTRIES, 2), |entries| (entries.parse().unwrap(), 6))
}

async fn log() -> TestApp {
    let (app, (entries, _)) = (TestApp::empty().await, sizes());
    for from in (0..entries).step_by(FOUND_OUT) {
        add(&app.audit, from..from + FOUND_OUT - 1).await;
        add_found_out(&app.audit, from).await;
    }
    app
}

/// What is found of a file; an error when it cannot be read at all.
async fn verdict(file: &Path, access: FileAccess, key: &VerifyingKey, kept: &[Checkpoint]) -> Result<Whole, String> {
    let checked = check(file, access, Some(key), kept.to_vec()).await;
    checked.map_err(|error| error.to_string())?.map_err(|broken: Broken| broken.to_string())
}

/// Some of the keys of a table: its last one, and others before it at equal distances.
async fn places(pool: &SqlitePool, table: &str, key: &str) -> Vec<i64> {
    let keys = format!("SELECT DISTINCT {key} FROM {table} ORDER BY {key}");
    let all: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(keys)).fetch_all(pool).await.unwrap();
    let (_, count) = sizes();
    let mut places: Vec<i64> = (1..=count).map(|number| all[(all.len() * number).div_ceil(count) - 1]).collect();
    places.dedup();
    places
}

/// Another value than a column has, which its checks let pass; `None` for one that has no other.
fn another(table: &str, column: &str, kind: &str) -> Option<String> {
    let choice = |values: [&str; 2]| format!("iif({column} = '{0}', '{1}', '{0}')", values[0], values[1]);
    Some(match (table, column, kind) {
        // Columns that stand for the place of a row are changed with the rows.
        (_, "id" | "intent_id" | "sequence" | "height" | "place", _) => return None,
        (_, "pruned", _) => "256".to_owned(),
        ("audit_resolutions", "outcome", _) => choice(["applied", "not_applied"]),
        (_, "outcome", _) => choice(["applied", "refused"]),
        (_, "environment", _) => choice(["sandbox", "production"]),
        (_, "object_kind", _) => choice(["organisation", "oauth_client"]),
        // No entry has all three.
        (_, "record", _) => {
            "(SELECT kinds.value FROM json_each('[\"intent\",\"completion\",\"resolution\"]') AS kinds WHERE NOT EXISTS
            (SELECT 1 FROM audit_leaves AS o WHERE o.entry_id = audit_leaves.entry_id AND o.record = kinds.value))"
                .to_owned()
        }
        (_, "envelope", _) => format!("replace({column}, '\"source\":\"written\"', '\"source\":\"taken_over\"')"),
        (_, "entry_id", _) => format!("{column} + (1 << 40)"),
        (_, "changes", _) => format!("replace({column}, 'Meridian', 'Meridien')"),
        (_, "root", _) => format!("iif({column} GLOB '0*', '1', '0') || substr({column}, 2)"),
        (_, "observation", _) => "'{}'".to_owned(),
        (_, _, "BLOB") => {
            format!(
                "CAST(substr({column}, 1, length({column}) - 1) || iif(substr({column}, -1) = x'07', x'08', x'07') AS BLOB)"
            )
        }
        (_, _, "INTEGER") => format!("coalesce({column}, 0) + 1"),
        _ => format!("coalesce({column}, '') || 'x'"),
    })
}

/// Every column of every table at several places, and every kind of row removed, moved, doubled and added.
async fn damages(pool: &SqlitePool) -> Vec<String> {
    let mut damages = Vec::new();
    for (table, key) in TABLES {
        let columns: Vec<(String, String)> =
            sqlx::query_as("SELECT name, type FROM pragma_table_info(?)").bind(table).fetch_all(pool).await.unwrap();
        for place in places(pool, table, key).await {
            let others = columns.iter().filter_map(|(name, kind)| Some((name, another(table, name, kind)?)));
            damages.extend(
                others.map(|(column, value)| format!("UPDATE {table} SET {column} = {value} WHERE {key} = {place}")),
            );
            damages.push(format!("DELETE FROM {table} WHERE {key} = {place}"));
        }
    }
    for place in places(pool, "audit_leaves", "sequence").await {
        let (other, free) = (if place == 0 { 1 } else { place - 1 }, 1_i64 << 40);
        damages.push(format!(
            "UPDATE audit_leaves SET sequence = {free} WHERE sequence = {place};
             UPDATE audit_leaves SET sequence = {place} WHERE sequence = {other};
             UPDATE audit_leaves SET sequence = {other} WHERE sequence = {free}"
        ));
        damages.push(format!(
            "DELETE FROM audit_leaves WHERE sequence >= {place}; DELETE FROM audit_subtrees;
             DELETE FROM audit_intents WHERE id NOT IN (SELECT entry_id FROM audit_leaves WHERE record = 'intent')"
        ));
    }
    for table in ["audit_intents", "audit_completions", "audit_resolutions"] {
        let key = if table == "audit_intents" { "id" } else { "intent_id" };
        damages.push(format!(
            "CREATE TEMP TABLE more AS SELECT * FROM {table} LIMIT 1; UPDATE more SET {key} = 1 << 40;
             INSERT INTO {table} SELECT * FROM more"
        ));
        for place in places(pool, table, key).await {
            damages.push(format!("UPDATE {table} SET {key} = 1 << 40 WHERE {key} = {place}"));
        }
    }
    damages
}

#[tokio::test]
async fn every_damage_of_a_large_log_is_found() {
    let app = log().await;
    let (copy, key) = (Copy::of(&app).await, app.verifying_key());
    let whole = fs::read(copy.file()).unwrap();
    let began = Instant::now();
    let records = verdict(&copy.file(), FileAccess::Mapped, &key, &[]).await.unwrap().records();
    let seconds = began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "it is printed without digits")]
    let (of_records, of_entries) = (records as f64 / seconds, sizes().0 as f64 / seconds);
    println!("verified {records} records: {of_records:.0} a second, of {of_entries:.0} entries");
    let damages = damages(app.pool()).await;
    for damage in &damages {
        fs::write(copy.file(), &whole).unwrap();
        copy.tamper(damage).await;
        let found = verdict(&copy.file(), FileAccess::Mapped, &key, &[]).await;
        assert!(found.is_err(), "not found: {damage}");
    }
    println!("found {} damages of {}", damages.len(), damages.len());
}

#[tokio::test]
async fn an_old_copy_and_a_second_history_of_a_large_log_are_found() {
    let app = log().await;
    let (old, key) = (Copy::of(&app).await, app.verifying_key());
    add(&app.audit, 0..1).await;
    let kept = Checkpoint::open(&Copy::of(&app).await.checkpoint().await, &key).unwrap();
    verdict(&old.file(), FileAccess::Mapped, &key, &[]).await.unwrap();
    verdict(&old.file(), FileAccess::Mapped, &key, std::slice::from_ref(&kept)).await.unwrap_err();
    verdict(&Copy::of(&app).await.file(), FileAccess::Mapped, &key, &[kept]).await.unwrap();
}

/// What the log says, in the order of its keys.
async fn content(file: &Path) -> BTreeMap<&'static str, Vec<String>> {
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(file).read_only(true)).await.unwrap();
    let mut content = BTreeMap::new();
    for (table, key) in TABLES {
        let columns: String =
            sqlx::query_scalar("SELECT group_concat('quote(' || name || ')', '|| '','' ||') FROM pragma_table_info(?)")
                .bind(table)
                .fetch_one(&pool)
                .await
                .unwrap();
        let rows = format!("SELECT {columns} FROM {table} NOT INDEXED ORDER BY {key}");
        content.insert(table, sqlx::query_scalar(sqlx::AssertSqlSafe(rows)).fetch_all(&pool).await.unwrap());
    }
    pool.close().await;
    content
}

/// A byte that says nothing of the log may be another one: those of other tables, and those that SQLite does not use.
#[tokio::test]
async fn a_changed_byte_of_the_file_is_found_unless_the_log_is_the_same_without_it() {
    let app = log().await;
    let (copy, key) = (Copy::of(&app).await, app.verifying_key());
    let whole = fs::read(copy.file()).unwrap();
    let said = content(&copy.file()).await;
    let (mut found, length, bytes) = (0, whole.len() as u64, sizes().1 as u64 * 30);
    for number in 0..bytes {
        // Spread by a prime over the file, each place once.
        let at = usize::try_from(number * 7_919_027 % length).unwrap();
        let mut changed = whole.clone();
        changed[at] ^= 1 << (number % 8);
        fs::write(copy.file(), changed).unwrap();
        match verdict(&copy.file(), FileAccess::Calls, &key, &[]).await {
            Err(_) => found += 1,
            Ok(_) => assert_eq!(content(&copy.file()).await, said, "bit {} of byte {at}", number % 8),
        }
    }
    println!("found {found} changed bytes of {bytes}; the others say nothing of the log");
    assert!(found > bytes / 4, "most of the file is the log: {found}");
}
