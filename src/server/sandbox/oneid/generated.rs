//! Made-up organisations in any number, always the same, for trees as large as a partner's.

use serde_json::json;

use super::{
    Environment, catalogue,
    sample::{stable_id, stable_secret},
    store::{Object, Store, text_of, with_id},
};

/// Each generated organisation has so many children, until there are none left to have.
const FAN_OUT: usize = 12;

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

/// Adds `count` organisations below the root, with none to two clients each.
pub(super) fn add(store: &mut Store, environment: Environment, count: usize) {
    let root = store.root();
    let root_id = text_of(&root, "id").unwrap_or_default();
    for number in 0..count {
        let id = organisation_id(environment, number);
        let parent = match number {
            0..FAN_OUT => root_id.to_owned(),
            _ => organisation_id(environment, number / FAN_OUT - 1),
        };
        store.put_organisation(&id, &organisation(&id, &parent, number));
        for name in &CLIENTS[..number % 3] {
            let path = format!("generated/{number}/{name}");
            let client_id = stable_id(environment, &path);
            let secret = stable_secret(environment, &path);
            store.add_client(&id, &client_id, &client(&client_id, name, number), secret);
        }
    }
}

fn organisation_id(environment: Environment, number: usize) -> String {
    stable_id(environment, &format!("generated/{number}"))
}

fn organisation(id: &str, parent: &str, number: usize) -> Object {
    let place = PLACES[number % PLACES.len()];
    let trade = TRADES[number % TRADES.len()];
    members(
        id,
        json!({
            "parent_id": parent,
            "name": format!("{place} {trade} {number:05}"),
            "enable_custom_logo": number.is_multiple_of(5),
            "allowed_scopes": catalogue::scopes("sign_up"),
            "allowed_products": ["sign_in", "sign_up"],
            "allowed_provider_groups": ["sandbox-participating"],
            "has_production_access": false,
            "enabled": number % 29 != 28,
        }),
    )
}

fn client(id: &str, name: &str, number: usize) -> Object {
    members(
        id,
        json!({
            "name": name,
            "token_signing_algorithm": "PS256",
            "additional_scopes": ["email"],
            "required_scopes": ["openid", "profile"],
            "return_urls": [format!("https://{name}.org-{number:05}.example/callback")],
            "is_production": false,
            "selected_product": "sign_up",
            "enabled": true,
        }),
    )
}

fn members(id: &str, value: serde_json::Value) -> Object {
    with_id(id, value.as_object().cloned().unwrap_or_default())
}
