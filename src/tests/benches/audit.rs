//! The audit log at ten million entries: twenty filters and searches, one with no good plan, and what an entry costs to
//! write with the search index and without it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use partner_dashboard::domain::audit::{
    Action, Actor, AuditFilter, Completion, Count, Entries, Intent, Outcome, Place, Target,
};
use partner_dashboard::server::audit::{LogSealer, SigningKey};
use partner_dashboard::server::clock::{Clock, SystemClock};
use partner_dashboard::server::storage::{self, AuditStore, SessionLimits};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use time::OffsetDateTime;

use super::size::percentile;

const LARGE: i64 = 10_000_000;
const SMALL: i64 = 10_000;
/// How often each filter is asked for.
const TIMES: usize = 50;
/// Entries of a part of the list.
const SIZE: u32 = 50;
/// Entries that are written with the index and without it.
const WRITTEN: usize = 4_000;
/// How many of them in turn: enough for the index to read some while they are written.
const TURN: usize = 500;

/// What is asked for, as the address of the page says it, and where the part begins. The numbers are made from those of
/// entries, so that each finds something in a log of any size.
const FILTERS: [(&str, &str); 20] = [
    ("everything", ""),
    ("a person", "person=Person+7+"),
    ("a person who seldom acts", "person=person499@"),
    ("an event", "action=update"),
    ("a group of events", "action=changes"),
    ("a connection", "connection=production"),
    ("a connection and an event", "connection=staging&action=create"),
    ("an outcome", "outcome=refused"),
    ("an outcome that is rare", "outcome=unknown"),
    ("an object", "object=object-1234"),
    ("a request", "request=request-4321"),
    ("a session", "session=session-77"),
    ("a field", "field=redirect_uris"),
    ("a word", "q=harbour"),
    ("a word that is rare", "q=word997"),
    ("two words", "q=harbour+word17"),
    ("a phrase", "q=%22harbour+word17%22"),
    ("a month", "from=2026-02-01&until=2026-03-01"),
    ("four filters", "person=Person+7+&action=update&connection=production&outcome=refused"),
    ("filters in a month", "connection=production&field=redirect_uris&from=2026-02-01&until=2026-03-01"),
];
/// Both words are in many entries, and follow each other in none.
const NO_PLAN: &str = "q=%22harbour+harbour%22";

/// Measures both sizes, and prints how they compare.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
pub async fn compare(entries: Option<&str>) {
    let large = entries.map_or(LARGE, |entries| entries.parse().unwrap());
    let (few, many) = (Log::filled(SMALL).await, Log::filled(large).await);
    println!(
        "\nindexed {large} entries at {:.0} a second; index of {} MB beside a log of {} MB",
        many.per_second,
        many.megabytes(".search"),
        many.megabytes("")
    );
    println!("\n| filter | found | p50: {SMALL}, ms | {large}, ms | p99: {SMALL}, ms | {large}, ms |");
    println!("|---|---:|---:|---:|---:|---:|");
    let mut all = [Vec::new(), Vec::new()];
    for (name, query) in FILTERS {
        let ((small, _), (large, count)) = (few.measure(query).await, many.measure(query).await);
        let more = if count.is_least { "+" } else { "" };
        let columns =
            [50, 99].map(|share| format!("{:.2} | {:.2}", percentile(&small, share), percentile(&large, share)));
        println!("| {name} | {}{more} | {} |", count.number, columns.join(" | "));
        all[0].extend(small);
        all[1].extend(large);
    }
    for times in &mut all {
        times.sort();
    }
    let [small, large] = all.map(|times| percentile(&times, 99));
    println!("\np99 of all: {small:.2} ms at {SMALL}, {large:.2} ms at the larger, {:.2} times", large / small);
    let (took, answer) = many.ask(NO_PLAN, Place::Newest).await;
    println!("no good plan: answered in {took:?}, stopped: {}", answer.stopped.is_some());
    write().await;
}

struct Log {
    store: Arc<dyn AuditStore>,
    directory: tempfile::TempDir,
    per_second: f64,
}

