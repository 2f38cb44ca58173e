//! The names that a log is signed under: its own, and after each restore its own with the number of the history that begins.

/// A name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogName<'n> {
    /// The log's own name: that of its first history.
    pub own: &'n str,
    /// Which history it names, from 1.
    pub history: u32,
}

impl<'n> LogName<'n> {
    /// Takes a name apart.
    pub fn of(name: &'n str) -> Self {
        let numbered = name.rsplit_once('/').and_then(|(own, text)| {
            let history: u32 = text.parse().ok()?;
            (history > 1 && history.to_string() == text && !own.is_empty()).then_some(Self { own, history })
        });
        numbered.unwrap_or(Self { own: name, history: 1 })
    }

    /// The name that a checkpoint has: it stands in its first line.
    pub fn of_note(note: &'n str) -> Self {
        Self::of(note.lines().next().unwrap_or_default())
    }

    /// Another history of the same log.
    #[must_use]
    pub const fn with_history(self, history: u32) -> Self {
        Self { history, ..self }
    }
}

impl std::fmt::Display for LogName<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.history {
            0 | 1 => formatter.write_str(self.own),
            history => write!(formatter, "{}/{history}", self.own),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_log_and_the_number_of_its_history() {
        for (name, own, history) in [
            ("partners.example/audit", "partners.example/audit", 1),
            ("partners.example/audit/2", "partners.example/audit", 2),
            ("partners.example/audit/17", "partners.example/audit", 17),
            ("partners.example/audit/1", "partners.example/audit/1", 1),
            ("partners.example/audit/02", "partners.example/audit/02", 1),
            ("/2", "/2", 1),
            ("", "", 1),
        ] {
            let read = LogName::of(name);
            assert_eq!(read, LogName { own, history }, "{name}");
            assert_eq!(read.to_string(), name);
        }
    }
}
