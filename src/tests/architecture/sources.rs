//! The sources of the product, as text and as syntax.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
pub struct Source {
    /// Its path below `src`.
    pub file: String,
    /// `server/services/sessions.rs` is the module `server::services::sessions`.
    pub module: Vec<String>,
    pub text: String,
    pub syntax: syn::File,
}

impl Source {
    /// Whether all of it is for tests alone.
    pub fn is_test(&self) -> bool {
        self.file.split('/').any(|part| part == "tests" || part == "conformance") || self.file.ends_with("_test.rs")
    }

    /// The text without comments and without inline tests.
    pub fn product_text(&self) -> String {
        let mut lines = Vec::new();
        let mut is_test = false;
        for line in self.text.lines() {
            let code = line.trim_start();
            if code.starts_with("#[cfg(test)]") {
                is_test = true;
            } else if is_test {
                if code.starts_with("mod ") && code.ends_with('{') {
                    break;
                }
                is_test = code.starts_with("#[");
            } else if !code.starts_with("//") {
                lines.push(line);
            }
        }
        lines.join("\n")
    }
}

/// The folder of the sources.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file, in order.
pub fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root(), &mut paths);
    paths.sort();
    paths.into_iter().map(|path| read(&path)).collect()
}

/// Those that are not for tests alone.
pub fn product() -> Vec<Source> {
    let mut sources = sources();
    sources.retain(|source| !source.is_test());
    sources
}

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

fn read(path: &Path) -> Source {
    let file = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    let name = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let text = fs::read_to_string(path).unwrap();
    let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    Source { module: name.split('/').map(str::to_owned).collect(), file, text, syntax }
}
