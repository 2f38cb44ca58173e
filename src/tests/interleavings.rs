//! Two editors of one organisation, in every order of their steps: no edit is lost that its editor is not told of.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::support::{Browser, Form, Page, TestApp};

/// Scopes that the form offers. The first two are allowed at the beginning.
const SCOPES: [&str; 4] = ["openid", "email", "phone", "address"];
/// Saving again after a decision ends long before that.
const MOST_SAVES: usize = 5;

/// What an editor wants: another name or none, and the scopes to tick or untick.
#[derive(Clone, Debug)]
struct Wish {
    name: Option<&'static str>,
    toggled: Vec<&'static str>,
}

fn wish(name: &'static str) -> impl Strategy<Value = Wish> {
    (prop::option::of(Just(name)), subsequence(SCOPES.to_vec(), 0..=3))
        .prop_map(|(name, toggled)| Wish { name, toggled })
}

/// Three steps of each: to open the form, to send it to its review, to save.
fn order() -> impl Strategy<Value = Vec<usize>> {
    Just(vec![0, 0, 0, 1, 1, 1]).prop_shuffle()
}

/// An editor, and what they saw.
struct Editor<'a> {
    browser: Browser<'a>,
    wish: Wish,
    step: usize,
    form: Option<Form>,
    review: String,
    /// The object when the form was opened.
    opened: Value,
    /// Whether a conflict was shown.
    was_told: bool,
    /// The fields that were shown as changed by somebody else, and kept.
    kept: BTreeSet<String>,
}

impl<'a> Editor<'a> {
    fn new(app: &'a TestApp, wish: Wish) -> Self {
        let (form, review, opened, kept) = (None, String::new(), Value::Null, BTreeSet::new());
        Self { browser: app.browser(), wish, step: 0, form, review, opened, was_told: false, kept }
    }

    fn look(&mut self, page: &Page) {
        self.was_told |= page.has("fieldset.conflict");
        self.kept.extend(page.texts("section:has(#kept) .diff-field"));
    }

    async fn go_on(&mut self, path: &str, now: Value) {
        self.step += 1;
        match self.step {
            1 => {
                self.opened = now;
                self.form = Some(self.browser.form(&format!("{path}/edit")).await);
            }
            2 => {
                let form = self.filled_in();
                self.review = self.browser.submit(&form).await.location();
                let page = self.browser.page(&self.review).await;
                self.look(&page);
            }
            _ => self.save(path).await,
        }
    }

    fn filled_in(&mut self) -> Form {
        let allowed = texts(&self.opened["allowed_scopes"]);
        let mut form = self.form.take().unwrap();
        if let Some(name) = self.wish.name {
            form = form.set("name", name);
        }
        for scope in &self.wish.toggled {
            form = if allowed.contains(*scope) {
                form.untick("allowed_scopes[]", scope)
            } else {
                form.add("allowed_scopes[]", scope)
            };
        }
        form
    }

    /// Saves, and decides for their own value, until nothing comes back.
    async fn save(&mut self, path: &str) {
        for _ in 0..MOST_SAVES {
            let page = self.browser.page(&self.review).await;
            self.look(&page);
            if !page.has("form[action='/api/changes/save']") {
                return;
            }
            let mut form = page.form("form[action='/api/changes/save']", &self.review);
            if page.has("fieldset.conflict") {
                form = form.set("resolution[name]", "mine");
            }
            if page.has("input#confirmation") {
                form = form.set("confirmation", &page.text("h1").replace("Review changes to ", ""));
            }
            self.review = self.browser.submit(&form).await.location();
            if !self.review.contains("/edit") {
                let page = self.browser.page(&self.review).await;
                assert!(page.has("h1"), "{path}");
                return;
            }
        }
        panic!("it was never saved: {}", self.review);
    }
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// The state after a save: what the editor changed of what they opened, laid over what there is.
fn after(name: &str, scopes: &BTreeSet<String>, editor: &Editor<'_>) -> (String, BTreeSet<String>) {
    let opened = texts(&editor.opened["allowed_scopes"]);
    let mut scopes = scopes.clone();
    for scope in &editor.wish.toggled {
        if opened.contains(*scope) {
            scopes.remove(*scope);
        } else {
            scopes.insert((*scope).to_owned());
        }
    }
    let wanted = editor.wish.name.filter(|name| editor.opened["name"] != **name);
    (wanted.unwrap_or(name).to_owned(), scopes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_edit_is_lost_that_its_editor_is_not_told_of(order in order(), first in wish("First"), second in wish("Second")) {
        Runtime::new().unwrap().block_on(async {
            let app = TestApp::empty().await;
            let partner = app.partner().await;
            let body = serde_json::json!({
                "parent_id": partner.root().await, "name": "Before", "allowed_scopes": &SCOPES[..2],
            });
            let id = partner.create("/organisations", &body).await;
            let path = format!("/sandbox/organisations/{id}");
            let now = async || partner.get(&format!("/organisations/{id}")).await;
            let mut editors = [Editor::new(&app, first), Editor::new(&app, second)];
            let (mut name, mut scopes) = ("Before".to_owned(), texts(&now().await["allowed_scopes"]));
            for place in order {
                let before = now().await;
                editors[place].go_on(&path, before.clone()).await;
                if editors[place].step < 3 {
                    assert_eq!(now().await, before, "nothing is sent before a save");
                    continue;
                }
                let editor = &editors[place];
                let was_overtaken = editor.opened["name"] != before["name"];
                (name, scopes) = after(&name, &scopes, editor);
                let saved = now().await;
                assert_eq!((saved["name"].as_str().unwrap(), texts(&saved["allowed_scopes"])), (name.as_str(), scopes.clone()));
                // Whoever writes over what somebody else did meanwhile was asked, and whoever does not was shown it.
                let writes_over = was_overtaken && editor.wish.name.is_some();
                assert_eq!(editor.was_told, writes_over, "{:?}", editor.wish);
                if was_overtaken && !writes_over && saved != before {
                    assert!(editor.kept.contains("Name"), "{:?}", editor.kept);
                }
            }
        });
    }
}
