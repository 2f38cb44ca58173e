//! The shape of the source: what each module may import, that no circle is between them, and what is written nowhere.

mod circles;
mod documents;
mod modules;
mod paths;
mod resources;
mod sources;
mod style_guide;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use self::sources::{product, root, sources};

#[test]
fn every_file_says_first_what_it_is_for_and_is_short_enough_to_read() {
    let mut long = Vec::new();
    for source in sources() {
        assert!(source.text.starts_with("//!"), "{} does not say what it is for", source.file);
        if source.text.lines().count() > 400 {
            long.push(format!("{}: {} lines", source.file, source.text.lines().count()));
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
    let project = allowed(
        "Cargo.toml Cargo.lock LICENSE Makefile README.md CHANGELOG.md SECURITY.md deny.toml docs end2end migrations packaging \
         public src style target rust-toolchain.toml",
    );
    let surplus: Vec<_> =
        names(root().join("..")).into_iter().filter(|name| !name.starts_with('.') && !project.contains(name)).collect();
    assert!(surplus.is_empty(), "{surplus:?}");
}

#[test]
fn every_service_that_asks_a_partner_is_a_span_of_a_trace() {
    let mut services = 0;
    for source in product().into_iter().filter(|source| source.file.starts_with("server/services/")) {
        let code = source.product_text();
        if !code.contains("context.object(") {
            continue;
        }
        let lines: Vec<&str> = code.lines().collect();
        for (before, line) in lines.iter().zip(&lines[1..]) {
            // What makes an answer from what a service says is a part of the request.
            if line.starts_with("pub async fn ") && !line.starts_with("pub async fn after") {
                assert!(before.starts_with("#[tracing::instrument("), "{}: {line}", source.file);
                services += 1;
            }
        }
    }
    assert!(services > 10, "{services}");
}

#[test]
fn text_that_leptos_does_not_escape_is_written_in_one_place() {
    for source in product().into_iter().filter(|source| source.file != "components/escaped.rs") {
        let code = source.product_text();
        for raw in ["<textarea", "<Title", "inner_html=", "<noscript", "<style"] {
            assert!(!code.contains(raw), "{} writes {raw} itself", source.file);
        }
        // What is in it was rendered by Leptos before.
        let may_be_inert = source.file == "components/fragment_list.rs";
        assert!(may_be_inert || !code.contains("InertElement"), "{} writes HTML as it is", source.file);
    }
}

/// With `RETURNING` SQLite gives the row before it commits: whoever takes the row never sees the error of the commit.
#[test]
fn no_write_hides_the_error_of_its_commit() {
    for source in product() {
        let (file, code) = (&source.file, source.product_text());
        let returns = code.split('"').any(|text| text.to_uppercase().contains("RETURNING"));
        let begun = code.matches("pool.begin().await").count();
        if file.contains("storage/postgres/") || file.ends_with("transfer/to_postgres.rs") {
            // What `storage/postgres/mod.rs` says of rows that a write gives.
            assert!(!returns || begun > 0, "{file} reads back what it writes without a transaction");
            assert_eq!(begun, code.matches(".commit().await").count(), "{file}: each transaction is committed once");
            assert!(!code.contains(".commit().await.ok()") && !code.contains("_ = transaction"), "{file}");
            continue;
        }
        assert!(!returns, "{file} reads back what it writes in the same statement");
        // What `storage/sqlite/mod.rs` says of transactions.
        for opening in ["pool.begin(", "begin_with(", "\"BEGIN"] {
            // Who may only read has no commit.
            let only_reads = code.contains(".read_only(true)") || code.contains("SQLITE_OPEN_READ_ONLY");
            assert!(only_reads || !code.contains(opening), "{file} opens a transaction");
        }
    }
}
