//! Programs that make one journey with a client, in the languages that applications are written in.

use super::{Journey, literal};

/// A language that there is a program in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `bash` with `curl`.
    Curl,
    /// JavaScript in Node.js.
    Node,
    /// Python 3.
    Python,
    /// Java.
    Java,
    /// C#.
    DotNet,
}

/// All that distinguishes one language from the next.
struct Row {
    code: &'static str,
    name: &'static str,
    file: &'static str,
    command: &'static str,
    program: &'static str,
    literal: fn(&str) -> String,
}

impl Language {
    /// In the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Curl, Self::Node, Self::Python, Self::Java, Self::DotNet];

    fn row(self) -> Row {
        match self {
            Self::Curl => Row {
                code: "curl",
                name: "curl",
                file: "journey.sh",
                command: "bash journey.sh",
                program: include_str!("snippets/journey.sh"),
                literal: literal::bash,
            },
            Self::Node => Row {
                code: "node",
                name: "Node.js",
                file: "journey.mjs",
                command: "node journey.mjs",
                program: include_str!("snippets/journey.mjs"),
                literal: literal::with_utf16_escapes,
            },
            Self::Python => Row {
                code: "python",
                name: "Python",
                file: "journey.py",
                command: "python3 journey.py",
                program: include_str!("snippets/journey.py"),
                literal: literal::python,
            },
            Self::Java => Row {
                code: "java",
                name: "Java",
                file: "Journey.java",
                command: "java Journey.java",
                program: include_str!("snippets/Journey.java"),
                literal: literal::java,
            },
            Self::DotNet => Row {
                code: "dotnet",
                name: ".NET",
                file: "Program.cs",
                // A new console project has a file of this name.
                command: "dotnet run",
                program: include_str!("snippets/Program.cs"),
                literal: literal::with_utf16_escapes,
            },
        }
    }

    /// The value in addresses.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The inverse of [`Language::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// What the file with the program is called.
    pub fn file(self) -> &'static str {
        self.row().file
    }

    /// How the program is started.
    pub fn command(self) -> &'static str {
        self.row().command
    }

    /// The program that makes this journey. Each value is a literal of the language, so that none can become code.
    pub fn program(self, journey: &Journey) -> String {
        let row = self.row();
        let mut parts = row.program.split(['«', '»']);
        let mut program = parts.next().unwrap_or_default().to_owned();
        while let (Some(name), Some(text)) = (parts.next(), parts.next()) {
            program.push_str(&(row.literal)(&value(journey, name)));
            program.push_str(text);
        }
        program
    }
}

/// What a program has a place for.
fn value(journey: &Journey, name: &str) -> String {
    match name {
        "provider" => journey.provider.clone(),
        "client_id" => journey.client_id.clone(),
        "return_url" => journey.return_url.clone(),
        "authorize_url" => journey.authorize_url(),
        _ => journey.scope(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["provider", "client_id", "return_url", "authorize_url", "scope"];

    #[test]
    fn every_program_has_places_for_the_values_of_a_journey_and_for_nothing_else() {
        for language in Language::ALL {
            let program = language.row().program;
            let names: Vec<_> = program.split(['«', '»']).skip(1).step_by(2).collect();
            assert!(names.len() >= 4 && names.iter().all(|name| NAMES.contains(name)), "{language:?}: {names:?}");
            // A compiler may take the file for ASCII.
            assert!(program.replace(['«', '»'], "").is_ascii(), "{language:?}");
            for name in ["provider", "client_id", "return_url"] {
                assert_eq!(names.iter().filter(|each| **each == name).count(), 1, "{language:?}: {name}");
            }
        }
    }

    #[test]
    fn a_value_that_looks_like_a_place_is_a_value() {
        let journey = Journey {
            provider: "«scope»".to_owned(),
            client_id: "«client_id»".to_owned(),
            return_url: "https://app.example/«".to_owned(),
            scopes: vec!["openid".to_owned()],
        };
        let program = Language::Node.program(&journey);
        assert!(program.contains(r#"const provider = "\u00abscope\u00bb";"#), "{program}");
        assert!(program.contains(r#"const returnUrl = "https://app.example/\u00ab";"#), "{program}");
    }

    #[test]
    fn a_language_is_found_by_its_code() {
        for language in Language::ALL {
            assert_eq!(Language::from_code(language.code()), Some(language));
        }
        assert_eq!(Language::from_code("cobol"), None);
    }
}
