//! Forms as large as they may be, made to cost as much as they can: they cost little and come back as a page of ordinary
//! size.

use std::time::Duration;

use axum::http::StatusCode;
use url::form_urlencoded;

use crate::support::{Browser, Form, TestApp};

/// The largest form that is taken, in bytes.
const LARGEST: usize = 256 * 1024;
/// The largest page that may come back, in bytes.
const LARGEST_PAGE: usize = 1_000_000;
/// Values that one form may have.
const MOST_VALUES: usize = 2_500;

const NEW_ORGANISATION: &str = "/sandbox/organisations/new";

/// Controls of a form by their names, with what is typed into them.
type Controls = Vec<(String, String)>;

/// The addresses of forms in the empty sandbox.
struct Paths {
    new_client: String,
    edit_organisation: String,
}

async fn paths(app: &TestApp) -> Paths {
    let root = app.partner().await.root().await;
    Paths {
        new_client: format!("/sandbox/organisations/{root}/clients/new"),
        edit_organisation: format!("/sandbox/organisations/{root}/edit"),
    }
}

/// Different short words without end.
fn words() -> impl Iterator<Item = String> {
    (0x100..).map(|number| format!("{number:x}"))
}

/// Words with something between them, up to a size in the form.
fn text(separator: &str, bytes: usize) -> String {
    words().take(bytes / 5).collect::<Vec<_>>().join(separator)
}

/// A control that is sent many times, with values that fill the form.
fn many(name: &str, value: &str, bytes: usize) -> Controls {
    let count = MOST_VALUES * bytes / LARGEST - 40;
    let room = bytes / count - name.len() - "%5B%5D=1234&".len();
    let size =
        |letter: char| form_urlencoded::byte_serialize(letter.to_string().as_bytes()).map(str::len).sum::<usize>();
    let mut taken = 0;
    let letters = value.chars().cycle().take_while(|letter| {
        taken += size(*letter);
        taken <= room
    });
    let value: String = letters.collect();
    (0..count).map(|number| (format!("{name}[]"), format!("{number}{value}"))).collect()
}

fn one(name: &str, value: impl Into<String>) -> Controls {
    vec![(name.to_owned(), value.into())]
}

/// What is typed, for a form of so many bytes: for which form, under what name, and the controls.
fn hostile(paths: &Paths, bytes: usize) -> Vec<(String, &'static str, Controls)> {
    let organisation = || NEW_ORGANISATION.to_owned();
    let client = || paths.new_client.clone();
    let edit = || paths.edit_organisation.clone();
    let list = || text("\",\"", bytes / 4);
    let base = || format!("{{\"name\":\"x\",\"allowed_scopes\":[\"{}\"]}}", list());
    let mut with_base = one("base", base());
    with_base.extend(one("allowed_scopes_other", text(" ", bytes / 3)));
    let mut to_review = one("base", base());
    let others = list().replace("\",\"", " ").replacen("100 101", "new newer", 1);
    let none = ("allowed_scopes[]".to_owned(), String::new());
    to_review.extend([("name".to_owned(), "x".to_owned()), none, ("allowed_scopes_other".to_owned(), others)]);
    vec![
        (organisation(), "many short values in a text", one("allowed_scopes_other", text(" ", bytes - 500))),
        (organisation(), "the same value again and again", one("allowed_scopes_other", "a ".repeat(bytes / 2 - 500))),
        (client(), "many short URLs in a text", one("return_urls_other", text(" ", bytes - 500))),
        (client(), "the same URL again and again", one("return_urls_other", "b ".repeat(bytes / 2 - 500))),
        (organisation(), "many boxes", many("allowed_scopes", "s", bytes - 500)),
        (organisation(), "many boxes of two words", many("allowed_scopes", " s", bytes - 500)),
        (organisation(), "many boxes of ampersands", many("allowed_scopes", " &&&&&&&&&&&&&&&&", bytes - 500)),
        (client(), "many rows", many("return_urls", "u", bytes - 500)),
        (client(), "many rows of two words", many("return_urls", " \"\"\"\"\"\"\"\"\"\"\"\"\"\"", bytes - 500)),
        (client(), "many empty rows", vec![("return_urls[]".to_owned(), String::new()); MOST_VALUES - 20]),
        (organisation(), "many empty boxes", vec![("allowed_scopes[]".to_owned(), String::new()); MOST_VALUES - 20]),
        (organisation(), "a long name of quotes", one("name", "\"".repeat((bytes - 500) / 3))),
        (organisation(), "a long parent of ampersands", one("parent_id", "&".repeat((bytes - 500) / 3))),
        (client(), "a long product of ampersands", one("selected_product", "&".repeat((bytes - 500) / 3))),
        (client(), "a long algorithm of ampersands", one("token_signing_algorithm", "&".repeat((bytes - 500) / 3))),
        (client(), "a long URL", one("return_urls[]", format!("https://{}", "ä.".repeat((bytes - 500) / 7)))),
        (edit(), "other values than those that it opened on", with_base),
        (edit(), "two other values among those that it opened on", to_review),
    ]
}

