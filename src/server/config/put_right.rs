//! Puts one key of a configuration right for the moment, so that what else is wrong can be seen.

use toml::{Table, Value, toml};

use super::key_path::{KeyPath, Part};
use super::right_target;
use crate::server::storage::DatabaseUrl;

/// An address that is nobody's.
const URL: &str = "https://put-right.invalid";
/// Keys that must be there, whatever else is.
const REQUIRED: [&str; 38] = [
    "public_url",
    "database",
    "sealing_key_file",
    "auth.mode",
    "auth.header.user",
    "auth.header.groups",
    "auth.header.trusted_peers",
    "auth.jwt.header",
    "auth.jwt.issuer",
    "auth.jwt.audience",
    "auth.jwt.jwks_url",
    "auth.jwt.algorithms",
    "auth.oidc.issuer",
    "auth.oidc.client_id",
    "auth.oidc.client_secret",
    "auth.oidc.client_secret_file",
    "auth.roles",
    "telemetry.otlp_endpoint",
    "connections[].name",
    "connections[].kind",
    "connections[].environment",
    "connections[].base_url",
    "connections[].client_id",
    "connections[].client_secret",
    "connections[].client_secret_file",
    "connections[].client_auth",
    "notifications[].name",
    "notifications[].kind",
    "notifications[].url",
    "notifications[].url_file",
    "notifications[].to[]",
    "notifications[].events[]",
    "notifications[].environments[]",
    "notifications[].quiet_hours.from",
    "notifications[].quiet_hours.to",
    "notifications[].quiet_hours.zone",
    "smtp.host",
    "smtp.password_file",
];

/// Puts a key right, in another way each time that it is still wrong. Whether there was a way left.
pub(super) fn put_right(table: &mut Table, key: &KeyPath, attempt: usize) -> bool {
    let is_required = REQUIRED.contains(&key.pattern().as_str());
    let right = right_value(table, key);
    let mut ways: Vec<Way> = if is_required { vec![Way::Set, Way::Remove] } else { vec![Way::Remove, Way::Set] };
    ways.push(Way::Parent);
    ways.retain(|way| match way {
        Way::Set => right.is_some(),
        Way::Remove => find(table, key).is_some(),
        Way::Parent => key.parent().is_some(),
    });
    match (ways.get(attempt), right) {
        (Some(Way::Set), Some(value)) => set(table, key, value),
        (Some(Way::Remove), _) => remove(table, key),
        (Some(Way::Parent), _) => key.parent().is_some_and(|parent| put_right(table, &parent, 0)),
        _ => false,
    }
}

#[derive(Clone, Copy, Debug)]
enum Way {
    /// It gets a value that is right.
    Set,
    /// It goes.
    Remove,
    /// What it is in is put right.
    Parent,
}

/// A value with which nothing is wrong.
fn right_value(table: &Table, key: &KeyPath) -> Option<Value> {
    let place = key.parts().iter().find_map(|part| if let Part::Place(place) = part { Some(*place) } else { None });
    let text = |text: &str| Some(Value::from(text));
    match key.pattern().as_str() {
        // Another host, because a connection may not lead to the dashboard itself.
        "public_url" => text("https://dashboard.put-right.invalid"),
        "auth.jwt.jwks_url" | "auth.oidc.issuer" | "connections[].base_url" | "telemetry.otlp_endpoint" => text(URL),
        "database" => {
            let was = table.get("database").and_then(Value::as_str).unwrap_or_default();
            text(if DatabaseUrl::from(was.to_owned()).is_postgres() {
                "postgres://x@localhost/x"
            } else {
                "sqlite:x.db"
            })
        }
        "audit.signing_key_file" => text("x.pem"),
        "sealing_key" | "sealing_key_file" => text("put-right-put-right-put-right-put-right"),
        "auth" => Some(Value::Table(authentication())),
        "auth.mode" => text(mode_of(table)),
        "auth.header" => authentication().remove("header"),
        "auth.header.user" | "auth.header.groups" | "auth.jwt.header" => text("x-put-right"),
        "auth.header.trusted_peers" => Some(Value::Array(vec!["127.0.0.1/32".into()])),
        "auth.jwt" => Some(Value::Table(toml! { header = "x-put-right"
        issuer = "x"
        audience = "x"
        jwks_url = "https://put-right.invalid"
        algorithms = ["RS256"] })),
        "auth.jwt.algorithms" => Some(Value::Array(vec!["RS256".into()])),
        "auth.oidc" => Some(Value::Table(toml! { issuer = "https://put-right.invalid"
        client_id = "x"
        client_secret = "x" })),
        "auth.roles" => Some(Value::Table(toml! { admin = ["x"] })),
        "auth.roles.admin" | "auth.roles.editor" | "auth.roles.auditor" | "auth.roles.viewer" => {
            Some(Value::Array(vec!["x".into()]))
        }
        "connections" => Some(Value::Array(vec![Value::Table(connection(0))])),
        "connections[]" => Some(Value::Table(connection(place?))),
        "connections[].name" => Some(format!("put-right-{}", place?).into()),
        "connections[].kind" => text("oneid"),
        "connections[].environment" => text("sandbox"),
        "connections[].client_auth" => text("post"),
        "connections[].probe" => text("/x"),
        "auth.jwt.issuer"
        | "auth.jwt.audience"
        | "auth.oidc.client_id"
        | "auth.oidc.client_secret"
        | "auth.oidc.client_secret_file"
        | "connections[].client_id"
        | "connections[].client_secret"
        | "connections[].client_secret_file"
        | "connections[].scope"
        | "connections[].integration_id"
        | "auth.roles.admin[]"
        | "auth.roles.editor[]"
        | "auth.roles.auditor[]"
        | "auth.roles.viewer[]" => text("x"),
        pattern => right_target::right_value(table, pattern, place),
    }
}

