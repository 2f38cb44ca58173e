//! Whatever a value holds, a program reads it as that value and runs none of it.

use std::fmt::Write as _;
use std::process::Command;

use partner_dashboard::domain::journey::literal;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

/// How many random texts are tried.
const TEXTS: usize = 300;

/// Texts that would end a literal, be taken for an escape, or do something.
const CHOSEN: &[&str] = &[
    "",
    "'",
    "\"",
    "\\",
    "\\'",
    "\\\"",
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    "\"; process.exit(1); \"",
    "\"\"\" + __import__('os').system('touch pwned') + \"\"\"",
    "${HOME}",
    "#{1}",
    "!!",
    "\r\n",
    "\n'\n",
    "\u{1}23",
    "\u{7f}\u{80}\u{a0}",
    "\u{202e}gpj.exe",
    "ë ß 漢字 😀",
    "\\u0022; \\x27",
    "%s%n",
    "-n",
    "~/x *.*",
];

fn texts() -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    // A NUL byte cannot be in a variable of bash.
    let strategy = proptest::arbitrary::any::<String>().prop_map(|text| text.replace('\0', "0"));
    let random = (0..TEXTS).map(|_| strategy.new_tree(&mut runner).unwrap().current());
    CHOSEN.iter().map(|text| (*text).to_owned()).chain(random).collect()
}

/// What a program prints that writes each text in hexadecimal, a line each.
fn printed(interpreter: &str, begin: &str, line: impl Fn(&str) -> String, texts: &[String]) -> Vec<String> {
    let mut program = begin.to_owned();
    for text in texts {
        program.push_str(&line(text));
        program.push('\n');
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("program"), program).unwrap();
    let output = Command::new(interpreter).arg("program").current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{interpreter}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(!folder.path().join("pwned").exists(), "{interpreter} ran a value");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn every_text_is_itself_in_every_language() {
    let texts = texts();
    let expected: Vec<String> = texts.iter().map(|text| hexadecimal(text)).collect();
    let bash = |text: &str| format!("printf %s {} | od -An -v -tx1 | tr -d ' \\n'; echo", literal::bash(text));
    let node = |text: &str| format!("console.log(Buffer.from({}).toString('hex'))", literal::with_utf16_escapes(text));
    let python = |text: &str| format!("print({}.encode().hex())", literal::python(text));
    for (language, found) in [
        ("bash", printed("bash", "", bash, &texts)),
        ("Node.js", printed("node", "", node, &texts)),
        ("Python", printed("python3", "", python, &texts)),
    ] {
        assert_eq!(found.len(), expected.len(), "{language}");
        for ((text, found), expected) in texts.iter().zip(found).zip(&expected) {
            assert_eq!(&found, expected, "{language}: {text:?}");
        }
    }
}

fn hexadecimal(text: &str) -> String {
    text.bytes().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    })
}
