//! The line by which another object is found for a field. Without JavaScript its button sends the form; with it, the line
//! is a combobox, and what is chosen in it becomes a radio button beside the others.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;
use crate::domain::posted::find_name;

/// A line of text, its button, and the list for what is found.
#[component]
pub fn ChooseObject(
    /// The name of the field.
    name: &'static str,
    /// What was typed.
    search: String,
    /// The path of the options for a search.
    options: String,
) -> impl IntoView {
    let id = find_name(name);
    view! {
        <ChooseObjectIsland>
            <div class="object-search">
                <label for=id.clone()>"Find by name or ID"</label>
                <div class="combobox">
                    <input
                        class="input"
                        type="text"
                        id=id.clone()
                        name=id.clone()
                        value=search
                        autocomplete="off"
                        spellcheck="false"
                        data-options=options
                        data-field=name
                    />
                    <button class="button" type="submit" name="find" value=name>
                        "Find"
                    </button>
                    <div class="combobox-list" id=format!("{id}-list") hidden></div>
                </div>
                <p class="visually-hidden" role="status"></p>
            </div>
        </ChooseObjectIsland>
    }
}

/// Wakes once its children are there.
#[island]
fn ChooseObjectIsland(children: Children) -> impl IntoView {
    view! {
        {children()}
        <span hidden use:wake></span>
    }
}

#[cfg(feature = "hydrate")]
fn wake(mark: web_sys::Element) {
    use super::combobox::{Combobox, Parts};
    use super::dom::{encoded, find, island_of, nearest, set};

    let Some(island) = island_of(&mark) else {
        return;
    };
    let Some(parts) = Parts::inside(&island) else {
        return;
    };
    let Some(radios) = nearest(&island, "fieldset").and_then(|field| find(&field, "[data-radios]")) else {
        return;
    };
    if let Some(button) = find(&island, "button") {
        set(&button, "hidden", "");
    }
    let options = parts.input.get_attribute("data-options").unwrap_or_default();
    let status = parts.status.clone();
    let input = parts.input.clone();
    let address = move |typed: &str| (!typed.is_empty()).then(|| [options.as_str(), &encoded(typed)].concat());
    let choose = move |option: &web_sys::Element| {
        choose(&radios, option);
        input.set_value("");
        status
            .set_text_content(option.get_attribute("data-name").map(|name| [&name, " is chosen."].concat()).as_deref());
    };
    Combobox::wake(parts, address, choose);
}

/// Ticks the radio button of an option; adds it when there is none.
#[cfg(feature = "hydrate")]
fn choose(radios: &web_sys::Element, option: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlInputElement};

    use super::dom::{children_of, find};

    let id = option.get_attribute("data-value").unwrap_or_default();
    let tick = |label: &Element| find(label, "input").map(JsCast::unchecked_into::<HtmlInputElement>);
    let known = children_of(radios).filter_map(|label| tick(&label)).find(|tick| tick.value() == id);
    let tick = known.or_else(|| {
        let copy: Element = radios.last_element_child()?.clone_node_with_deep(true).ok()?.unchecked_into();
        find(&copy, ".object-name")?.set_text_content(option.get_attribute("data-name").as_deref());
        if let Some(path) = find(&copy, ".object-path") {
            path.remove();
        }
        let tick = tick(&copy)?;
        tick.set_value(&id);
        radios.append_child(&copy).ok()?;
        Some(tick)
    });
    if let Some(tick) = tick {
        tick.set_checked(true);
    }
}
