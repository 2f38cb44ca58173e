//! Rows of return URLs. The buttons work without JavaScript, as buttons of the form; with it, rows
//! come and go without a round trip.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// One row as the server knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrlRow {
    /// What is in it.
    pub value: String,
    /// What is wrong with it; empty when nothing is.
    pub error: String,
}

/// The rows, each with a key of its own so that the others keep what was typed into them.
#[island]
pub fn ReturnUrls(
    /// The rows to begin with, at least one.
    rows: Vec<UrlRow>,
) -> impl IntoView {
    let next_key = StoredValue::new(rows.len());
    let rows = RwSignal::new(rows.into_iter().enumerate().collect::<Vec<_>>());
    let add = move |event: MouseEvent| {
        event.prevent_default();
        let key = next_key.get_value();
        next_key.set_value(key + 1);
        rows.update(|rows| rows.push((key, UrlRow::default())));
    };
    let remove = move |event: MouseEvent, key: usize| {
        event.prevent_default();
        rows.update(|rows| {
            rows.retain(|(known, _)| *known != key);
            if rows.is_empty() {
                let key = next_key.get_value();
                next_key.set_value(key + 1);
                rows.push((key, UrlRow::default()));
            }
        });
    };
    let number_of =
        move |key: usize| rows.with(|rows| rows.iter().position(|(known, _)| *known == key)).unwrap_or_default() + 1;
    let row = move |(key, row): (usize, UrlRow)| {
        let number = Memo::new(move |_| number_of(key));
        view! { <Row number row on_remove=move |event| remove(event, key)/> }
    };
    view! {
        <ol class="url-rows">
            <For each=move || rows.get() key=|(key, _)| *key children=row/>
        </ol>
        <div class="url-actions">
            <button class="button" type="submit" name="add_row" value="1" on:click=add>
                "Add URL"
            </button>
        </div>
    }
}

#[component]
fn Row(number: Memo<usize>, row: UrlRow, on_remove: impl Fn(MouseEvent) + 'static) -> impl IntoView {
    let has_error = !row.error.is_empty();
    let id = move || format!("return_urls_{}", number.get());
    let error_id = move || format!("return_urls_{}-error", number.get());
    // The first is named by the label of the whole field, which stands outside the island.
    let label = move || match number.get() {
        1 => "Return URLs".to_owned(),
        number => format!("Return URL {number}"),
    };
    let error = has_error.then(|| {
        view! {
            <p class="error" id=error_id>
                {row.error.clone()}
            </p>
        }
    });
    view! {
        <li class="url-row">
            <span class="url-number" aria-hidden="true">
                {move || number.get()}
            </span>
            <input
                class="input input-mono"
                type="text"
                inputmode="url"
                id=id
                name="return_urls[]"
                value=row.value.clone()
                aria-label=label
                autocomplete="off"
                spellcheck="false"
                aria-invalid=has_error.then_some("true")
                aria-describedby=move || has_error.then(error_id)
            />
            <button
                class="button button-quiet"
                type="submit"
                name="remove_row"
                value=move || number.get().to_string()
                on:click=on_remove
            >
                "Remove"
                <span class="visually-hidden">{move || format!(" return URL {}", number.get())}</span>
            </button>
            {error}
        </li>
    }
}
