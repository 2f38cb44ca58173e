//! The last cell of a row: "Enabled" is quiet, and what needs attention is not.

use leptos::either::Either;
use leptos::prelude::*;

use super::numbers::counted;
use crate::domain::beyond_parent::BeyondParent;
use crate::domain::excerpt::{LONGEST_NAME, cut};
use crate::domain::facet::Facet;
use crate::domain::object::ObjectKind;

/// The most values that a mark names in full.
const MOST_NAMED: usize = 10;

/// The last cell of a row: what is said by [`disabled`] and by [`beyond_mark`], with other marks between them.
pub fn state_cell(
    disabled: Option<impl IntoView>,
    marks: Option<impl IntoView>,
    beyond: Option<impl IntoView>,
) -> impl IntoView {
    if disabled.is_none() && beyond.is_none() && marks.is_none() {
        return Either::Left(view! { <td class="cell-extra is-quiet secondary">"Enabled"</td> });
    }
    Either::Right(view! {
        <td class="cell-extra">
            <div class="pills">{disabled} {marks} {beyond}</div>
        </td>
    })
}

/// What says that an object is disabled, itself or by what is above it; nothing where it is enabled.
pub fn disabled(is_disabled: bool, disabled_by: Option<&str>) -> Option<impl IntoView + use<>> {
    let text = match (is_disabled, disabled_by) {
        (true, _) => "Disabled".to_owned(),
        (false, Some(name)) => format!("Disabled by {}", cut(name, LONGEST_NAME)),
        (false, None) => return None,
    };
    Some(view! { <span class="pill pill-off">{text}</span> })
}

/// That an object has what the organisation above it does not allow, and what that is; nothing where it has no such thing.
pub fn beyond_mark(kind: ObjectKind, beyond: &[BeyondParent]) -> Option<impl IntoView + use<>> {
    if beyond.is_empty() {
        return None;
    }
    let name = |one: &BeyondParent| match (one.facet, kind) {
        (Facet::Production, ObjectKind::Organisation) => "production access".to_owned(),
        (Facet::Production, ObjectKind::OAuthClient) => "production".to_owned(),
        (facet, _) => format!("{} {}", facet.label_inside(), cut(&one.value, LONGEST_NAME)),
    };
    let names = beyond.iter().take(MOST_NAMED).map(name).collect::<Vec<_>>().join(", ");
    let more = if beyond.len() > MOST_NAMED { " and more" } else { "" };
    let above = match kind {
        ObjectKind::Organisation => "parent",
        ObjectKind::OAuthClient => "organisation",
    };
    let title = format!("Not allowed by its {above}: {names}{more}");
    Some(view! {
        <span class="pill pill-warning" title=title.clone()>
            {counted(beyond.len().try_into().unwrap_or(u64::MAX), "value")} " not allowed"
            <span class="visually-hidden">{format!(". {title}")}</span>
        </span>
    })
}
