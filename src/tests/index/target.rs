//! Where a step of a sequence makes its change, and what it sets.

use serde_json::{Value, json};

use super::plain::Plain;
use super::steps::Change;

/// Where a change is made, and what it sets. `None` when there is nothing to change yet.
pub fn target(plain: &Plain, change: &Change, name: &str) -> Option<(String, Value)> {
    let organisations: Vec<&String> = plain.organisations.keys().collect();
    let clients: Vec<&String> = plain.clients.keys().collect();
    let inner: Vec<&String> = organisations.iter().copied().filter(|id| !plain.above(id).is_empty()).collect();
    let pick = |ids: &[&String], which: usize| ids.get(which % ids.len().max(1)).map(|id| (*id).clone());
    let url = format!("https://{}.example/cb", name.split(' ').next().unwrap());
    Some(match *change {
        Change::NewOrganisation { below, .. } => {
            ("/organisations/new".to_owned(), json!({"name": name, "parent_id": pick(&organisations, below)?}))
        }
        Change::Rename { which, .. } => (format!("/organisations/{}", pick(&inner, which)?), json!({"name": name})),
        Change::Move { which, below } => {
            let id = pick(&inner, which)?;
            let parent = plain.above(&id).into_iter().next();
            let is_free = |other: &&&String| {
                ***other != id && Some(**other) != parent.as_ref() && !plain.above(other).contains(&id)
            };
            let parent = pick(&organisations.iter().filter(is_free).copied().collect::<Vec<_>>(), below)?;
            (format!("/organisations/{id}"), json!({"parent_id": parent}))
        }
        Change::NewClient { of, .. } => {
            let path = format!("/organisations/{}/clients/new", pick(&organisations, of)?);
            (path, json!({"name": name, "return_urls": [url]}))
        }
        Change::EditClient { which, .. } => {
            (format!("/clients/{}", pick(&clients, which)?), json!({"name": name, "return_urls": [url]}))
        }
    })
}
