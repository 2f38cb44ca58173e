//! Asks for what was not said, on the terminal or from whatever takes its place.

use std::io::{self, BufRead, IsTerminal as _, Write as _};

use clap::ValueEnum;
use secrecy::SecretString;

use crate::server::cli::Failure;

/// A question: what is asked, and the option that answers it without being asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    pub(super) text: &'static str,
    pub(super) option: &'static str,
    /// What is taken when nothing is typed.
    pub(super) by_default: Option<&'static str>,
}

impl Question {
    /// A question that must be answered.
    pub(super) const fn new(option: &'static str, text: &'static str) -> Self {
        Self { text, option, by_default: None }
    }

    /// The same with an answer for whoever types nothing.
    pub(super) const fn or(self, by_default: &'static str) -> Self {
        Self { by_default: Some(by_default), ..self }
    }

    /// What was said, or what is typed now. What `check` finds wrong with it is said, and it is asked for again.
    pub(super) fn ask<T>(self, said: Option<String>, check: impl Fn(&str) -> Result<T, String>) -> Result<T, Failure> {
        if let Some(said) = said {
            return check(&said)
                .map_err(|reason| Failure::configuration(format_args!("{}: {said:?} {reason}", self.option)));
        }
        loop {
            let default = self.by_default.map(|default| format!(" [{default}]")).unwrap_or_default();
            prompt(&format!("{}{default}: ", self.text));
            let typed = line().ok_or_else(|| self.missing())?;
            let typed = if typed.is_empty() { self.by_default.unwrap_or_default().to_owned() } else { typed };
            match check(&typed) {
                Ok(answer) => return Ok(answer),
                Err(reason) => prompt(&format!("  {typed:?} {reason}\n")),
            }
        }
    }

    /// Any text.
    pub(super) fn text(self, said: Option<String>) -> Result<String, Failure> {
        self.ask(said, |text| if text.is_empty() { Err("is empty".to_owned()) } else { Ok(text.to_owned()) })
    }

    /// One of a few.
    pub(super) fn choice<T: ValueEnum>(self, said: Option<T>) -> Result<T, Failure> {
        match said {
            Some(said) => Ok(said),
            None => self.ask(None, |text| T::from_str(text, true).map_err(|_| format!("is none of {}", names::<T>()))),
        }
    }

    /// A secret: what is typed on a terminal is not shown.
    pub(super) fn secret(self) -> Result<SecretString, Failure> {
        loop {
            prompt(&format!("{}: ", self.text));
            let typed = if io::stdin().is_terminal() {
                rpassword::read_password().map_err(|_| self.missing())?
            } else {
                line().ok_or_else(|| self.missing())?
            };
            match typed.trim() {
                "" => prompt("  a secret cannot be empty\n"),
                secret => return Ok(SecretString::from(secret.to_owned())),
            }
        }
    }

    fn missing(self) -> Failure {
        Failure::configuration(format_args!("{} is missing, and nobody answers: {}", self.option, self.text))
    }
}

fn names<T: ValueEnum>() -> String {
    let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
}

/// Questions are no result: they go to standard error.
fn prompt(text: &str) {
    let mut output = io::stderr().lock();
    // Nothing can be done about a closed terminal.
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

/// The next line without white space around it; `None` when there is none.
fn line() -> Option<String> {
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(1..) => Some(line.trim().to_owned()),
        Ok(0) | Err(_) => None,
    }
}
