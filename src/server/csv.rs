//! Comma-separated values (RFC 4180) that no spreadsheet takes for formulas.
//!
//! May import: domain.

use std::borrow::Cow;
use std::io;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use crate::domain::field::FieldValue;

/// Spreadsheets read a file without it in the encoding of their country.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// What a spreadsheet takes for the beginning of a formula, with the wide forms that some take for the same.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Writes lines to memory.
pub fn writer() -> Writer<Vec<u8>> {
    lines_after(Vec::new())
}

fn lines_after(lines: Vec<u8>) -> Writer<Vec<u8>> {
    WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(lines)
}

/// Adds what a file begins with: a byte order mark, and a line with the names of the columns.
///
/// # Errors
/// When it cannot be written, which writing to memory does not do.
pub fn add_head(writer: Writer<Vec<u8>>, names: &[&str]) -> io::Result<Writer<Vec<u8>>> {
    let mut lines = finish(writer)?;
    lines.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
    let mut writer = lines_after(lines);
    writer.write_record(names)?;
    Ok(writer)
}

/// Adds a line: each value in quotes, the entries of a list on a line each.
///
/// # Errors
/// When it cannot be written, which writing to memory does not do.
pub fn add(writer: &mut Writer<Vec<u8>>, values: &[Option<FieldValue>]) -> io::Result<()> {
    for value in values {
        match value {
            None => writer.write_field(b"")?,
            Some(FieldValue::Flag(is_on)) => writer.write_field(if *is_on { "true" } else { "false" })?,
            Some(FieldValue::Text(text)) => writer.write_field(safe(text).as_bytes())?,
            Some(FieldValue::List(entries)) => writer.write_field(safe(&entries.join("\n")).as_bytes())?,
        }
    }
    writer.write_record(None::<&[u8]>)?;
    Ok(())
}

/// The bytes of all lines.
///
/// # Errors
/// When they cannot be written, which writing to memory does not do.
pub fn finish(writer: Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

/// A text that no spreadsheet takes for a formula: with a `'` before each of its lines that could be one, because some
/// programs make a cell of a line. What cannot be seen at the beginning of a line does not hide what follows.
fn safe(text: &str) -> Cow<'_, str> {
    let is_break = |letter: char| matches!(letter, '\n' | '\r');
    if !is_risky(text) && !text.split(is_break).any(is_risky) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    if text.starts_with(is_break) {
        safe.push('\'');
    }
    for line in text.split_inclusive(is_break) {
        if is_risky(line.trim_end_matches(is_break)) {
            safe.push('\'');
        }
        safe.push_str(line);
    }
    Cow::Owned(safe)
}

/// Whether a text begins as a formula does, or with a character that makes a spreadsheet look at what follows it.
fn is_risky(text: &str) -> bool {
    let is_unseen = |letter: char| {
        letter.is_whitespace() || letter.is_control() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{feff}')
    };
    text.starts_with(['\t', '\n', '\r']) || text.trim_start_matches(is_unseen).starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use csv::ReaderBuilder;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_begins_as_a_formula_is_a_text() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("\nx", "'\nx"),
            ("  =1", "'  =1"),
            ("\u{a0}\u{feff}\0=1", "'\u{a0}\u{feff}\0=1"),
            ("＝1", "'＝1"),
            ("a\n=1\r\n @b\r-c\nd", "a\n'=1\r\n' @b\r'-c\nd"),
            ("a=1 - b", "a=1 - b"),
            ("https://a.example/?b=-1", "https://a.example/?b=-1"),
            ("'=1", "'=1"),
            ("", ""),
        ] {
            assert_eq!(safe(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_value_is_in_quotes_and_every_line_ends_as_the_standard_says() {
        let mut writer = add_head(writer(), &["id", "name", "enabled", "scopes"]).unwrap();
        let values = vec![
            Some(FieldValue::Text("a \"b\", c".to_owned())),
            None,
            Some(FieldValue::Flag(false)),
            Some(FieldValue::List(vec!["openid".to_owned(), "=x".to_owned()])),
        ];
        add(&mut writer, &values).unwrap();
        let expected =
            "\u{feff}\"id\",\"name\",\"enabled\",\"scopes\"\r\n\"a \"\"b\"\", c\",\"\",\"false\",\"openid\n'=x\"\r\n";
        assert_eq!(String::from_utf8(finish(writer).unwrap()).unwrap(), expected);
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof!["[=+@\t\r\n \"',;-]", "\\PC", Just("\0".to_owned()), Just("＝".to_owned())];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_is_read_back_as_it_was_and_no_line_of_it_is_a_formula(texts in prop::collection::vec(text(), 1..5)) {
            let values: Vec<Option<FieldValue>> = texts.iter().cloned().map(FieldValue::Text).map(Some).collect();
            let mut writer = writer();
            add(&mut writer, &values).unwrap();
            let lines = finish(writer).unwrap();
            let mut reader = ReaderBuilder::new().has_headers(false).from_reader(lines.as_slice());
            let record = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(record.len(), texts.len());
            for (read, text) in record.iter().zip(&texts) {
                let plain = |text: &str| text.replace('\'', "");
                prop_assert_eq!(plain(read), plain(text), "only quotes were added");
                for line in read.split(['\n', '\r']) {
                    prop_assert!(!line.trim_start().starts_with(FORMULA), "{:?}", read);
                }
                prop_assert!(!read.starts_with(['\t', '\r', '\n']));
            }
        }
    }
}
