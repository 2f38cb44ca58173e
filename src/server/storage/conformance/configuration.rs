//! What the configuration was is told by its keys, and not by its values.

use std::collections::BTreeMap;

use super::Fresh;

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

pub(in crate::server::storage) async fn keys_with_other_values_are_told_and_no_others(fresh: Fresh) {
    let store = &fresh.stores.configuration;
    let first = values(&[("listen", "127.0.0.1:80"), ("database", "sqlite:a"), ("audit.origin", "a")]);
    assert_eq!(store.changed_keys(&first).await.unwrap(), None);
    store.keep(&first).await.unwrap();
    assert_eq!(store.changed_keys(&first).await.unwrap(), Some(vec![]));
    let second = values(&[("listen", "127.0.0.1:81"), ("database", "sqlite:a"), ("public_url", "https://a")]);
    let changed = ["audit.origin", "listen", "public_url"].map(str::to_owned).to_vec();
    assert_eq!(store.changed_keys(&second).await.unwrap(), Some(changed));
    store.keep(&second).await.unwrap();
    assert_eq!(store.changed_keys(&second).await.unwrap(), Some(vec![]));
}
