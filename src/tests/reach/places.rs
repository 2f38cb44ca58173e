//! A tree of organisations and clients of which every part has a name that nothing else has.

use std::sync::Arc;

use partner_dashboard::domain::principal::{Role, Subtree};
use partner_dashboard::server::auth::RoleTable;
use partner_dashboard::server::clock::ManualClock;
use serde_json::json;
use time::macros::datetime;

use crate::support::{TestApp, TestOptions};

/// A client.
pub struct Client {
    pub id: String,
    pub name: String,
}

/// An organisation with its clients.
pub struct Place {
    pub id: String,
    pub name: String,
    pub clients: Vec<Client>,
    pub is_inside: bool,
    above: Option<usize>,
}

/// Something that is found in an answer by its text alone.
pub struct Canary {
    pub token: String,
    /// What it is.
    pub of: &'static str,
}

/// What somebody sees a part of.
pub struct Places {
    pub app: TestApp,
    pub clock: Arc<ManualClock>,
    /// The partner's own organisation first.
    found: Vec<Place>,
}

impl Places {
    /// Builds the tree at the partner, and gives the group `part` a role in some subtrees: never in all of it.
    pub async fn build(tree: &[(usize, usize)], tops: &[usize], role: Role) -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-01-01 12:00 UTC)));
        let proxy = TestOptions::behind_a_proxy();
        let options =
            TestOptions { sandbox: TestOptions::empty().sandbox, is_kept: true, clock: clock.clone(), ..proxy };
        let app = TestApp::with(options).await;
        let partner = app.partner().await;
        let root = partner.root().await;
        partner.change(&format!("/organisations/{root}"), json!({"name": "orgqrootx"})).await;
        let root = Place { id: root, name: "orgqrootx".to_owned(), clients: Vec::new(), is_inside: false, above: None };
        let mut places = vec![root];
        for (number, (above, clients)) in tree.iter().enumerate() {
            let above = above % places.len();
            let name = format!("orgq{number}x");
            let members = json!({
                "name": name, "parent_id": places[above].id,
                "allowed_scopes": ["openid", format!("scopeq{name}")],
                "allowed_provider_groups": [format!("groupq{name}")],
            });
            let id = partner.create("/organisations", &members).await;
            let mut place = Place { id, name, clients: Vec::new(), is_inside: false, above: Some(above) };
            for client in 0..*clients {
                let name = format!("cliq{number}y{client}x");
                let members = json!({
                    "name": name, "return_urls": [format!("https://{name}.example/{name}")],
                    "additional_scopes": [format!("scopeq{name}")],
                    "allowed_provider_groups": [format!("groupq{name}")],
                });
                let id = partner.create(&format!("/organisations/{}/clients", place.id), &members).await;
                place.clients.push(Client { id, name });
            }
            places.push(place);
        }
        let mut roles = RoleTable::default();
        for top in tops {
            // The partner's own organisation stays outside.
            let top = &mut places[1 + top % tree.len()];
            top.is_inside = true;
            let within = Subtree { connection: "sandbox".to_owned(), organisation: top.id.clone() };
            roles.add("part".to_owned(), role, Some(within));
        }
        for place in 1..places.len() {
            places[place].is_inside |= places[place].above.is_some_and(|above| places[above].is_inside);
        }
        Self { app: app.restarted_with(roles).await, clock, found: places }
    }

    pub fn all(&self) -> impl Iterator<Item = &Place> {
        self.found.iter()
    }

    pub fn inside(&self) -> impl Iterator<Item = &Place> {
        self.all().filter(|place| place.is_inside)
    }

    /// Whatever must not appear: the IDs, names, addresses and values of what is outside.
    pub fn outside(&self) -> Vec<Canary> {
        let mut canaries = Vec::new();
        for place in self.all().filter(|place| !place.is_inside) {
            canaries.push(Canary { token: place.id.clone(), of: "the ID of an organisation" });
            canaries.push(Canary { token: place.name.clone(), of: "the name of an organisation, or a value of it" });
            for client in &place.clients {
                canaries.push(Canary { token: client.id.clone(), of: "the ID of a client" });
                canaries.push(Canary { token: client.name.clone(), of: "the name of a client, or a value of it" });
            }
        }
        canaries
    }

    /// The IDs of what is directly above the tops. A form sends that back as it came, and shows neither it nor a name.
    pub fn parents_outside(&self) -> String {
        let above = self.inside().filter_map(|place| place.above).map(|above| &self.found[above]);
        above.filter(|above| !above.is_inside).map(|above| above.id.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The IDs of all organisations.
    pub fn ids(&self) -> String {
        self.all().map(|place| place.id.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Reads everything that the partner has.
    pub async fn read_all(&self) {
        let index = &self.app.connections.find("sandbox").unwrap().index;
        let organisations = index.organisations().await.unwrap();
        let (_, coverage) = index.clients(&organisations, None).await;
        assert!(coverage.is_whole());
    }
}