impl Log {
    async fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let limits = SessionLimits { idle: time::Duration::HOUR, absolute: time::Duration::DAY };
        let sealer = Arc::new(LogSealer::new(SigningKey::new("bench.example/audit").unwrap(), None));
        let url = format!("sqlite:{}", directory.path().join("log.db").display());
        let store = storage::open(&url, &clock, limits, sealer).await.unwrap().audit;
        Self { store, directory, per_second: 0.0 }
    }

    /// A log with so many entries, and its index. Only what lists read is there: the leaves are of no tree.
    async fn filled(entries: i64) -> Self {
        let mut log = Self::open().await;
        fill(&log.directory.path().join("log.db"), entries).await;
        let began = Instant::now();
        log.store.fill_index().await.unwrap();
        #[expect(clippy::cast_precision_loss, reason = "it is printed without digits")]
        let per_second = entries as f64 / began.elapsed().as_secs_f64();
        log.per_second = per_second;
        log
    }

    async fn ask(&self, query: &str, place: Place) -> (Duration, Entries) {
        let filter = AuditFilter::from_query(query);
        let day = |text: &Option<String>| {
            text.as_ref().map(|day| {
                OffsetDateTime::parse(&format!("{day}T00:00:00Z"), &time::format_description::well_known::Rfc3339)
                    .unwrap()
            })
        };
        let filter = AuditFilter { between: (day(&filter.time.from), day(&filter.time.until)), ..filter };
        let began = Instant::now();
        let answer = self.store.list(&filter, place, SIZE).await.unwrap();
        (began.elapsed(), answer)
    }

    /// The times of the newest part and of those after it in turn, sorted; and how many entries there are.
    async fn measure(&self, query: &str) -> (Vec<Duration>, Count) {
        let (mut times, mut count, mut place) = (Vec::with_capacity(TIMES), Count::default(), Place::Newest);
        self.ask(query, place).await;
        for _ in 0..TIMES {
            let (took, answer) = self.ask(query, place).await;
            assert!(answer.behind.is_none(), "the index has read everything");
            times.push(took);
            if place == Place::Newest {
                count = answer.count;
            }
            place = answer.older.unwrap_or_default();
        }
        times.sort();
        (times, count)
    }

    fn megabytes(&self, suffix: &str) -> u64 {
        let file = self.directory.path().join(format!("log.db{suffix}"));
        std::fs::metadata(file).unwrap().len() / 1_000_000
    }
}

/// Adds entries of two years: made up, and always the same.
async fn fill(database: &Path, entries: i64) {
    let options = SqliteConnectOptions::new().filename(database).pragma("synchronous", "OFF");
    let mut connection = options.pragma("cache_size", "-400000").connect().await.unwrap();
    let triggers: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name GLOB 'audit_*'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for trigger in triggers {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&mut connection).await.unwrap();
    }
    for statement in [ENTRIES, COMPLETIONS, INTENT_LEAVES, COMPLETION_LEAVES] {
        for first in (1..=entries).step_by(1_000_000) {
            let last = entries.min(first + 999_999);
            sqlx::query(statement).bind(first).bind(last).bind(entries).execute(&mut connection).await.unwrap();
        }
    }
    connection.close().await.unwrap();
}

/// Numbers that look like chance. The leaves that follow the intents have few of the completions: an entry is read again for
/// each of its leaves.
const ENTRIES: &str = "WITH RECURSIVE numbers (id) AS (SELECT ?1 UNION ALL SELECT id + 1 FROM numbers WHERE id < ?2),
    chance AS (SELECT id, (id * 7919) % 1000 AS a, (id * 104729) % 997 AS b, (id * 15485863) % 100000 AS c FROM numbers)
    INSERT INTO audit_intents (id, intended_at, actor_subject, actor_name, actor_email, actor_role, actor_groups, peer,
        session, request_id, action, connection, environment, object_kind, object_id, object_name, organisation_id, changes)
    SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', 1735689600.0 + id * (63072000.0 / ?3), 'unixepoch'),
        'subject-' || (b * b / 2000), 'Person ' || (b * b / 2000) || ' Lindqvist',
        'person' || (b * b / 2000) || '@partner.example', 'admin', '[\"partner-admins\"]', '10.0.0.7',
        'session-' || (id / 40), 'request-' || id,
        CASE WHEN a < 300 THEN 'sign_in' WHEN a < 310 THEN 'permission_refused' WHEN a < 500 THEN 'check'
            WHEN a < 550 THEN 'create' ELSE 'update' END,
        CASE WHEN b < 600 THEN 'production' WHEN b < 990 THEN 'sandbox' ELSE 'staging' END, 'sandbox',
        CASE WHEN a % 2 = 0 THEN 'organisation' ELSE 'oauth_client' END, 'object-' || (c % (?3 / 10 + 1)),
        'Harbour word' || (c % 1000) || ' Limited', CASE WHEN a % 2 = 1 THEN 'object-' || (c / 7) END,
        CASE WHEN a < 500 THEN '[]' WHEN a < 700 THEN json_array(json_object('field', 'redirect_uris',
                'before', json_array('https://app.example.org/word' || b), 'after', json_array('https://app.example.org/callback')))
            ELSE json_array(json_object('field', 'name', 'before', 'Vale word' || b, 'after', 'Harbour word' || (c % 1000))) END
    FROM chance";
