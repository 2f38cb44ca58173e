//! Fields that the partner sent and this product does not know.

use leptos::prelude::*;

use super::card::Card;
use crate::domain::field::UnknownField;

/// The fields as they were sent; nothing when there are none.
#[component]
pub fn UnknownFields(
    /// The fields that have no control and no fact of their own.
    fields: Vec<UnknownField>,
) -> impl IntoView {
    (!fields.is_empty()).then(|| {
        let facts = fields.into_iter().map(|field| {
            view! {
                <dt>
                    <code>{field.name}</code>
                </dt>
                <dd>
                    <code>{field.json}</code>
                </dd>
            }
        });
        view! {
            <Card id="unknown-fields" title="Other fields OneID sent" note="kept as they are when you save".into_any()>
                <div class="card-body">
                    <dl class="facts">{facts.collect_view()}</dl>
                </div>
            </Card>
        }
    })
}
