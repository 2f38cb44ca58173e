//! What a plain read of the partner gives, and the comparison of an index with it.

use std::collections::{BTreeMap, BTreeSet};

use partner_dashboard::domain::facet::Facet;
use partner_dashboard::domain::object::ObjectKind;
use partner_dashboard::domain::object_query::ObjectQuery;
use partner_dashboard::server::index::{Scope, View};
use serde_json::Value;

use super::WORDS;
use crate::support::Partner;

const ORGANISATION: ObjectKind = ObjectKind::Organisation;
const CLIENT: ObjectKind = ObjectKind::OAuthClient;

/// Everything that the partner has, by ID.
pub struct Plain {
    pub organisations: BTreeMap<String, Value>,
    /// With the ID of the organisation of each.
    pub clients: BTreeMap<String, (String, Value)>,
    /// The IDs of the clients of each organisation, in the partner's order.
    order: BTreeMap<String, Vec<String>>,
}

impl Plain {
    /// Reads all of it.
    pub async fn read(partner: &Partner) -> Self {
        let mut plain = Self { organisations: BTreeMap::new(), clients: BTreeMap::new(), order: BTreeMap::new() };
        for organisation in listed(partner.get("/organisations").await) {
            let id = text(&organisation, "id");
            let clients = listed(partner.get(&format!("/organisations/{id}/clients")).await);
            plain.order.insert(id.clone(), clients.iter().map(|client| text(client, "id")).collect());
            plain.clients.extend(clients.into_iter().map(|client| (text(&client, "id"), (id.clone(), client))));
            plain.organisations.insert(id, organisation);
        }
        plain
    }

    /// An object as it is now.
    pub fn object(&self, id: &str) -> Option<&Value> {
        self.organisations.get(id).or_else(|| self.clients.get(id).map(|(_, client)| client))
    }

    /// The organisations above another, the nearest first.
    pub fn above(&self, id: &str) -> Vec<String> {
        let mut above = Vec::new();
        let mut next = self.parent(id);
        while let Some(parent) = next {
            next = self.parent(&parent);
            above.push(parent);
        }
        above
    }

    fn parent(&self, id: &str) -> Option<String> {
        let parent = self.organisations[id]["parent_id"].as_str()?;
        self.organisations.contains_key(parent).then(|| parent.to_owned())
    }

    fn children(&self, parent: Option<&str>) -> Vec<String> {
        let here = self.organisations.keys().filter(|id| self.parent(id).as_deref() == parent);
        let mut children: Vec<&String> = here.collect();
        children.sort_by_key(|id| (text(&self.organisations[*id], "name").to_lowercase(), (*id).clone()));
        children.into_iter().cloned().collect()
    }

    fn organisations_below(&self, id: &str) -> u64 {
        self.organisations.keys().filter(|other| self.above(other).iter().any(|above| above == id)).count() as u64
    }

    fn clients_below(&self, id: &str) -> u64 {
        let is_below = |owner: &String| owner == id || self.above(owner).iter().any(|above| above == id);
        self.clients.values().filter(|(owner, _)| is_below(owner)).count() as u64
    }

    /// Fails unless a view has all of this and nothing else.
    pub fn assert_is(&self, view: &View) {
        assert_eq!(view.count(ORGANISATION, &Scope::All), self.organisations.len() as u64, "organisations");
        assert_eq!(view.count(CLIENT, &Scope::All), self.clients.len() as u64, "clients");
        let below = view.counts_below();
        for (id, wanted) in &self.organisations {
            let found = view.organisation(id).unwrap_or_else(|| panic!("no organisation {id}: {wanted}"));
            assert_eq!(found.whole_name(), wanted["name"], "{id}");
            assert_eq!(found.parent_id(), wanted["parent_id"].as_str(), "{id}");
            assert_eq!(children(view, Some(id)), self.children(Some(id)), "below {id}");
            assert_eq!(u64::from(below.of(id)), self.organisations_below(id), "how many are below {id}");
            assert_eq!(view.count_below(ORGANISATION, id), self.organisations_below(id), "found below {id}");
            assert_eq!(view.count_below(CLIENT, id), self.clients_below(id), "clients below {id}");
            let mut above: Vec<String> = view.ancestors(id).into_iter().map(|above| above.id).collect();
            above.reverse();
            assert_eq!(above, self.above(id), "above {id}");
            let clients: Vec<String> = view.clients_of(id).into_iter().map(|client| client.id).collect();
            assert_eq!(clients, self.order[id], "clients of {id}");
        }
        for (id, (owner, wanted)) in &self.clients {
            let found = view.client(id).unwrap_or_else(|| panic!("no client {id}: {wanted}"));
            assert_eq!(found.fields.text("name").unwrap_or_default(), wanted["name"], "{id}");
            assert_eq!(found.organisation_id.as_ref(), Some(owner), "{id}");
            assert_eq!(found.fields.list("return_urls"), texts(wanted, "return_urls").as_deref(), "{id}");
        }
        assert_eq!(children(view, None), self.children(None), "at the top");
        self.assert_finds(view);
    }

    /// Whether each word finds as many objects as have it.
    fn assert_finds(&self, view: &View) {
        for word in WORDS {
            let query = ObjectQuery { search: word.to_owned(), ..ObjectQuery::default() };
            let organisations = self.organisations.values().filter(|object| has(object, word)).count();
            assert_eq!(view.count_matching(ORGANISATION, &query, &Scope::All), organisations as u64, "{word}");
            let clients = self.clients.values().filter(|(_, object)| has(object, word)).count();
            assert_eq!(view.count_matching(CLIENT, &query, &Scope::All), clients as u64, "{word}");
            let host = format!("{word}.example");
            let at_host = ObjectQuery::default().with(Facet::Host, false, &host);
            let url = format!("https://{host}/cb");
            let is_there = |object: &Value| texts(object, "return_urls").is_some_and(|urls| urls.contains(&url));
            let clients = self.clients.values().filter(|(_, object)| is_there(object)).count();
            assert_eq!(view.count_matching(CLIENT, &at_host, &Scope::All), clients as u64, "{host}");
        }
    }
}

fn children(view: &View, parent: Option<&str>) -> Vec<String> {
    let hits = view.children(parent);
    hits.into_iter().filter_map(|hit| view.reference_at(ORGANISATION, hit)).map(|one| one.id).collect()
}

/// Whether a word is in the name of an object or in one of its URLs. No word is the beginning of another.
fn has(object: &Value, word: &str) -> bool {
    let of_name = text(object, "name");
    let of_urls = texts(object, "return_urls").unwrap_or_default().join(" ");
    let words: BTreeSet<&str> = of_name.split(' ').chain(of_urls.split(['/', '.', ':', ' '])).collect();
    words.contains(word)
}

fn listed(value: Value) -> Vec<Value> {
    let Value::Array(list) = value else { panic!("no list: {value}") };
    list
}

fn text(object: &Value, member: &str) -> String {
    object[member].as_str().unwrap_or_default().to_owned()
}

fn texts(object: &Value, member: &str) -> Option<Vec<String>> {
    let items = object.get(member)?.as_array()?;
    Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
}
