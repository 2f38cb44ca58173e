//! Asks what the chosen parent allows, and says what came of it. In the browser only.

use web_sys::{Element, XmlHttpRequest, XmlHttpRequestResponseType};

use super::super::dom::{encoded, find, island_of, nearest, set, unset};
use super::offer::{Offer, value};

/// How long the browser waits for an answer, in milliseconds.
const LONGEST_WAIT_MS: u32 = 15_000;

const ASKED: &str = "Loading the available values.";
const FAILED: &str = "The available values could not be read, and your form is as it was. Select \u{201c}Update available \
                      values\u{201d} to try again.";

/// A form whose values follow the parent that is chosen in it.
pub struct Follower {
    pub form: Element,
    /// The name of the field with the parent.
    pub field: String,
    page: Element,
    form_below: String,
    form_without: String,
    flag: String,
    button: Element,
    status: Element,
    /// The parent that the page came with, whatever a browser has restored since, and what it offers. It is not asked for
    /// again: there is no form below a parent that the person may not see.
    first: (String, Offer),
}

impl Follower {
    /// The form around an element of the island.
    pub fn of(mark: &Element) -> Option<Self> {
        let island = island_of(mark)?;
        let place = find(&island, "[data-follows]")?;
        let (form, page) = (nearest(&island, "form")?, nearest(&island, "html")?);
        let field = place.get_attribute("data-follows")?;
        let served = find(&form, &format!("input[name='{field}'][checked]")).map(|input| value(&input));
        let first = (served.unwrap_or_default(), Offer::copied(&page));
        Some(Self {
            form_below: place.get_attribute("data-form-below")?,
            form_without: place.get_attribute("data-form-without")?,
            flag: place.get_attribute("data-flag")?,
            button: find(&island, "button")?,
            status: find(&island, "[role=status]")?,
            form,
            field,
            page,
            first,
        })
    }

    /// Hides the button, which is for those who have no JavaScript and for an answer that did not come. A browser may have
    /// restored another choice than the one that the page came with.
    pub fn begin(&self, request: &XmlHttpRequest) {
        set(&self.button, "hidden", "");
        if self.chosen() != self.first.0 {
            self.follow(request);
        }
    }

    /// The ID of the parent that is chosen; empty for none.
    fn chosen(&self) -> String {
        chosen(&self.form, &self.field).unwrap_or_default()
    }

    /// Shows what the parent offers that is chosen now.
    pub fn follow(&self, request: &XmlHttpRequest) {
        let parent = self.chosen();
        let (first, offer) = &self.first;
        if parent == *first {
            return self.show(offer);
        }
        let address = match parent.as_str() {
            "" => self.form_without.clone(),
            _ => [self.form_below.as_str(), &encoded(&parent)].concat(),
        };
        if request.open("GET", &address).is_ok() {
            request.set_response_type(XmlHttpRequestResponseType::Document);
            request.set_timeout(LONGEST_WAIT_MS);
            self.status.set_text_content(Some(ASKED));
            drop(request.send());
        }
    }

    /// An answer came, or none did.
    pub fn answered(&self, request: &XmlHttpRequest) {
        let parent = self.chosen();
        // What it was asked for is no longer wanted.
        if parent == self.first.0 {
            return;
        }
        let answer = request.response_xml().ok().flatten().filter(|_| request.status() == Ok(200));
        let answer = answer.and_then(|answer| answer.document_element());
        // A form that opens on another parent offers what that one has, and a page without the form nothing.
        if let Some(answer) = answer.filter(|answer| chosen(answer, &self.field).is_some_and(|other| other == parent)) {
            self.show(&Offer::of(&answer));
        } else {
            unset(&self.button, "hidden");
            self.status.set_text_content(Some(FAILED));
        }
    }

    fn show(&self, offer: &Offer) {
        offer.show(&self.form, &self.page, &self.flag);
        set(&self.button, "hidden", "");
        self.status.set_text_content(Some(&format!("Available values updated: {}.", offer.whose())));
    }
}

/// The ID of the parent that is chosen, empty for none; `None` where there is no such choice.
fn chosen(root: &Element, field: &str) -> Option<String> {
    find(root, &format!("input[name='{field}']:checked")).map(|input| value(&input))
}
