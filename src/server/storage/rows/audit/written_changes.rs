//! Takes the column of changes apart, where it is exactly what serde writes of field changes, without making values of it.

use super::canonical::is_escaped;

/// What was before and what is after, as canonical JSON; `None` when the text is anything else than serde writes, although
/// it may mean the same.
pub(super) fn before_and_after(changes: &str) -> Option<[String; 2]> {
    let mut rest = Written(changes);
    let mut sides = ["\"before\":", "\"after\":"].map(|member| {
        let mut json = String::with_capacity(changes.len());
        json.push('[');
        (member, json)
    });
    rest.take("[")?;
    let mut separator = "";
    while rest.take("]").is_none() {
        rest.take(separator)?;
        rest.take("{\"field\":")?;
        let field = rest.text()?;
        for (member, json) in &mut sides {
            let value = if rest.is_member(member) { rest.value()? } else { "null" };
            for piece in [separator, "{", member, value, ",\"field\":", field, "}"] {
                json.push_str(piece);
            }
        }
        rest.take("}")?;
        separator = ",";
    }
    rest.0.is_empty().then(|| {
        sides.map(|(_, mut json)| {
            json.push(']');
            json
        })
    })
}

/// What is left of a text that serde wrote. What is taken from it is as it stands there.
struct Written<'a>(&'a str);

impl<'a> Written<'a> {
    fn take(&mut self, expected: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// Takes the name of one more member, if it is this one.
    fn is_member(&mut self, member: &str) -> bool {
        let rest = self.0.strip_prefix(',').and_then(|rest| rest.strip_prefix(member));
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// The value of a field: on or off, a text, or a list of texts.
    fn value(&mut self) -> Option<&'a str> {
        let begun = self.0;
        if self.take("true").or_else(|| self.take("false")).is_none() {
            match self.take("[") {
                Some(()) => self.texts()?,
                None => drop(self.text()?),
            }
        }
        Some(self.since(begun))
    }

    /// The rest of a list of texts.
    fn texts(&mut self) -> Option<()> {
        let mut separator = "";
        while self.take("]").is_none() {
            self.take(separator)?;
            self.text()?;
            separator = ",";
        }
        Some(())
    }

    /// What was taken since this was left.
    fn since(&self, begun: &'a str) -> &'a str {
        &begun[..begun.len() - self.0.len()]
    }

    fn text(&mut self) -> Option<&'a str> {
        let begun = self.0;
        self.take("\"")?;
        loop {
            let plain = self.0.bytes().position(is_escaped)?;
            self.0 = &self.0[plain..];
            if self.take("\"").is_some() {
                return Some(self.since(begun));
            }
            self.0 = &self.0[length_of_escape(self.0.as_bytes())?..];
        }
    }
}

/// How many bytes the escape takes that a text begins with; `None` for one that serde does not write.
fn length_of_escape(text: &[u8]) -> Option<usize> {
    match text {
        [b'\\', b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(2),
        // The other control characters.
        [b'\\', b'u', b'0', b'0', b'0', b'0'..=b'7' | b'b' | b'e' | b'f', ..]
        | [b'\\', b'u', b'0', b'0', b'1', b'0'..=b'9' | b'a'..=b'f', ..] => Some(6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::change::FieldChange;

    /// What stands for the text when it is read and written again; `None` when something else does.
    fn by_serde(changes: &str) -> Option<[String; 2]> {
        let read: Vec<FieldChange> = serde_json::from_str(changes).ok()?;
        (serde_json::to_string(&read).unwrap() == changes).then(|| {
            let side = |side: fn(&FieldChange) -> serde_json::Value| {
                serde_json_canonicalizer::to_string(&read.iter().map(side).collect::<Vec<_>>()).unwrap()
            };
            [
                side(|change| json!({"field": change.field, "before": change.before})),
                side(|change| json!({"field": change.field, "after": change.after})),
            ]
        })
    }

    /// Pieces that changes are made of, and some that look like them.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            8 => Just("[{\"field\":\"name\""), 4 => Just(",\"before\":"), 4 => Just(",\"after\":"), 4 => Just("}]"),
            2 => Just("},{\"field\":\"\""), 2 => Just("true"), 2 => Just("[]"), 2 => Just("[\"a\",\"b\"]"), 2 => Just("\"\""),
            1 => Just("null"), 1 => Just("["), 1 => Just("]"), 1 => Just(","), 1 => Just(" "), 1 => Just("1"),
            1 => Just("\"\u{e9}\u{1f600}\""),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    /// A change with a text that may be written as JSON in many ways.
    fn escaped() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a\u{e9}/]".boxed(),
            "\\\\[\"\\\\/bfnrtux]".boxed(),
            "\\\\u00[0-2][0-9a-fA-F]".boxed(),
            "[\u{0}-\u{1f}\u{7f}]".boxed()
        ];
        prop::collection::vec(piece, 0..3).prop_map(|text| format!("[{{\"field\":\"{}\"}}]", text.concat()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_text_is_taken_apart_exactly_when_serde_writes_it_so(
            changes in prop_oneof![pieces(), escaped(), any::<String>()],
        ) {
            prop_assert_eq!(before_and_after(&changes), by_serde(&changes), "{}", changes);
        }
    }

    #[test]
    fn a_change_of_very_many_texts_is_taken_apart_like_any_other() {
        let urls: Vec<String> = (0..100_000).map(|number| format!("https://a.example/{number}")).collect();
        let changes = json!([{"field": "return_urls", "before": urls}]).to_string();
        // By one look at what is left for each text, it would be hundreds of gigabytes.
        assert_eq!(before_and_after(&changes), by_serde(&changes));
    }

    #[test]
    fn each_escape_and_each_control_character_is_taken_as_serde_writes_it() {
        for byte in 0..=0x7f_u8 {
            let text = char::from(byte);
            let written = json!([{"field": text}]).to_string();
            let unescaped = format!("[{{\"field\":\"{text}\"}}]");
            for changes in [written, unescaped, format!("[{{\"field\":\"\\u{byte:04x}\"}}]")] {
                assert_eq!(before_and_after(&changes), by_serde(&changes), "{changes}");
            }
        }
    }
}
