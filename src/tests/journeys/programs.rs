//! The programs of the page are started as they are, and make a journey at the emulator.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use partner_dashboard::server::sandbox::System;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use url::Url;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{app, client, journey};
use crate::support::TestApp;

/// The languages whose programs can be started on every machine that runs the tests, with what runs a program of theirs.
const LANGUAGES: [(&str, &str, &str); 3] =
    [("curl", "bash", "journey.sh"), ("node", "node", "journey.mjs"), ("python", "python3", "journey.py")];

/// What a person pastes, of the address that the browser ends at.
type Paste = fn(Url) -> Url;

/// What a program printed, errors too, and whether it was content.
struct Ran {
    is_content: bool,
    said: String,
    /// What curl was given, a line each. Every user of a machine can read that.
    arguments: String,
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
    assert_eq!(page.raw_text("#program-command"), format!("{interpreter} {file}"));
    let program = Program { interpreter, file, text: page.raw_text("#program-text"), secret: secret.to_owned() };
    program.run(move |url| paste(Handle::current().block_on(journey(url)))).await
}

/// A program that is to be started.
struct Program {
    interpreter: &'static str,
    file: &'static str,
    text: String,
    secret: String,
}

impl Program {
    /// Starts it. `browse` says where the browser ends that opens an address.
    async fn run(self, browse: impl FnOnce(&str) -> Url + Send + 'static) -> Ran {
        spawn_blocking(move || self.run_here(browse)).await.unwrap()
    }

    fn run_here(self, browse: impl FnOnce(&str) -> Url) -> Ran {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(self.file), &self.text).unwrap();
        // In place of curl: it notes its arguments first.
        let (curl, noted) = (folder.path().join("curl"), folder.path().join("arguments"));
        let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" >> arguments\nPATH=${PATH#*:} exec curl \"$@\"\n";
        std::fs::write(&curl, script).unwrap();
        std::fs::set_permissions(&curl, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
        let mut program = Command::new(self.interpreter);
        program.arg(self.file).current_dir(folder.path()).env("ONEID_CLIENT_SECRET", &self.secret).env("PATH", path);
        program.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1").env("PYTHONUNBUFFERED", "1");
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (mut said, mut line, mut browse) = (String::new(), String::new(), Some(browse));
        while output.read_line(&mut line).unwrap() > 0 {
            if line.starts_with("http")
                && let Some(browse) = browse.take()
            {
                writeln!(child.stdin.take().unwrap(), "{}", browse(line.trim())).unwrap();
            }
            said.push_str(&std::mem::take(&mut line));
        }
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let arguments = std::fs::read_to_string(noted).unwrap_or_default();
        Ran { is_content: child.wait().unwrap().success(), said, arguments }
    }
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
        assert_eq!(ran.arguments.contains("code_verifier="), language.0 == "curl");
        let is_told = |line: &str| line.contains(&secret) || line.contains("Basic ") || line.contains("Bearer ");
        assert!(!ran.arguments.lines().any(is_told), "{}", ran.arguments);
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

/// A provider whose token endpoint sends the program elsewhere, and that place.
async fn redirecting() -> (MockServer, MockServer) {
    let (provider, elsewhere) = (MockServer::start().await, MockServer::start().await);
    let metadata = json!({
        "issuer": provider.uri(),
        "authorization_endpoint": format!("{}/v2/authorize", provider.uri()),
        "token_endpoint": format!("{}/token", provider.uri()),
        "userinfo_endpoint": format!("{}/userinfo", provider.uri()),
    });
    let discovery = Mock::given(path("/.well-known/openid-configuration"));
    discovery.respond_with(ResponseTemplate::new(200).set_body_json(metadata)).mount(&provider).await;
    let away = ResponseTemplate::new(302).insert_header("Location", elsewhere.uri());
    Mock::given(path("/token")).respond_with(away).mount(&provider).await;
    (provider, elsewhere)
}

#[tokio::test]
async fn no_program_takes_the_secret_to_where_it_is_redirected() {
    let app = app().await;
    let (id, secret) = client(&app.partner().await).await;
    let here = app.sandbox.description().connection(System::OneIdSandbox).unwrap().journey_url.clone().unwrap();
    for (language, interpreter, file) in LANGUAGES {
        let (provider, elsewhere) = redirecting().await;
        let page = app.browser().page(&format!("/sandbox/clients/{id}/journey?language={language}")).await;
        let text = page.raw_text("#program-text").replace(&here, &provider.uri());
        let back = |url: &str| {
            let url = Url::parse(url).unwrap();
            let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
            Url::parse_with_params("https://asked.example/back", [("code", "c"), ("state", &state)]).unwrap()
        };
        let ran = Program { interpreter, file, text, secret: secret.clone() }.run(back).await;
        assert!(!ran.is_content, "{language}: {}", ran.said);
        let asked = provider.received_requests().await.unwrap();
        assert!(asked.iter().any(|request| request.url.path() == "/token"), "{language}: {}", ran.said);
        assert_eq!(elsewhere.received_requests().await.unwrap().len(), 0, "{language}");
    }
}
