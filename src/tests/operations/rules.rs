//! The dashboard for Grafana and the rules for Prometheus: every metric and every label in them is one that a running server
//! has, and each alert leads to what to do.

use std::collections::{BTreeMap, BTreeSet};

use partner_dashboard::server::measurements::{METHODS, STATUSES, outcomes};
use serde_json::Value;

use super::exposed::{Family, families};
use super::metrics::{file, measured, watched};
use super::queries::named;

const ALERTS: &str = "packaging/prometheus/alerts.yml";
const ALERTS_TEST: &str = "packaging/prometheus/alerts_test.yml";
const DASHBOARD: &str = "packaging/grafana/partner-dashboard.json";
/// What Prometheus adds to each number that it reads.
const ADDED: [&str; 2] = ["instance", "job"];

/// The lines of a rule: what stands behind a key, be it on the same line or indented below it.
fn values<'t>(text: &'t str, key: &str) -> Vec<String> {
    let lines: Vec<&'t str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter_map(|(number, line)| {
        let line = line.trim_start().trim_start_matches("- ");
        Some((number, line.strip_prefix(key)?.strip_prefix(':')?.trim()))
    });
    let found = starts.map(|(number, value)| {
        if value != "|" {
            return value.trim_matches('"').to_owned();
        }
        let indent = |line: &str| line.len() - line.trim_start().len();
        let below = lines[number + 1..].iter().take_while(|line| indent(line) > indent(lines[number]));
        below.copied().collect::<Vec<_>>().join("\n")
    });
    found.collect()
}

/// Every text under a key, at any depth.
fn texts(value: &Value, key: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == key => found.push(text.clone()),
                    _ => texts(member, key, found),
                }
            }
        }
        Value::Array(members) => members.iter().for_each(|member| texts(member, key, found)),
        _ => {}
    }
}

/// The labels that a text writes out: `{{label}}` of a legend, `{{ $labels.label }}` of an alert.
fn written_out(text: &str) -> Vec<String> {
    let parts = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
    let names = parts.filter_map(|part| {
        let first = part.split('|').next()?.trim();
        match first.strip_prefix('$') {
            Some(variable) => variable.strip_prefix("labels.").map(str::to_owned),
            None => Some(first.to_owned()),
        }
    });
    names.collect()
}

/// Every name in queries, with its metric.
fn by_name(families: &BTreeMap<String, Family>) -> BTreeMap<&str, &Family> {
    families.values().flat_map(|family| family.names.iter().map(move |name| (name.as_str(), family))).collect()
}

/// The values of a label that a server which is well may not have yet.
fn has_not_happened(metric: &str, label: &str) -> Vec<&'static str> {
    match (metric, label) {
        ("partner_dashboard_partner_calls_total", "outcome") => outcomes().collect(),
        ("partner_dashboard_http_requests_total", "status") => STATUSES.to_vec(),
        (_, "method") => METHODS.to_vec(),
        _ => Vec::new(),
    }
}

/// What is wrong with a query.
fn wrong(query: &str, known: &BTreeMap<&str, &Family>, also: &[String]) -> Vec<String> {
    let (mut wrong, mut labels) = (Vec::new(), BTreeSet::from(ADDED.map(str::to_owned)));
    let named = named(query);
    assert!(!named.selected.is_empty(), "{query} names no metric");
    for selected in &named.selected {
        let Some(family) = known.get(selected.metric.as_str()) else {
            wrong.push(format!("there is no {} in {query}", selected.metric));
            continue;
        };
        labels.extend(family.labels.keys().cloned());
        for (label, operator, value) in &selected.filters {
            let is_there = family.labels.get(label).is_some_and(|seen| {
                let rare = has_not_happened(&selected.metric, label);
                let is_known = |value: &str| seen.contains(value) || rare.contains(&value);
                let is_variable = value.starts_with('$');
                is_variable || if operator.contains('~') { value.split('|').all(is_known) } else { is_known(value) }
            });
            if !is_there && !ADDED.contains(&label.as_str()) {
                wrong.push(format!("{} has no {label}{operator}{value:?} in {query}", selected.metric));
            }
        }
    }
    let others = named.grouped.iter().chain(also).filter(|label| !labels.contains(*label));
    wrong.extend(others.map(|label| format!("no metric has the label {label} in {query}")));
    wrong
}

/// The queries of the dashboard, each with the labels that its legend writes out.
fn queries_of_the_dashboard() -> Vec<(String, Vec<String>)> {
    fn walk(value: &Value, found: &mut Vec<(String, Vec<String>)>) {
        if let Some(query) = value.get("expr").and_then(Value::as_str) {
            let legend = value.get("legendFormat").or_else(|| value.get("titleFormat")).and_then(Value::as_str);
            found.push((query.to_owned(), written_out(legend.unwrap_or_default())));
        }
        match value {
            Value::Object(members) => members.values().for_each(|member| walk(member, found)),
            Value::Array(members) => members.iter().for_each(|member| walk(member, found)),
            _ => {}
        }
    }
    let dashboard: Value = serde_json::from_str(&file(DASHBOARD)).unwrap();
    let mut found = Vec::new();
    walk(&dashboard, &mut found);
    let mut variables = Vec::new();
    texts(&dashboard, "definition", &mut variables);
    found.extend(variables.iter().map(|variable| {
        let (metric, label) = variable.strip_prefix("label_values(").unwrap().split_once(", ").unwrap();
        (metric.to_owned(), vec![label.trim_end_matches(')').to_owned()])
    }));
    found
}

