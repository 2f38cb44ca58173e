//! The rooms of the source and what each may import: the table of `docs/architecture.md`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms that it may import, beside itself.
struct Room {
    path: &'static str,
    may: &'static [&'static str],
    /// Crates that it never uses.
    never: &'static [&'static str],
}

const WEB: &[&str] = &["axum", "leptos", "leptos_axum", "leptos_meta", "leptos_router", "tower_http"];
const FRAMEWORKS: &[&str] = &[
    "axum",
    "leptos",
    "leptos_axum",
    "leptos_meta",
    "leptos_router",
    "reqwest",
    "sqlx",
    "tokio",
    "tower",
    "tower_http",
    "tower_sessions",
    "tracing",
    "uuid",
    "wasm_bindgen",
    "web_sys",
];
/// What is free of the server's crates, because it runs in browsers too.
const SERVER_CRATES: &[&str] = &["axum", "leptos_axum", "reqwest", "sqlx", "tokio", "tower", "tower_sessions"];

/// In the order of the imports: each may use what stands in its row and nothing further up.
const ROOMS: &[Room] = &[
    Room { path: "domain", may: &[], never: FRAMEWORKS },
    Room { path: "error", may: &["domain"], never: SERVER_CRATES },
    Room { path: "paths", may: &["domain"], never: FRAMEWORKS },
    Room { path: "components", may: &["domain", "paths", "error", "islands"], never: SERVER_CRATES },
    Room { path: "islands", may: &["domain", "paths", "error", "server_fns"], never: SERVER_CRATES },
    Room {
        path: "pages",
        may: &["components", "islands", "server_fns", "domain", "paths", "error"],
        never: SERVER_CRATES,
    },
    Room {
        path: "server_fns",
        may: &["domain", "error", "paths", "server::context", "server::services"],
        never: SERVER_CRATES,
    },
    Room {
        path: "server::services",
        may: &[
            "domain",
            "error",
            "paths",
            "server::context",
            "server::oneid",
            "server::connections",
            "server::index",
            "server::storage",
            "server::audit",
            "server::auth",
            "server::clock",
            "server::expiring_map",
        ],
        never: &["axum", "leptos", "leptos_axum", "reqwest", "sqlx"],
    },
    Room { path: "server::index", may: &["domain", "server::oneid", "server::clock"], never: WEB },
    Room { path: "server::oneid", may: &["domain", "server::oauth", "server::response_body"], never: WEB },
    Room {
        path: "server::connections",
        may: &["domain", "server::oauth", "server::clock", "server::response_body"],
        never: WEB,
    },
    Room { path: "server::oauth", may: &["domain", "server::clock", "server::response_body"], never: WEB },
    Room { path: "server::response_body", may: &[], never: WEB },
    Room { path: "server::expiring_map", may: &[], never: FRAMEWORKS },
    Room { path: "server::accept", may: &[], never: &["leptos", "leptos_axum", "reqwest", "sqlx"] },
    Room { path: "server::audit", may: &["domain", "server::clock"], never: WEB },
    Room { path: "server::storage", may: &["domain", "server::clock"], never: WEB },
    Room { path: "server::clock", may: &[], never: FRAMEWORKS },
    Room {
        path: "server::auth",
        may: &["domain", "server::clock", "server::response_body", "server::expiring_map"],
        never: &["sqlx", "leptos", "leptos_axum"],
    },
    Room {
        path: "server::sign_in",
        may: &["domain", "paths", "server::auth", "server::middleware", "server::context", "server::state"],
        never: &["sqlx", "reqwest", "leptos_axum"],
    },
    Room {
        path: "server::listener",
        may: &["domain", "server::clock", "server::auth", "server::config"],
        never: &["sqlx", "reqwest", "leptos", "leptos_axum"],
    },
    Room { path: "server::sandbox", may: &[], never: &["leptos", "leptos_axum", "reqwest", "sqlx"] },
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file with its path below `src`, in order.
fn files() -> Vec<(String, String)> {
    fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    collect(&root(), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(&path).unwrap())
    };
    paths.into_iter().map(read).collect()
}

/// `server/services/edits.rs` is the module `server::services::edits`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').map(str::to_owned).collect()
}

/// The product's own code: without comments and tests.
fn product_code(file: &str, source: &str) -> Option<String> {
    if file.split('/').any(|part| part == "tests") || file.ends_with("_test.rs") {
        return None;
    }
    let mut lines = Vec::new();
    let mut is_test = false;
    for line in source.lines() {
        let code = line.trim_start();
        if code.starts_with("#[cfg(test)]") {
            is_test = true;
        } else if is_test && code.starts_with("mod ") {
            if code.ends_with('{') {
                break;
            }
            is_test = false;
        } else if !is_test && !code.starts_with("//") {
            lines.push(line);
        }
    }
    Some(lines.join("\n"))
}

/// Every path below `crate`, groups taken apart: `crate::{a::b, c}` is `a::b` and `c`.
fn imports(module: &[String], code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (keyword, start) in [("crate::", Vec::new()), ("super::", module[..module.len() - 1].to_vec())] {
        for (at, _) in code.match_indices(keyword) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ':') {
                continue;
            }
            expand(&start, &code[at + keyword.len()..], &mut found);
        }
    }
    found
}

