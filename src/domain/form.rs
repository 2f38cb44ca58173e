//! What an admin typed into a form, kept word for word until it is saved or given up.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::field::{FieldType, FieldValue, FieldValues, ObjectKind};
use super::gather::{ROWS, gather, make_room};
use super::validation::{FieldError, FieldProblem};

pub use super::row_button::RowButton;

/// The controls of a form as they were left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormValues {
    /// One value for each field of the kind.
    pub fields: FieldValues,
    /// Free text beside a control: further values of a list, many pasted URLs, or a value that a
    /// choice does not offer, by the name of the field.
    pub others: BTreeMap<String, String>,
}

impl FormValues {
    /// The values of an object, as a form opens on them.
    pub fn of(fields: &FieldValues) -> Self {
        Self::with_room(fields.clone(), BTreeMap::new())
    }

    /// The controls of a page that has room for them.
    fn with_room(fields: FieldValues, mut others: BTreeMap<String, String>) -> Self {
        let fields = fields.into_pairs().map(|(name, mut value)| {
            if let FieldValue::List(chosen) = &mut value {
                let mut typed = others.remove(&name).unwrap_or_default();
                make_room(&name, chosen, &mut typed);
                others.insert(name.clone(), typed);
            }
            (name, value)
        });
        let fields = fields.collect();
        others.retain(|_, typed| !typed.trim().is_empty());
        Self { fields, others }
    }

    /// The fields with the free text taken in: it joins a list, and takes the place of a choice. Return URLs are
    /// separated by white space alone, because a comma may be part of a URL; everything else by commas too.
    pub fn gathered(&self, kind: ObjectKind) -> FieldValues {
        let mut gathered = FieldValues::default();
        for field in kind.fields() {
            let posted = self.fields.get(field.name);
            let value = match (field.field_type, posted) {
                (FieldType::Text, posted) => {
                    let chosen = match posted {
                        Some(FieldValue::Text(text)) => text.trim(),
                        _ => "",
                    };
                    let typed = self.others.get(field.name).map(|typed| typed.trim());
                    FieldValue::Text(typed.filter(|typed| !typed.is_empty()).unwrap_or(chosen).to_owned())
                }
                (FieldType::Flag, posted) => FieldValue::Flag(posted == Some(&FieldValue::Flag(true))),
                (FieldType::List, posted) => {
                    let chosen = match posted {
                        Some(FieldValue::List(items)) => items.as_slice(),
                        _ => &[],
                    };
                    let typed = self.others.get(field.name).map_or("", String::as_str);
                    FieldValue::List(gather(field.name, chosen, typed))
                }
            };
            gathered.set(field.name, Some(value));
        }
        gathered
    }

    /// The errors of gathered return URLs, at the rows of the form that they come from: empty rows
    /// count, and pasted URLs come after the last row.
    pub fn place_errors(&self, errors: Vec<FieldError>) -> Vec<FieldError> {
        let rows = self.fields.list(ROWS).unwrap_or_default();
        let filled: Vec<usize> = (0..rows.len()).filter(|row| !rows[*row].trim().is_empty()).collect();
        let place = |gathered: u32| {
            let gathered = usize::try_from(gathered).unwrap_or(usize::MAX);
            let row = filled.get(gathered).copied().unwrap_or(rows.len() + gathered.saturating_sub(filled.len()));
            u32::try_from(row).unwrap_or(u32::MAX)
        };
        let placed = |mut error: FieldError| {
            if error.field == ROWS {
                error.index = error.index.map(place);
                if let FieldProblem::Repeated { first } = &mut error.problem {
                    *first = place(first.saturating_sub(1)).saturating_add(1);
                }
            }
            error
        };
        errors.into_iter().map(placed).collect()
    }
}

/// The fields of the organisation form, by the Partner API's names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganisationForm {
    name: String,
    parent_id: String,
    allowed_scopes: Vec<String>,
    allowed_scopes_other: String,
    allowed_products: Vec<String>,
    allowed_products_other: String,
    allowed_provider_groups: Vec<String>,
    allowed_provider_groups_other: String,
    #[serde(deserialize_with = "checkbox")]
    enable_custom_logo: bool,
    #[serde(deserialize_with = "checkbox")]
    has_production_access: bool,
    #[serde(deserialize_with = "checkbox")]
    enabled: bool,
}

impl From<OrganisationForm> for FormValues {
    fn from(form: OrganisationForm) -> Self {
        let fields = [
            ("name", FieldValue::Text(form.name)),
            ("parent_id", FieldValue::Text(form.parent_id)),
            ("allowed_scopes", FieldValue::List(form.allowed_scopes)),
            ("allowed_products", FieldValue::List(form.allowed_products)),
            ("allowed_provider_groups", FieldValue::List(form.allowed_provider_groups)),
            ("enable_custom_logo", FieldValue::Flag(form.enable_custom_logo)),
            ("has_production_access", FieldValue::Flag(form.has_production_access)),
            ("enabled", FieldValue::Flag(form.enabled)),
        ];
        let others = [
            ("allowed_scopes", form.allowed_scopes_other),
            ("allowed_products", form.allowed_products_other),
            ("allowed_provider_groups", form.allowed_provider_groups_other),
        ];
        form_values(fields, others)
    }
}

