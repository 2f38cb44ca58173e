//! What stands between a client and live users.

use url::Url;

use super::excerpt::{LONGEST_NAME, cut};
use super::host::is_this_machine;
use super::oauth_client::OAuthClient;

/// The most scopes beyond the product that are told one by one.
const MOST_SCOPES: usize = 50;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Some journeys may fail.
    Warning,
    /// No journey can work.
    Error,
}

/// Something that may keep users from completing a journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it weighs.
    pub weight: Weight,
    /// What was found.
    pub title: String,
    /// What it means and what to do.
    pub advice: &'static str,
}

/// Whether OneID will send users to a return URL.
pub fn is_https(url: &str) -> bool {
    url.starts_with("https://")
}

/// The findings about a client. `beyond` are its scopes that its product is known not to give.
pub fn findings(client: &OAuthClient, beyond: &[String]) -> Vec<Finding> {
    let warning = |title: &str, advice| Finding { weight: Weight::Warning, title: title.to_owned(), advice };
    let plain = client.return_urls().iter().filter(|url| !is_https(url)).map(|url| {
        let is_local = Url::parse(url).is_ok_and(|url| is_this_machine(&url));
        let advice = if is_local {
            "Fine for testing on your own machine. Remove it before production."
        } else {
            "OneID only redirects users to HTTPS URLs."
        };
        warning("A return URL does not use HTTPS", advice)
    });
    let mut findings: Vec<Finding> = plain.collect();
    if client.return_urls().is_empty() {
        findings.push(warning("No return URL", "Users cannot return to the application."));
    }
    let Some(product) = client.selected_product() else {
        let (title, advice) = ("No product".to_owned(), "Each client uses exactly one product.");
        findings.push(Finding { weight: Weight::Error, title, advice });
        return findings;
    };
    findings.extend(beyond.iter().take(MOST_SCOPES).map(|scope| {
        let title = format!("Scope {} is not included in {product}", cut(scope, LONGEST_NAME));
        warning(&title, "Journeys that request it may fail. Remove it, or choose another product.")
    }));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::FieldValue;
    use crate::domain::field_values::FieldValues;

    fn client(urls: &[&str], product: Option<&str>) -> OAuthClient {
        let mut fields = FieldValues::default();
        fields.set("return_urls", Some(FieldValue::List(urls.iter().map(|&url| url.to_owned()).collect())));
        fields.set("selected_product", product.map(|product| FieldValue::Text(product.to_owned())));
        OAuthClient { id: "c".to_owned(), organisation_id: None, fields, unknown: Vec::new() }
    }

    fn titles(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.title.as_str()).collect()
    }

    #[test]
    fn a_client_that_fits_together_has_no_findings() {
        assert_eq!(findings(&client(&["https://a.example/cb"], Some("identity")), &[]), []);
    }

    #[test]
    fn what_is_missing_or_does_not_fit_is_found() {
        let found = findings(&client(&[], None), &["age".to_owned()]);
        assert_eq!(titles(&found), ["No return URL", "No product"]);
        assert_eq!(found[1].weight, Weight::Error);
        let found = findings(&client(&["http://localhost/cb", "http://a.example"], Some("age")), &["email".to_owned()]);
        let plain = "A return URL does not use HTTPS";
        assert_eq!(titles(&found), [plain, plain, "Scope email is not included in age"]);
        assert!(found[0].advice.starts_with("Fine for testing") && found[1].advice.starts_with("OneID only"));
    }
}
