//! What each module may import: the table of `docs/architecture.md`.

use std::collections::BTreeSet;

use super::paths::named;
use super::sources::{product, root};

/// A module, and the modules that it may import beside itself.
struct ModuleRule {
    path: &'static str,
    may: &'static [&'static str],
    /// Crates that it never uses.
    never: &'static [&'static str],
}

const fn rule(path: &'static str, may: &'static [&'static str], never: &'static [&'static str]) -> ModuleRule {
    ModuleRule { path, may, never }
}

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
const WEB: &[&str] = &["axum", "leptos", "leptos_axum", "leptos_meta", "leptos_router", "tower_http", "sqlx"];
/// Where axum is at home: neither the database nor the partner.
const OUTSIDE: &[&str] = &["sqlx", "reqwest"];
/// SQL is written in `storage` alone.
const SQL: &[&str] = &["sqlx", "rusqlite"];

/// In the order of the imports: each may use what stands in its row and nothing further down.
const MODULES: &[ModuleRule] = &[
    rule("domain", &[], FRAMEWORKS),
    rule("error", &["domain"], SERVER_CRATES),
    rule("paths", &["domain"], FRAMEWORKS),
    rule("server::clock", &[], FRAMEWORKS),
    rule("server::crash", &[], FRAMEWORKS),
    rule("server::hexadecimal", &[], FRAMEWORKS),
    rule("server::new_file", &[], WEB),
    rule("server::blocking", &[], WEB),
    rule("server::folding", &[], FRAMEWORKS),
    rule("server::csv", &["domain"], FRAMEWORKS),
    rule("server::session_handle", &["server::hexadecimal"], WEB),
    rule("server::measurements", &["domain"], FRAMEWORKS),
    rule("server::accept", &[], &["leptos", "leptos_axum", "reqwest", "sqlx"]),
    rule("server::expiring_map", &[], FRAMEWORKS),
    rule("server::arrivals", &["server::expiring_map"], FRAMEWORKS),
    rule("server::response_body", &[], WEB),
    rule("server::recents", &["domain", "server::expiring_map"], FRAMEWORKS),
    rule("server::request_limits", &[], WEB),
    rule("server::sealing", &["server::hexadecimal"], WEB),
    rule("server::telemetry", &[], WEB),
    rule("server::time_zones", &["domain"], FRAMEWORKS),
    rule("server::sandbox", &[], &["leptos", "leptos_axum", "reqwest", "sqlx"]),
    rule(
        "server::storage",
        &[
            "domain",
            "server::clock",
            "server::crash",
            "server::folding",
            "server::hexadecimal",
            "server::session_handle",
        ],
        &["axum", "leptos", "leptos_axum", "reqwest"],
    ),
    rule("server::locks", &["server::storage"], WEB),
    rule(
        "server::tickets",
        &["server::expiring_map", "server::hexadecimal", "server::sealing", "server::storage"],
        WEB,
    ),
    rule(
        "server::audit",
        &[
            "domain",
            "server::blocking",
            "server::clock",
            "server::crash",
            "server::csv",
            "server::expiring_map",
            "server::hexadecimal",
            "server::new_file",
            "server::storage",
        ],
        WEB,
    ),
    rule("server::backup", &["domain", "server::audit", "server::clock", "server::storage"], WEB),
    rule("server::oauth", &["domain", "server::clock", "server::measurements", "server::response_body"], WEB),
    rule(
        "server::oneid",
        &["domain", "server::measurements", "server::oauth", "server::response_body", "server::telemetry"],
        WEB,
    ),
    rule(
        "server::connections",
        &[
            "domain",
            "server::oauth",
            "server::clock",
            "server::measurements",
            "server::response_body",
            "server::storage",
        ],
        WEB,
    ),
    rule(
        "server::notifications",
        &[
            "domain",
            "paths",
            "server::audit",
            "server::backup",
            "server::clock",
            "server::connections",
            "server::hexadecimal",
            "server::response_body",
            "server::storage",
        ],
        WEB,
    ),
    rule(
        "server::index",
        &["domain", "server::blocking", "server::oneid", "server::clock", "server::folding", "server::storage"],
        WEB,
    ),
    rule(
        "server::auth",
        &[
            "domain",
            "server::clock",
            "server::expiring_map",
            "server::response_body",
            "server::sealing",
            "server::session_handle",
        ],
        &["sqlx", "leptos", "leptos_axum"],
    ),
    rule(
        "server::config",
        &[
            "domain",
            "server::audit",
            "server::auth",
            "server::backup",
            "server::connections",
            "server::hexadecimal",
            "server::index",
            "server::notifications",
            "server::oauth",
            "server::storage",
            "server::telemetry",
        ],
        &["leptos", "leptos_axum", "reqwest", "sqlx", "tokio"],
    ),
    rule(
        "server::context",
        &[
            "domain",
            "error",
            "paths",
            "server::accept",
            "server::audit",
            "server::auth",
            "server::backup",
            "server::clock",
            "server::connections",
            "server::index",
            "server::locks",
            "server::notifications",
            "server::recents",
            "server::storage",
            "server::tickets",
        ],
        OUTSIDE,
    ),
    rule(
        "server::services",
        &[
            "domain",
            "error",
            "paths",
            "server::context",
            "server::oneid",
            "server::connections",
            "server::index",
            "server::locks",
            "server::notifications",
            "server::recents",
            "server::session_handle",
            "server::storage",
            "server::time_zones",
            "server::audit",
            "server::clock",
            "server::csv",
        ],
        &["axum", "leptos", "leptos_axum", "reqwest", "sqlx"],
    ),
    rule("server_fns", &["domain", "error", "paths", "server::context", "server::services"], SERVER_CRATES),
    rule("islands", &["domain", "paths", "error"], SERVER_CRATES),
    rule("components", &["domain", "paths", "error", "islands"], SERVER_CRATES),
    rule("pages", &["components", "islands", "server_fns", "domain", "paths", "error"], SERVER_CRATES),
    rule("app", &["pages", "components", "islands", "domain", "paths", "error"], SERVER_CRATES),
    rule(
        "server::state",
        &[
            "server::arrivals",
            "server::auth",
            "server::context",
            "server::measurements",
            "server::request_limits",
            "server::storage",
            "server::tickets",
        ],
        OUTSIDE,
    ),
    rule(
        "server::middleware",
        &[
            "domain",
            "error",
            "paths",
            "components",
            "server::accept",
            "server::auth",
            "server::context",
            "server::measurements",
            "server::session_handle",
            "server::state",
            "server::telemetry",
            "server::time_zones",
            "server::request_limits",
        ],
        OUTSIDE,
    ),
    rule(
        "server::sign_in",
        &[
            "domain",
            "paths",
            "server::auth",
            "server::middleware",
            "server::context",
            "server::session_handle",
            "server::state",
            "server::request_limits",
        ],
        &["sqlx", "reqwest", "leptos_axum"],
    ),
    rule("server::health", &["domain", "server::index", "server::state", "server::storage"], OUTSIDE),
    rule(
        "server::metrics",
        &[
            "domain",
            "server::audit",
            "server::connections",
            "server::measurements",
            "server::state",
            "server::storage",
            "server::telemetry",
        ],
        OUTSIDE,
    ),
    rule(
        "server::listener",
        &["domain", "server::clock", "server::auth", "server::config"],
        &["sqlx", "reqwest", "leptos", "leptos_axum"],
    ),
    rule("server::render", &["app", "pages", "components", "domain", "error"], OUTSIDE),
    rule(
        "server::export",
        &["domain", "paths", "server::audit", "server::context", "server::services", "server::render"],
        OUTSIDE,
    ),
    // The composition root: put together from all that stands above.
    rule("server::router", &["app", "pages", "error", "domain", "paths", "server"], OUTSIDE),
    rule("server::wiring", &["domain", "server"], SQL),
    rule("server::cli", &["domain", "paths", "server"], SQL),
];

/// What holds modules and nothing else.
const MAPS: &[&str] = &["lib.rs", "main.rs", "server/mod.rs"];

fn is_below(path: &str, module: &str) -> bool {
    path == module || path.strip_prefix(module).is_some_and(|rest| rest.starts_with("::"))
}

fn rule_of(module: &str) -> Option<&'static ModuleRule> {
    MODULES.iter().filter(|rule| is_below(module, rule.path)).max_by_key(|rule| rule.path.len())
}

#[test]
fn every_module_has_a_row() {
    let children = |folder: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(root().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.map(|name| name.trim_end_matches(".rs").to_owned()).collect()
    };
    let mut modules = children("");
    for map in ["lib", "main", "server", "tests"] {
        assert!(modules.remove(map), "{map}");
    }
    let server = children("server").into_iter().filter(|name| name != "mod");
    modules.extend(server.map(|name| format!("server::{name}")));
    let rows: BTreeSet<String> = MODULES.iter().map(|rule| rule.path.to_owned()).collect();
    assert_eq!(rows, modules);
}

#[test]
fn every_module_imports_what_its_row_allows_and_nothing_else() {
    let tops: BTreeSet<&str> = MODULES.iter().filter_map(|rule| rule.path.split("::").next()).collect();
    let mut violations = Vec::new();
    for source in product().into_iter().filter(|source| !MAPS.contains(&source.file.as_str())) {
        let file = &source.file;
        let rule = rule_of(&source.module.join("::")).unwrap_or_else(|| panic!("{file} is in no module of the table"));
        let named = named(&source.module, &source.syntax);
        let own = named.own.iter().filter(|path| path.first().is_some_and(|top| tops.contains(top.as_str())));
        for path in own.map(|path| path.join("::")) {
            let is_allowed = is_below(&path, rule.path) || rule.may.iter().any(|allowed| is_below(&path, allowed));
            if !is_allowed {
                violations.push(format!("{file} imports {path}"));
            }
        }
        let never = rule.never.iter().filter(|name| named.other.contains(**name));
        violations.extend(never.map(|name| format!("{file} uses the crate {name}")));
    }
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn services_know_the_partner_and_the_database_by_their_traits_alone() {
    for source in product() {
        if source.file.starts_with("server/services/") {
            let named = named(&source.module, &source.syntax);
            let things: BTreeSet<&str> = named.own.iter().filter_map(|path| path.last()).map(String::as_str).collect();
            for thing in ["HttpPartnerApi", "HttpSettings", "AuditStore", "Stores", "open"] {
                assert!(!things.contains(thing), "{} names {thing}", source.file);
            }
        }
    }
}

#[test]
fn sql_is_written_in_storage_alone() {
    for source in product() {
        let is_storage = source.file.starts_with("server/storage/");
        let used = named(&source.module, &source.syntax).other;
        let sql = SQL.iter().find(|name| used.contains(**name));
        assert!(is_storage || sql.is_none(), "{} uses {sql:?}", source.file);
    }
}
