//! The server as a process, with the disk full or killed in the middle of a change: every write at the partner has its
//! record, and what became of it is found out at the next start.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use axum::http::Method;
use partner_dashboard::server::sandbox::{Fault, FaultKind, Sandbox, SandboxOptions, System};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::support::program::{Configured, Posted, Server, access_token, command};

pub const HTML: &str = "text/html";

pub async fn empty_sandbox() -> Sandbox {
    let options = SandboxOptions { seed_data: false, ..SandboxOptions::default() };
    Sandbox::start((Ipv4Addr::LOCALHOST, 0).into(), options).await.unwrap()
}

/// A configuration for the sandbox environment alone.
pub fn configured(sandbox: &Sandbox) -> Configured {
    let described = sandbox.description();
    let described = described.connection(System::OneIdSandbox).unwrap();
    let connection = format!(
        "name = \"sandbox\"\nkind = \"oneid\"\nenvironment = \"sandbox\"\nbase_url = \"{}\"\ntoken_url = \"{}\"\n\
         client_id = \"{}\"\n",
        described.base_url, described.token_url, described.client_id
    );
    Configured::new("listen = \"127.0.0.1:0\"\n", &[(connection, described.client_secret.as_str())])
}

async fn serve(configured: &Configured) -> Server {
    let mut program = command();
    program.arg("serve").arg("--config").arg(&configured.path);
    Server::start(program).await.read_from_configuration()
}

async fn database(configured: &Configured) -> SqlitePool {
    let file = configured.directory.path().join("test.db");
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(file)).await.unwrap()
}

async fn create(server: &Server, name: &str) -> Posted {
    create_with(server, "", name).await
}

/// Sends a form with this one-time ID.
async fn create_with(server: &Server, form_id: &str, name: &str) -> Posted {
    let form = [("connection", "sandbox"), ("draft", form_id), ("name", name), ("enabled", "true")];
    server.post("/api/organisations/create", &form, HTML, "admins").await
}

/// The names of the organisations that the partner has been asked to create, as it holds them.
pub async fn at_the_partner(sandbox: &Sandbox) -> Vec<String> {
    let http = partner_dashboard::server::oauth::http_client().unwrap();
    let description = sandbox.description();
    let described = description.connection(System::OneIdSandbox).unwrap();
    let list = http.get(format!("{}/v1/organisations", described.base_url)).bearer_auth(access_token(described).await);
    let list: Vec<serde_json::Value> = list.send().await.unwrap().json().await.unwrap();
    list.iter().map(|organisation| organisation["name"].as_str().unwrap().to_owned()).collect()
}

/// What may still be written to each file, in kilobytes.
const ROOM: u32 = 400;

