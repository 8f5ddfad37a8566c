//! The command line: one file a subcommand.

use clap::{Parser, Subcommand};

/// Firsthop: computer networking with real packets.
#[derive(Debug, Parser)]
#[command(name = "firsthop", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {}

impl Cli {
    /// Does what the command line asks for.
    pub fn run(self) -> anyhow::Result<()> {
        match self.command {}
    }
}
