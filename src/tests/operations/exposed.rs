//! What `/metrics` says, taken apart.

use std::collections::{BTreeMap, BTreeSet};

/// One metric.
#[derive(Debug, Default)]
pub struct Family {
    /// `gauge`, `counter`, `histogram` or `info`.
    pub kind: String,
    /// Its names in queries, such as those of the buckets of a histogram.
    pub names: BTreeSet<String>,
    /// The values of each of its labels.
    pub labels: BTreeMap<String, BTreeSet<String>>,
}

/// All metrics, by the name after `# TYPE`.
pub fn families(text: &str) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for line in text.lines() {
        if let Some(described) = line.strip_prefix("# TYPE ") {
            let (name, kind) = described.split_once(' ').unwrap();
            kind.clone_into(&mut families.entry(name.to_owned()).or_default().kind);
        } else if !line.starts_with('#') {
            let (sample, labels) = sample(line);
            let family = families.iter_mut().rev().find(|(name, _)| belongs(&sample, name));
            let (_, family) = family.unwrap_or_else(|| panic!("{line} has no type"));
            for (label, value) in labels {
                family.labels.entry(label).or_default().insert(value);
            }
            family.names.insert(sample);
        }
    }
    families
}

/// Whether a name in queries is one of a metric.
fn belongs(sample: &str, family: &str) -> bool {
    let Some(end) = sample.strip_prefix(family) else {
        return false;
    };
    ["", "_total", "_info", "_sum", "_count", "_bucket"].contains(&end)
}

/// The name and the labels of a line. No value of ours has a comma, an equals sign or a quote in it.
fn sample(line: &str) -> (String, Vec<(String, String)>) {
    let Some((name, rest)) = line.split_once('{') else {
        return (line.split(' ').next().unwrap().to_owned(), Vec::new());
    };
    // A pattern of a route has braces too.
    let (labels, _) = rest.rsplit_once('}').unwrap();
    let pairs = labels.split("\",").map(|pair| pair.split_once("=\"").unwrap());
    (name.to_owned(), pairs.map(|(name, value)| (name.to_owned(), value.trim_end_matches('"').to_owned())).collect())
}

#[test]
fn a_metric_is_taken_apart_into_its_names_and_labels() {
    let text = "# HELP a_seconds About.\n# TYPE a_seconds histogram\na_seconds_sum{route=\"/{x}\"} 1\n\
                a_seconds_bucket{le=\"+Inf\",route=\"/{x}\"} 1\n# TYPE b counter\nb_total 2\n# EOF\n";
    let families = families(text);
    assert_eq!(families["b"].names, BTreeSet::from(["b_total".to_owned()]));
    let times = &families["a_seconds"];
    assert_eq!((times.kind.as_str(), times.names.len(), times.labels.len()), ("histogram", 2, 2));
    assert!(times.labels["route"].contains("/{x}"), "{times:?}");
}
