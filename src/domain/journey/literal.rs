//! A text as a literal of a programming language: whatever is in it, it stays one text, and what a person sees of it is true.

use std::fmt::Write as _;

/// For `bash`: in single quotes, or in the quotes that know escapes where one is needed.
pub fn bash(text: &str) -> String {
    if text.bytes().all(is_plain) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut literal = String::from("$'");
    for byte in text.bytes() {
        match byte {
            b'\'' | b'\\' => literal.extend(['\\', char::from(byte)]),
            _ if is_plain(byte) => literal.push(char::from(byte)),
            // Three digits, or the next letter might be taken for one. A NUL byte ends the text there.
            _ => escaped(&mut literal, format_args!("\\{byte:03o}")),
        }
    }
    literal + "'"
}

/// For JavaScript, and for C#, whose escapes are the same.
pub fn with_utf16_escapes(text: &str) -> String {
    quoted(text, |literal, letter| {
        for unit in letter.encode_utf16(&mut [0; 2]) {
            escaped(literal, format_args!("\\u{unit:04x}"));
        }
    })
}

/// For Python.
pub fn python(text: &str) -> String {
    quoted(text, |literal, letter| escaped(literal, format_args!("\\U{:08x}", u32::from(letter))))
}

/// For Java. Its compiler reads the escapes with `u` before everything else: one for a line break would end the literal
/// (Java Language Specification §3.3).
pub fn java(text: &str) -> String {
    quoted(text, |literal, letter| {
        if letter.is_ascii() {
            escaped(literal, format_args!("\\{:03o}", u32::from(letter)));
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                escaped(literal, format_args!("\\u{unit:04x}"));
            }
        }
    })
}

/// In double quotes. What could not be seen, or could be seen as something else, is escaped.
fn quoted(text: &str, escape: impl Fn(&mut String, char)) -> String {
    let mut literal = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => literal.extend(['\\', letter]),
            _ if u8::try_from(letter).is_ok_and(is_plain) => literal.push(letter),
            _ => escape(&mut literal, letter),
        }
    }
    literal + "\""
}

/// Whether a byte is a letter of ASCII that can be seen, or a space.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

fn escaped(literal: &mut String, escape: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = literal.write_fmt(escape);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_stays_readable() {
        let text = "https://app.example/back?a=b c";
        assert_eq!(bash(text), "'https://app.example/back?a=b c'");
        for literal in [with_utf16_escapes(text), python(text), java(text)] {
            assert_eq!(literal, "\"https://app.example/back?a=b c\"");
        }
    }

    #[test]
    fn nothing_leaves_its_literal() {
        let text = "'; \"\\\n\u{202e}ë😀";
        assert_eq!(bash(text), r#"$'\'; "\\\012\342\200\256\303\253\360\237\230\200'"#);
        assert_eq!(bash("it's \\"), r"'it'\''s \'");
        assert_eq!(with_utf16_escapes(text), r#""'; \"\\\u000a\u202e\u00eb\ud83d\ude00""#);
        assert_eq!(python(text), r#""'; \"\\\U0000000a\U0000202e\U000000eb\U0001f600""#);
        assert_eq!(java(text), r#""'; \"\\\012\u202e\u00eb\ud83d\ude00""#);
    }
}
