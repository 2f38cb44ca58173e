//! What a query of Prometheus names: metrics, the labels that it filters by, and those that it groups by.

use std::collections::BTreeSet;

/// Words of the language that are no metrics.
const OPERATORS: [&str; 4] = ["and", "or", "unless", "bool"];
/// Words that are followed by a list of labels.
const GROUPINGS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

/// A metric in a query, with the filters behind it.
#[derive(Debug, PartialEq, Eq)]
pub struct Selected {
    pub metric: String,
    /// Label, operator and value.
    pub filters: Vec<(String, String, String)>,
}

/// What a query names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub selected: Vec<Selected>,
    /// The labels by which it groups or joins.
    pub grouped: BTreeSet<String>,
}

/// Reads a query as far as it names something. Everything else is passed over.
pub fn named(query: &str) -> Named {
    let mut named = Named::default();
    let mut rest = query;
    while let Some(first) = rest.chars().next() {
        if first == '[' {
            rest = rest.split_once(']').unwrap_or_else(|| panic!("{query}")).1;
        } else if first.is_ascii_digit() {
            rest = rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '.');
        } else if is_letter(first) {
            let word = &rest[..rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len())];
            rest = after_word(word, rest[word.len()..].trim_start(), &mut named);
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    named
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == ':'
}

/// Takes in a word, and gives what is left after it.
fn after_word<'q>(word: &str, rest: &'q str, named: &mut Named) -> &'q str {
    if GROUPINGS.contains(&word) {
        let Some((labels, rest)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
            return rest;
        };
        let labels = labels.split(',').map(str::trim).filter(|label| !label.is_empty());
        named.grouped.extend(labels.map(str::to_owned));
        return rest;
    }
    let is_function = rest.starts_with('(') || ["by ", "without "].iter().any(|grouping| rest.starts_with(grouping));
    if OPERATORS.contains(&word) || is_function {
        return rest;
    }
    let mut selected = Selected { metric: word.to_owned(), filters: Vec::new() };
    let mut rest = rest;
    if let Some(inside) = rest.strip_prefix('{') {
        let (filters, after) = inside.split_once('}').unwrap_or_else(|| panic!("{word}{rest}"));
        selected.filters = filters.split("\",").map(|filter| one_filter(filter.trim())).collect();
        rest = after;
    }
    named.selected.push(selected);
    rest
}

fn one_filter(filter: &str) -> (String, String, String) {
    let (start, value) = filter.split_once('"').unwrap_or_else(|| panic!("{filter}"));
    let label = start.trim_end_matches(['=', '!', '~', ' ']);
    let operator = start[label.len()..].trim();
    (label.to_owned(), operator.to_owned(), value.trim_end_matches('"').to_owned())
}

#[test]
fn a_query_is_read_as_far_as_it_names_something() {
    let query =
        "histogram_quantile(0.95, sum by (le, job) (rate(a_bucket{x=\"1\",y!~\"b|c\"}[5m]))) > 1e9 and on (z) b_info";
    let found = named(query);
    let filter = |label: &str, operator: &str, value: &str| (label.to_owned(), operator.to_owned(), value.to_owned());
    let a = Selected { metric: "a_bucket".to_owned(), filters: vec![filter("x", "=", "1"), filter("y", "!~", "b|c")] };
    let b = Selected { metric: "b_info".to_owned(), filters: Vec::new() };
    assert_eq!(found.selected, [a, b]);
    assert_eq!(found.grouped, ["job", "le", "z"].map(str::to_owned).into());
}
