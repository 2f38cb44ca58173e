//! How lists are narrowed by what their query strings say.

/// What a search must find, in lower case.
pub(super) struct Search(String);

impl Search {
    pub(super) fn new(typed: &str) -> Self {
        Self(typed.trim().to_lowercase())
    }

    /// Whether there is nothing to search for, or a text contains it.
    pub(super) fn finds<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        self.0.is_empty() || texts.into_iter().any(|text| text.to_lowercase().contains(&self.0))
    }

    /// Whether one of the texts is exactly what was searched for. Most texts are ASCII, which takes no copy.
    pub(super) fn is_one_of<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        let is_same = |text: &str| {
            if text.is_ascii() { text.eq_ignore_ascii_case(&self.0) } else { text.to_lowercase() == self.0 }
        };
        !self.0.is_empty() && texts.into_iter().any(is_same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_does_not_care_for_case_and_an_empty_one_finds_all() {
        assert!(Search::new(" ZOË ").finds(["Zoë’s Bakery"]));
        assert!(!Search::new("vale").finds(["Harbour"]));
        assert!(Search::new("  ").finds([]) && Search::new("").finds(["anything"]));
    }

    #[test]
    fn what_must_be_whole_is_found_whole_and_in_any_case() {
        for (typed, text) in [("OPENID", "openid"), ("openid", "OpenID"), ("ZOË", "Zoë")] {
            assert!(Search::new(typed).is_one_of(["x", text]), "{typed}");
        }
        assert!(!Search::new("open").is_one_of(["openid"]) && !Search::new("").is_one_of([""]));
    }
}
