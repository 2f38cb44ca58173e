//! How lists are narrowed by what their query strings say.

/// The words that a search must find, in lower case.
pub(super) struct Search(String);

impl Search {
    pub(super) fn new(typed: &str) -> Self {
        Self(typed.trim().to_lowercase())
    }

    /// Whether there is nothing to search for, or one of the texts contains it.
    pub(super) fn finds<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        self.0.is_empty() || texts.into_iter().any(|text| text.to_lowercase().contains(&self.0))
    }

    /// Whether one of the texts is exactly what was searched for.
    pub(super) fn is<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        texts.into_iter().any(|text| text.to_lowercase() == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_does_not_care_for_case_and_an_empty_one_finds_all() {
        assert!(Search::new(" ZOË ").finds(["Zoë’s Bakery"]));
        assert!(!Search::new("vale").finds(["Harbour"]));
        assert!(Search::new("  ").finds([]));
    }
}
