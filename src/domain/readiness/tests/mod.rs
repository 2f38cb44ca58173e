//! Every rule with what breaks it and what does not.

mod change;

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::domain::field::FieldValue;

fn list(values: &[&str]) -> FieldValue {
    FieldValue::List(values.iter().map(|&value| value.to_owned()).collect())
}

fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.to_owned())
}

/// A client that breaks no rule, in production.
fn client() -> FieldValues {
    let mut fields = FieldValues::default();
    for (field, value) in [
        ("name", text("Tenant sign-up")),
        ("selected_product", text("sign_up")),
        ("required_scopes", list(&["openid", "email"])),
        ("return_urls", list(&["https://tenants.example.com/callback"])),
        ("token_signing_algorithm", text("PS256")),
        ("allowed_provider_groups", list(&["idscan"])),
        ("is_production", FieldValue::Flag(true)),
        ("enabled", FieldValue::Flag(true)),
    ] {
        fields.set(field, Some(value));
    }
    fields
}

fn organisation(id: &str, name: &str) -> Organisation {
    let mut fields = FieldValues::default();
    for (field, value) in [
        ("name", text(name)),
        ("allowed_scopes", list(&["openid", "email", "accounts", "accounts.balances"])),
        ("allowed_products", list(&["sign_up", "sign_up_plus"])),
        ("allowed_provider_groups", list(&["idscan"])),
        ("has_production_access", FieldValue::Flag(true)),
    ] {
        fields.set(field, Some(value));
    }
    Organisation { id: id.to_owned(), fields, unknown: Vec::new() }
}

struct World {
    kind: ObjectKind,
    fields: FieldValues,
    above: Vec<Organisation>,
    has_name_twin: bool,
    is_unchanged_since_sandbox: bool,
}

impl World {
    fn client() -> Self {
        Self {
            kind: ObjectKind::OAuthClient,
            fields: client(),
            above: vec![organisation("o1", "Northwind"), organisation("o0", "Group")],
            has_name_twin: false,
            is_unchanged_since_sandbox: false,
        }
    }

    fn organisation() -> Self {
        let above = vec![organisation("o0", "Group")];
        Self { kind: ObjectKind::Organisation, fields: organisation("o1", "Northwind").fields, above, ..Self::client() }
    }

    fn with(mut self, field: &str, value: FieldValue) -> Self {
        self.fields.set(field, Some(value));
        self
    }

    fn without(mut self, field: &str) -> Self {
        self.fields.set(field, None);
        self
    }

    fn in_sandbox(self) -> Self {
        let field = if self.kind == ObjectKind::OAuthClient { "is_production" } else { "has_production_access" };
        self.with(field, FieldValue::Flag(false))
    }

    fn above(mut self, place: usize, field: &str, value: Option<FieldValue>) -> Self {
        self.above[place].fields.set(field, value);
        self
    }

