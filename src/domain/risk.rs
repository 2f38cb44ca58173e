//! Which changes can cause harm, for the review before a save.

use serde::{Deserialize, Serialize};

use super::change::FieldChange;
use super::field::FieldValue;
use super::object::ObjectKind;

/// How much attention a change needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Shown in the review, without further questions.
    Warning,
    /// The admin must type the object's name before it is saved.
    Danger,
}

/// Why a change needs attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// Whether a warning is enough, or the name must be typed.
    pub severity: Severity,
    /// What may happen, as a pill beside the change: "2 scopes removed".
    pub description: String,
}

/// The risk of one change, if it has any.
pub fn risk_of(kind: ObjectKind, change: &FieldChange) -> Option<Risk> {
    let risk = |severity, description: &str| Some(Risk { severity, description: description.to_owned() });
    let turned = match (&change.before, &change.after) {
        (_, Some(FieldValue::Flag(on))) => Some(*on),
        (Some(FieldValue::Flag(_)), None) => Some(false),
        _ => None,
    };
    match (change.field.as_str(), turned) {
        ("has_production_access" | "is_production", Some(true)) => risk(Severity::Danger, "Production turned on"),
        ("has_production_access" | "is_production", Some(false)) => risk(Severity::Danger, "Production turned off"),
        ("enabled", Some(false)) => risk(Severity::Danger, kind.when_disabled()),
        ("return_urls", _) => {
            let [one, several] = ["this URL", "these URLs"].map(|url| format!("Users sent to {url} will see an error"));
            lost(change, one, |_| several)
        }
        ("selected_product", _) if change.before.is_some() => risk(Severity::Warning, "Product changed"),
        ("token_signing_algorithm", _) if change.before.is_some() => {
            risk(Severity::Warning, "The application must accept the new algorithm")
        }
        ("parent_id", _) => risk(Severity::Warning, "Moves to another parent"),
        ("allowed_scopes" | "required_scopes" | "additional_scopes", _) => removed(change, "scope"),
        ("allowed_products", _) => removed(change, "product"),
        ("allowed_provider_groups", _) => removed(change, "provider group"),
        _ => None,
    }
}

/// Whether the admin must type the object's name before a change is saved.
pub fn is_danger(kind: ObjectKind, change: &FieldChange) -> bool {
    risk_of(kind, change).is_some_and(|risk| risk.severity == Severity::Danger)
}

/// The risk of members that a list loses: what one means, and what several do.
fn lost(change: &FieldChange, one: String, several: impl FnOnce(usize) -> String) -> Option<Risk> {
    let before = matches!(change.before, Some(FieldValue::List(_)));
    let description = match if before { change.removed().len() } else { 0 } {
        0 => return None,
        1 => one,
        count => several(count),
    };
    Some(Risk { severity: Severity::Warning, description })
}

fn removed(change: &FieldChange, noun: &str) -> Option<Risk> {
    lost(change, format!("1 {noun} removed"), |count| format!("{count} {noun}s removed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::FieldType;

    fn change(field: &str, before: Option<FieldValue>, after: Option<FieldValue>) -> FieldChange {
        FieldChange { field: field.to_owned(), before, after }
    }

    fn list(items: &[&str]) -> FieldValue {
        FieldValue::List(items.iter().map(|&item| item.to_owned()).collect())
    }

    #[test]
    fn switching_production_on_is_a_danger() {
        let risk =
            risk_of(ObjectKind::Organisation, &change("has_production_access", None, Some(FieldValue::Flag(true))));
        assert_eq!(risk.unwrap().severity, Severity::Danger);
    }

    #[test]
    fn taking_scopes_away_is_counted_and_adding_them_is_no_risk() {
        let removed = change("allowed_scopes", Some(list(&["a", "b", "c"])), Some(list(&["c"])));
        assert_eq!(risk_of(ObjectKind::Organisation, &removed).unwrap().description, "2 scopes removed");
        let added = change("allowed_scopes", Some(list(&["a"])), Some(list(&["a", "b"])));
        assert_eq!(risk_of(ObjectKind::Organisation, &added), None);
        let first = change("allowed_scopes", None, Some(list(&["a"])));
        assert_eq!(risk_of(ObjectKind::Organisation, &first), None);
    }

    #[test]
    fn a_new_name_is_no_risk() {
        let renamed = change("name", None, Some(FieldValue::Text("x".to_owned())));
        assert_eq!(risk_of(ObjectKind::OAuthClient, &renamed), None);
    }

    /// Each field of each kind with every way in which it can change, and the words of its risk.
    #[test]
    fn the_words_of_every_risk_are_as_they_were_agreed() {
        let text = |text: &str| Some(FieldValue::Text(text.to_owned()));
        let flag = |on| Some(FieldValue::Flag(on));
        let some = |items: &[&str]| Some(list(items));
        let flags = [
            ("turned on", None, flag(true)),
            ("turned off", flag(true), flag(false)),
            ("no longer set", flag(true), None),
        ];
        let texts =
            [("first set", None, text("a")), ("another one", text("a"), text("b")), ("no longer set", text("a"), None)];
        let lists = [
            ("first set", None, some(&["a"])),
            ("one added", some(&["a"]), some(&["a", "b"])),
            ("one removed", some(&["a", "b"]), some(&["a"])),
            ("two removed", some(&["a", "b", "c"]), some(&["a"])),
            ("emptied", some(&["a"]), some(&[])),
        ];
        let mut lines = Vec::new();
        for kind in ObjectKind::ALL {
            for field in kind.fields() {
                let ways = match field.field_type {
                    FieldType::Flag => &flags[..],
                    FieldType::Text => &texts,
                    FieldType::List | FieldType::Urls => &lists,
                };
                for (way, before, after) in ways {
                    if let Some(risk) = risk_of(kind, &change(field.name, before.clone(), after.clone())) {
                        let Risk { severity, description } = risk;
                        lines.push(format!("{} {}, {way}: {severity:?}: {description}", kind.code(), field.name));
                    }
                }
            }
        }
        insta::assert_snapshot!(lines.join("\n"));
    }
}
