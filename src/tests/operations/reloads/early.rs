//! A server that is told to read its configuration again while it reads it for the first time.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::program::{Configured, Server, command};
use crate::support::until;

const CONNECTION: &str = "name = \"sandbox\"\nkind = \"oneid\"\nenvironment = \"sandbox\"\n\
    base_url = \"http://127.0.0.1:9\"\nclient_id = \"id\"\n";

/// Gives whoever reads the configuration a text, once they have opened it. Before that, `then` is done.
async fn give(pipe: &Path, text: &str, then: impl FnOnce() + Send + 'static) {
    let (pipe, text) = (pipe.to_owned(), text.to_owned());
    let given = tokio::task::spawn_blocking(move || {
        let mut pipe = OpenOptions::new().write(true).open(pipe).unwrap();
        then();
        pipe.write_all(text.as_bytes()).unwrap();
    });
    given.await.unwrap();
}

/// Sends SIGHUP to the process whose number is in a file.
fn hang_up(process: &Path) {
    let number = fs::read_to_string(process).unwrap();
    assert!(Command::new("kill").args(["-HUP", number.trim()]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_reload_while_it_starts_starts_and_reloads() {
    let configured = Configured::new("listen = \"127.0.0.1:0\"", &[(CONNECTION.to_owned(), "secret")]);
    let text = fs::read_to_string(&configured.path).unwrap();
    let (pipe, process): (PathBuf, PathBuf) =
        (configured.directory.path().join("pipe"), configured.directory.path().join("process"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let program = command();
    let mut serve = Command::new("bash");
    serve.args(["-c", "echo $$ > \"$0\"; exec \"$@\""]).arg(&process).arg(program.get_program());
    serve.arg("serve").arg("--config").arg(&pipe).env_remove("RUST_LOG");
    let starting = tokio::spawn(Server::start(serve));
    give(&pipe, &text, move || hang_up(&process)).await;
    let server = starting.await.unwrap();
    give(&pipe, &text, || {}).await;
    until(async || server.logged("the configuration was reloaded") > 0).await;
}