/// A form with the hostile controls in place of its own.
async fn fill(browser: &Browser<'_>, path: &str, controls: Controls) -> Form {
    let mut form = browser.form(path).await;
    for (name, _) in &controls {
        form = form.clear(name);
    }
    form.fields.extend(controls);
    form
}

/// What this thread has computed so far. The application, its partner and the browser share it.
fn computed() -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(statistics.split(' ').next().unwrap().parse().unwrap())
}

/// The least that a form costs of some tries, with the page that it leads to, without the reading of the page.
async fn cost(browser: &Browser<'_>, form: &Form) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..3 {
        let before = computed();
        let location = browser.submit(form).await.location();
        browser.get(&location).await;
        least = least.min(computed().saturating_sub(before));
    }
    least
}

#[tokio::test]
async fn no_form_comes_back_as_a_large_page() {
    let app = TestApp::empty().await;
    for (path, what, controls) in hostile(&paths(&app).await, LARGEST) {
        let browser = app.browser();
        let answer = browser.submit(&fill(&browser, &path, controls).await).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{what}: {}", answer.body);
        assert_eq!(answer.location().contains("step=review"), what.starts_with("two other"), "{what}");
        let page = browser.get(&answer.location()).await;
        assert_eq!(page.status, StatusCode::OK, "{what}");
        assert!(page.body.len() <= LARGEST_PAGE, "{what}: {} bytes", page.body.len());
    }
    assert!(app.writes().is_empty(), "{:?}", app.writes());
}

/// What a form and the page after it may cost, in processor time of one thread, the emulated partner's included. `make
/// bench` holds the release build to it; a debug build has ten times as much.
const MOST_COST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 });

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the figures are worth reading when the test is run alone")]
async fn no_form_costs_much() {
    let app = TestApp::empty().await;
    for (path, what, controls) in hostile(&paths(&app).await, LARGEST) {
        let browser = app.browser();
        let cost = cost(&browser, &fill(&browser, &path, controls).await).await;
        println!("{what}: {cost:?}");
        assert!(cost < MOST_COST, "{what}: {cost:?}");
    }
}

#[tokio::test]
async fn the_cost_of_a_form_grows_with_its_size_and_not_with_its_square() {
    let app = TestApp::empty().await;
    let paths = paths(&app).await;
    for ((path, what, small), (_, _, large)) in hostile(&paths, LARGEST / 8).into_iter().zip(hostile(&paths, LARGEST)) {
        let browser = app.browser();
        let small = cost(&browser, &fill(&browser, &path, small).await).await;
        let large = cost(&browser, &fill(&browser, &path, large).await).await;
        // Eight times the size: with a square it would be sixty-four times the cost.
        assert!(large < 24 * small.max(Duration::from_millis(5)), "{what}: {small:?}, then {large:?}");
    }
}
