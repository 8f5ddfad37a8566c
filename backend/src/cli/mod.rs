//! The command line: one file a subcommand.

mod dissect;
mod lab;
mod serve;
mod sim;
mod subnet;

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
    /// Serve the site and its labs, and keep services open for ordinary clients
    Serve(Box<serve::Serve>),
    /// Run a lab on this machine's own sockets, without a browser
    Lab(lab::LabCommand),
    Subnet(subnet::Subnet),
    /// Run a simulated network and print what happens
    Sim(sim::Sim),
}

impl Cli {
    /// Does what the command line asks for.
    pub fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Dissect(command) => Ok(command.run()?),
            Command::Serve(command) => command.run(),
            Command::Lab(command) => command.run(),
            Command::Subnet(command) => Ok(command.run()?),
            Command::Sim(command) => Ok(command.run()?),
        }
    }
}
