//! A line of text with a list of options that the server makes, after the WAI-ARIA combobox pattern: the focus stays in
//! the line, and `aria-activedescendant` says which option is meant. In the browser only.

mod parts;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::js_sys::Function;
use web_sys::{Element, Event, KeyboardEvent, XmlHttpRequest, XmlHttpRequestResponseType};

use super::dom::{listen, nearest, set, unset};
use super::live_region::SESSION_ENDED;

pub use parts::Parts;

/// How long nothing is typed before the server is asked, in milliseconds.
const PAUSE_MS: i32 = 120;
const TIMEOUT_MS: u32 = 10_000;
/// What a line in a form says once nobody is signed in any more: whoever reloads the page loses the form.
const SESSION_ENDED_IN_FORM: &str = "Your session has ended. Sign in in a new tab, then search again.";

/// The address of the options for what is typed, or nothing to ask for.
type Address = Box<dyn Fn(&str) -> Option<String>>;

/// A combobox at work.
pub struct Combobox {
    parts: Parts,
    /// One request for all searches: a new one ends the one before, so that no late answer is shown.
    request: XmlHttpRequest,
    timer: Cell<Option<i32>>,
    /// Whether the server has said that nobody is signed in any more: then it is not asked again.
    has_ended: Cell<bool>,
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
        parts.take_roles();
        let this = Rc::new(Self {
            parts,
            request,
            timer: Cell::default(),
            has_ended: Cell::default(),
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
        let answered = Closure::<dyn Fn()>::new(move || combobox.take()).into_js_value();
        // Not at the end of every request: one that was ended here has not failed.
        this.request.set_onload(Some(answered.unchecked_ref()));
        this.request.set_onerror(Some(answered.unchecked_ref()));
        this.request.set_ontimeout(Some(answered.unchecked_ref()));
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

    /// Asks once nothing more is typed. Until then Enter chooses nothing: the options are those of another search.
    fn ask_soon(&self, due: &Function) {
        drop(self.request.abort());
        self.activate(None);
        self.forget_timer();
        // Somebody may have signed in in another tab.
        self.has_ended.set(false);
        let timer = web_sys::window()
            .and_then(|window| window.set_timeout_with_callback_and_timeout_and_arguments_0(due, PAUSE_MS).ok());
        self.timer.set(timer);
    }

    fn forget_timer(&self) {
        if let Some((window, timer)) = web_sys::window().zip(self.timer.take()) {
            window.clear_timeout_with_handle(timer);
        }
    }

    /// Asks for the options of what is typed now.
    pub fn ask(&self) {
        self.timer.set(None);
        let address = (self.address)(self.parts.input.value().trim());
        let Some(address) = address.filter(|_| !self.has_ended.get()) else {
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
        self.has_ended.set(self.request.status() == Ok(401));
        let answer = self.request.response_xml().ok().flatten().filter(|_| self.request.status() == Ok(200));
        let options = answer.and_then(|answer| answer.get_element_by_id("options"));
        let options_are_there = options.is_some();
        let (markup, said) = match options {
            Some(options) => (options.inner_html(), options.get_attribute("data-said")),
            None if self.has_ended.get() && self.parts.is_in_dialog() => {
                (String::new(), Some(SESSION_ENDED.to_owned()))
            }
            None if self.has_ended.get() => (String::new(), Some(SESSION_ENDED_IN_FORM.to_owned())),
            None => (String::new(), Some("The dashboard did not answer. Try again.".to_owned())),
        };
        let options = self.parts.fill(&markup);
        self.parts.say(said.as_deref(), options_are_there);
        self.activate(options.first());
        self.parts.set_open(!options.is_empty());
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
                if let Some(option) = active.filter(|_| self.parts.is_open()) {
                    key.prevent_default();
                    self.choose(&option);
                }
            }
            "Escape" if self.parts.is_open() && !self.parts.is_in_dialog() => {
                key.prevent_default();
                self.close();
            }
            _ => {}
        }
    }

    /// Goes to the next option or the one before, round the ends.
    fn step(&self, key: &KeyboardEvent, by: isize) {
        key.prevent_default();
        let is_pending = (XmlHttpRequest::OPENED..XmlHttpRequest::DONE).contains(&self.request.ready_state());
        if is_pending || self.timer.get().is_some() {
            // The options are those of another search.
            return;
        }
        let options = self.parts.options();
        if options.is_empty() || !self.parts.is_open() {
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
        self.forget_timer();
        if self.parts.is_in_dialog() {
            return;
        }
        drop(self.request.abort());
        self.activate(None);
        self.parts.set_open(false);
    }
}

fn option_of(event: &Event) -> Option<Element> {
    nearest(&event.target()?.dyn_into().ok()?, "[role=option]")
}
