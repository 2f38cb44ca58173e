//! An example of how to ask for each page and each server function. One without an example fails the coverage test.

use std::collections::BTreeMap;

use leptos::server_fn::axum::server_fn_paths;
use partner_dashboard::domain::audit::Place;

use crate::support::{Browser, Form, TestApp, changes};

/// Objects of the sample to ask for.
pub(super) struct Objects {
    pub(super) organisation: String,
    client: String,
    /// The entry that left a version of an object.
    version: String,
    /// What the forms of an admin hold.
    forms: BTreeMap<&'static str, Form>,
}

impl Objects {
    pub(super) async fn find(app: &TestApp, admin: &Browser<'_>) -> Self {
        let partner = app.partner().await;
        let organisation = partner.organisation("Copperfield Books").await;
        let client = partner.client("Copperfield Books", "gift-cards").await;
        let mut forms = BTreeMap::new();
        for page in [
            "/sandbox/organisations/new".to_owned(),
            format!("/sandbox/organisations/{organisation}/edit"),
            format!("/sandbox/organisations/{organisation}/clients/new"),
            format!("/sandbox/clients/{client}/edit"),
        ] {
            let form = admin.form(&page).await.named("For the table");
            let action = server_fn_paths().map(|(path, _)| path).find(|path| *path == form.action).unwrap();
            forms.insert(action, form);
        }
        // The first entry of the audit log.
        admin.submit(&forms["/api/organisations/create"]).await.location();
        let created = app.audit.list(&changes(), Place::Newest, 1).await.unwrap().items.remove(0);
        Self { organisation, client, version: created.id.to_string(), forms }
    }

    /// A path that a pattern stands for.
    pub(super) fn page(&self, pattern: &str) -> String {
        if pattern == "/audit/compare" {
            return format!("{pattern}?from={}", self.version);
        }
        let id = if pattern.contains("/clients/{id}") { &self.client } else { &self.organisation };
        let id = if pattern.starts_with("/audit") { "1" } else { id };
        let path = pattern.replace("{connection}", "sandbox").replace("{id}", id).replace("{name}", "sandbox");
        let path = path.replace("{entry}", &self.version);
        assert!(
            !path.contains('{'),
            "no example for {pattern}: decide who may reach it, and say here how to ask for it"
        );
        path
    }

    /// The arguments of a server function.
    pub(super) fn arguments(&self, path: &str) -> Vec<(String, String)> {
        let (organisation, client) = (self.organisation.as_str(), self.client.as_str());
        let pairs: &[(&str, &str)] = match path {
            "/api/audit/list" => &[("filter[connection]", "sandbox"), ("place", "Newest")],
            "/api/audit/entry" => &[("id", "1")],
            "/api/audit/compare" => &[("from", &self.version)],
            // The object has these values already: there is no draft.
            "/api/audit/restore" => &[("entry", &self.version)],
            "/api/audit/history" => {
                &[("connection", "sandbox"), ("kind", "organisation"), ("id", organisation), ("place", "Newest")]
            }
            "/api/organisations/list" | "/api/clients/list" => &[("connection", "sandbox"), ("query", "")],
            "/api/organisations/detail" | "/api/organisations/form" => {
                &[("connection", "sandbox"), ("id", organisation)]
            }
            "/api/clients/detail" | "/api/clients/form" | "/api/clients/journey" => {
                &[("connection", "sandbox"), ("id", client)]
            }
            // It is enabled: the draft changes nothing.
            "/api/changes/switch" => {
                &[("connection", "sandbox"), ("kind", "organisation"), ("id", organisation), ("enabled", "true")]
            }
            // Nothing was observed of it: nothing is recorded.
            "/api/observed/accept" | "/api/observed/revert" => {
                &[("connection", "sandbox"), ("kind", "organisation"), ("id", organisation), ("until", "1")]
            }
            // OneID does not give it again: nothing is recorded.
            "/api/clients/reveal-secret" => &[("connection", "sandbox"), ("id", client), ("reason", "a test")],
            "/api/readiness/silence" => &[
                ("connection", "sandbox"),
                ("kind", "organisation"),
                ("id", organisation),
                ("rule", "name_twin"),
                ("reason", "they are meant"),
            ],
            "/api/readiness/unsilence" => {
                &[("connection", "sandbox"), ("kind", "organisation"), ("id", organisation), ("rule", "name_twin")]
            }
            // A creation of which it is known what it created.
            "/api/unknown/creation" | "/api/unknown/not-created" => {
                &[("connection", "sandbox"), ("entry", &self.version)]
            }
            "/api/unknown/created" => &[("connection", "sandbox"), ("entry", &self.version), ("id", organisation)],
            "/api/connections/refresh" => &[("connection", "sandbox"), ("list", "organisations")],
            "/api/connections/detail" | "/api/connections/check" => &[("name", "sandbox")],
            "/api/connections/send-test-message" => &[("name", "sandbox"), ("document", "{}")],
            // A draft that does not exist, unless the test asks with one of the person, and a session of nobody.
            "/api/changes/review" | "/api/changes/save" | "/api/changes/discard" => &[("draft", "none")],
            "/api/find/everything" => &[("request[query]", "q=harbour"), ("request[is_palette]", "true")],
            "/api/find/suggest" => &[("sought[connection]", "sandbox"), ("sought[text]", "harbour")],
            "/api/account/times" => &[("zone", "Europe/London"), ("hour_cycle", "h12")],
            "/api/account/single-keys" => &[("is_on", "false")],
            "/api/sessions/end" => &[("handle", "none")],
            // Two views of nobody.
            "/api/saved-views/rename" => &[("id", "0"), ("name", "For the table")],
            "/api/saved-views/delete" => &[("id", "0")],
            "/api/saved-views/save" => {
                &[("list", "organisation"), ("connection", "sandbox"), ("name", "For the table"), ("query", "q=a")]
            }
            "/api/saved-views/of-list" => &[("list", "organisation"), ("connection", "sandbox")],
            // A target that is not there: nothing is sent.
            "/api/notifications/send-test" => &[("name", "none")],
            "/api/overview"
            | "/api/connections/list"
            | "/api/connections/check-all"
            | "/api/drafts/list"
            | "/api/account/time-zones"
            | "/api/saved-views/list"
            | "/api/notifications/list"
            | "/api/sessions/list"
            | "/api/sessions/end-others" => &[],
            _ => {
                let form = self.forms.get(path);
                let form =
                    form.unwrap_or_else(|| panic!("no example for {path}: decide who may call it, and say here how"));
                return form.fields.clone();
            }
        };
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }
}
