//! Which product gives which scope, for sample data that is consistent with the scopes guide.

/// Identifiers of the products with the scopes that each gives.
const PRODUCTS: &[(&str, &[&str])] = &[
    ("age_check", &["openid"]),
    ("age_verification", &["openid", "profile", "age_over_18"]),
    ("age_assure", &["openid", "profile", "email", "phone", "address", "date_of_birth", "age_over_18"]),
    ("sign_in", &["openid"]),
    ("sign_in_refresh", &["openid", "profile", "email", "phone", "address"]),
    ("sign_up", &["openid", "profile", "email", "phone", "address", "date_of_birth"]),
    (
        "sign_up_plus",
        &["openid", "profile", "email", "phone", "address", "date_of_birth", "accounts", "accounts.bank_address"],
    ),
    ("id_live", &["openid"]),
    ("id_check", &["openid", "profile"]),
    ("id_proof", &["openid", "profile", "address", "date_of_birth"]),
    ("id_assure", &["openid", "profile", "address", "date_of_birth", "fraud"]),
    ("id_scan", &["idscan"]),
    ("id_scan_dbs", &["openid", "idscan", "dbs"]),
    ("id_scan_rtw", &["openid", "idscan", "rtw"]),
];

/// The scopes that `product` gives; none for a product that is not in the guide.
pub(super) fn scopes(product: &str) -> &'static [&'static str] {
    PRODUCTS.iter().find(|(id, _)| *id == product).map_or(&[], |(_, scopes)| scopes)
}

/// The scopes that any of `products` gives, each once.
pub(super) fn scopes_of_all(products: &[impl AsRef<str>]) -> Vec<&'static str> {
    let mut union = Vec::new();
    for scope in products.iter().flat_map(|product| scopes(product.as_ref())) {
        if !union.contains(scope) {
            union.push(scope);
        }
    }
    union
}