/// The server, whose files may not become larger than this.
fn with_a_small_disk(path: &Path, kilobytes: u32) -> Command {
    let mut bash = Command::new("bash");
    let program = env!("CARGO_BIN_EXE_partner-dashboard");
    // Ignored, the signal of the limit becomes an error of the write, as a full disk is.
    let script = format!("trap '' XFSZ; ulimit -S -f {kilobytes}; exec \"$0\" serve --config \"$1\"");
    bash.arg("-c").arg(script).arg(program).arg(path);
    bash
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_lets_no_change_through_without_its_record() {
    let sandbox = empty_sandbox().await;
    let configured = configured(&sandbox);
    // Once without a limit, so that the tables are there.
    serve(&configured).await.stop();
    let files = std::fs::read_dir(configured.directory.path()).unwrap();
    let largest = files.map(|file| file.unwrap().metadata().unwrap().len()).max().unwrap();
    let limit = u32::try_from(largest / 1024).unwrap() + ROOM;
    let server = Server::start(with_a_small_disk(&configured.path, limit)).await.read_from_configuration();
    let mut refused = 0;
    let mut sent = 0;
    while refused < 5 {
        let answer = create(&server, &format!("customer-{sent}-{refused}")).await;
        assert!(sent < 1_000, "the disk is never full");
        let is_done = answer.location.starts_with("/sandbox/organisations/") && !answer.location.contains("draft=");
        // Done and not recorded is told in the answer itself.
        if is_done || answer.status == 200 {
            sent += 1;
        } else {
            refused += 1;
        }
    }
    assert!(sent > 0, "some went through before");
    // Room on the disk again: nothing has to be started anew.
    let process = server.id().to_string();
    let room = Command::new("prlimit").args(["--fsize=unlimited", "--pid", &process]).status().unwrap();
    assert!(room.success());
    let answer = create(&server, "customer-after").await;
    assert!(
        answer.location.starts_with("/sandbox/organisations/") && !answer.location.contains("draft="),
        "{answer:?}"
    );
    server.stop();

    let made = at_the_partner(&sandbox).await;
    let recorded: Vec<String> = sqlx::query_scalar("SELECT object_name FROM audit_intents")
        .fetch_all(&database(&configured).await)
        .await
        .unwrap();
    let unrecorded: Vec<_> =
        made.iter().filter(|name| name.starts_with("customer-") && !recorded.contains(name)).collect();
    assert!(unrecorded.is_empty(), "sent without a record: {unrecorded:?}");
    assert!(made.len() > sent, "{sent} of {}", made.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_killed_in_the_middle_finds_out_at_its_next_start_what_became_of_a_change() {
    let sandbox = empty_sandbox().await;
    let configured = configured(&sandbox);
    let server = serve(&configured).await;
    assert_eq!(server.get("/audit", HTML).await.0, 200);
    let database = database(&configured).await;
    sandbox.inject(
        Fault::new(System::OneIdSandbox, FaultKind::Latency(Duration::from_millis(500)))
            .on(&Method::POST, "/v1/organisations"),
    );
    let asked = async {
        loop {
            let is_there = |request: &partner_dashboard::server::sandbox::ReceivedRequest| {
                request.method == "POST" && request.path == "/v1/organisations"
            };
            if sandbox.requests().iter().any(is_there) {
                // From here on nobody can write: the completion will not be on disk.
                let mut lock = database.acquire().await.unwrap();
                sqlx::query("BEGIN IMMEDIATE").execute(&mut *lock).await.unwrap();
                break lock;
            }
            tokio::task::yield_now().await;
        }
    };
    let form_id = "5f0c1f64-6c1b-4d55-9a43-0d4d5b0c9a11";
    let (answer, lock) = tokio::join!(create_with(&server, form_id, "Made before the end"), asked);
    assert!(answer.body.contains("is not in the audit log yet"), "{answer:?}");
    server.stop();
    // The lock ends with its connection.
    drop(lock.detach());
    let open: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_completions").fetch_one(&database).await.unwrap();
    assert_eq!(open, 0);

    let server = serve(&configured).await;
    // The browser sends the same form again, whether it is known what became of it or not yet.
    let again = create_with(&server, form_id, "Made before the end").await;
    assert!(again.location.contains("draft="), "{again:?}");
    let settled = async {
        loop {
            let (_, page) = server.get("/audit", HTML).await;
            if page.contains("Applied") && page.contains("Made before the end") && !page.contains("Unknown</span>") {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), settled).await.expect("it is found out");
    let (_, entry) = server.get("/audit/3", HTML).await;
    assert!(entry.contains("Established later") && entry.contains("exactly one object with this name"), "{entry}");
    let kept = again.location.split("draft=").nth(1).unwrap().to_owned();
    for (form_id, name) in
        [(form_id, "Made before the end"), (kept.as_str(), "Made before the end"), (form_id, "Another")]
    {
        let again = create_with(&server, form_id, name).await;
        assert!(again.location.contains("draft="), "{again:?}");
    }
    let made = at_the_partner(&sandbox).await;
    assert_eq!(made.iter().filter(|name| *name == "Made before the end").count(), 1);
    assert_eq!(made.len(), 2, "beside the partner's own");
    server.stop();
}
