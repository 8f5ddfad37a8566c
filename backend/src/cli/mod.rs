//! The command line: one file a subcommand.
//!
//! It ends with 0 when all is well, with 2 when what was asked for makes no sense (an unknown option, a value out of
//! range), and with 1 when it could not be done. Both failures are one line on standard error.

mod dissect;
mod exec;
mod goals;
mod lab;
mod serve;
mod sim;
mod subnet;
mod usage;

use std::{io, process::ExitCode};

use clap::{Parser, Subcommand};
use subnet::SubnetError;
use usage::Senseless;

/// Firsthop: computer networking with real packets.
#[derive(Debug, Parser)]
#[command(
    name = "firsthop",
    version,
    after_help = "Examples:
  firsthop serve                              the course, at http://127.0.0.1:8080
  firsthop lab tcp --pcapng out.pcapng        a real handshake, for Wireshark
  firsthop sim lost-syn                       a simulated one that goes wrong
  firsthop subnet 192.168.10.77/26
  firsthop dissect out.pcapng

It ends with 0 when all is well, 2 when what was asked for makes no sense, 1 when it could not be done."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site and its labs, and keep services open for ordinary clients
    Serve(Box<serve::Serve>),
    /// Run a lab on this machine's own sockets, without a browser
    Lab(lab::LabCommand),
    /// Run a simulated network and print what happens
    Sim(sim::Sim),
    Subnet(subnet::Subnet),
    /// Show what is in the frames of a pcap or pcapng file
    Dissect(dissect::Dissect),
}

impl Cli {
    /// Does what the command line asks for.
    fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve(command) => command.run(),
            Command::Lab(command) => command.run(),
            Command::Sim(command) => Ok(command.run()?),
            Command::Subnet(command) => command.run().map_err(|error| match error {
                SubnetError::Print(_) => error.into(),
                error => Senseless(error.to_string()).into(),
            }),
            Command::Dissect(command) => Ok(command.run()?),
        }
    }
}

/// Parses the command line, does what it asks for, and says in one line why not.
pub fn main() -> ExitCode {
    let error = match Cli::try_parse() {
        Ok(cli) => cli.run().err(),
        Err(error) => match usage::explain(&error) {
            Some(line) => Some(Senseless(line).into()),
            // What clap calls an error, too: the help and the version.
            None => error.exit(),
        },
    };
    let Some(error) = error.filter(|error| !has_left(error)) else { return ExitCode::SUCCESS };
    eprintln!("firsthop: {error:#}");
    if error.is::<Senseless>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// Whether the reader of our output has seen enough: `firsthop lab tcp | head`.
fn has_left(error: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref().map(io::Error::kind);
    error.chain().filter_map(kind).any(|kind| kind == io::ErrorKind::BrokenPipe)
}
