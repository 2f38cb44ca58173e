//! Return URLs of made-up clients: their own hosts, hosts that many share, and a developer's machine.

use super::{
    draw::{Topic, draw, percent, skewed},
    names,
};

/// Hosts of platforms that many organisations use, the commonest first.
const SHARED_HOSTS: &[&str] = &[
    "login.identity-hub.example",
    "auth.shopfront.example",
    "sso.letting-suite.example",
    "accounts.dealer-desk.example",
    "callback.ticket-house.example",
    "id.pharmacy-cloud.example",
    "login.travel-desk.example",
    "auth.staff-rota.example",
];

/// The return URLs of a client, if it has any.
pub(super) fn of(client: u32, name: &str, organisation: u32) -> Option<Vec<String>> {
    let own = |number: u32| match number {
        0 => format!("https://{name}.{}.example/oneid/callback", names::label(organisation)),
        number => format!("https://{name}-{number}.{}.example/oneid/callback", names::label(organisation)),
    };
    let shared = || format!("https://{}/{organisation:06}/callback", skewed(client, Topic::Host, SHARED_HOSTS));
    Some(match percent(client, Topic::Urls) {
        0..2 => return None,
        2..55 => vec![own(0)],
        55..75 => vec![shared()],
        75..90 => vec![own(0), shared()],
        90..96 => vec![own(0), "http://localhost:3000/callback".to_owned()],
        _ => (0..3 + u32::from(draw(client, Topic::Host).is_multiple_of(2))).map(own).chain([shared()]).collect(),
    })
}
