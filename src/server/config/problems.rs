//! Everything that is wrong with a configuration, at once.
//!
//! A check stops at the first thing that is wrong. So that is put right for the moment, in memory, and the check goes on, until
//! nothing is wrong any more. What is right for the moment is used for nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use toml::Table;
use toml::de::DeTable;

use super::environment;
use super::error::{ConfigError, ConfigFile};
use super::key_path::KeyPath;
use super::lines::Lines;
use super::put_right::put_right;
use super::read::{checked, refuse_secrets_in_the_file};
use super::settings::Config;

/// The most that is looked for.
const MOST: usize = 200;

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path of the file.
    pub file: String,
    /// The line in the file, from 1; `None` for what is not in it.
    pub line: Option<usize>,
    /// The variable of the environment that says it, where one does.
    pub variable: Option<String>,
    /// The full key, such as `auth.oidc.issuer`; `None` for a file that cannot be read.
    pub key: Option<String>,
    /// What is wrong, to be read after the key.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.variable, self.line) {
            (Some(variable), _) => write!(formatter, "{variable}: ")?,
            (None, Some(line)) => write!(formatter, "{}:{line}: ", self.file)?,
            (None, None) => write!(formatter, "{}: ", self.file)?,
        }
        if let Some(key) = &self.key {
            write!(formatter, "{key}: ")?;
        }
        formatter.write_str(&self.reason)
    }
}

/// Reads and checks a configuration as [`read`](super::read::read) does.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file; what is missing comes last.
pub fn read_all(path: &Path, variables: impl IntoIterator<Item = (String, String)>) -> Result<Config, Vec<Problem>> {
    match fs::read_to_string(path) {
        Ok(text) => check_all(path, &text, variables),
        Err(error) => Err(vec![unkeyed(path, None, format!("cannot be read: {error}"))]),
    }
}

/// Checks the text of a configuration as [`read_all`] does. `path` is where it is, or will be.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text; what is missing comes last.
pub fn check_all(
    path: &Path,
    text: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, Vec<Problem>> {
    let name = path.display().to_string();
    let lines = Lines::of(text);
    let (_, errors) = DeTable::parse_recoverable(text);
    let at = |error: &toml::de::Error| error.span().map(|span| lines.at(span.start));
    let syntax = |error: &toml::de::Error| unkeyed(path, at(error), format!("is not TOML: {}", error.message()));
    let mut errors: Vec<Problem> = errors.iter().map(syntax).collect();
    errors.sort_by_key(|problem| problem.line);
    if !errors.is_empty() {
        return Err(errors);
    }
    let table: Table = text.parse().map_err(|error| vec![syntax(&error)])?;
    let mut search =
        Search { name: &name, lines, found: Vec::new(), variables: BTreeSet::new(), attempts: BTreeMap::new() };
    let config = search.run(table, variables);
    search.found.sort_by_key(|problem| problem.line.map_or((1, 0), |line| (0, line)));
    config.filter(|_| search.found.is_empty()).ok_or(search.found)
}

/// Something that is wrong with all of a file, or with its syntax.
fn unkeyed(path: &Path, line: Option<usize>, reason: String) -> Problem {
    Problem { file: path.display().to_string(), line, variable: None, key: None, reason }
}

struct Search<'a> {
    name: &'a str,
    lines: Lines,
    found: Vec<Problem>,
    /// The variables of the environment that were laid over the file.
    variables: BTreeSet<String>,
    /// How often each key was put right.
    attempts: BTreeMap<String, usize>,
}

impl Search<'_> {
    /// The configuration, where nothing is wrong with it.
    fn run(&mut self, mut table: Table, variables: impl IntoIterator<Item = (String, String)>) -> Option<Config> {
        let file = ConfigFile { name: self.name };
        let mut secrets = Vec::new();
        while let Err(error) = refuse_secrets_in_the_file(&table, &file) {
            if !self.note(&error, &mut table) {
                return None;
            }
            secrets.extend(self.found.last().and_then(|problem| problem.key.clone()));
        }
        // One that stood in the wrong place is there all the same.
        for key in secrets.iter().filter(|key| is_required_secret(key)) {
            put_right(&mut table, &KeyPath::of(&format!("{key}_file"), ""), 0);
        }
        for (variable, value) in variables {
            match environment::overlay(&mut table, [(variable.clone(), value)]) {
                Ok(()) => drop(self.variables.insert(variable)),
                Err(variable) => self.found.push(Problem {
                    file: self.name.to_owned(),
                    line: None,
                    variable: Some(variable),
                    key: None,
                    reason: "does not match any setting".to_owned(),
                }),
            }
        }
        loop {
            match checked(table.clone(), &file) {
                Ok(config) => return Some(config),
                Err(error) if self.note(&error, &mut table) => {}
                Err(_) => return None,
            }
        }
    }

    /// Notes an error, and puts its key right. Whether that can have helped.
    fn note(&mut self, error: &ConfigError, table: &mut Table) -> bool {
        let ConfigError::Key { key, reason, .. } = error else {
            return false;
        };
        let key = KeyPath::of(key, reason);
        let attempt = self.attempts.entry(key.text().to_owned()).or_default();
        *attempt += 1;
        let (is_new, attempt) = (*attempt == 1, *attempt - 1);
        if is_new {
            let variable = self.variables.iter().find(|variable| key.is_of_variable(variable, table)).cloned();
            self.found.push(Problem {
                file: self.name.to_owned(),
                line: if variable.is_some() { None } else { self.lines.of_key(&key) },
                variable,
                key: Some(key.text().to_owned()),
                reason: reason.clone(),
            });
        }
        self.found.len() < MOST && put_right(table, &key, attempt)
    }
}

/// Whether what stood at this key has to be somewhere.
fn is_required_secret(key: &str) -> bool {
    [".client_secret", "].url", "smtp.password"].iter().any(|end| key.ends_with(end))
}

#[cfg(test)]
#[path = "problems_test.rs"]
mod tests;
