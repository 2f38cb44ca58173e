//! Each field of a kind of object has a control in the form, stands on the page of the object and has its label in the
//! audit log: none is in one of these places alone, where an edit could clear it unseen.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use partner_dashboard::domain::field::FieldType;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::domain::posted::{other_name, shown_name};
use serde_json::json;

use crate::support::{Browser, Form, Page, TestApp};

/// The path of the form for a new object of a kind.
fn form_path(kind: ObjectKind, root: &str) -> String {
    match kind.owner() {
        None => format!("/sandbox/{}/new", kind.collection()),
        Some(owner) => format!("/sandbox/{}/{root}/{}/new", owner.collection(), kind.collection()),
    }
}

/// The names of the controls of a form that are not its own, such as the one-time id.
fn controls(page: &Page) -> BTreeSet<String> {
    let names = page.attributes("form.form [name]", "name").into_iter();
    let own = [
        "connection",
        "draft",
        "organisation_id",
        "add_row",
        "remove_row",
        "find",
        "parent_id_find",
        "parent_id_found",
    ];
    names.filter(|name| !own.contains(&name.as_str())).map(|name| name.trim_end_matches("[]").to_owned()).collect()
}

/// The form with something in every control: the first value that a list or a choice offers.
fn filled(kind: ObjectKind, page: &Page, mut form: Form) -> Form {
    for field in kind.fields() {
        let offered = |selector: &str| page.attributes(selector, "value").into_iter().find(|value| !value.is_empty());
        let name = field.name;
        form = match field.field_type {
            FieldType::Text if name == "name" => form.named("Every field"),
            FieldType::Text => {
                let value = offered(&format!("[name='{name}'] option, input[name='{name}']"));
                form.set(name, &value.unwrap_or_else(|| panic!("{name} offers nothing")))
            }
            FieldType::Flag => form.clear(name).add(name, "true"),
            FieldType::Urls => form.set(&format!("{name}[]"), "https://every.example/field"),
            FieldType::List => {
                let value = offered(&format!("[name='{name}[]']"));
                form.add(&format!("{name}[]"), &value.unwrap_or_else(|| panic!("{name} offers nothing")))
            }
        };
    }
    form
}

#[tokio::test]
async fn every_field_has_a_control_a_place_on_the_page_and_a_label_in_the_log() {
    let app = TestApp::empty().await;
    let (browser, root) = (app.browser(), app.partner().await.root().await);
    app.partner().await.change(&format!("/organisations/{root}"), json!({"has_production_access": true})).await;
    for (entry, kind) in (2..).zip(ObjectKind::ALL) {
        let path = form_path(kind, &root);
        let page = browser.page(&path).await;
        let expected = kind.fields().iter().flat_map(|field| {
            let other = field.has_other.then(|| other_name(field.name));
            let shown = (field.field_type == FieldType::Flag).then(|| shown_name(field.name));
            [Some(field.name.to_owned()), other, shown].into_iter().flatten()
        });
        assert_eq!(controls(&page), expected.collect(), "the controls of {kind:?}");

        let form = filled(kind, &page, page.form("form.form", &path));
        let object = browser.submit(&form).await.location();
        let labels: BTreeSet<String> = kind.fields().iter().map(|field| field.label.to_owned()).collect();
        let page = browser.page(&object).await;
        let mut places: BTreeSet<String> = page.texts("dt").into_iter().chain(page.texts("h2")).collect();
        places.extend((page.text("h1") == "Every field").then(|| "Name".to_owned()));
        // How the object is stands below its name, once.
        let subline = page.text(".subline");
        let flags = ["Enabled", "Production access", "Production client"].into_iter();
        places.extend(flags.filter(|label| subline.contains(label)).map(str::to_owned));
        assert!(labels.is_subset(&places), "{kind:?}: {labels:?} are not all in {places:?}");

        let page = browser.page(&format!("/audit/{entry}")).await;
        assert_eq!(page.texts(".diff-field").into_iter().collect::<BTreeSet<_>>(), labels, "{kind:?}: {}", page.main());
    }
}

/// Posts the form of an edit with some of its controls, and saves what its review says.
async fn save(browser: &Browser<'_>, path: &str, controls: &[(&str, &str)]) -> Page {
    let whole = browser.form(path).await;
    let own = whole.fields.iter().filter(|(name, _)| ["connection", "draft", "id", "base"].contains(&name.as_str()));
    let fields = own.cloned().chain(controls.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let form = Form { fields: fields.collect(), ..whole.clone() };
    let review = browser.submit(&form).await.location();
    assert!(review.contains("step=review"), "{review}");
    browser.submit_and_follow(&browser.form(&review).await).await
}

#[tokio::test]
async fn what_a_form_did_not_show_is_not_changed_by_it() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.client("Lantern Pet", "vet-portal").await;
    let mut wanted = partner.get(&format!("/clients/{id}")).await;
    save(&browser, &format!("/sandbox/clients/{id}/edit"), &[("name", "Renamed alone")]).await;
    wanted["name"] = json!("Renamed alone");
    assert_eq!(partner.get(&format!("/clients/{id}")).await, wanted);

    let id = partner.organisation("Copperfield Books").await;
    let mut wanted = partner.get(&format!("/organisations/{id}")).await;
    save(&browser, &format!("/sandbox/organisations/{id}/edit"), &[("allowed_scopes_other", "openid")]).await;
    wanted["allowed_scopes"] = json!(["openid"]);
    assert_eq!(
        partner.get(&format!("/organisations/{id}")).await,
        wanted,
        "a list was shown, and its boxes were not ticked"
    );
}

#[tokio::test]
async fn a_form_that_comes_back_shows_what_the_object_has_where_the_form_showed_nothing() {
    let app = TestApp::start().await;
    let (browser, partner) = (app.browser(), app.partner().await);
    let id = partner.client("Lantern Pet", "vet-portal").await;
    let path = format!("/sandbox/clients/{id}/edit");
    let whole = browser.form(&path).await;
    let own = whole.fields.iter().filter(|(name, _)| ["connection", "draft", "id", "base"].contains(&name.as_str()));
    let nameless = Form { fields: own.cloned().chain([("name".to_owned(), String::new())]).collect(), ..whole.clone() };
    let location = browser.submit(&nameless).await.location();
    let returned = browser.page(&location).await.form("form.form", &location);
    for name in ["enabled", "required_scopes[]", "return_urls[]", "selected_product"] {
        assert_eq!(returned.values(name), whole.values(name), "{name}");
    }
}

#[tokio::test]
async fn a_form_with_two_names_is_refused_and_nothing_is_kept_of_it() {
    let app = TestApp::empty().await;
    let browser = app.browser();
    for name in ["name[]", "name[first]"] {
        let answer = browser.post_form("/api/organisations/create", &[("connection", "sandbox"), (name, "x")]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
    }
    assert!(app.writes().is_empty());
}
