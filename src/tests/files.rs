//! Files that hold secrets or the log: who else on the machine can read and write them is looked at before anything starts.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::program::{Configured, Server, check, command};

const CONNECTION: &str = "name = \"sandbox\"\nkind = \"oneid\"\nenvironment = \"sandbox\"\n\
                          base_url = \"http://127.0.0.1:1\"\nclient_id = \"id\"\n";

fn configured() -> Configured {
    Configured::new("listen = \"127.0.0.1:0\"\n[checks]\ninterval_s = 0\n", &[(CONNECTION.to_owned(), "s3cret")])
}

fn set_mode(file: &Path, mode: u32) {
    fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

/// What the server logs until it answers.
async fn log_of_the_start(configured: &Configured) -> String {
    let mut serve = command();
    serve.arg("serve").arg("--config").arg(&configured.path);
    let server = Server::start(serve).await;
    assert_eq!(server.get("/account", "text/html").await.0, 200);
    server.stop()
}

#[tokio::test]
async fn files_that_everybody_can_read_are_named_in_the_log() {
    let configured = configured();
    let (secret, database) =
        (configured.directory.path().join("secret-0"), configured.directory.path().join("test.db"));
    set_mode(&secret, 0o644);
    fs::write(&database, "").unwrap();
    set_mode(&database, 0o644);
    let log = log_of_the_start(&configured).await;
    for file in [&secret, &database] {
        let file = file.display().to_string();
        let line = log.lines().find(|line| line.contains(&file) && line.contains("read by everyone"));
        let line = line.unwrap_or_else(|| panic!("{file} is not named: {log}"));
        assert!(line.contains("WARN") && line.contains(&format!("chmod 600 {file}")), "{line}");
        set_mode(Path::new(&file), 0o600);
    }
    let log = log_of_the_start(&configured).await;
    assert!(!log.contains("everyone"), "{log}");
}

#[tokio::test]
async fn the_database_is_made_for_its_owner_alone() {
    let configured = configured();
    let log = log_of_the_start(&configured).await;
    assert_eq!(mode(&configured.directory.path().join("test.db")), 0o600, "{log}");
}

#[tokio::test]
async fn a_secret_that_everybody_can_write_stops_the_start() {
    let configured = configured();
    let secret = configured.directory.path().join("secret-0");
    set_mode(&secret, 0o666);
    let output = check(&configured.path, &[], &[]).await;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{words}");
    for word in ["connections[0].client_secret_file", &secret.display().to_string(), "chmod 600"] {
        assert!(words.contains(word), "{words:?} does not say {word:?}");
    }
}
