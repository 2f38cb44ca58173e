//! The choice of one object out of very many: what is chosen, what a search found, and the search.

use leptos::prelude::*;

use super::field_errors::{FieldErrors, FieldMessages};
use super::fields::described_by;
use crate::domain::find::{Choosing, FoundObject, MOST_SUGGESTED};
use crate::domain::posted::found_name;
use crate::domain::reference::ObjectReference;
use crate::islands::ChooseObject;

/// Radio buttons for what is chosen and what was found, and a line to find others. With JavaScript the line is a
/// combobox; without it, the button sends the form, which comes back with what was found and with all that was typed.
#[component]
pub fn ObjectChoice(
    /// The name of the field, which the form sends with the ID of the object.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// What belongs into it.
    #[prop(into)]
    hint: String,
    /// The choice of no object.
    none: &'static str,
    /// What is chosen, and what was found.
    choosing: Choosing,
    /// The path of the options for a search.
    options: String,
    /// The errors of the form.
    errors: FieldErrors,
) -> impl IntoView {
    let messages = errors.of(name);
    let described_by = described_by(name, !messages.is_empty());
    let Choosing { chosen, search, matches } = choosing;
    let said = found_sentence(&search, matches.len());
    let is_none = chosen.is_none();
    let chosen_id = chosen.as_ref().map(|chosen| chosen.id.clone());
    let chosen = chosen.map(|ObjectReference { id, name: shown }| radio(name, id, shown, String::new(), true));
    let others = matches.into_iter().filter(|found| Some(&found.object.id) != chosen_id.as_ref());
    let others =
        others.map(|FoundObject { object, path, .. }| radio(name, object.id, object.name, path.join(" / "), false));
    let others = others.collect_view();
    view! {
        <fieldset class="field object-choice" id=name tabindex="-1" aria-describedby=described_by>
            <legend>{label}</legend>
            <p class="hint" id=format!("{name}-hint")>
                {hint}
            </p>
            <div class="object-radios" data-choices=name>
                {chosen}
                {radio(name, String::new(), none.to_owned(), String::new(), is_none)}
                {others}
            </div>
            {said.map(|said| view! { <p class="secondary">{said}</p> })}
            <input type="hidden" name=found_name(name) value=search.clone()/>
            <ChooseObject name search options/>
            <FieldMessages id=name messages/>
        </fieldset>
    }
}

fn radio(name: &'static str, id: String, shown: String, path: String, checked: bool) -> impl IntoView {
    let path = (!path.is_empty()).then(|| view! { <span class="object-path">{path}</span> });
    view! {
        <label class="radio">
            <input type="radio" name=name value=id checked=checked/>
            <span>
                <span class="object-name">{shown}</span>
                " "
                {path}
            </span>
        </label>
    }
}

/// What came of a search for an organisation, in a sentence; `None` when nothing was looked for.
pub fn found_sentence(search: &str, found: usize) -> Option<String> {
    (!search.is_empty()).then(|| match found {
        0 => format!("No organisation has this name or ID: “{search}”."),
        1 => format!("One organisation matches “{search}”. Choose it, or look for another."),
        MOST_SUGGESTED.. => {
            format!("The first {MOST_SUGGESTED} that match “{search}”. Type more of the name to see others.")
        }
        _ => format!("{found} organisations match “{search}”. Choose one."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_a_match_says_so_and_a_full_answer_asks_for_more() {
        assert_eq!(found_sentence("", 0), None);
        assert_eq!(found_sentence("harb", 0).unwrap(), "No organisation has this name or ID: “harb”.");
        assert_eq!(found_sentence("harb", 2).unwrap(), "2 organisations match “harb”. Choose one.");
        assert!(found_sentence("harb", MOST_SUGGESTED).unwrap().ends_with("Type more of the name to see others."));
    }
}
