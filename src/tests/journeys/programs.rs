//! The programs of the page are started as they are, and make a journey at the emulator.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};

use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use url::Url;

use super::{app, client, journey};
use crate::support::TestApp;

/// The languages that this machine has, with what runs a program of theirs.
const LANGUAGES: [(&str, &str, &str); 3] =
    [("curl", "bash", "journey.sh"), ("node", "node", "journey.mjs"), ("python", "python3", "journey.py")];

/// What a person pastes, of the address that the browser ends at.
type Paste = fn(Url) -> Url;

/// What a program printed, errors too, and whether it was content.
struct Ran {
    is_content: bool,
    said: String,
}

/// Starts the program that the page shows.
async fn run(
    app: &TestApp,
    id: &str,
    (language, interpreter, file): (&'static str, &'static str, &'static str),
    secret: &str,
    paste: Paste,
) -> Ran {
    let page = app.browser().page(&format!("/sandbox/clients/{id}/journey?language={language}")).await;
    assert!(page.raw_text("#program-commands").ends_with(&format!("{interpreter} {file}")));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(file), page.raw_text("#program-text")).unwrap();
    let secret = secret.to_owned();
    spawn_blocking(move || {
        let mut program = Command::new(interpreter);
        program.arg(file).current_dir(folder.path()).env("ONEID_CLIENT_SECRET", secret);
        program.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1").env("PYTHONUNBUFFERED", "1");
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        let mut line = String::new();
        while output.read_line(&mut line).unwrap() > 0 {
            if line.starts_with("http") {
                let address = paste(Handle::current().block_on(journey(line.trim())));
                writeln!(child.stdin.take().unwrap(), "{address}").unwrap();
            }
            said.push_str(&std::mem::take(&mut line));
        }
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        Ran { is_content: child.wait().unwrap().success(), said }
    })
    .await
    .unwrap()
}

/// The same address with another value of a parameter.
fn with(address: &Url, name: &str, value: &str) -> Url {
    let mut changed = address.clone();
    let pairs = address.query_pairs().filter(|(other, _)| other != name);
    changed.query_pairs_mut().clear().extend_pairs(pairs).append_pair(name, value);
    changed
}

#[tokio::test]
async fn every_program_makes_a_journey_and_shows_what_oneid_says_of_the_user() {
    let app = app().await;
    let (id, secret) = client(&app.partner().await).await;
    for language in LANGUAGES {
        app.sandbox.clear_requests();
        let ran = run(&app, &id, language, &secret, |address| address).await;
        assert!(ran.is_content && ran.said.contains("Sandbox User"), "{language:?}: {}", ran.said);
        assert!(!ran.said.contains(&secret), "{language:?}");
        let asked: Vec<_> = app.sandbox.requests().into_iter().map(|request| (request.path, request.status)).collect();
        for path in ["/v2/authorize", "/token", "/userinfo"] {
            assert!(asked.iter().any(|(other, status)| other == path && status.is_some()), "{language:?}: {asked:?}");
        }
    }
}

#[tokio::test]
async fn every_program_says_what_went_wrong_and_fails() {
    let app = app().await;
    let (id, secret) = client(&app.partner().await).await;
    let cases: [(&str, Paste, &str); 5] = [
        (&secret, |address| with(&address, "state", "another"), "The state is different"),
        (&secret, |address| with(&address, "error", "access_denied"), "OneID ended the journey: access_denied"),
        (&secret, |address| with(&address, "code", "guessed"), "invalid_grant"),
        ("wrong", |address| address, "invalid_client"),
        ("", |address| address, "Set ONEID_CLIENT_SECRET to the client secret first."),
    ];
    for language in LANGUAGES {
        for (secret, paste, says) in cases {
            let ran = run(&app, &id, language, secret, paste).await;
            assert!(!ran.is_content && ran.said.contains(says), "{language:?} {says}: {}", ran.said);
            assert!(!ran.said.contains("Sandbox User"), "{language:?}");
        }
    }
}
