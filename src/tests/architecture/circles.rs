//! No circle: neither between the modules of the product, nor between the files of one module.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{leaves, named};
use super::sources::{Source, product};

/// Which node names which others.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// A way through the graph that ends where it begins, if there is one.
fn circle(graph: &Graph) -> Option<Vec<String>> {
    fn walk<'g>(
        graph: &'g Graph,
        node: &'g str,
        way: &mut Vec<&'g str>,
        done: &mut BTreeSet<&'g str>,
    ) -> Option<Vec<String>> {
        if let Some(start) = way.iter().position(|seen| *seen == node) {
            return Some(way[start..].iter().chain([&node]).map(|name| (*name).to_owned()).collect());
        }
        if !done.insert(node) {
            return None;
        }
        way.push(node);
        let found = graph.get(node).into_iter().flatten().find_map(|next| walk(graph, next, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|node| walk(graph, node, &mut Vec::new(), &mut done))
}

/// The module that a path leads to: a module at the top, or one of `server`.
fn module_of(path: &[String]) -> Option<String> {
    match path {
        [first, second, ..] if first == "server" => Some(format!("server::{second}")),
        [first, ..] if first != "server" => Some(first.clone()),
        _ => None,
    }
}

#[test]
fn no_module_needs_one_that_needs_it() {
    let mut graph = Graph::new();
    for source in product() {
        let Some(from) = module_of(&source.module).filter(|name| name != "lib" && name != "main") else {
            continue;
        };
        let to = named(&source.module, &source.syntax).own.into_iter().filter_map(|path| module_of(&path));
        graph.entry(from.clone()).or_default().extend(to.filter(|to| *to != from));
    }
    assert_eq!(circle(&graph), None);
}

/// Names that the `mod.rs` of a module gives further, with the file that each comes from.
fn given_further(sources: &[Source]) -> BTreeMap<Vec<String>, Vec<String>> {
    let mut given = BTreeMap::new();
    for source in sources.iter().filter(|source| source.file.ends_with("/mod.rs")) {
        for item in &source.syntax.items {
            if let syn::Item::Use(item) = item {
                for (path, name) in leaves(&item.tree) {
                    let path = if path.first().is_some_and(|first| first == "self") { &path[1..] } else { &path };
                    let own = |names: &[String]| source.module.iter().chain(names).cloned().collect::<Vec<_>>();
                    given.insert(own(&[name]), own(path));
                }
            }
        }
    }
    given
}

/// Modules whose files still need each other.
const ENTANGLED: &[&str] = &["server::middleware", "server::sandbox"];

#[test]
fn no_file_needs_one_beside_it_that_needs_it() {
    let sources = product();
    let given = given_further(&sources);
    let folders: BTreeSet<&[String]> = sources
        .iter()
        .filter(|source| source.file.ends_with("/mod.rs") && source.file != "server/mod.rs")
        .map(|source| source.module.as_slice())
        .filter(|module| !ENTANGLED.contains(&module.join("::").as_str()))
        .collect();
    let mut circles = Vec::new();
    for folder in folders {
        let mut graph = Graph::new();
        for source in sources.iter().filter(|source| source.module.starts_with(folder)) {
            let Some(from) = source.module.get(folder.len()) else {
                continue;
            };
            let paths = named(&source.module, &source.syntax).own.into_iter();
            let paths = paths.map(|path| {
                let known = (folder.len() + 1..=path.len()).find_map(|end| given.get(&path[..end]));
                known.cloned().unwrap_or(path)
            });
            let beside =
                paths.filter(|path| path.starts_with(folder)).filter_map(|path| path.get(folder.len()).cloned());
            graph.entry(from.clone()).or_default().extend(beside.filter(|to| to != from));
        }
        circles.extend(circle(&graph).map(|circle| format!("{}: {}", folder.join("::"), circle.join(" → "))));
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_circle_is_found_and_a_graph_without_one_has_none() {
    let graph = |edges: &[(&str, &[&str])]| -> Graph {
        let owned = |(from, to): &(&str, &[&str])| ((*from).to_owned(), to.iter().map(|to| (*to).to_owned()).collect());
        edges.iter().map(owned).collect()
    };
    assert_eq!(circle(&graph(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])), None);
    let found = circle(&graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]));
    assert_eq!(found.unwrap().join(" "), "b c b");
}
