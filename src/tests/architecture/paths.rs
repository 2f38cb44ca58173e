//! The paths that a source names: in imports, in bodies, in attributes and in macros.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, Macro, Meta, UseTree};

/// What a source names beyond its own module.
#[derive(Debug, Default)]
pub struct Named {
    /// Paths of this crate, from its root on.
    pub own: BTreeSet<Vec<String>>,
    /// The first names of all other paths: crates among them.
    pub other: BTreeSet<String>,
}

/// What the product's code in a module names. What is for tests alone is left out.
pub fn named(module: &[String], syntax: &syn::File) -> Named {
    let mut visitor = Visitor { module: module.to_vec(), named: Named::default() };
    visitor.visit_file(syntax);
    visitor.named
}

/// Whether something is there for tests alone.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

/// The attributes of an item, as far as one can be for tests alone.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Every path that a `use` brings in, groups taken apart, with the name that it has here. A glob ends in `*`.
pub fn leaves(tree: &UseTree) -> Vec<(Vec<String>, String)> {
    fn walk(prefix: &[String], tree: &UseTree, found: &mut Vec<(Vec<String>, String)>) {
        let with = |name: &syn::Ident| prefix.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => walk(&with(&path.ident), &path.tree, found),
            UseTree::Name(name) if name.ident == "self" => {
                found.push((prefix.to_vec(), prefix.last().cloned().unwrap_or_default()));
            }
            UseTree::Name(name) => found.push((with(&name.ident), name.ident.to_string())),
            UseTree::Rename(rename) => found.push((with(&rename.ident), rename.rename.to_string())),
            UseTree::Glob(_) => found.push((prefix.iter().cloned().chain(["*".to_owned()]).collect(), "*".to_owned())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| walk(prefix, tree, found)),
        }
    }
    let mut found = Vec::new();
    walk(&[], tree, &mut found);
    found
}

struct Visitor {
    module: Vec<String>,
    named: Named,
}

impl Visitor {
    fn add(&mut self, path: &[String]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        let mut own = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.module.clone(),
            "super" => self.module[..self.module.len().saturating_sub(1)].to_vec(),
            _ => {
                self.named.other.insert(first.clone());
                return;
            }
        };
        for name in rest {
            if name == "super" {
                own.pop();
            } else {
                own.push(name.clone());
            }
        }
        self.named.own.insert(own);
    }

    /// Finds paths among tokens that are no syntax yet.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) if colons == 2 => path.push(name.to_string()),
                TokenTree::Ident(name) => {
                    self.add_path_of_tokens(&path);
                    path = vec![name.to_string()];
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => {
                    // `a::{b, c}`: each member begins with `a`.
                    self.add_path_of_tokens(&path);
                    path.clear();
                    self.add_tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.add_path_of_tokens(&path);
                    path.clear();
                }
            }
            colons = 0;
        }
        self.add_path_of_tokens(&path);
    }

    fn add_path_of_tokens(&mut self, path: &[String]) {
        if path.len() > 1 {
            self.add(path);
        }
    }
}

impl<'ast> Visit<'ast> for Visitor {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_for_tests(attributes(item)) {
            return;
        }
        match item {
            Item::Mod(module) => {
                self.module.push(module.ident.to_string());
                visit::visit_item(self, item);
                self.module.pop();
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for (path, _) in leaves(&item.tree) {
            self.add(&path);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1 {
            self.add(&names);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, macro_call: &'ast Macro) {
        self.visit_path(&macro_call.path);
        self.add_tokens(macro_call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            Meta::List(list) => {
                self.visit_path(&list.path);
                self.add_tokens(list.tokens.clone());
            }
            Meta::Path(path) => self.visit_path(path),
            Meta::NameValue(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_wherever_a_source_may_name_them() {
        let module = ["server", "services", "sessions"].map(str::to_owned);
        let syntax = syn::parse_str(
            "use crate::domain::{audit::{Action, Target as T}, page as p, views::*};
             use super::{a, b::c};
             #[derive(sqlx::FromRow)]
             struct Row { at: crate::server::clock::Moment }
             #[cfg(test)]
             use crate::server::sandbox::Sandbox;
             fn body() {
                 let x = super::super::storage::open();
                 println!(\"{}\", crate::paths::OVERVIEW);
                 view! { <a href=crate::paths::audit()>{self::inner::f()}</a> }
             }
             mod inner { use super::super::messages::leave; }
             #[cfg(test)]
             mod tests { use crate::server::oneid::Answer; }",
        )
        .unwrap();
        let Named { own, other } = named(&module, &syntax);
        let own: Vec<String> = own.into_iter().map(|path| path.join("::")).collect();
        assert_eq!(
            own,
            [
                "domain::audit::Action",
                "domain::audit::Target",
                "domain::page",
                "domain::views::*",
                "paths::OVERVIEW",
                "paths::audit",
                "server::clock::Moment",
                "server::services::a",
                "server::services::b::c",
                "server::services::messages::leave",
                "server::services::sessions::inner::f",
                "server::storage::open",
            ]
        );
        assert!(other.contains("sqlx"));
    }
}
