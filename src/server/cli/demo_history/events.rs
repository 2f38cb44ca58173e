//! The single events of the two weeks: a refusal, a conflict, lost answers, what others did, and what is left open.

use std::time::Duration;

use axum::http::Method;

use super::HistoryError;
use super::forms::{control, parameter};
use super::person::Person;
use super::world::{A_WHILE, PRODUCTION, SANDBOX, Story, TOP};
use crate::domain::field::FieldValue;
use crate::domain::object::ObjectKind;
use crate::domain::observed::{ObservedTarget, OpenChange};
use crate::domain::principal::Role;
use crate::domain::views::OrganisationDetail;
use crate::paths;

impl Story<'_> {
    /// OneID refuses a product that the partner does not have.
    pub(super) async fn a_change_is_refused(&self) -> Result<(), HistoryError> {
        let id = self.id_of(SANDBOX, "Barrel & Bramble Trade").await?;
        let mut editor = self.person(Role::Editor).await?;
        let about = (ObjectKind::Organisation, SANDBOX, id.as_str());
        let products =
            ["age_verification", "sign_in", "id_scan_rtw"].map(|product| control("allowed_products[]", product));
        let draft = self.fill_in(&mut editor, about, products.into()).await?;
        let back = self.save(&mut editor, &draft, &[]).await?;
        editor.go("/api/changes/discard", &[control("draft", &draft)]).await?;
        if back.contains("draft=") { Ok(()) } else { Err(HistoryError::new("a refusal", back)) }
    }

    /// The admin saves while the editor fills in the same field, who keeps their own value.
    pub(super) async fn two_people_edit_the_same(&self) -> Result<(), HistoryError> {
        let id = self.id_of(SANDBOX, "Kingfisher Block Management").await?;
        let about = (ObjectKind::Organisation, SANDBOX, id.as_str());
        let mut editor = self.person(Role::Editor).await?;
        let opened = self.form(&mut editor, about).await?;
        let mut admin = self.person(Role::Admin).await?;
        let named = |name: &str| vec![control("name", name)];
        let draft = self.fill_in(&mut admin, about, named("Kingfisher Blocks")).await?;
        self.save(&mut admin, &draft, &[]).await?;
        let controls = [named("Kingfisher Estates"), vec![control("enable_custom_logo", "true")]].concat();
        let draft = self.send_to_review(&mut editor, about, &opened, controls).await?;
        self.save(&mut editor, &draft, &[("resolution[name]", "mine")]).await?;
        Ok(())
    }

    /// A change arrives at OneID, and its answer does not come back.
    pub(super) async fn an_answer_is_lost(&self) -> Result<(), HistoryError> {
        let id = self.id_of(SANDBOX, "Harbour & Vale Lettings Leeds").await?;
        let mut editor = self.person(Role::Editor).await?;
        let about = (ObjectKind::Organisation, SANDBOX, id.as_str());
        let draft = self.fill_in(&mut editor, about, vec![control("name", "Harbour & Vale Lettings York")]).await?;
        self.lose_the_next(&Method::PUT);
        self.save(&mut editor, &draft, &[]).await?;
        editor.go("/api/changes/discard", &[control("draft", &draft)]).await?;
        Ok(())
    }

    /// Somebody changes an organisation in OneID's own console; the admin accepts that, or has not seen it yet.
    pub(super) async fn somebody_else_changes_something(&self, is_accepted: bool) -> Result<(), HistoryError> {
        let name = if is_accepted { "Pennine Outdoor Co-operative" } else { "Copperfield Books" };
        let id = self.id_of(SANDBOX, name).await?;
        let mut admin = self.person(Role::Admin).await?;
        admin.open(&paths::organisations(SANDBOX)).await?;
        self.somebody_changes(&id, "enable_custom_logo", FieldValue::Flag(true)).await?;
        self.clock.advance(A_WHILE);
        self.connection(SANDBOX)?.index.refresh();
        admin.open(&paths::organisations(SANDBOX)).await?;
        // Written by a task of its own.
        self.wait_for_observed(&mut admin, &id, is_accepted).await
    }

    pub(super) async fn wait_for_observed(
        &self,
        admin: &mut Person,
        id: &str,
        is_accepted: bool,
    ) -> Result<(), HistoryError> {
        for _ in 0..100 {
            let about = [control("connection", SANDBOX), control("id", id)];
            let detail: OrganisationDetail = admin.ask("/api/organisations/detail", &about).await?;
            let Some(OpenChange { about, .. }) = detail.observed else {
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            };
            if is_accepted {
                let ObservedTarget { connection, kind, id, until } = about;
                let controls = [
                    control("connection", &connection),
                    control("kind", kind.code()),
                    control("id", &id),
                    control("until", &until.to_string()),
                    control("note", "Agreed by telephone with OneID."),
                ];
                admin.go("/api/observed/accept", &controls).await?;
            }
            return Ok(());
        }
        Err(HistoryError::new("an observed change", "it was not recorded"))
    }

    /// An organisation is disabled for a day.
    pub(super) async fn an_organisation_is_switched_off_and_on(&self) -> Result<(), HistoryError> {
        let name = "Barrel & Bramble Scotland";
        let id = self.id_of(SANDBOX, name).await?;
        for enabled in ["false", "true"] {
            let mut admin = self.person(Role::Admin).await?;
            let about = [
                control("connection", SANDBOX),
                control("kind", ObjectKind::Organisation.code()),
                control("id", &id),
                control("enabled", enabled),
            ];
            let review = admin.go("/api/changes/switch", &about).await?;
            admin.open(&review).await?;
            let draft = parameter(&review, "draft").unwrap_or_default();
            self.save(&mut admin, &draft, &[("confirmation", name)]).await?;
            self.clock.advance(Duration::from_hours(1));
        }
        Ok(())
    }

    /// The admin creates a customer in production, with a client that serves live users.
    pub(super) async fn production_is_prepared(&self) -> Result<(), HistoryError> {
        let top = self.id_of(PRODUCTION, TOP).await?;
        let mut admin = self.person(Role::Admin).await?;
        let controls = vec![
            control("name", "Saltmarsh Ferries"),
            control("parent_id", &top),
            control("allowed_products[]", "sign_up"),
            control("allowed_scopes[]", "openid"),
            control("allowed_scopes[]", "profile"),
            control("has_production_access", "true"),
            control("enabled", "true"),
            control("confirmation", "Saltmarsh Ferries"),
        ];
        let organisation = self.create(&mut admin, ObjectKind::Organisation, PRODUCTION, controls).await?;
        let mut admin = self.person(Role::Admin).await?;
        let controls = vec![
            control("organisation_id", &organisation),
            control("name", "booking-web"),
            control("selected_product", "sign_up"),
            control("required_scopes[]", "openid"),
            control("required_scopes[]", "profile"),
            control("return_urls[]", "https://booking.saltmarsh-ferries.example/oneid/callback"),
            control("token_signing_algorithm", "ES384"),
            control("is_production", "true"),
            control("enabled", "true"),
            control("confirmation", "booking-web"),
        ];
        self.create(&mut admin, ObjectKind::OAuthClient, PRODUCTION, controls).await.map(drop)
    }

    /// A rule is silenced where it is broken on purpose.
    pub(super) async fn a_rule_is_silenced(&self) -> Result<(), HistoryError> {
        let top = self.id_of(SANDBOX, TOP).await?;
        let client = self.client_of(&top, "integration-tests").await?;
        let mut editor = self.person(Role::Editor).await?;
        let about = [
            control("connection", SANDBOX),
            control("kind", ObjectKind::OAuthClient.code()),
            control("id", &client),
            control("rule", "return_url_localhost"),
            control("reason", "The tests of developers come back to their own machines."),
        ];
        editor.go("/api/readiness/silence", &about).await.map(drop)
    }

    /// The auditor takes the log with them, which is recorded too.
    pub(super) async fn the_auditor_exports(&self) -> Result<(), HistoryError> {
        let mut auditor = self.person(Role::Auditor).await?;
        auditor.open(paths::AUDIT).await?;
        auditor.open("/audit.csv").await
    }

    /// The answer to a creation is lost, and at OneID there are two that may be it: nobody can know but a person.
    pub(super) async fn a_creation_is_lost(&self, top: &str) -> Result<(), HistoryError> {
        let name = "Thornbury Cycles";
        let mut editor = self.person(Role::Editor).await?;
        self.lose_the_next(&Method::POST);
        let controls = [
            control("connection", SANDBOX),
            control("name", name),
            control("parent_id", top),
            control("enabled", "true"),
        ];
        editor.go("/api/organisations/create", &controls).await?;
        self.somebody_creates(top, name).await
    }

    /// The admin is called away from a form.
    pub(super) async fn a_form_is_left(&self) -> Result<(), HistoryError> {
        let id = self.id_of(SANDBOX, "Old Mill Student Homes").await?;
        let mut admin = self.person(Role::Admin).await?;
        let about = (ObjectKind::Organisation, SANDBOX, id.as_str());
        self.fill_in(&mut admin, about, vec![control("name", "Old Mill Student Living")]).await.map(drop)
    }
}
