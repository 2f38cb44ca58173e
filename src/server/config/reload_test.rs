//! What is taken of a changed configuration, and what waits.

use std::fs;
use std::path::Path;

use super::*;
use crate::domain::connection::Environment;
use crate::server::auth::Authentication;
use crate::server::config::read::tests::WHOLE;
use crate::server::config::read_with_facts;

/// A folder with a configuration and its secret.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        fs::write(folder.path().join("secret"), "first").unwrap();
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn read(&self, change: impl Fn(String) -> String) -> (Config, ConfigurationFacts) {
        let secret = self.path().join("secret").display().to_string();
        let path = self.path().join("config.toml");
        fs::write(&path, change(WHOLE.replace("SECRET_FILE", &secret))).unwrap();
        read_with_facts(&path, []).unwrap()
    }

    /// What is taken of a configuration that has changed since it was [`WHOLE`].
    fn reloaded(&self, change: impl Fn(String) -> String) -> Reloaded {
        let (config, facts) = self.read(|text| text);
        Reloaded::of((&config, &facts), self.read(change))
    }
}

fn names(reloaded: &Reloaded) -> Vec<&str> {
    reloaded.config.connections.iter().map(|one| one.name.as_str()).collect()
}

#[test]
fn roles_connections_and_the_catalogue_are_taken() {
    let more = "\n[[connections]]\nname = \"new\"\nkind = \"oneid\"\nenvironment = \"production\"\n\
                base_url = \"https://api.oneid.uk\"\nclient_id = \"id\"\nclient_secret_file = \"SECRET\"\n[catalogue]\nscopes = [\"idscan\"]\n\
                products = {}\nprovider_groups = []\n";
    let folder = Folder::new();
    let more = more.replace("SECRET", &folder.path().join("secret").display().to_string());
    let reloaded = folder.reloaded(|text| text.replace("partner-admins", "others") + &more);
    assert_eq!(names(&reloaded), ["sandbox", "new"]);
    assert_eq!(reloaded.config.catalogue.scopes, ["idscan"]);
    assert!(reloaded.config.roles.grants_of(&["others".to_owned()]).is_some());
    assert_eq!(reloaded.waiting, [""; 0]);
    for key in ["auth.roles", "connections.new.name", "catalogue.scopes"] {
        assert!(reloaded.has_changed(key), "{key}: {:?}", reloaded.changed);
    }
    assert!(!reloaded.has_changed("connections.sandbox"), "{:?}", reloaded.changed);
}

#[test]
fn a_secret_that_was_written_anew_is_a_change_of_its_connection() {
    let folder = Folder::new();
    let (config, facts) = folder.read(|text| text);
    fs::write(folder.path().join("secret"), "second").unwrap();
    let reloaded = Reloaded::of((&config, &facts), folder.read(|text| text));
    assert_eq!(reloaded.changed, ["connections.sandbox.client_secret"]);
}

#[test]
fn what_cannot_change_stays_and_is_named_each_time() {
    let folder = Folder::new();
    let change = |text: String| {
        text.replace(
            "\"sqlite:partner-dashboard.db\"",
            "\"sqlite:other.db\"\nsupport_url = \"https://help.example.com\"",
        )
    };
    let reloaded = folder.reloaded(change);
    assert_eq!(
        (&*reloaded.changed, &*reloaded.waiting),
        (&["support_url".to_owned()][..], &["database".to_owned()][..])
    );
    assert!(reloaded.config.database.expose().contains("partner-dashboard.db"));
    let again = Reloaded::of((&reloaded.config, &reloaded.facts), folder.read(change));
    assert_eq!((&*again.changed, &*again.waiting), (&[][..], &["database".to_owned()][..]));
}