/// The fields of the client form, by the Partner API's names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OAuthClientForm {
    name: String,
    selected_product: String,
    selected_product_other: String,
    required_scopes: Vec<String>,
    required_scopes_other: String,
    additional_scopes: Vec<String>,
    additional_scopes_other: String,
    return_urls: Vec<String>,
    return_urls_other: String,
    token_signing_algorithm: String,
    allowed_provider_groups: Vec<String>,
    allowed_provider_groups_other: String,
    #[serde(deserialize_with = "checkbox")]
    is_production: bool,
    #[serde(deserialize_with = "checkbox")]
    enabled: bool,
}

impl From<OAuthClientForm> for FormValues {
    fn from(form: OAuthClientForm) -> Self {
        let fields = [
            ("name", FieldValue::Text(form.name)),
            ("selected_product", FieldValue::Text(form.selected_product)),
            ("required_scopes", FieldValue::List(form.required_scopes)),
            ("additional_scopes", FieldValue::List(form.additional_scopes)),
            ("return_urls", FieldValue::List(form.return_urls)),
            ("token_signing_algorithm", FieldValue::Text(form.token_signing_algorithm)),
            ("allowed_provider_groups", FieldValue::List(form.allowed_provider_groups)),
            ("is_production", FieldValue::Flag(form.is_production)),
            ("enabled", FieldValue::Flag(form.enabled)),
        ];
        let others = [
            ("selected_product", form.selected_product_other),
            ("required_scopes", form.required_scopes_other),
            ("additional_scopes", form.additional_scopes_other),
            ("return_urls", form.return_urls_other),
            ("allowed_provider_groups", form.allowed_provider_groups_other),
        ];
        form_values(fields, others)
    }
}

fn form_values<const F: usize, const O: usize>(
    fields: [(&str, FieldValue); F],
    others: [(&str, String); O],
) -> FormValues {
    let named = |(name, typed): (&str, String)| (name.to_owned(), typed);
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    FormValues::with_room(fields, others.into_iter().map(named).collect())
}

/// A checkbox sends its value when it is ticked and nothing otherwise. Browsers send `on` for
/// one without a value; islands send a boolean.
fn checkbox<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Ticked {
        Flag(bool),
        Text(String),
    }
    Ok(match Ticked::deserialize(deserializer)? {
        Ticked::Flag(on) => on,
        Ticked::Text(text) => matches!(text.as_str(), "true" | "on" | "1" | "yes"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_text_joins_the_chosen_values_once_each() {
        let form = OrganisationForm {
            allowed_scopes: vec!["openid".to_owned(), String::new()],
            allowed_scopes_other: "accounts, address\nopenid".to_owned(),
            ..OrganisationForm::default()
        };
        let gathered = FormValues::from(form).gathered(ObjectKind::Organisation);
        assert_eq!(gathered.list("allowed_scopes").unwrap(), ["openid", "accounts", "address"]);
    }

    #[test]
    fn a_comma_is_part_of_a_return_url_and_a_repeated_one_is_kept_to_be_refused() {
        let form = OAuthClientForm {
            return_urls: vec![" https://a.example/x ".to_owned()],
            return_urls_other: "https://a.example/1,2\r\nhttps://a.example/x".to_owned(),
            ..OAuthClientForm::default()
        };
        let gathered = FormValues::from(form).gathered(ObjectKind::OAuthClient);
        assert_eq!(
            gathered.list("return_urls").unwrap(),
            ["https://a.example/x", "https://a.example/1,2", "https://a.example/x"]
        );
    }

    #[test]
    fn names_lose_the_space_around_them() {
        let form = OrganisationForm { name: "  Meridian ".to_owned(), ..OrganisationForm::default() };
        let gathered = FormValues::from(form).gathered(ObjectKind::Organisation);
        assert_eq!(gathered.text("name"), Some("Meridian"));
        assert_eq!(gathered.flag("enabled"), Some(false));
    }

    #[test]
    fn a_ticked_checkbox_is_read_as_browsers_and_islands_send_it() {
        for ticked in [r#"{"enabled":"true"}"#, r#"{"enabled":"on"}"#, r#"{"enabled":true}"#] {
            assert!(serde_json::from_str::<OrganisationForm>(ticked).unwrap().enabled, "{ticked}");
        }
        assert!(!serde_json::from_str::<OrganisationForm>(r#"{"enabled":"maybe"}"#).unwrap().enabled);
    }
}