/// The queries of the alerts, each with the labels that its texts write out.
fn queries_of_the_alerts() -> Vec<(String, Vec<String>)> {
    let text = file(ALERTS);
    let rules = text.split("- alert: ").skip(1).map(|rule| {
        let query = values(rule, "expr").remove(0);
        (query, values(rule, "description").iter().flat_map(|text| written_out(text)).collect())
    });
    rules.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_and_the_alerts_name_only_what_a_running_server_has() {
    let (dashboard, _folder) = watched().await;
    let families = families(&measured(&dashboard).await);
    let known = by_name(&families);
    let (charts, alerts) = (queries_of_the_dashboard(), queries_of_the_alerts());
    assert!(charts.len() > 40 && alerts.len() > 15, "{} charts, {} alerts", charts.len(), alerts.len());
    let all = || charts.iter().chain(&alerts);
    let wrong: Vec<String> = all().flat_map(|(query, labels)| wrong(query, &known, labels)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Whoever looks at the dashboard sees all that is measured.
    let shown: BTreeSet<String> =
        charts.iter().flat_map(|(query, _)| named(query).selected).map(|selected| selected.metric).collect();
    let is_shown = |family: &Family| family.names.iter().any(|name| shown.contains(name));
    let hidden: Vec<&String> = families.iter().filter(|(_, family)| !is_shown(family)).map(|(name, _)| name).collect();
    assert!(hidden.is_empty(), "no chart shows {hidden:?}");
}

#[test]
fn a_metric_or_a_label_that_is_none_is_found() {
    let text = "# TYPE a gauge\na{state=\"failing\"} 1\na{state=\"works\"} 0\n# EOF\n";
    let families = families(text);
    let known = by_name(&families);
    assert_eq!(wrong("sum by (instance, state) (a{state=\"failing\"}) > 1", &known, &["state".to_owned()]), [""; 0]);
    assert_eq!(wrong("a{state=~\"failing|works\"} + a{state!=\"works\"} + a{state=~\"$state\"}", &known, &[]), [""; 0]);
    for query in [
        "b",
        "a{color=\"red\"}",
        "a{state=\"failling\"}",
        "a{state!=\"work\"}",
        "a{state=~\"failing|work\"}",
        "sum by (color) (a)",
        "rate(a_total[5m])",
    ] {
        assert_eq!(wrong(query, &known, &[]).len(), 1, "{query}");
    }
    assert_eq!(wrong("a", &known, &["color".to_owned()]).len(), 1);
}

#[test]
fn every_alert_says_how_bad_it_is_and_leads_to_what_to_do_and_is_tried() {
    let (rules, runbook, tests) = (file(ALERTS), file("docs/alerts.md"), file(ALERTS_TEST));
    let names = values(&rules, "alert");
    let anchors: Vec<String> = names.iter().map(|name| format!("docs/alerts.md#{}", name.to_lowercase())).collect();
    assert_eq!(values(&rules, "runbook"), anchors);
    let headings: Vec<&str> =
        runbook.lines().filter_map(|line| line.strip_prefix("## ")).filter(|line| !line.contains(' ')).collect();
    assert_eq!(headings, names, "docs/alerts.md has a section for each, in their order");
    for (name, severity) in names.iter().zip(values(&rules, "severity")) {
        assert!(["critical", "warning"].contains(&severity.as_str()), "{name} is {severity}");
    }
    // Each part of the file goes from the name of an alert to the next one.
    let fire = tests.split("alertname: ").skip(1).filter(|part| part.contains("exp_labels"));
    let fire: BTreeSet<&str> = fire.filter_map(|part| part.split([',', '\n']).next()).collect();
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(fire, names, "each is seen to fire in {ALERTS_TEST}");
}

/// What a sum adds up, where it does: of the query `sum by (a) (b{c}) / d` that is `b{c}) / d`.
fn summed(query: &str) -> impl Iterator<Item = &str> {
    query.split("sum").skip(1).filter_map(|rest| {
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("by").map_or(rest, |grouped| grouped.split_once(')').unwrap_or_default().1);
        rest.trim_start().strip_prefix('(').map(str::trim_start)
    })
}

#[test]
fn what_all_replicas_know_is_not_added_up() {
    // What each of them has counted by itself, or holds alone, or was the most of all.
    let own = ["rate(", "delta(", "max by (", "partner_dashboard_replica_leads{", "partner_dashboard_audit_unwritten{"];
    let (mut sums, queries) = (0, [queries_of_the_dashboard(), queries_of_the_alerts()].concat());
    for (query, _) in &queries {
        for part in summed(query) {
            assert!(own.iter().any(|begin| part.starts_with(begin)), "{query}");
            sums += 1;
        }
    }
    assert!(sums > 10, "{sums}");
}
