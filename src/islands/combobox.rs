//! A line of text with a list of options that the server makes, after the WAI-ARIA combobox pattern: the focus stays in
//! the line, and `aria-activedescendant` says which option is meant. In the browser only.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::js_sys::Function;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent, Window, XmlHttpRequest, XmlHttpRequestResponseType};

use super::dom::{find, listen, nearest, set, unset};

/// How long nothing is typed before the server is asked, in milliseconds.
const PAUSE_MS: i32 = 120;
const TIMEOUT_MS: u32 = 10_000;

/// The elements of a combobox.
pub struct Parts {
    /// The line of text.
    pub input: HtmlInputElement,
    /// The list, empty at first.
    pub list: Element,
    /// What is read out when the list has changed.
    pub status: Element,
}

impl Parts {
    /// The line, the list and the status inside an element.
    pub fn inside(root: &Element) -> Option<Self> {
        Some(Self {
            input: find(root, ".combobox input")?.unchecked_into(),
            list: find(root, ".combobox-list")?,
            status: find(root, "[role=status]")?,
        })
    }
}

/// The address of the options for what is typed, or nothing to ask for.
type Address = Box<dyn Fn(&str) -> Option<String>>;

/// A combobox at work.
pub struct Combobox {
    parts: Parts,
    /// One request for all searches: a new one ends the one before, so that no late answer is shown.
    request: XmlHttpRequest,
    timer: Cell<Option<i32>>,
    active: RefCell<Option<Element>>,
    address: Address,
    choose: Box<dyn Fn(&Element)>,
}

impl Combobox {
    /// Brings a combobox to life. `address` gives the address of the options for what is typed, or nothing to ask for;
    /// `choose` takes the option that was chosen.
    pub fn wake(
        parts: Parts,
        address: impl Fn(&str) -> Option<String> + 'static,
        choose: impl Fn(&Element) + 'static,
    ) -> Option<Rc<Self>> {
        let request = XmlHttpRequest::new().ok()?;
        let list_id = parts.list.id();
        for (name, value) in [
            ("role", "combobox"),
            ("aria-autocomplete", "list"),
            ("aria-expanded", "false"),
            ("aria-controls", &list_id),
        ] {
            set(&parts.input, name, value);
        }
        set(&parts.list, "role", "listbox");
        set(&parts.list, "aria-label", "Results");
        let this = Rc::new(Self {
            parts,
            request,
            timer: Cell::default(),
            active: RefCell::default(),
            address: Box::new(address),
            choose: Box::new(choose),
        });
        Self::attend(&this);
        Some(this)
    }

    fn attend(this: &Rc<Self>) {
        let (input, list) = (&this.parts.input, &this.parts.list);
        let combobox = Rc::clone(this);
        let answered = Closure::<dyn Fn()>::new(move || combobox.take());
        this.request.set_onloadend(Some(answered.into_js_value().unchecked_ref()));
        let combobox = Rc::clone(this);
        let due = Closure::<dyn Fn()>::new(move || combobox.ask()).into_js_value();
        let combobox = Rc::clone(this);
        listen(input, "input", move |_| combobox.ask_soon(due.unchecked_ref()));
        let combobox = Rc::clone(this);
        listen(input, "keydown", move |event| combobox.press(event.unchecked_ref()));
        let combobox = Rc::clone(this);
        listen(input, "blur", move |_| combobox.close());
        // A press on an option must not take the focus out of the line.
        listen(list, "mousedown", |event| event.prevent_default());
        let combobox = Rc::clone(this);
        listen(list, "click", move |event| {
            if let Some(option) = option_of(&event) {
                combobox.choose(&option);
            }
        });
    }

    fn ask_soon(&self, due: &Function) {
        let Some(window) = web_sys::window() else {
            return;
        };
        self.forget_timer(&window);
        self.timer.set(window.set_timeout_with_callback_and_timeout_and_arguments_0(due, PAUSE_MS).ok());
    }

    fn forget_timer(&self, window: &Window) {
        if let Some(timer) = self.timer.take() {
            window.clear_timeout_with_handle(timer);
        }
    }

