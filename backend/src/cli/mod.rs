//! The command line: one file a subcommand.

mod dissect;

use clap::{Parser, Subcommand};

/// Firsthop: computer networking with real packets.
#[derive(Debug, Parser)]
#[command(name = "firsthop", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what is in the frames of a pcap or pcapng file.
    Dissect(dissect::Dissect),
}

impl Cli {
    /// Does what the command line asks for.
    pub fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Dissect(command) => Ok(command.run()?),
        }
    }
}
