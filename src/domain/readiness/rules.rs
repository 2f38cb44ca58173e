//! The table of readiness rules. `docs/readiness.md` tells it to people.

use super::{Find, Rule, Severity, allowed, return_urls};
use crate::domain::object::ObjectKind;

const CLIENTS: &[ObjectKind] = &[ObjectKind::OAuthClient];
const BOTH: &[ObjectKind] = &ObjectKind::ALL;
const WARNING: Option<Severity> = Some(Severity::Warning);
const ERROR: Option<Severity> = Some(Severity::Error);

/// All rules, in the order in which they are told.
pub const RULES: &[Rule] = &[
    Rule {
        code: "no_product",
        kinds: CLIENTS,
        in_sandbox: ERROR,
        in_production: ERROR,
        looks_at: &["selected_product"],
        title: "No product",
        remedy: "Each client uses exactly one product. Choose it.",
        find: Find::InObject(allowed::no_product),
    },
    Rule {
        code: "no_return_url",
        kinds: CLIENTS,
        in_sandbox: WARNING,
        in_production: ERROR,
        looks_at: &["return_urls"],
        title: "No return URL",
        remedy: "Users cannot return to the application. Add the URL on which it receives them.",
        find: Find::InReturnUrls(return_urls::none),
    },
    Rule {
        code: "return_url_malformed",
        kinds: CLIENTS,
        in_sandbox: ERROR,
        in_production: ERROR,
        looks_at: &["return_urls"],
        title: "A return URL is not a complete URL",
        remedy: "OneID cannot send users there. Enter it with https://, host and path.",
        find: Find::InReturnUrls(return_urls::malformed),
    },
    Rule {
        code: "return_url_not_https",
        kinds: CLIENTS,
        in_sandbox: WARNING,
        in_production: ERROR,
        looks_at: &["return_urls"],
        title: "A return URL does not use HTTPS",
        remedy: "OneID only redirects users to HTTPS URLs.",
        find: Find::InReturnUrls(return_urls::not_https),
    },
    Rule {
        code: "return_url_localhost",
        kinds: CLIENTS,
        in_sandbox: WARNING,
        in_production: ERROR,
        looks_at: &["return_urls"],
        title: "A return URL points at the user’s own machine",
        remedy: "Fine for testing on your own machine. Remove it before production.",
        find: Find::InReturnUrls(return_urls::localhost),
    },
    Rule {
        code: "return_url_private_host",
        kinds: CLIENTS,
        in_sandbox: None,
        in_production: ERROR,
        looks_at: &["return_urls"],
        title: "A return URL has a host that the public cannot reach",
        remedy: "Live users get an error after their journey. Use a public host name.",
        find: Find::InReturnUrls(return_urls::private_host),
    },
    Rule {
        code: "return_url_fragment",
        kinds: CLIENTS,
        in_sandbox: ERROR,
        in_production: ERROR,
        looks_at: &["return_urls"],
        title: "A return URL has a fragment",
        remedy: "OAuth does not allow one (RFC 6749, section 3.1.2). Remove # and what follows it.",
        find: Find::InReturnUrls(return_urls::fragment),
    },
    Rule {
        code: "return_url_user_information",
        kinds: CLIENTS,
        in_sandbox: WARNING,
        in_production: ERROR,
        looks_at: &["return_urls"],
        title: "A return URL contains a user name or a password",
        remedy: "Everybody who is redirected sees it. Remove what stands before @.",
        find: Find::InReturnUrls(return_urls::user_information),
    },
    Rule {
        code: "return_url_wildcard",
        kinds: CLIENTS,
        in_sandbox: WARNING,
        in_production: ERROR,
        looks_at: &["return_urls"],
        title: "A return URL contains a wildcard",
        remedy: "OneID compares return URLs character by character. Enter each URL in full.",
        find: Find::InReturnUrls(return_urls::wildcard),
    },
    Rule {
        code: "return_url_twin",
        kinds: CLIENTS,
        in_sandbox: WARNING,
        in_production: WARNING,
        looks_at: &["return_urls"],
        title: "Two return URLs are nearly the same",
        remedy: "They differ in a final slash, in upper and lower case or in a default port. Keep the one that the \
                 application sends.",
        find: Find::InReturnUrls(return_urls::twins),
    },
    Rule {
        code: "scope_not_in_product",
        kinds: CLIENTS,
        in_sandbox: WARNING,
        in_production: WARNING,
        looks_at: &["required_scopes", "additional_scopes", "selected_product"],
        title: "The product does not include a scope",
        remedy: "Journeys that request it may fail. Remove it, or choose another product.",
        find: Find::InObject(allowed::scope_not_in_product),
    },
    Rule {
        code: "scope_without_accounts",
        kinds: BOTH,
        in_sandbox: WARNING,
        in_production: WARNING,
        looks_at: &["required_scopes", "additional_scopes", "allowed_scopes"],
        title: "A scope needs accounts",
        remedy: "OneID gives it only together with the scope accounts. Add accounts, or remove it.",
        find: Find::InObject(allowed::scope_without_accounts),
    },
    Rule {
        code: "scope_not_allowed",
        kinds: BOTH,
        in_sandbox: WARNING,
        in_production: ERROR,
        looks_at: &["required_scopes", "additional_scopes", "allowed_scopes"],
        title: "A scope is not allowed by the organisation above",
        remedy: "Journeys that request it may fail. Remove it, or allow it above first.",
        find: Find::InObject(allowed::scope_not_allowed),
    },
    Rule {
        code: "product_not_allowed",
        kinds: BOTH,
        in_sandbox: WARNING,
        in_production: ERROR,
        looks_at: &["selected_product", "allowed_products"],
        title: "A product is not allowed by the organisation above",
        remedy: "Journeys with it may fail. Choose another one, or allow it above first.",
        find: Find::InObject(allowed::product_not_allowed),
    },
    Rule {
        code: "provider_group_not_allowed",
        kinds: BOTH,
        in_sandbox: WARNING,
        in_production: ERROR,
        looks_at: &["allowed_provider_groups"],
        title: "A provider group is not allowed by the organisation above",
        remedy: "Users cannot choose its providers. Remove it, or allow it above first.",
        find: Find::InObject(allowed::provider_group_not_allowed),
    },
    Rule {
        code: "no_production_access",
        kinds: BOTH,
        in_sandbox: None,
        in_production: ERROR,
        looks_at: &["is_production", "has_production_access"],
        title: "The organisation above has no production access",
        remedy: "OneID may refuse live users. Give that organisation production access, or turn production off here.",
        find: Find::InObject(allowed::no_production_access),
    },
    Rule {
        code: "disabled_above",
        kinds: BOTH,
        in_sandbox: WARNING,
        in_production: ERROR,
        looks_at: &["enabled"],
        title: "An organisation above is disabled",
        remedy: "Journeys may fail while it is. Enable it, or disable this too so that nobody is misled.",
        find: Find::InObject(allowed::disabled_above),
    },
    Rule {
        code: "unchanged_since_sandbox",
        kinds: CLIENTS,
        in_sandbox: None,
        in_production: WARNING,
        looks_at: &["is_production"],
        title: "Nothing was changed when it went into production",
        remedy: "Its return URLs, product and scopes are those that it had before. Check that they are meant for live users.",
        find: Find::InObject(|subject, tell| {
            if subject.is_unchanged_since_sandbox {
                tell("", "");
            }
        }),
    },
    Rule {
        code: "name_twin",
        kinds: BOTH,
        in_sandbox: WARNING,
        in_production: WARNING,
        looks_at: &["name"],
        title: "Another one beside it has the same name",
        remedy: "It is easy to edit the wrong one. Give each a name of its own.",
        find: Find::InObject(|subject, tell| {
            if subject.has_name_twin {
                tell("", "");
            }
        }),
    },
    Rule {
        code: "no_algorithm",
        kinds: CLIENTS,
        in_sandbox: None,
        in_production: WARNING,
        looks_at: &["token_signing_algorithm"],
        title: "No token signing algorithm",
        remedy: "OneID chooses it, and may choose another one later. Set the one that the application verifies.",
        find: Find::InObject(|subject, tell| {
            if subject.text("token_signing_algorithm").is_none() {
                tell("", "");
            }
        }),
    },
];