const COMPLETIONS: &str =
    "INSERT INTO audit_completions (intent_id, completed_at, outcome, http_status, partner_request_id, object_id,
        duration_ms)
    SELECT id, intended_at, CASE WHEN (id * 31) % 1000 < 30 THEN 'refused' WHEN (id * 31) % 1000 = 500 THEN 'unknown'
        ELSE 'applied' END, 200, 'partner-' || id, CASE WHEN action = 'create' THEN 'created-' || id END, 70
    FROM audit_intents WHERE id BETWEEN ?1 AND ?2 AND ?3 > 0 AND action IN ('check', 'create', 'update')";
const INTENT_LEAVES: &str = "INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    SELECT id - 1, 'intent', id, json_array(id), zeroblob(160) FROM audit_intents
    WHERE id BETWEEN ?1 AND ?2 AND ?3 > 0";
/// They lie behind all others, so that their entries are read twice, as it is when a completion comes late.
const COMPLETION_LEAVES: &str = "INSERT INTO audit_leaves (sequence, record, entry_id, envelope, salts)
    SELECT ?3 + intent_id, 'completion', intent_id, json_array(intent_id), zeroblob(160) FROM audit_completions
    WHERE intent_id BETWEEN ?1 AND ?2 AND intent_id % 10 = 0";

/// Writes entries, each with its completion, in turns to a log with the index and to one without it. What is written
/// without it never waits for the index of the other one.
#[expect(clippy::print_stdout, reason = "that is what a benchmark is for")]
async fn write() {
    let (with, without) = (Log::open().await, Log::open().await);
    let mut times = [Vec::with_capacity(WRITTEN), Vec::with_capacity(WRITTEN)];
    for first in (0..WRITTEN).step_by(TURN) {
        for (times, (log, has_index)) in times.iter_mut().zip([(&with, true), (&without, false)]) {
            let store = Arc::clone(&log.store);
            let index = has_index.then(|| tokio::spawn(async move { store.keep_index().await }));
            for number in first..first + TURN {
                let began = Instant::now();
                log.add(number).await;
                times.push(began.elapsed());
            }
            if let Some(index) = index {
                index.abort();
                let _ = index.await;
                log.store.fill_index().await.unwrap();
            }
        }
    }
    let mean = times.each_ref().map(|times| times.iter().sum::<Duration>().as_secs_f64());
    for times in &mut times {
        times.sort();
    }
    let at = |share| percentile(&times[0], share) / percentile(&times[1], share);
    println!(
        "an entry with its completion, with the index as a multiple of without: mean {:.2}, p50 {:.2}, p99 {:.2}",
        mean[0] / mean[1],
        at(50),
        at(99)
    );
}

impl Log {
    async fn add(&self, number: usize) {
        let target = Target::of_dashboard(Some(format!("session-{number}")));
        let intent =
            Intent::event(Action::Update, Actor::nobody("Ada Lindqvist"), target, &format!("request-{number}"));
        let intent = intent.with_text("name", &format!("Harbour word{} Limited", number % 100));
        let now = OffsetDateTime::now_utc();
        let id = self.store.append_intent(&intent, now).await.unwrap();
        let completion = Completion {
            outcome: Outcome::Applied,
            http_status: Some(200),
            partner_request_id: Some(format!("partner-{number}")),
            object_id: None,
            detail: None,
            duration_ms: 70,
        };
        self.store.append_completion(id, now, &completion).await.unwrap();
    }
}
