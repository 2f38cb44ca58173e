//! The controls of the client form, one for each field of the Partner API.

use leptos::prelude::*;

use super::super::form_values::multi_value;
use crate::components::{CheckBox, FieldErrors, FieldMessages, TextArea, TextField};
use crate::domain::oauth_client::TOKEN_SIGNING_ALGORITHMS;
use crate::domain::organisation::Organisation;
use crate::domain::views::FormPage;
use crate::islands::{ReturnUrls, UrlRow};

pub(super) fn controls(form: &FormPage, errors: &FieldErrors) -> impl IntoView + use<> {
    let fields = &form.form.fields;
    let is_on = |name: &str| fields.flag(name) == Some(true);
    let multi_value = multi_value(form, errors, "not available to the organisation");
    view! {
        <div class="card form-card">
            <TextField
                name="name"
                label="Name"
                hint="For your team. End users never see it."
                value=fields.text("name").unwrap_or_default().to_owned()
                errors=errors.clone()
            />
            {product(form, errors)}
            {multi_value("required_scopes", "Required scopes", "Users must share these to continue.")}
            {multi_value("additional_scopes", "Additional scopes", "Users can decline these.")}
            {return_urls(form, errors)}
            {signing_algorithm(form, errors)}
            {multi_value(
                "allowed_provider_groups",
                "Provider groups",
                "Identity providers that users can choose from.",
            )}
            <div class="checks">
                <CheckBox
                    name="is_production"
                    label="Production client"
                    hint="Serves live users. Its organisation needs production access."
                    is_on=is_on("is_production")
                    errors=errors.clone()
                />
                <CheckBox
                    name="enabled"
                    label="Enabled"
                    hint="If off, users cannot sign in with it."
                    is_on=is_on("enabled")
                    errors=errors.clone()
                />
            </div>
        </div>
    }
}

fn product(form: &FormPage, errors: &FieldErrors) -> impl IntoView + use<> {
    let chosen = form.form.fields.text("selected_product").unwrap_or_default().to_owned();
    let option = |value: String, words: String| {
        let selected = value == chosen;
        view! {
            <option value=value selected=selected>
                {words}
            </option>
        }
    };
    let is_listed = chosen.is_empty() || form.products.iter().any(|product| product.value == chosen);
    let unlisted = (!is_listed).then(|| option(chosen.clone(), chosen.clone()));
    let options = |allowed: bool| {
        let products = form.products.iter().filter(|product| product.allowed == allowed);
        let options = products.map(|product| {
            option(product.value.clone(), product.label.clone().unwrap_or_else(|| product.value.clone()))
        });
        options.collect::<Vec<_>>()
    };
    let beyond = options(false);
    let beyond = (!beyond.is_empty())
        .then(|| view! { <optgroup label="Not available to this organisation">{beyond}</optgroup> });
    let allowed = form.products.iter().filter(|product| product.allowed).count();
    let organisation = form.organisation.as_ref().map_or("The organisation".into(), Organisation::name);
    let noun = if allowed == 1 { "product" } else { "products" };
    let hint = format!("One product for each client. {organisation} has {allowed} {noun} available.");
    let messages = errors.of("selected_product");
    let has_error = !messages.is_empty();
    let typed = form.form.others.get("selected_product").cloned().unwrap_or_default();
    view! {
        <div class="field">
            <label for="selected_product">"Product"</label>
            <p class="hint" id="selected_product-hint">
                {hint}
            </p>
            <select
                class="input"
                id="selected_product"
                name="selected_product"
                aria-describedby=if has_error {
                    "selected_product-hint selected_product-error"
                } else {
                    "selected_product-hint"
                }
                aria-invalid=has_error.then_some("true")
            >
                {option(String::new(), "Choose a product".to_owned())}
                {unlisted}
                {options(true)}
                {beyond}
            </select>
            <FieldMessages id="selected_product" messages/>
            <div class="other-values">
                <label for="selected_product_other">"Identifier of a product that is not listed"</label>
                <input
                    class="input input-mono"
                    type="text"
                    id="selected_product_other"
                    name="selected_product_other"
                    value=typed
                    autocomplete="off"
                    spellcheck="false"
                />
            </div>
        </div>
    }
}

fn return_urls(form: &FormPage, errors: &FieldErrors) -> impl IntoView + use<> {
    let urls = form.form.fields.list("return_urls").unwrap_or_default();
    let mut rows: Vec<UrlRow> = urls
        .iter()
        .enumerate()
        .map(|(index, url)| UrlRow { value: url.clone(), error: errors.of_row("return_urls", index).join(" ") })
        .collect();
    if rows.is_empty() {
        rows.push(UrlRow::default());
    }
    let messages = errors.of("return_urls");
    let pasted = form.form.others.get("return_urls").cloned().unwrap_or_default();
    let is_open = !pasted.is_empty();
    let pasted_errors = errors.of_pasted();
    view! {
        <fieldset class="multi-value" id="return_urls" aria-describedby="return_urls-hint">
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
                    <TextArea name="return_urls_other" value=pasted rows=5/>
                    <FieldMessages id="return_urls_other" messages=pasted_errors/>
                </div>
            </details>
        </fieldset>
    }
}

fn signing_algorithm(form: &FormPage, errors: &FieldErrors) -> impl IntoView + use<> {
    let chosen = form.form.fields.text("token_signing_algorithm").unwrap_or_default().to_owned();
    let known = TOKEN_SIGNING_ALGORITHMS.iter().map(|&algorithm| (algorithm.to_owned(), algorithm.to_owned()));
    let unlisted = (!chosen.is_empty() && !TOKEN_SIGNING_ALGORITHMS.contains(&chosen.as_str()))
        .then(|| (chosen.clone(), chosen.clone()));
    let choices = known.chain(unlisted).chain([(String::new(), "OneID default".to_owned())]);
    let choices = choices.map(|(value, words)| {
        let checked = value == chosen;
        view! {
            <label class="radio">
                <input type="radio" name="token_signing_algorithm" value=value checked=checked/>
                <span>{words}</span>
            </label>
        }
    });
    let messages = errors.of("token_signing_algorithm");
    view! {
        <fieldset class="field" id="token_signing_algorithm" tabindex="-1" aria-describedby="token_signing_algorithm-hint">
            <legend>"Token signing algorithm"</legend>
            <p class="hint" id="token_signing_algorithm-hint">
                "Algorithm used to sign ID tokens."
            </p>
            <div class="radios">{choices.collect_view()}</div>
            <FieldMessages id="token_signing_algorithm" messages/>
        </fieldset>
    }
}
