//! Organisations and clients such as those of a large partner: varied, and consistent with the rules of the API.

use super::{
    Client, Organisation,
    draw::{Topic, percent, skewed},
    names,
    tree::{Part, Tree},
    urls,
};
use crate::server::sandbox::oneid::catalogue;

/// The products that go together, the commonest first. The partner's own organisation has all of them.
const BUNDLES: &[&[&str]] = &[
    &["sign_in", "sign_up"],
    &["sign_in"],
    &["age_verification", "age_assure"],
    &["sign_in", "sign_in_refresh", "sign_up", "sign_up_plus"],
    &["id_check", "id_proof", "id_assure"],
    &["age_verification"],
    &["sign_up", "id_assure", "id_scan"],
    &["id_scan"],
];

const PARTICIPATING: &[&str] = &["sandbox-participating"];
const SCANNING: &[&str] = &["sandbox-participating", "idscan"];
const ONLY_SCANNING: &[&str] = &["idscan"];
/// The groups of those who scan no documents, the commonest first.
const GROUPS: &[&[&str]] = &[PARTICIPATING, PARTICIPATING, SCANNING, &[]];

/// The signing algorithms, the commonest first.
const ALGORITHMS: &[&str] = &["PS256", "PS256", "ES384", "ES512"];

/// From here on, organisations of the deep branch have no production access.
const DEEP_PRODUCTION: u32 = 150;

/// The organisations and clients of a large partner.
#[derive(Debug)]
pub(super) struct Partner {
    tree: Tree,
}

impl Partner {
    /// A partner with so many organisations.
    pub(super) fn new(organisations: u32) -> Self {
        Self { tree: Tree::new(organisations) }
    }

    /// The parent of an organisation. `None` where it is the root.
    pub(super) fn parent(&self, number: u32) -> Option<u32> {
        self.tree.parent(number)
    }

    /// An organisation.
    pub(super) fn organisation<'a>(&self, id: &'a str, parent_id: &'a str, number: u32) -> Organisation<'a> {
        let products = self.products(number);
        Organisation {
            id,
            parent_id,
            name: names::organisation(number, self.tree.part(number)),
            enable_custom_logo: percent(number, Topic::Logo) < 20,
            allowed_scopes: catalogue::scopes_of_all(products),
            allowed_products: self.has_own_products(number).then_some(products),
            allowed_provider_groups: groups(number, products.contains(&"id_scan"), Topic::Groups),
            has_production_access: self.has_production_access(number),
            enabled: is_enabled(number, Topic::State),
        }
    }

    /// The client at a `place` among those of its organisation.
    pub(super) fn client<'a>(&self, id: &'a str, number: u32, owner: u32, place: u32) -> Client<'a> {
        let product = skewed(number, Topic::Product, self.products(owner));
        let (required_scopes, additional_scopes) =
            catalogue::scopes(product).iter().partition(|scope| ["openid", "profile", "idscan"].contains(scope));
        let name = names::client(place);
        Client {
            id,
            token_signing_algorithm: skewed(number, Topic::Algorithm, ALGORITHMS),
            additional_scopes,
            required_scopes,
            return_urls: urls::of(number, &name, owner),
            name,
            is_production: self.has_production_access(owner) && percent(number, Topic::Production) < 60,
            selected_product: product,
            allowed_provider_groups: Some(groups(number, product == "id_scan", Topic::Partner)),
            enabled: is_enabled(!number, Topic::State),
        }
    }

    /// The products of an organisation, or those of the nearest one above that has its own.
    fn products(&self, number: u32) -> &'static [&'static str] {
        let mut nearest = number;
        while !self.has_own_products(nearest) {
            // Those directly below the root always have their own.
            nearest = self.parent(nearest).unwrap_or(nearest);
        }
        skewed(nearest, Topic::Bundle, BUNDLES)
    }

    fn has_own_products(&self, number: u32) -> bool {
        percent(number, Topic::Family) >= 6 || self.parent(number).is_none()
    }

    /// Whether an organisation has production access: its own, and that of all above it.
    fn has_production_access(&self, number: u32) -> bool {
        match (self.tree.part(number), self.parent(number)) {
            (Part::Deep(above), _) => above < DEEP_PRODUCTION,
            (_, None) => percent(number, Topic::Production) < 70,
            (_, Some(parent)) => percent(number, Topic::Production) < 85 && self.has_production_access(parent),
        }
    }
}

fn groups(number: u32, scans: bool, topic: Topic) -> &'static [&'static str] {
    match (scans, percent(number, topic)) {
        (true, 0..20) => ONLY_SCANNING,
        (true, _) => SCANNING,
        (false, _) => skewed(number, topic, GROUPS),
    }
}

fn is_enabled(number: u32, topic: Topic) -> bool {
    percent(number, topic) >= 4
}
