//! Which of the `Resources` of the application each service uses: the table says all of them.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Expr, ExprField, Fields, Item, ItemMod, Member};

use super::paths::is_for_tests;
use super::sources::{Source, product};

/// A file below `server/services`, and the resources that it takes from its context.
const USES: &[(&str, &str)] = &[
    ("access", "connections"),
    ("attention", "audit clock"),
    ("audit_log", "audit clock"),
    ("connections", "checks clock monitor"),
    ("decided", "connections"),
    ("error", "audit"),
    ("exports/mod", "audit clock"),
    ("find/destinations", "connections monitor"),
    ("find/entries", "audit"),
    ("find/mod", "connections"),
    ("find/objects", "clock"),
    ("find/recent", "clock connections recents"),
    ("messages", "messages"),
    ("notifications", "notifications"),
    ("oauth_clients", "audit catalogue clock secrets"),
    ("objects/create", "audit clock locks secrets"),
    ("objects/decide", "audit clock locks writes"),
    ("objects/drafts", "drafts"),
    ("objects/duplicate", "connections"),
    ("objects/form", "audit catalogue"),
    ("objects/save", "audit locks"),
    ("objects/settle", "audit clock connections locks"),
    ("objects/submission", "audit secrets submissions"),
    ("objects/waiting", "audit clock connections"),
    ("observed/answer", "audit locks writes"),
    ("observed/open", "audit"),
    ("observed/recorder", "audit writes"),
    ("observed/replies", "connections"),
    ("observed/standing", "audit"),
    ("organisations", "clock"),
    ("overview", "audit backups clock connections monitor"),
    ("preferences", "clock"),
    ("readable", "connections"),
    ("readiness", "audit catalogue clock"),
    ("recorded", "audit clock writes"),
    ("replicas", "audit connections messages monitor saved_views"),
    ("replies", "audit clock connections secrets"),
    ("reveal", "audit clock connections reveals writes"),
    ("saved_views", "saved_views"),
    ("sessions", "audit sessions"),
    ("silenced", "audit connections locks writes"),
    ("versions/mod", "audit"),
    ("way_back", "submissions"),
];

/// The names of the fields of `Resources`.
fn resources(sources: &[Source]) -> BTreeSet<String> {
    let context = sources.iter().find(|source| source.file == "server/context.rs").unwrap();
    let mut names = BTreeSet::new();
    for item in &context.syntax.items {
        match item {
            Item::Struct(item) if item.ident == "Resources" => {
                let Fields::Named(fields) = &item.fields else { panic!("the resources have names") };
                names.extend(fields.named.iter().filter_map(|field| field.ident.as_ref()).map(ToString::to_string));
            }
            _ => {}
        }
    }
    names
}

/// Finds what is taken from a value by the name `context`, `resources` or `self`.
#[derive(Default)]
struct Taken(BTreeSet<String>);

impl<'ast> Visit<'ast> for Taken {
    fn visit_expr_field(&mut self, field: &'ast ExprField) {
        let base = match &*field.base {
            Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
            Expr::Field(inner) => match &inner.member {
                Member::Named(name) => Some(name.to_string()),
                Member::Unnamed(_) => None,
            },
            _ => None,
        };
        if base.is_some_and(|base| ["context", "resources", "self"].contains(&base.as_str()))
            && let Member::Named(name) = &field.member
        {
            self.0.insert(name.to_string());
        }
        visit::visit_expr_field(self, field);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
}

#[test]
fn a_service_uses_the_resources_of_its_row_and_no_others() {
    let sources = product();
    let resources = resources(&sources);
    assert!(resources.len() > 5, "{resources:?}");
    let mut found = Vec::new();
    for source in &sources {
        let Some(file) = source.file.strip_prefix("server/services/") else {
            continue;
        };
        let mut taken = Taken::default();
        taken.visit_file(&source.syntax);
        let used: Vec<_> = taken.0.intersection(&resources).map(String::as_str).collect();
        if !used.is_empty() {
            found.push((file.trim_end_matches(".rs").to_owned(), used.join(" ")));
        }
    }
    let expected: Vec<_> = USES.iter().map(|(file, used)| ((*file).to_owned(), (*used).to_owned())).collect();
    assert_eq!(found, expected);
}
