//! The options that say how much the embedded sandbox makes up besides its sample data.

use clap::Args;

use crate::server::sandbox::SandboxOptions;

/// The most that can be made up of each kind.
const MOST: u64 = 1_000_000;

/// How much is made up.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct GeneratedArguments {
    /// The number of generated organisations besides the sample data, to try large trees: up to a million.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=MOST))]
    organisations: Option<u64>,
    /// The number of clients that the generated organisations have altogether: up to a million. The organisations are then
    /// as varied as those of a large partner.
    #[arg(long, requires = "organisations", value_parser = clap::value_parser!(u64).range(..=MOST))]
    clients: Option<u64>,
}

impl GeneratedArguments {
    /// The options of a sandbox with so much in it.
    pub(super) fn within(self, options: SandboxOptions) -> SandboxOptions {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        SandboxOptions {
            generated_organisations: self.organisations.map(number),
            generated_clients: self.clients.map(number),
            ..options
        }
    }
}
