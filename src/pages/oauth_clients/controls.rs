//! The controls of the client form, one for each field of the Partner API.

use leptos::prelude::*;

use super::super::forms::{Controls, form_section};
use crate::components::{Choice, FieldMessages, TextArea, described_by};
use crate::domain::catalogue::Suggestion;
use crate::domain::oauth_client::TOKEN_SIGNING_ALGORITHMS;
use crate::domain::organisation::Organisation;
use crate::islands::{ReturnUrls, UrlRow};

pub(super) fn controls(form: &Controls<'_>) -> AnyView {
    let not_here = "not available to this organisation";
    let algorithms = TOKEN_SIGNING_ALGORITHMS.iter().map(|&algorithm| Choice::new(algorithm, algorithm)).collect();
    view! {
        {form_section("identity", "Identity", view! {
            {form.text("name", "For your team. End users never see it.")}
            {product(form)}
        })}
        {form_section("journey", "What users share", view! {
            {form.list("required_scopes", "Users must share these to continue.", not_here)}
            {form.list("additional_scopes", "Users can decline these.", not_here)}
            {form.list("allowed_provider_groups", "Identity providers that users can choose from.", not_here)}
        })}
        {form_section("return", "Return and signing", view! {
            {return_urls(form)}
            {form
                .radios(
                    "token_signing_algorithm",
                    "Algorithm used to sign ID tokens.",
                    "OneID default",
                    algorithms,
                )}
        })}
        {form_section("state", "State", view! {
            <div class="checks">
                {form.check("is_production", "Serves live users. Its organisation needs production access.")}
                {form.check("enabled", "If off, users cannot sign in with it.")}
            </div>
        })}
    }
    .into_any()
}

fn product(form: &Controls<'_>) -> AnyView {
    let products = &form.form.products;
    let choice = |product: &Suggestion| Choice {
        is_apart: !product.allowed,
        ..Choice::new(&product.value, product.label.as_ref().unwrap_or(&product.value))
    };
    let allowed = products.iter().filter(|product| product.allowed).count();
    let organisation = form.form.organisation.as_ref().map_or("The organisation".into(), Organisation::name);
    let noun = if allowed == 1 { "product" } else { "products" };
    let hint = format!(
        "Each client uses one product: without one, no journey can start. {organisation} has {allowed} {noun} available."
    );
    let headings = ["Not available to this organisation", "Other product ID"];
    form.open_select("selected_product", hint, "Choose a product", products.iter().map(choice).collect(), headings)
}

fn return_urls(form: &Controls<'_>) -> AnyView {
    let errors = form.errors;
    let urls = form.form.form.fields.list("return_urls").unwrap_or_default();
    let mut rows: Vec<UrlRow> = urls
        .iter()
        .enumerate()
        .map(|(index, url)| UrlRow { value: url.clone(), error: errors.of_row("return_urls", index).join(" ") })
        .collect();
    if rows.is_empty() {
        rows.push(UrlRow::default());
    }
    let messages = errors.of("return_urls");
    let described_by = described_by("return_urls", !messages.is_empty());
    let pasted = form.typed("return_urls");
    let is_open = !pasted.is_empty();
    let pasted_errors = errors.of_pasted();
    let has_error = !pasted_errors.is_empty();
    view! {
        <fieldset class="multi-value" id="return_urls" tabindex="-1" aria-describedby=described_by>
            <legend>"Return URLs"</legend>
            <p class="hint" id="return_urls-hint">
                "Where users return after a journey (redirect URI). Must match exactly."
            </p>
            <FieldMessages id="return_urls" messages/>
            <ReturnUrls rows/>
            <details class="paste-many" open=is_open>
                <summary>"Add several"</summary>
                <div class="field">
                    <label for="return_urls_other">"One URL per line"</label>
                    <TextArea name="return_urls_other" value=pasted rows=5 has_error/>
                    <FieldMessages id="return_urls_other" messages=pasted_errors/>
                </div>
            </details>
        </fieldset>
    }
    .into_any()
}
