//! A page as its reader finds it: nodes by selector, text without markup, forms with their values.

use scraper::{ElementRef, Html, Selector};

use super::form::Form;

/// A parsed page.
pub struct Page(Html);

impl Page {
    pub fn new(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    fn select(&self, selector: &str) -> Vec<ElementRef<'_>> {
        let selector = Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"));
        self.0.select(&selector).collect()
    }

    pub fn count(&self, selector: &str) -> usize {
        self.select(selector).len()
    }

    pub fn has(&self, selector: &str) -> bool {
        self.count(selector) > 0
    }

    /// The texts of all nodes, white space folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.select(selector).into_iter().map(text).collect()
    }

    /// The text of the first node; fails when there is none.
    pub fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_else(|| panic!("no {selector} in {}", self.0.html()))
    }

    /// The text of the first node, white space and all.
    pub fn raw_text(&self, selector: &str) -> String {
        self.select(selector).first().unwrap_or_else(|| panic!("no {selector}")).text().collect()
    }

    /// The text of the main part.
    pub fn main(&self) -> String {
        self.text("main")
    }

    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.select(selector).iter().filter_map(|node| node.attr(name)).map(str::to_owned).collect()
    }

    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let found = self.attributes(selector, name).into_iter().next();
        found.unwrap_or_else(|| panic!("no {selector} with {name}"))
    }

    /// Where the page itself sends the browser at once.
    pub fn leads_to(&self) -> String {
        let refresh = self.attribute("meta[http-equiv='refresh']", "content");
        refresh.strip_prefix("0; url=").unwrap_or_else(|| panic!("{refresh}")).to_owned()
    }

    /// The first link or button with these words, as markup.
    pub fn control(&self, words: &str) -> Option<ElementRef<'_>> {
        self.select("a, button").into_iter().find(|node| text(*node).starts_with(words))
    }

    /// Where the link with these words leads.
    pub fn link(&self, words: &str) -> String {
        let node = self.control(words).unwrap_or_else(|| panic!("no link {words:?}"));
        node.attr("href").unwrap_or_else(|| panic!("{words:?} is no link")).to_owned()
    }

    /// What the facts of the page say: the definition of a term.
    pub fn fact(&self, term: &str) -> String {
        let terms = self.texts("dt");
        let definitions = self.texts("dd");
        let index = terms.iter().position(|known| known == term);
        definitions[index.unwrap_or_else(|| panic!("no {term:?} in {terms:?}"))].clone()
    }

    /// The form with the values that a browser would send, but for its buttons.
    pub fn form(&self, selector: &str, page: &str) -> Form {
        self.try_form(selector, page).unwrap_or_else(|| panic!("no {selector} in {}", self.0.html()))
    }

    /// The same; nothing when there is none.
    pub fn try_form(&self, selector: &str, page: &str) -> Option<Form> {
        let form = self.select(selector).into_iter().next()?;
        let controls = Selector::parse("input, select, textarea").unwrap();
        let fields = form.select(&controls).filter_map(value).collect();
        Some(Form { action: form.attr("action").unwrap_or_default().to_owned(), page: page.to_owned(), fields })
    }
}

fn text(node: ElementRef<'_>) -> String {
    node.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a control sends; `None` for a box that is not ticked.
fn value(control: ElementRef<'_>) -> Option<(String, String)> {
    let name = control.attr("name")?.to_owned();
    let value = match control.value().name() {
        "textarea" => control.text().collect(),
        "select" => {
            let option = |selector: &str| control.select(&Selector::parse(selector).unwrap()).next();
            let chosen = option("option[selected]").or_else(|| option("option"))?;
            chosen.attr("value").map_or_else(|| text(chosen), str::to_owned)
        }
        _ => {
            let is_box = matches!(control.attr("type"), Some("checkbox" | "radio"));
            if is_box && control.attr("checked").is_none() {
                return None;
            }
            control.attr("value").unwrap_or_default().to_owned()
        }
    };
    Some((name, value))
}
