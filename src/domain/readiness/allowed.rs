//! What an object uses that its product does not give, or that an organisation above it does not allow.

use super::{Subject, Tell};
use crate::domain::organisation::Organisation;

pub(super) fn no_product(subject: &Subject<'_>, tell: Tell<'_>) {
    if subject.text("selected_product").is_none() {
        tell("", "");
    }
}

pub(super) fn product_not_allowed(subject: &Subject<'_>, tell: Tell<'_>) {
    refused_above(subject, subject.text("selected_product").into_iter(), Organisation::allowed_products, tell);
    refused_above(subject, strings(subject, "allowed_products"), Organisation::allowed_products, tell);
}

pub(super) fn scope_not_in_product(subject: &Subject<'_>, tell: Tell<'_>) {
    let Some(product) = subject.text("selected_product") else {
        return;
    };
    for scope in scopes(subject).filter(|scope| subject.catalogue.lacks(product, scope)) {
        let name = subject.catalogue.products.get(product).map_or(product, |known| &known.name);
        tell(scope, name);
    }
}

pub(super) fn scope_not_allowed(subject: &Subject<'_>, tell: Tell<'_>) {
    refused_above(subject, scopes(subject), Organisation::allowed_scopes, tell);
}

pub(super) fn provider_group_not_allowed(subject: &Subject<'_>, tell: Tell<'_>) {
    let groups = strings(subject, "allowed_provider_groups");
    refused_above(subject, groups, Organisation::allowed_provider_groups, tell);
}

/// `accounts.balances` and `accounts.bank_address` need `accounts` (the vendor's scopes guide).
pub(super) fn scope_without_accounts(subject: &Subject<'_>, tell: Tell<'_>) {
    if scopes(subject).all(|scope| scope != "accounts") {
        scopes(subject).filter(|scope| scope.starts_with("accounts.")).for_each(|scope| tell(scope, ""));
    }
}

pub(super) fn no_production_access(subject: &Subject<'_>, tell: Tell<'_>) {
    if let Some(above) = subject.above.first().filter(|above| above.fields.flag("has_production_access") == Some(false))
    {
        tell(&above.name(), "");
    }
}

pub(super) fn disabled_above(subject: &Subject<'_>, tell: Tell<'_>) {
    // What is switched off itself fails nobody more.
    if subject.fields.flag("enabled") != Some(false)
        && let Some(above) = subject.above.iter().find(|above| above.is_disabled())
    {
        tell(&above.name(), "");
    }
}

/// Every scope of a client, or that an organisation allows.
fn scopes<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = &'s str> {
    ["required_scopes", "additional_scopes", "allowed_scopes"].into_iter().flat_map(|field| strings(subject, field))
}

fn strings<'s>(subject: &'s Subject<'_>, field: &str) -> impl Iterator<Item = &'s str> + use<'s> {
    subject.list(field).iter().map(String::as_str)
}

/// Tells the values that an organisation above does not allow, each with the nearest one that does not. One that says
/// nothing allows everything.
fn refused_above<'v>(
    subject: &Subject<'_>,
    values: impl Iterator<Item = &'v str>,
    allowed: fn(&Organisation) -> Option<&[String]>,
    tell: Tell<'_>,
) {
    for value in values {
        let refuses =
            |above: &&&Organisation| allowed(above).is_some_and(|list| list.iter().all(|known| known != value));
        if let Some(above) = subject.above.iter().find(refuses) {
            tell(value, &above.name());
        }
    }
}