    /// Asks for the options of what is typed now.
    pub fn ask(&self) {
        self.timer.set(None);
        let Some(address) = (self.address)(self.parts.input.value().trim()) else {
            self.close();
            return;
        };
        if self.request.open("GET", &address).is_ok() {
            self.request.set_response_type(XmlHttpRequestResponseType::Document);
            drop(self.request.override_mime_type("text/html"));
            self.request.set_timeout(TIMEOUT_MS);
            drop(self.request.send());
        }
    }

    /// Shows the options of an answer. The server has escaped them.
    fn take(&self) {
        let answer = self.request.response_xml().ok().flatten().filter(|_| self.request.status() == Ok(200));
        let options = answer.and_then(|answer| answer.get_element_by_id("options"));
        let (markup, said) = match options {
            Some(options) => (options.inner_html(), options.get_attribute("data-said")),
            None => (String::new(), Some("The dashboard did not answer. Try again.".to_owned())),
        };
        let Parts { input, list, status } = &self.parts;
        list.set_inner_html(&markup);
        status.set_text_content(said.as_deref());
        let options = self.options();
        for (number, option) in options.iter().enumerate() {
            option.set_id(&[&list.id(), "-", &number.to_string()].concat());
        }
        self.activate(options.first());
        let is_empty = options.is_empty();
        let _ = list.toggle_attribute_with_force("hidden", is_empty);
        set(input, "aria-expanded", if is_empty { "false" } else { "true" });
    }

    fn options(&self) -> Vec<Element> {
        let Ok(nodes) = self.parts.list.query_selector_all("[role=option]") else {
            return Vec::new();
        };
        (0..nodes.length()).filter_map(|index| nodes.item(index)).map(JsCast::unchecked_into).collect()
    }

    /// Marks the option that Enter would choose.
    fn activate(&self, option: Option<&Element>) {
        let before = self.active.replace(option.cloned());
        if let Some(before) = before {
            unset(&before, "aria-selected");
        }
        match option {
            Some(option) => {
                set(option, "aria-selected", "true");
                set(&self.parts.input, "aria-activedescendant", &option.id());
                option.scroll_into_view_with_bool(false);
            }
            None => unset(&self.parts.input, "aria-activedescendant"),
        }
    }

    fn press(&self, key: &KeyboardEvent) {
        // While an input method composes, the keys are its own.
        if key.is_composing() || key.key_code() == 229 {
            return;
        }
        match key.key().as_str() {
            "ArrowDown" => self.step(key, 1),
            "ArrowUp" => self.step(key, -1),
            "Enter" => {
                let active = self.active.borrow().clone();
                if let Some(option) = active.filter(|_| !self.parts.list.has_attribute("hidden")) {
                    key.prevent_default();
                    self.choose(&option);
                }
            }
            "Escape" if !self.parts.list.has_attribute("hidden") && !self.is_in_dialog() => {
                key.prevent_default();
                self.close();
            }
            _ => {}
        }
    }

    fn is_in_dialog(&self) -> bool {
        nearest(&self.parts.list, "dialog").is_some()
    }

    /// Goes to the next option or the one before, round the ends.
    fn step(&self, key: &KeyboardEvent, by: isize) {
        key.prevent_default();
        let options = self.options();
        if options.is_empty() || self.parts.list.has_attribute("hidden") {
            self.ask();
            return;
        }
        let active = self.active.borrow().as_ref().and_then(|active| options.iter().position(|one| one == active));
        let count = options.len().cast_signed();
        let next = active.map_or(0, |active| (active.cast_signed() + by).rem_euclid(count));
        self.activate(options.get(next.cast_unsigned()));
    }

    fn choose(&self, option: &Element) {
        (self.choose)(option);
        self.close();
    }

    /// Takes the options away, and drops an answer that is still to come.
    pub fn close(&self) {
        if let Some(window) = web_sys::window() {
            self.forget_timer(&window);
        }
        if self.is_in_dialog() {
            return;
        }
        drop(self.request.abort());
        self.activate(None);
        set(&self.parts.list, "hidden", "");
        set(&self.parts.input, "aria-expanded", "false");
    }
}

fn option_of(event: &Event) -> Option<Element> {
    nearest(&event.target()?.dyn_into().ok()?, "[role=option]")
}