    fn told<T>(&self, tell: impl FnOnce(&Subject<'_>) -> T) -> T {
        tell(&Subject {
            kind: self.kind,
            fields: &self.fields,
            above: &self.above.iter().collect::<Vec<_>>(),
            catalogue: &Catalogue::default(),
            has_name_twin: self.has_name_twin,
            is_unchanged_since_sandbox: self.is_unchanged_since_sandbox,
        })
    }

    fn findings(&self) -> Vec<Finding> {
        let findings = self.told(judge);
        self.told(|subject| assert_eq!(verdict(subject), codes(&findings), "{:?}", self.fields));
        findings
    }

    /// `code severity: value (because of), …`, a line for each.
    fn lines(&self) -> Vec<String> {
        self.findings().iter().map(line).collect()
    }
}

/// What lists are narrowed by, sorted.
fn verdict(subject: &Subject<'_>) -> Vec<&'static str> {
    let urls = ReturnUrl::all(subject.list("return_urls").iter().map(String::as_str));
    let broken = BrokenRules::of_return_urls(&urls).and(BrokenRules::of_object(subject));
    let mut values: Vec<_> = Verdict::of(subject.kind, subject.is_production(), broken).values().collect();
    values.sort_unstable();
    values
}

/// The same of findings.
fn codes(findings: &[Finding]) -> Vec<&str> {
    let mut codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
    let has = |severity| findings.iter().any(|finding| finding.severity == severity);
    codes.extend(has(Severity::Error).then_some("error"));
    codes.extend(has(Severity::Warning).then_some("warning"));
    codes.sort_unstable();
    codes
}

fn line(finding: &Finding) -> String {
    let values = finding.values.iter().map(|value| match &value.because_of {
        Some(name) => format!("{} ({name})", value.value),
        None => value.value.clone(),
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let line = format!("{} {}: {values}", finding.code, finding.severity.label().to_lowercase());
    line.trim_end_matches([':', ' ']).to_owned()
}

fn urls(urls: &[&str]) -> World {
    World::client().with("return_urls", list(urls))
}

#[test]
fn what_fits_together_breaks_no_rule() {
    for world in
        [World::client(), World::client().in_sandbox(), World::organisation(), World::organisation().in_sandbox()]
    {
        assert_eq!(world.lines(), Vec::<String>::new());
    }
}

/// The rules of one return URL, for live users and in the sandbox.
#[test]
fn each_return_url_breaks_the_rules_that_it_should() {
    let cases = [
        ("tenants.example.com/cb", "return_url_malformed error", "return_url_malformed error"),
        ("https:a.example/cb", "return_url_malformed error", "return_url_malformed error"),
        ("https:/a.example/cb", "return_url_malformed error", "return_url_malformed error"),
        ("https://a b.example/", "return_url_malformed error", "return_url_malformed error"),
        ("https://a.example/cb\u{200b}", "return_url_malformed error", "return_url_malformed error"),
        ("https://a.exa\u{ad}mple/cb", "return_url_malformed error", "return_url_malformed error"),
        ("http://tenants.example.com/cb", "return_url_not_https error", "return_url_not_https warning"),
        ("http://localhost:3000/cb", "return_url_localhost error", "return_url_localhost warning"),
        ("https://localhost/cb", "return_url_localhost error", "return_url_localhost warning"),
        ("https://[::1]/cb", "return_url_localhost error", "return_url_localhost warning"),
        ("https://192.168.1.7/cb", "return_url_private_host error", ""),
        ("https://100.64.0.1/cb", "return_url_private_host error", ""),
        ("https://100.127.255.254/cb", "return_url_private_host error", ""),
        ("https://[fd00::1]/cb", "return_url_private_host error", ""),
        ("https://intranet/cb", "return_url_private_host error", ""),
        ("https://printer.local/cb", "return_url_private_host error", ""),
        ("https://api.internal./cb", "return_url_private_host error", ""),
        ("https://notlocal.example/cb", "", ""),
        ("https://local.example/cb", "", ""),
        ("https://8.8.8.8/cb", "", ""),
        ("https://100.63.255.255/cb", "", ""),
        ("https://100.128.0.1/cb", "", ""),
        ("https://a.example/#done", "return_url_fragment error", "return_url_fragment error"),
        ("https://me:secret@a.example/", "return_url_user_information error", "return_url_user_information warning"),
        ("https://a.example/*", "return_url_wildcard error", "return_url_wildcard warning"),
    ];
    for (url, live, sandbox) in cases {
        let expected = |found: &str| if found.is_empty() { vec![] } else { vec![format!("{found}: {url}")] };
        assert_eq!(urls(&[url]).lines(), expected(live), "{url}");
        assert_eq!(urls(&[url]).in_sandbox().lines(), expected(sandbox), "{url}");
    }
}

#[test]
fn urls_that_people_take_for_the_same_are_twins() {
    let first = "https://a.example/cb";
    for twin in ["https://a.example/cb/", "https://A.example/cb", "https://a.example:443/cb", "https://a.example/CB"] {
        assert_eq!(urls(&[first, twin]).lines(), [format!("return_url_twin warning: {twin} ({first})")]);
    }
    for other in ["https://a.example/cb?x", "https://a.example:8443/cb", "https://b.example/cb", first] {
        assert_eq!(urls(&[first, other]).lines(), Vec::<String>::new(), "{other}");
    }
}

/// A rule, and what makes it be broken.
#[test]
fn each_other_rule_is_broken_by_what_it_is_about() {
    let off = || Some(FieldValue::Flag(false));
    let renamed = World { has_name_twin: true, ..World::client() };
    let untouched = World { is_unchanged_since_sandbox: true, ..World::client() };
    let cases = [
        (World::client().without("return_urls"), "no_return_url error"),
        (urls(&[]).in_sandbox(), "no_return_url warning"),
        (World::client().without("selected_product"), "no_product error"),
        (World::client().with("selected_product", text("")), "no_product error"),
        (
            World::client().with("required_scopes", list(&["accounts"])),
            "scope_not_in_product warning: accounts (Sign-up)",
        ),
        (
            World::client().with("selected_product", text("age_check")).with("required_scopes", list(&["openid"])),
            "product_not_allowed error: age_check (Northwind)",
        ),
        (
            World::client().above(1, "allowed_products", Some(list(&[]))).in_sandbox(),
            "product_not_allowed warning: sign_up (Group)",
        ),
        (
            World::client().above(0, "allowed_scopes", Some(list(&["openid"]))),
            "scope_not_allowed error: email (Northwind)",
        ),
        (World::client().above(1, "allowed_scopes", Some(list(&["openid"]))), "scope_not_allowed error: email (Group)"),
        (
            World::client().above(0, "allowed_provider_groups", Some(list(&[]))),
            "provider_group_not_allowed error: idscan (Northwind)",
        ),
        (World::client().above(0, "has_production_access", off()), "no_production_access error: Northwind"),
        (World::client().above(1, "enabled", off()), "disabled_above error: Group"),
        (World::client().above(0, "enabled", off()).in_sandbox(), "disabled_above warning: Northwind"),
        (World::client().without("token_signing_algorithm"), "no_algorithm warning"),
        (renamed, "name_twin warning"),
        (untouched, "unchanged_since_sandbox warning"),
        (World::organisation().with("allowed_scopes", list(&["dbs"])), "scope_not_allowed error: dbs (Group)"),
        (
            World::organisation().with("allowed_scopes", list(&["accounts.balances"])),
            "scope_without_accounts warning: accounts.balances",
        ),
        (
            World::organisation().with("allowed_products", list(&["id_scan"])),
            "product_not_allowed error: id_scan (Group)",
        ),
        (
            World::organisation().with("allowed_provider_groups", list(&["x"])).in_sandbox(),
            "provider_group_not_allowed warning: x (Group)",
        ),
        (World::organisation().above(0, "has_production_access", off()), "no_production_access error: Group"),
        (World::organisation().above(0, "enabled", off()), "disabled_above error: Group"),
    ];
    for (world, expected) in cases {
        assert_eq!(world.lines(), [expected]);
    }
}

#[test]
fn what_is_not_known_breaks_no_rule() {
    let unknown = |mut world: World| {
        world.above.clear();
        world.lines()
    };
    assert_eq!(unknown(World::client()), Vec::<String>::new());
    assert_eq!(unknown(World::organisation()), Vec::<String>::new());
    let silent = World::client().above(0, "allowed_scopes", None).above(0, "allowed_products", None);
    assert_eq!(silent.lines(), Vec::<String>::new());
}

#[test]
fn a_disabled_object_is_not_told_of_disabled_ones_above() {
    let disabled = World::client().with("enabled", FieldValue::Flag(false));
    assert_eq!(disabled.above(0, "enabled", Some(FieldValue::Flag(false))).lines(), Vec::<String>::new());
}

#[test]
fn errors_come_first_and_each_value_is_told_once() {
    let world = urls(&["http://a.example/x", "http://a.example/x"]).without("token_signing_algorithm");
    let expected = ["return_url_not_https error: http://a.example/x", "no_algorithm warning"];
    assert_eq!(world.lines(), expected);
}

#[test]
fn a_client_with_very_many_faults_names_some_and_counts_the_rest() {
    let scopes: Vec<String> = (0..10_000).map(|number| format!("scope{number}")).collect();
    let world = World::client().with("required_scopes", FieldValue::List(scopes));
    let findings = world.findings();
    let beyond = findings.iter().find(|finding| finding.code == "scope_not_in_product").unwrap();
    assert_eq!((beyond.values.len(), beyond.more), (20, 9_980));
}

#[test]
fn the_table_is_told_whole_in_the_documentation() {
    let documentation = include_str!("../../../../docs/readiness.md");
    let codes: HashSet<&str> = RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), RULES.len());
    let word = |severity: Option<Severity>| severity.map_or("–", Severity::label);
    for rule in RULES {
        let severities = format!("| {} | {} |", word(rule.in_sandbox), word(rule.in_production));
        let row =
            documentation.lines().find(|line| line.starts_with(&format!("| <a id=\"{0}\"></a>`{0}` |", rule.code)));
        let row = row.unwrap_or_else(|| panic!("docs/readiness.md has no row for {}", rule.code));
        assert!(row.contains(&severities), "{}: {row} should say {severities}", rule.code);
        assert!(row.contains(rule.title), "{}: {row} should say {}", rule.code, rule.title);
        for field in rule.looks_at {
            assert!(rule.kinds.iter().any(|kind| kind.field(field).is_some()), "{} looks at {field}", rule.code);
            assert!(row.contains(&format!("`{field}`")), "{}: {row} should name {field}", rule.code);
        }
        let is_sentence = |text: &str| text.ends_with('.');
        assert!(!is_sentence(rule.title) && is_sentence(rule.remedy), "{}", rule.code);
    }
    let rows = documentation.lines().filter(|line| line.starts_with("| <a id=")).count();
    assert_eq!(rows, RULES.len(), "a row of docs/readiness.md tells a rule that there is not");
}

#[test]
fn the_words_of_every_rule_are_as_they_were_agreed() {
    let weight = |severity: Option<Severity>| severity.map_or("none", Severity::label);
    let lines = RULES.iter().map(|rule| {
        let Rule { code, kinds, in_sandbox, in_production, looks_at, title, remedy, .. } = rule;
        let kinds: Vec<_> = kinds.iter().map(|kind| kind.code()).collect();
        let weights = format!("{} in the sandbox, {} in production", weight(*in_sandbox), weight(*in_production));
        format!("{code} ({}): {weights}\n  {}\n  {title}. {remedy}", kinds.join(", "), looks_at.join(", "))
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

proptest! {
    /// Whatever the partner sends: no panic, and nothing that a page could not hold.
    #[test]
    fn anything_can_be_judged(
        urls in prop::collection::vec(any::<String>(), 0..6),
        scopes in prop::collection::vec(any::<String>(), 0..6),
        product in any::<String>(),
        is_production in any::<bool>(),
    ) {
        let world = World::client()
            .with("return_urls", FieldValue::List(urls))
            .with("required_scopes", FieldValue::List(scopes))
            .with("selected_product", FieldValue::Text(product))
            .with("is_production", FieldValue::Flag(is_production));
        for finding in world.findings() {
            prop_assert!(finding.rule().is_some());
            prop_assert!(finding.values.iter().all(|value| value.value.chars().count() <= LONGEST_NAME + 1));
        }
    }
}
