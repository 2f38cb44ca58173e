//! Small and predictable organisations: a dozen children to each, none to two clients.

use super::{Client, Organisation};
use crate::server::sandbox::oneid::catalogue;

/// Each organisation has so many children, until there are none left to have.
const FAN_OUT: u32 = 12;

const PLACES: [&str; 20] = [
    "Alderley",
    "Bramhope",
    "Caldbeck",
    "Dunster",
    "Eastleach",
    "Fordwich",
    "Glossop",
    "Hathersage",
    "Ilkley",
    "Kirkby",
    "Ludlow",
    "Malvern",
    "Nantwich",
    "Oundle",
    "Pershore",
    "Ripley",
    "Settle",
    "Tetbury",
    "Uppingham",
    "Wensley",
];

const TRADES: [&str; 11] = [
    "Lettings",
    "Motors",
    "Pharmacy",
    "Credit Union",
    "Travel",
    "Insurance",
    "Wines",
    "Recruitment",
    "Energy",
    "Mortgages",
    "Gaming",
];

const CLIENTS: [&str; 2] = ["customer-portal", "mobile-app"];

/// The parent of an organisation. `None` where it is the root.
pub(super) fn parent(number: u32) -> Option<u32> {
    (number / FAN_OUT).checked_sub(1)
}

/// How many clients an organisation has.
pub(super) fn clients(number: u32) -> u32 {
    number % 3
}

/// An organisation.
pub(super) fn organisation<'a>(id: &'a str, parent_id: &'a str, number: u32) -> Organisation<'a> {
    Organisation {
        id,
        parent_id,
        name: format!("{} {} {number:05}", one_of(&PLACES, number), one_of(&TRADES, number)),
        enable_custom_logo: number.is_multiple_of(5),
        allowed_scopes: catalogue::scopes("sign_up").to_vec(),
        allowed_products: Some(&["sign_in", "sign_up"]),
        allowed_provider_groups: &["sandbox-participating"],
        has_production_access: false,
        enabled: number % 29 != 28,
    }
}

/// The client at a `place` among those of its organisation.
pub(super) fn client(id: &str, owner: u32, place: u32) -> Client<'_> {
    let name = one_of(&CLIENTS, place);
    Client {
        id,
        name: name.to_owned(),
        token_signing_algorithm: "PS256",
        additional_scopes: vec!["email"],
        required_scopes: vec!["openid", "profile"],
        return_urls: Some(vec![format!("https://{name}.org-{owner:05}.example/callback")]),
        is_production: false,
        selected_product: "sign_up",
        allowed_provider_groups: None,
        enabled: true,
    }
}

/// One after the other, and the first again after the last.
fn one_of<const COUNT: usize>(words: &[&'static str; COUNT], number: u32) -> &'static str {
    usize::try_from(number).ok().and_then(|number| words.get(number % COUNT)).copied().unwrap_or_default()
}