/// The way to sign in that is described, whatever `mode` says.
fn mode_of(table: &Table) -> &'static str {
    let auth = table.get("auth");
    ["oidc", "jwt", "header"]
        .into_iter()
        .find(|mode| auth.is_some_and(|auth| auth.get(mode).is_some()))
        .unwrap_or("header")
}

fn authentication() -> Table {
    toml! {
        mode = "header"
        header = { user = "x-user", groups = "x-groups", trusted_peers = ["127.0.0.1/32"] }
        roles = { admin = ["x"] }
    }
}

fn connection(place: usize) -> Table {
    let mut table = toml! {
        kind = "oneid"
        environment = "sandbox"
        base_url = "https://put-right.invalid"
        client_id = "x"
        client_secret = "x"
    };
    table.insert("name".to_owned(), format!("put-right-{place}").into());
    table
}

fn find<'a>(table: &'a Table, key: &KeyPath) -> Option<&'a Value> {
    let (first, rest) = key.parts().split_first()?;
    let Part::Name(first) = first else { return None };
    rest.iter().try_fold(table.get(first)?, |value, part| match part {
        Part::Name(name) => value.get(name),
        Part::Place(place) => value.get(place),
    })
}

/// The table that a key is in, made where it is missing, and the last part of the key.
fn place_of<'a, 'key>(table: &'a mut Table, parts: &'key [Part]) -> Option<(&'a mut Table, &'key str)> {
    match parts {
        [Part::Name(name)] => Some((table, name)),
        [Part::Name(name), Part::Place(place), rest @ ..] if !rest.is_empty() => {
            place_of(table.get_mut(name)?.as_array_mut()?.get_mut(*place)?.as_table_mut()?, rest)
        }
        [Part::Name(name), rest @ ..] => {
            let inner = table.entry(name.clone()).or_insert_with(|| Value::Table(Table::new()));
            place_of(inner.as_table_mut()?, rest)
        }
        _ => None,
    }
}

fn set(table: &mut Table, key: &KeyPath, value: Value) -> bool {
    if let [rest @ .., Part::Place(place)] = key.parts() {
        let Some((table, name)) = place_of(table, rest) else { return false };
        let element = table.get_mut(name).and_then(Value::as_array_mut).and_then(|list| list.get_mut(*place));
        return element.map(|element| *element = value).is_some();
    }
    let Some((table, name)) = place_of(table, key.parts()) else { return false };
    // A file that cannot be read is no better under another name: the secret itself takes its place.
    if let ("client_secret" | "sealing_key" | "url" | "password", true) =
        (name.trim_end_matches("_file"), name.ends_with("_file"))
    {
        table.remove(name);
        table.insert(name.trim_end_matches("_file").to_owned(), value);
    } else {
        table.insert(name.to_owned(), value);
    }
    true
}

fn remove(table: &mut Table, key: &KeyPath) -> bool {
    place_of(table, key.parts()).is_some_and(|(table, name)| table.remove(name).is_some())
}
