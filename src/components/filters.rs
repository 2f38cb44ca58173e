//! Controls that narrow a list: their values stand in the address, so that a view can be shared.

use leptos::prelude::*;

/// A line of text to search for.
#[component]
pub fn FilterSearch(
    /// The name in the address.
    name: &'static str,
    /// The visible label.
    label: &'static str,
    /// What can be searched for.
    placeholder: &'static str,
    /// What is searched for now.
    value: String,
) -> impl IntoView {
    view! {
        <div class="filter filter-search">
            <label for=name>{label}</label>
            <input class="input" type="search" id=name name=name placeholder=placeholder value=value/>
        </div>
    }
}

/// One of several values, or any.
#[component]
pub fn FilterSelect(
    /// The name in the address.
    name: &'static str,
    /// The visible label.
    label: &'static str,
    /// Values and what they are called.
    options: Vec<(String, String)>,
    /// The value that is chosen; empty for any.
    chosen: String,
    /// What it means that none is chosen.
    #[prop(default = "Any")]
    any: &'static str,
) -> impl IntoView {
    let option = |(value, label): (String, String)| {
        let selected = value == chosen;
        view! {
            <option value=value selected=selected>
                {label}
            </option>
        }
    };
    let any = option((String::new(), any.to_owned()));
    let options = options.into_iter().map(option).collect_view();
    view! {
        <div class="filter">
            <label for=name>{label}</label>
            <select class="input" id=name name=name>
                {any}
                {options}
            </select>
        </div>
    }
}

/// What narrows the list, each as a link that takes it away.
#[component]
pub fn FilterChips(
    /// Name, value, and the address without it.
    chips: Vec<(&'static str, String, String)>,
    /// The address without any.
    clear: String,
) -> impl IntoView {
    let chips: Vec<_> = chips.into_iter().filter(|(_, value, _)| !value.is_empty()).collect();
    (!chips.is_empty()).then(|| {
        let chips = chips.into_iter().map(|(name, value, path)| {
            view! {
                <li>
                    <a class="filter-chip" href=path>
                        {format!("{name}: {value}")}
                        <span class="visually-hidden">", remove this filter"</span>
                    </a>
                </li>
            }
        });
        view! {
            <ul class="filter-chips">
                {chips.collect_view()}
                <li>
                    <a class="filter-clear" href=clear>
                        "Clear all"
                    </a>
                </li>
            </ul>
        }
    })
}

/// Pairs of a value and its word, for a filter.
pub fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec()
}
