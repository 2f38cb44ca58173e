//! The sample data: a tree per environment, spelt out from a compact file.

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    Environment, catalogue,
    object::{Object, with_id},
    store::Store,
};
use crate::server::sandbox::hex;

const SANDBOX: &str = include_str!("sample/sandbox.json");
const PRODUCTION: &str = include_str!("sample/production.json");

/// An organisation of the sample file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Branch {
    name: String,
    /// Without products, the organisation is one that inherits them.
    products: Option<Vec<String>>,
    #[serde(default)]
    production: bool,
    #[serde(default)]
    logo: bool,
    /// Members to set, or with null to leave out.
    #[serde(default)]
    fields: Object,
    #[serde(default)]
    clients: Vec<Leaf>,
    #[serde(default)]
    children: Vec<Branch>,
}

/// A client of the sample file: its name, its product, and members to set or leave out.
#[derive(Deserialize)]
struct Leaf(String, String, #[serde(default)] Object);

/// The store with the sample data, or with the partner's own organisation alone.
pub(super) fn store(environment: Environment, seed_data: bool) -> Store {
    let text = match environment {
        Environment::Sandbox => SANDBOX,
        Environment::Production => PRODUCTION,
    };
    let mut root: Branch = serde_json::from_str(text).expect("the embedded sample data is well-formed");
    if !seed_data {
        root.clients.clear();
        root.children.clear();
    }
    let mut planter = Planter { environment, store: Store::default() };
    planter.plant(root, None, false);
    planter.store
}

/// An identifier that is the same at every start.
fn stable_id(environment: Environment, path: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest(environment, path)[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// A secret that is the same at every start: it opens nothing.
fn stable_secret(environment: Environment, path: &str) -> String {
    hex::encode(&digest(environment, &format!("{path}/secret")))
}

fn digest(environment: Environment, path: &str) -> [u8; 32] {
    Sha256::digest(format!("{}/{path}", environment.as_str())).into()
}

/// Puts branches and leaves into a store.
struct Planter {
    environment: Environment,
    store: Store,
}

impl Planter {
    fn plant(&mut self, branch: Branch, parent: Option<&str>, parent_production: bool) {
        let id = stable_id(self.environment, &format!("organisations/{}", branch.name));
        let production = branch.production && (parent.is_none() || parent_production);
        let organisation = self.organisation(&branch, parent, production);
        self.store.put_organisation(&id, &with_id(&id, organisation));
        let domain = domain(&branch.name);
        for Leaf(name, product, fields) in branch.clients {
            let path = format!("clients/{}/{name}", branch.name);
            let client_id = stable_id(self.environment, &path);
            let mut client = self.client(&name, &product, &domain, production);
            merge(&mut client, fields);
            self.store.add_client(
                &id,
                &client_id,
                &with_id(&client_id, client),
                stable_secret(self.environment, &path),
            );
        }
        for child in branch.children {
            self.plant(child, Some(&id), production);
        }
    }

    fn organisation(&self, branch: &Branch, parent: Option<&str>, production: bool) -> Object {
        let mut organisation = Object::new();
        if let Some(parent) = parent {
            organisation.insert("parent_id".to_owned(), parent.into());
        }
        organisation.insert("name".to_owned(), branch.name.as_str().into());
        if let Some(products) = &branch.products {
            let scans = products.iter().any(|product| product.starts_with("id_scan"));
            merge(
                &mut organisation,
                object(json!({
                    "enable_custom_logo": branch.logo,
                    "allowed_scopes": catalogue::scopes_of_all(products),
                    "allowed_products": products,
                    "allowed_provider_groups": self.provider_groups(scans),
                    "has_production_access": production,
                    "enabled": true,
                })),
            );
        }
        merge(&mut organisation, branch.fields.clone());
        organisation
    }

    fn client(&self, name: &str, product: &str, domain: &str, production: bool) -> Object {
        let scopes = catalogue::scopes(product);
        let (required, additional): (Vec<&str>, Vec<&str>) =
            scopes.iter().copied().partition(|scope| ["openid", "profile", "idscan"].contains(scope));
        let scans = product.starts_with("id_scan");
        let algorithm = match digest(self.environment, &format!("{domain}/{name}"))[0] % 4 {
            0 => "ES384",
            1 => "ES512",
            _ => "PS256",
        };
        object(json!({
            "name": name,
            "token_signing_algorithm": algorithm,
            "additional_scopes": additional,
            "required_scopes": required,
            "return_urls": [format!("https://{name}.{domain}/oneid/callback")],
            "is_production": production && self.environment == Environment::Production,
            "selected_product": product,
            "allowed_provider_groups": self.provider_groups(scans),
            "enabled": true,
        }))
    }

    fn provider_groups(&self, scans: bool) -> Vec<&'static str> {
        let participating = match self.environment {
            Environment::Sandbox => "sandbox-participating",
            Environment::Production => "participating",
        };
        let groups = [(participating, true), ("idscan", scans)];
        let wanted = groups.into_iter().filter(|(_, wanted)| *wanted);
        wanted.map(|(group, _)| group).collect()
    }
}

/// Sets the members of `fields`; null leaves a member out.
fn merge(object: &mut Object, fields: Object) {
    for (name, value) in fields {
        if value.is_null() {
            object.shift_remove(&name);
        } else {
            object.insert(name, value);
        }
    }
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

/// A domain name out of a company's name, under the top level that is reserved for examples.
fn domain(name: &str) -> String {
    let plain = name.replace('’', "").replace('ë', "e");
    let words =
        plain.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).take(4);
    let label = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    format!("{label}.example")
}
