//! What is done in the two weeks, day by day, by the admin, the editor and the auditor of the demo.

use super::HistoryError;
use super::forms::control;
use super::world::{A_WHILE, ROUNDS, SANDBOX, Story, TOP};
use crate::domain::object::ObjectKind;
use crate::domain::principal::Role;
use crate::server::sandbox::System;

/// A customer that is taken on: its name, its product and its scopes, and its clients.
struct Customer {
    name: &'static str,
    product: &'static str,
    scopes: &'static [&'static str],
    clients: &'static [&'static str],
}

const CUSTOMERS: [Customer; 4] = [
    Customer {
        name: "Saltmarsh Ferries",
        product: "sign_up",
        scopes: &["openid", "profile", "email"],
        clients: &["booking-web", "boarding-app"],
    },
    Customer { name: "Orchard Lane Dental", product: "sign_in", scopes: &["openid"], clients: &["patient-portal"] },
    Customer {
        name: "Gorse Hill Cider",
        product: "age_verification",
        scopes: &["openid", "profile", "age_over_18"],
        clients: &["shop", "tasting-room"],
    },
    Customer {
        name: "Limekiln Storage",
        product: "sign_up",
        scopes: &["openid", "profile", "phone"],
        clients: &["self-service", "gate-kiosk"],
    },
];

impl Story<'_> {
    /// Tells all of it.
    pub(super) async fn tell(&self) -> Result<(), HistoryError> {
        self.sandbox.clear_faults();
        let top = self.id_of(SANDBOX, TOP).await?;
        for customer in &CUSTOMERS[..2] {
            self.take_on(&top, customer).await?;
            self.a_day_passes(ROUNDS).await;
        }
        self.is_down(System::ShareNow, 5);
        self.a_change_is_refused().await?;
        self.a_day_passes(ROUNDS).await;
        self.two_people_edit_the_same().await?;
        self.a_day_passes(ROUNDS).await;
        self.an_answer_is_lost().await?;
        self.a_day_passes(ROUNDS).await;
        self.somebody_else_changes_something(true).await?;
        self.is_down(System::OneIdSandbox, 2);
        self.a_day_passes(ROUNDS).await;
        for customer in &CUSTOMERS[2..] {
            self.take_on(&top, customer).await?;
            self.a_day_passes(ROUNDS).await;
        }
        self.an_organisation_is_switched_off_and_on().await?;
        self.a_day_passes(ROUNDS).await;
        self.production_is_prepared().await?;
        self.a_day_passes(ROUNDS).await;
        self.a_rule_is_silenced().await?;
        self.a_day_passes(ROUNDS).await;
        self.bookings_go_down();
        self.the_auditor_exports().await?;
        self.a_day_passes(ROUNDS).await;
        self.time_passes_until_today().await;
        self.somebody_else_changes_something(false).await?;
        self.a_creation_is_lost(&top).await?;
        self.a_form_is_left().await?;
        self.a_day_passes(1).await;
        Ok(())
    }

    /// The editor creates an organisation with its clients, and gives each a return URL for its tests.
    async fn take_on(&self, top: &str, customer: &Customer) -> Result<(), HistoryError> {
        let mut editor = self.person(Role::Editor).await?;
        let mut controls = vec![
            control("name", customer.name),
            control("parent_id", top),
            control("allowed_products[]", customer.product),
            control("allowed_provider_groups[]", "sandbox-participating"),
            control("enabled", "true"),
            control("has_production_access", "true"),
            control("confirmation", customer.name),
        ];
        controls.extend(customer.scopes.iter().map(|scope| control("allowed_scopes[]", scope)));
        let organisation = self.create(&mut editor, ObjectKind::Organisation, SANDBOX, controls).await?;
        let host = customer.name.to_lowercase().replace(' ', "-");
        for name in customer.clients {
            let mut editor = self.person(Role::Editor).await?;
            let mut controls = vec![
                control("organisation_id", &organisation),
                control("name", name),
                control("selected_product", customer.product),
                control("return_urls[]", &format!("https://{name}.{host}.example/oneid/callback")),
                control("token_signing_algorithm", "ES384"),
                control("enabled", "true"),
                control("confirmation", name),
            ];
            controls.extend(customer.scopes.iter().map(|scope| control("required_scopes[]", scope)));
            let client = self.create(&mut editor, ObjectKind::OAuthClient, SANDBOX, controls).await?;
            self.clock.advance(A_WHILE);
            let about = (ObjectKind::OAuthClient, SANDBOX, client.as_str());
            let urls = ["oneid/callback", "oneid/test-callback"]
                .map(|path| control("return_urls[]", &format!("https://{name}.{host}.example/{path}")));
            let draft = self.fill_in(&mut editor, about, urls.into()).await?;
            self.save(&mut editor, &draft, &[]).await?;
        }
        Ok(())
    }
}
