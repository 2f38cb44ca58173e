//! What a form offers follows the parent that is chosen in it. Without JavaScript a button sends the form, which comes back
//! with what the chosen parent allows; with it, the choice is enough.

use leptos::prelude::*;

#[cfg(not(feature = "hydrate"))]
use super::asleep as wake;

/// The button, for the form that it stands in.
#[component]
pub fn FollowParent(
    /// The name of the field with the parent.
    field: &'static str,
    /// The path of a form for a new object below a parent; the ID of the parent is appended.
    form_below: String,
) -> impl IntoView {
    view! {
        <FollowParentIsland>
            <div data-follows=field data-form-below=form_below>
                <button class="button" type="submit" name="find" value=field>
                    "Update available values"
                </button>
                <p class="visually-hidden" role="status"></p>
            </div>
        </FollowParentIsland>
    }
}

/// Wakes once its children are there.
#[island]
fn FollowParentIsland(children: Children) -> impl IntoView {
    view! {
        {children()}
        <span hidden use:wake></span>
    }
}

#[cfg(feature = "hydrate")]
fn wake(mark: web_sys::Element) {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{HtmlInputElement, XmlHttpRequest, XmlHttpRequestResponseType};

    use super::dom::{encoded, find, island_of, listen, nearest, set, unset};

    let island = island_of(&mark);
    let (Some(island), Ok(request)) = (island, XmlHttpRequest::new()) else {
        return;
    };
    let parts = (find(&island, "[data-follows]"), find(&island, "button"), find(&island, "[role=status]"));
    let ((Some(place), Some(button), Some(status)), Some(form)) = (parts, nearest(&island, "form")) else {
        return;
    };
    let (Some(field), Some(path)) = (place.get_attribute("data-follows"), place.get_attribute("data-form-below"))
    else {
        return;
    };
    set(&button, "hidden", "");
    let chosen = format!("input[name='{field}']:checked");
    let (asked, of, answered) = (request.clone(), form.clone(), chosen.clone());
    let done = Closure::<dyn Fn()>::new(move || {
        let value = |root: &web_sys::Element| {
            find(root, &answered).map(JsCast::unchecked_into::<HtmlInputElement>).map(|input| input.value())
        };
        let answer = asked.response_xml().ok().flatten().filter(|_| asked.status() == Ok(200));
        let answer = answer.and_then(|answer| answer.document_element());
        // An answer about another parent is of no use.
        match answer.filter(|answer| value(answer) == value(&of)) {
            Some(answer) => {
                offer::offer(&of, &answer);
                status.set_text_content(Some("The available values are those of the parent."));
            }
            None => unset(&button, "hidden"),
        }
    });
    request.set_onloadend(Some(done.into_js_value().unchecked_ref()));
    listen(&form.clone(), "input", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if target.is_none_or(|target| target.name() != field) {
            return;
        }
        let parent = find(&form, &chosen).map(JsCast::unchecked_into::<HtmlInputElement>);
        let address = [path.as_str(), &encoded(&parent.map(|parent| parent.value()).unwrap_or_default())].concat();
        if request.open("GET", &address).is_ok() {
            request.set_response_type(XmlHttpRequestResponseType::Document);
            drop(request.send());
        }
    });
}

/// Takes over what another form offers.
#[cfg(feature = "hydrate")]
mod offer {
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlInputElement};

    use super::super::dom::{all, children_of, find, nearest, set};

    /// The values of `form` are those of the form in `answer`, and what is ticked stays so.
    pub fn offer(form: &Element, answer: &Element) {
        for field in all(form, "fieldset.multi-value") {
            let id = field.id();
            if let Some(other) = find(answer, &format!("fieldset[id='{id}']")) {
                take_over(&field, &other);
            }
        }
        let card = |root: &Element| find(root, "#allowed-here").and_then(|heading| nearest(&heading, "section"));
        let page = form.owner_document().and_then(|document| document.document_element());
        if let (Some(old), Some(new)) = (page.and_then(|page| card(&page)), card(answer)) {
            drop(old.replace_with_with_node_1(&new));
        }
    }

    fn take_over(field: &Element, other: &Element) {
        let (Some(choices), Some(offered)) = (part(field, ".choices"), part(other, ".choices")) else {
            return;
        };
        let (known, more) = (part(field, "details:not(:has(input[type=text]))"), part(other, "details"));
        let ticked: Vec<Element> = [Some(&choices), known.as_ref()]
            .into_iter()
            .flatten()
            .flat_map(|part| all(part, "label"))
            .filter(|label| tick(label).is_some_and(|tick| tick.checked()))
            .collect();
        if let Some(known) = &known {
            known.remove();
        }
        drop(choices.replace_with_with_node_1(&offered));
        let more = more.filter(|more| find(more, "input[type=text]").is_none());
        if let Some(more) = &more {
            drop(offered.after_with_node_1(more));
        }
        for label in ticked {
            let value = tick(&label).map(|tick| tick.value()).unwrap_or_default();
            let parts = [Some(&offered), more.as_ref()].into_iter().flatten();
            let same = parts.flat_map(|part| all(part, "input")).map(JsCast::unchecked_into::<HtmlInputElement>);
            match same.into_iter().find(|input| input.value() == value) {
                Some(input) => {
                    input.set_checked(true);
                    // What is ticked is seen.
                    if let Some(details) = nearest(&input, "details") {
                        set(&details, "open", "");
                    }
                }
                None => drop(offered.append_child(&label)),
            }
        }
    }

    /// The first element directly inside that `selector` selects.
    fn part(field: &Element, selector: &str) -> Option<Element> {
        children_of(field).find(|child| child.matches(selector) == Ok(true))
    }

    fn tick(label: &Element) -> Option<HtmlInputElement> {
        find(label, "input").map(JsCast::unchecked_into)
    }
}
