//! The binary `firsthop`: parses the command line and hands over.

use std::process::ExitCode;

use firsthop_server::cli::Cli;

fn main() -> ExitCode {
    match Cli::read().map(Cli::run) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Err(usage) => usage.exit(),
        Ok(Err(error)) => {
            eprintln!("firsthop: {error:#}");
            ExitCode::FAILURE
        }
    }
}
