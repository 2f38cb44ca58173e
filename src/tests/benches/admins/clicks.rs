//! What an admin clicks: pages by how often people open them, and now and then a change from its form to its save.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use crate::support::Form;
use crate::visitor::Seen;

/// What an admin opens, by its name, and how often of a hundred times.
const SHARES: [(&str, u32); 9] = [
    (OVERVIEW, 12),
    ("organisations", 16),
    ("clients", 12),
    ("search", 20),
    ("organisation", 16),
    ("client", 10),
    ("audit log", 6),
    ("form of a new organisation", 4),
    (EDIT, 4),
];
const OVERVIEW: &str = "overview";
const EDIT: &str = "form of a change";
const REVIEW: &str = "review of a change";
const SAVE: &str = "save";
const SEARCHES: [&str; 8] = ["lettings", "mot", "wines", "port", "habrour", "vale", "app", "credit union"];

/// What is asked for with one click.
pub enum Request {
    Open(String),
    Send(Form),
}

/// The habits of one admin, and the form that is open.
pub struct Habits {
    random: StdRng,
    objects: [Vec<String>; 2],
    /// The organisation that this admin renames, and nobody else.
    own: String,
    saves: u32,
    /// What is sent with the next click, and as what.
    open: Option<(&'static str, Form)>,
}

impl Habits {
    /// `objects` are the addresses of organisations and of clients.
    pub fn new(number: usize, objects: &[Vec<String>; 2]) -> Self {
        let own = objects[0][number % objects[0].len()].clone();
        let random = StdRng::seed_from_u64(u64::try_from(number).unwrap());
        Self { random, objects: objects.clone(), own, saves: 0, open: None }
    }

    /// The pause before the next click: as long as asked for on average, and between half and one and a half of it.
    pub fn pause(&mut self, mean: std::time::Duration) -> std::time::Duration {
        mean.mul_f64(self.random.random_range(0.5..1.5))
    }

    /// The next click, with its name.
    pub fn next(&mut self) -> (&'static str, Request) {
        if let Some((name, form)) = self.open.take() {
            return (name, Request::Send(form));
        }
        let (name, _) = *SHARES.choose_weighted(&mut self.random, |(_, share)| *share).unwrap();
        let target = match name {
            OVERVIEW => "/".to_owned(),
            "organisations" => self.list("organisations"),
            "clients" => self.list("clients"),
            "search" => {
                let words = SEARCHES.choose(&mut self.random).unwrap().replace(' ', "+");
                format!("/sandbox/{}?q={words}", ["organisations", "clients"].choose(&mut self.random).unwrap())
            }
            "organisation" => self.objects[0].choose(&mut self.random).unwrap().clone(),
            "client" => self.objects[1].choose(&mut self.random).unwrap().clone(),
            "audit log" => "/audit".to_owned(),
            EDIT => format!("{}/edit", self.own),
            _ => "/sandbox/organisations/new".to_owned(),
        };
        (name, Request::Open(target))
    }

    fn list(&mut self, kind: &str) -> String {
        let sort = ["", "?sort=name", "?sort=-name", "?state=enabled&sort=name"].choose(&mut self.random).unwrap();
        format!("/sandbox/{kind}{sort}")
    }

    /// Takes in the page that a click has led to. The error says what is wrong with it.
    pub fn see(&mut self, name: &str, page: &Seen) -> Result<(), String> {
        let form = || page.form().ok_or_else(|| format!("{name}: no form on {}: {}", page.target, page.text()));
        match name {
            EDIT => {
                self.saves += 1;
                let renamed =
                    form()?.set("name", &format!("Renamed {} times, {}", self.saves, &self.own[self.own.len() - 6..]));
                self.open = Some((REVIEW, renamed));
            }
            REVIEW => self.open = Some((SAVE, form()?)),
            SAVE if page.target != self.own => return Err(format!("{name}: not saved: {}", page.target)),
            _ => {}
        }
        Ok(())
    }
}
