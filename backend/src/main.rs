//! The binary `firsthop`: parses the command line and hands over.

use std::process::ExitCode;

use clap::Parser;
use firsthop_server::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("firsthop: {error:#}");
            ExitCode::FAILURE
        }
    }
}