/// Reads one path, and each member of its group; gives back what follows.
fn expand<'a>(prefix: &[String], mut rest: &'a str, found: &mut BTreeSet<String>) -> &'a str {
    let mut path = prefix.to_vec();
    loop {
        rest = rest.trim_start();
        if let Some(mut group) = rest.strip_prefix('{') {
            loop {
                group = expand(&path, group, found).trim_start();
                match group.strip_prefix(',') {
                    Some(next) => group = next,
                    None => return group.strip_prefix('}').unwrap_or(group),
                }
            }
        }
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        match word {
            "super" => drop(path.pop()),
            "" | "self" => {}
            word => path.push(word.to_owned()),
        }
        match rest.strip_prefix("::") {
            Some(after) => rest = after,
            None => break,
        }
    }
    if !path.is_empty() {
        found.insert(path.join("::"));
    }
    // A renaming is no part of the path.
    rest.trim_start()
        .strip_prefix("as ")
        .map_or(rest, |after| after.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_'))
}

fn is_below(path: &str, room: &str) -> bool {
    path == room || path.strip_prefix(room).is_some_and(|rest| rest.starts_with("::"))
}

fn uses_crate(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ':')
    })
}

#[test]
fn paths_are_found_in_groups_and_relative_to_their_module() {
    let module = ["server", "services", "edits"].map(str::to_owned);
    let code = "use crate::domain::{audit::{Action, Target}, page as p};\nlet x = super::super::storage::open;\nuse super::{a, b::c};";
    let found: Vec<_> = imports(&module, code).into_iter().collect();
    assert_eq!(
        found,
        [
            "domain::audit::Action",
            "domain::audit::Target",
            "domain::page",
            "server::services::a",
            "server::services::b::c",
            "server::storage::open",
        ]
    );
}

#[test]
fn every_room_imports_what_the_table_allows_and_nothing_else() {
    let mut violations = Vec::new();
    for (file, source) in files() {
        let module = module_of(&file);
        let name = module.join("::");
        let Some(code) = product_code(&file, &source) else {
            continue;
        };
        let Some(room) = ROOMS.iter().filter(|room| is_below(&name, room.path)).max_by_key(|room| room.path.len())
        else {
            continue;
        };
        for import in imports(&module, &code) {
            let is_known =
                ["domain", "error", "paths", "components", "islands", "pages", "server_fns", "server", "app"];
            if !is_known.contains(&import.split("::").next().unwrap_or_default()) {
                continue;
            }
            if is_below(&import, room.path) || room.may.iter().any(|allowed| is_below(&import, allowed)) {
                continue;
            }
            violations.push(format!("{file} imports {import}"));
        }
        let never = room.never.iter().filter(|name| uses_crate(&code, name));
        violations.extend(never.map(|name| format!("{file} uses the crate {name}")));
    }
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn services_know_the_partner_by_its_trait_alone() {
    for (file, source) in files() {
        if file.starts_with("server/services/") {
            assert!(!source.contains("HttpPartnerApi") && !source.contains("SqlitePool"), "{file}");
        }
    }
}

#[test]
fn every_file_says_first_what_it_is_for_and_is_short_enough_to_read() {
    let mut long = Vec::new();
    for (file, source) in files() {
        assert!(source.starts_with("//!"), "{file} does not say what it is for");
        if source.lines().count() > 400 {
            long.push(format!("{file}: {} lines", source.lines().count()));
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn nothing_else_stands_at_the_top() {
    let names = |directory: PathBuf| -> BTreeSet<String> {
        fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    };
    let allowed = |words: &str| words.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let source =
        allowed("lib.rs main.rs app.rs paths.rs error.rs domain pages components islands server_fns server tests");
    assert_eq!(names(root()), source);
    let server = allowed(
        "mod.rs cli config sign_in telemetry.rs index metrics.rs render.rs state.rs router.rs context.rs clock.rs response_body.rs expiring_map.rs accept.rs services oauth oneid connections audit \
         auth storage middleware sandbox listener",
    );
    let surplus: Vec<_> = names(root().join("server")).difference(&server).cloned().collect();
    assert!(surplus.is_empty(), "{surplus:?}");
    let project = allowed(
        "Cargo.toml Cargo.lock LICENSE Makefile README.md CHANGELOG.md docs end2end migrations public src style target \
         rust-toolchain.toml",
    );
    let surplus: Vec<_> =
        names(root().join("..")).into_iter().filter(|name| !name.starts_with('.') && !project.contains(name)).collect();
    assert!(surplus.is_empty(), "{surplus:?}");
}

#[test]
fn text_that_leptos_does_not_escape_is_written_in_one_place() {
    for (file, source) in files() {
        if let Some(code) = product_code(&file, &source).filter(|_| file != "components/escaped.rs") {
            for raw in ["<textarea", "<Title", "inner_html=", "<noscript", "<style"] {
                assert!(!code.contains(raw), "{file} writes {raw} itself");
            }
        }
    }
}

/// With `RETURNING` SQLite gives the row before it commits: whoever takes the row never sees the error of the commit.
#[test]
fn no_write_hides_the_error_of_its_commit() {
    for (file, source) in files() {
        if let Some(code) = product_code(&file, &source) {
            let mut statements = code.split('"').filter(|text| text.to_uppercase().contains("RETURNING"));
            assert!(statements.next().is_none(), "{file} reads back what it writes in the same statement");
            // What `storage/sqlite/mod.rs` says of transactions.
            for opening in ["pool.begin(", "begin_with(", "\"BEGIN"] {
                assert!(!code.contains(opening), "{file} opens a transaction");
            }
        }
    }
}
