//! Cells of the table of organisations: the way to one, its products, and what needs an eye.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::super::lists::branch;
use crate::components::{beyond_mark, disabled, state_cell};
use crate::domain::beyond_parent::BeyondParent;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;
use crate::domain::reference::ObjectReference;
use crate::domain::rows::{OrganisationRow, Parentage};

/// The most products that a row names; it counts the others.
const MOST_PRODUCTS: usize = 2;
/// The most products behind "+3" that are read out.
const MOST_NAMED: usize = 10;

/// The organisations above one, the root first. A long way keeps its two ends. The nearest is a link: an ID is what
/// compresses worst, and a row for each of a hundred has one as it is.
pub(super) fn path_cell(connection: &str, path: &[ObjectReference]) -> impl IntoView + use<> {
    let (nearest, path) = path.split_last().unzip();
    let path = path.unwrap_or_default();
    let mut before = String::new();
    for (place, step) in path.iter().enumerate() {
        if place == 0 || place + 1 == path.len() {
            before.push_str(&step.name);
            before.push_str(" › ");
        } else if place == 1 {
            before.push_str("… › ");
        }
    }
    let nearest = nearest.map(|nearest| view! { <a href=branch(connection, &nearest.id)>{nearest.name.clone()}</a> });
    view! { <td class="cell-path">{before} {nearest}</td> }
}

/// Products as chips. Those that the parent does not allow come first and are marked.
pub(super) fn products_cell(products: Option<Vec<String>>, beyond: &[BeyondParent]) -> impl IntoView + use<> {
    let chips = match products {
        Some(products) if products.is_empty() => EitherOf3::A(view! { <span class="muted">"None"</span> }),
        None => EitherOf3::B(view! { <span class="muted">"OneID default"</span> }),
        Some(products) => EitherOf3::C(chips(products, beyond)),
    };
    view! { <td class="cell-wide cell-products">{chips}</td> }
}

fn chips(mut products: Vec<String>, beyond: &[BeyondParent]) -> impl IntoView + use<> {
    let is_beyond = |product: &String| beyond.iter().any(|one| one.facet == Facet::Product && one.value == *product);
    if !beyond.is_empty() {
        products.sort_by_key(|product| !is_beyond(product));
    }
    let rest = products.split_off(products.len().min(MOST_PRODUCTS));
    let shown = products.into_iter().map(|product| {
        let class = if is_beyond(&product) { "chip chip-flagged" } else { "chip" };
        view! { <li class=class>{cut(&product, LONGEST_NAME).into_owned()}</li> }
    });
    let shown: Vec<_> = shown.collect();
    let more = (!rest.is_empty()).then(|| {
        let names = rest.iter().take(MOST_NAMED).map(|product| cut(product, LONGEST_NAME)).collect::<Vec<_>>();
        let names = format!(": {}", names.join(", "));
        view! {
            <li class="chip chip-more">
                {format!("+{}", rest.len())} <span class="visually-hidden">{names}</span>
            </li>
        }
    });
    view! { <ul class="chips">{shown} {more}</ul> }
}

/// Whether it is enabled, and what is wrong with its place in the tree.
pub(super) fn state(row: &OrganisationRow) -> impl IntoView + use<> {
    let parentage = match row.parentage {
        Parentage::Known => None,
        Parentage::Missing => Some("Parent not found"),
        Parentage::Circle => Some("Its own ancestor"),
    };
    state_cell(
        disabled(row.is_disabled, row.disabled_by.as_deref()),
        parentage.map(|text| view! { <span class="pill pill-warning">{text}</span> }),
        beyond_mark(ObjectKind::Organisation, &row.beyond_parent),
    )
}
