//! The line by which another object is found for a field. Without JavaScript its button sends the form; with it, the line
//! is a combobox, and what is chosen in it becomes a radio button or a row of checkboxes beside the others.

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
    let Some(choices) = nearest(&island, "fieldset").and_then(|field| find(&field, "[data-choices]")) else {
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
        choose(&choices, option);
        input.set_value("");
        status
            .set_text_content(option.get_attribute("data-name").map(|name| [&name, " is chosen."].concat()).as_deref());
    };
    Combobox::wake(parts, address, choose);
}

/// Ticks the first control of an option; adds the option when there is none: as the template has it, or as the last one is.
#[cfg(feature = "hydrate")]
fn choose(choices: &web_sys::Element, option: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlInputElement, HtmlTemplateElement};

    use super::dom::{all, children_of, find, nearest, tell_input};

    let id = option.get_attribute("data-value").unwrap_or_default();
    let name = option.get_attribute("data-name");
    let tick = |choice: &Element| find(choice, "input").map(JsCast::unchecked_into::<HtmlInputElement>);
    let known = children_of(choices).filter_map(|choice| tick(&choice)).find(|tick| tick.value() == id);
    let tick = known.or_else(|| {
        let template = nearest(choices, "fieldset").and_then(|field| find(&field, "template"));
        let model = match template {
            Some(template) => template.unchecked_into::<HtmlTemplateElement>().content().first_element_child(),
            None => choices.last_element_child(),
        };
        let copy: Element = model?.clone_node_with_deep(true).ok()?.unchecked_into();
        for place in all(&copy, ".object-name") {
            place.set_text_content(name.as_deref());
        }
        if let Some(path) = find(&copy, ".object-path") {
            path.remove();
        }
        for input in all(&copy, "input").map(JsCast::unchecked_into::<HtmlInputElement>) {
            input.set_value(&id);
        }
        let tick = tick(&copy)?;
        choices.append_child(&copy).ok()?;
        Some(tick)
    });
    let Some(tick) = tick else {
        return;
    };
    // To be had and not to be had at once, nothing would be found.
    if let Some(choice) = nearest(&tick, "[data-choices] > *") {
        all(&choice, "input").map(JsCast::unchecked_into).for_each(|other: HtmlInputElement| other.set_checked(false));
    }
    tick.set_checked(true);
    tell_input(&tick);
}