#[test]
fn a_connection_to_another_environment_stays_as_it_is_until_the_next_start() {
    let reloaded = Folder::new().reloaded(|text| {
        text.replace("environment = \"sandbox\"", "environment = \"production\"")
            .replace("client_id = \"id\"", "client_id = \"other\"")
    });
    assert_eq!(reloaded.config.connections[0].environment, Environment::Sandbox);
    assert_eq!(reloaded.config.connections[0].client_id, "id");
    assert_eq!(reloaded.changed, [""; 0]);
    assert_eq!(reloaded.waiting, ["connections.sandbox.client_id", "connections.sandbox.environment"]);
}

#[test]
fn a_connection_whose_secret_cannot_be_read_any_more_works_on_with_the_one_it_has() {
    let folder = Folder::new();
    let secret = folder.path().join("secret-of-another");
    fs::write(&secret, "second").unwrap();
    let table = format!(
        "\n[[connections]]\nname = \"json\"\nkind = \"partner-json\"\nenvironment = \"sandbox\"\n\
         base_url = \"https://api.example.com\"\nclient_id = \"id\"\nprobe = \"/v1/health\"\nclient_secret_file = {:?}\n",
        secret.display().to_string()
    );
    let (config, facts) = folder.read(|text| text + &table);
    fs::remove_file(secret).unwrap();
    let reloaded = Reloaded::of((&config, &facts), folder.read(|text| text + &table));
    assert!(reloaded.config.connections[1].client_secret.is_ok());
    assert_eq!(reloaded.unreadable[0].0, "json");
    assert_eq!(reloaded.changed, [""; 0]);
    assert_eq!(reloaded.waiting, [""; 0], "the next reload takes it");
    fs::write(folder.path().join("secret-of-another"), "third").unwrap();
    let again = Reloaded::of((&reloaded.config, &reloaded.facts), folder.read(|text| text + &table));
    assert_eq!(again.changed, ["connections.json.client_secret"]);
}

#[test]
fn a_connection_that_is_removed_is_gone_at_once() {
    let reloaded = Folder::new().reloaded(|text| text.replace("\"sandbox\"\nkind", "\"renamed\"\nkind"));
    assert_eq!(names(&reloaded), ["renamed"]);
    assert_eq!(reloaded.waiting, [""; 0]);
    assert!(reloaded.has_changed("connections.sandbox"));
}

#[test]
fn another_way_to_sign_in_waits_whole_and_roles_do_not() {
    let jwt = "mode = \"jwt\"\n[auth.jwt]\nheader = \"x\"\nissuer = \"https://i.example.com\"\naudience = \"a\"\n\
               jwks_url = \"https://i.example.com/keys\"\nalgorithms = [\"RS256\"]\n";
    let reloaded = Folder::new().reloaded(|text| {
        let (before, rest) = text.split_once("mode = \"header\"\n").unwrap();
        let (_, after) = rest.split_once("[auth.roles]").unwrap();
        format!("{before}{jwt}[auth.roles]{}", after.replace("partner-admins", "others"))
    });
    assert!(matches!(reloaded.config.authentication, Authentication::Header(_)));
    assert_eq!(reloaded.changed, ["auth.roles.admin"]);
    for key in ["auth.mode", "auth.header.user", "auth.jwt.issuer"] {
        assert!(reloaded.waiting.iter().any(|waiting| waiting == key), "{key}: {:?}", reloaded.waiting);
    }
}

#[test]
fn a_sign_in_that_is_safe_at_another_address_alone_waits_with_the_address() {
    let reloaded = Folder::new().reloaded(|text| {
        text.replace("\"127.0.0.1:3000\"", "\"unix:/run/dashboard/socket\"")
            .replace("trusted_peers = [\"127.0.0.1/32\"]\n", "")
    });
    assert_eq!(reloaded.changed, [""; 0]);
    assert_eq!(reloaded.waiting, ["auth.header.trusted_peers", "listen"]);
    let Authentication::Header(header) = reloaded.config.authentication else { panic!("another way to sign in") };
    assert_eq!(header.trusted_peers.len(), 1);
}

#[test]
fn one_key_is_not_below_another_that_begins_alike() {
    assert!(is_below("connections.a.kind", "connections.a"));
    assert!(!is_below("connections.ab.kind", "connections.a"));
}
