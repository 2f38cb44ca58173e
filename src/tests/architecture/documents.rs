//! What the documents name is there: every path of the source, and every file and folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{ImplItem, Item, TraitItem, Type, Visibility};

use super::paths::leaves;
use super::sources::{root, sources};

/// The texts of the README, of SECURITY.md, and of `docs` with its folders, with their names.
fn documents() -> Vec<(String, String)> {
    let project = root().join("..");
    let mut names = Vec::new();
    files(&project.join("docs"), Path::new("docs"), &mut names);
    let documents = names.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let all = documents.chain(["README.md", "SECURITY.md"].map(PathBuf::from));
    all.map(|path| (path.display().to_string(), fs::read_to_string(project.join(path)).unwrap())).collect()
}

/// What stands between two backticks, but for blocks of code.
fn quoted(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, block) in text.split("```").enumerate() {
        if number % 2 == 0 {
            found.extend(block.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

/// `a::{b, c}` is `a::b` and `a::c`, and so with `/`.
fn taken_apart(quoted: &str) -> Vec<String> {
    match quoted.split_once('{').and_then(|(start, rest)| Some((start, rest.strip_suffix('}')?))) {
        Some((start, members)) => members.split(',').map(|member| format!("{start}{}", member.trim())).collect(),
        None => vec![quoted.to_owned()],
    }
}

/// The full path of everything that the sources define, and of every module.
fn definitions() -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    for source in sources() {
        for end in 1..=source.module.len() {
            found.insert(source.module[..end].to_vec());
        }
        define(&source.module, &source.syntax.items, &mut found);
    }
    found
}

fn define(module: &[String], items: &[Item], found: &mut BTreeSet<Vec<String>>) {
    let with = |names: &[&syn::Ident]| -> Vec<String> {
        module.iter().cloned().chain(names.iter().map(ToString::to_string)).collect()
    };
    for item in items {
        match item {
            Item::Const(item) => drop(found.insert(with(&[&item.ident]))),
            Item::Fn(item) => drop(found.insert(with(&[&item.sig.ident]))),
            Item::Static(item) => drop(found.insert(with(&[&item.ident]))),
            Item::Struct(item) => drop(found.insert(with(&[&item.ident]))),
            Item::Type(item) => drop(found.insert(with(&[&item.ident]))),
            Item::Enum(item) => {
                found.insert(with(&[&item.ident]));
                found.extend(item.variants.iter().map(|variant| with(&[&item.ident, &variant.ident])));
            }
            Item::Trait(item) => {
                found.insert(with(&[&item.ident]));
                let functions = item.items.iter().filter_map(|member| match member {
                    TraitItem::Fn(function) => Some(with(&[&item.ident, &function.sig.ident])),
                    _ => None,
                });
                found.extend(functions);
            }
            Item::Impl(item) => {
                let Type::Path(owner) = &*item.self_ty else { continue };
                let Some(owner) = owner.path.segments.last() else { continue };
                let functions = item.items.iter().filter_map(|member| match member {
                    ImplItem::Fn(function) => Some(with(&[&owner.ident, &function.sig.ident])),
                    _ => None,
                });
                found.extend(functions);
            }
            Item::Use(item) if !matches!(item.vis, Visibility::Inherited) => {
                found.extend(leaves(&item.tree).into_iter().map(|(_, name)| [module, &[name]].concat()));
            }
            Item::Mod(item) => {
                if let Some((_, items)) = &item.content {
                    define(&with(&[&item.ident]), items, found);
                }
            }
            _ => {}
        }
    }
}

/// The crates that the product builds on.
fn crates() -> BTreeSet<String> {
    let lock = fs::read_to_string(root().join("../Cargo.lock")).unwrap();
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    names
        .map(|name| name.replace('-', "_"))
        .filter(|name| name != "partner_dashboard")
        .chain(["std".to_owned()])
        .collect()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

#[test]
fn every_path_of_the_source_that_the_documents_name_is_there() {
    let (definitions, crates) = (definitions(), crates());
    let mut missing = Vec::new();
    for (document, text) in documents() {
        for path in quoted(&text).iter().flat_map(|quoted| taken_apart(quoted)) {
            let names: Vec<String> = path.trim_end_matches("()").split("::").map(str::to_owned).collect();
            let is_ours = names.len() > 1 && names.iter().all(|name| is_name(name)) && !crates.contains(&names[0]);
            if is_ours && !definitions.iter().any(|known| known.ends_with(&names)) {
                missing.push(format!("{document}: {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Every file and folder of the project that is its own, below its top. What a run leaves behind is not: a clean clone
/// has none of it.
fn files(folder: &Path, below: &Path, found: &mut Vec<PathBuf>) {
    const FOREIGN: &[&str] = &["target", "node_modules", "test-results", ".git"];
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if FOREIGN.iter().any(|foreign| name == *foreign) {
            continue;
        }
        let path = below.join(&name);
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), &path, found);
        }
        found.push(path);
    }
}

#[test]
fn every_file_and_folder_that_the_documents_name_is_there() {
    let mut known = Vec::new();
    files(&root().join(".."), Path::new(""), &mut known);
    let tops: BTreeSet<String> = ["", "src"]
        .iter()
        .flat_map(|folder| fs::read_dir(root().join("..").join(folder)).unwrap())
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let mut missing = Vec::new();
    for (document, text) in documents() {
        for path in quoted(&text).iter().flat_map(|quoted| taken_apart(quoted)) {
            let is_plain = !path.is_empty() && !path.starts_with('/') && !path.contains([' ', '<', ':', '…', '*']);
            let first = path.split('/').next().unwrap_or_default();
            // Branches, addresses and media types have slashes too: ours begin with one of our folders.
            let is_ours = Path::new(&path).extension().is_some_and(|extension| extension == "rs")
                || (path.contains('/') && (tops.contains(first) || path.ends_with('/')));
            if is_plain && is_ours && first != "target" && !known.iter().any(|known| is_it(known, &path)) {
                missing.push(format!("{document}: {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whether a name means a file: by its end, and with or without the `.rs` of a module.
fn is_it(known: &Path, named: &str) -> bool {
    known.ends_with(named) || known.with_extension("").ends_with(named)
}
