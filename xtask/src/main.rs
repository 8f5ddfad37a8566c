//! Every developer command of Firsthop: `cargo xtask run | dev | test | build | bench | tools`.
//!
//! It gets what a command needs itself, says what it is doing meanwhile, and installs nothing outside `target/`
//! but system packages, and those only as root.

mod bench;
mod build;
mod compress;
mod serve;
mod shell;
mod stamp;
mod system;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, runs, tests and measures Firsthop.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build everything and serve the app at http://127.0.0.1:8080
    Run {
        /// Arguments for `firsthop serve`, such as `--listen 127.0.0.1:9000`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Serve with live reload (trunk) and a backend behind it, for work on the app
    Dev,
    /// Run every check and test; ends with `N passed, N failed`
    Test {
        /// Only the steps whose name contains this word
        #[arg(long)]
        only: Option<String>,
    },
    /// Make one self-contained release binary, `target/release/firsthop`, with the whole site inside
    Build,
    /// Build the site alone, for a host that only serves files (the labs then say that they need a server)
    Site {
        /// The path below which it will stand, with a slash at both ends
        #[arg(long, default_value = "/")]
        public_url: String,
        /// The folder to put it into
        #[arg(long, default_value = "target/static-site")]
        out: std::path::PathBuf,
    },
    /// Measure against named peers, side by side in one run
    Bench {
        /// Only the measurements whose name contains this word
        #[arg(long)]
        only: Option<String>,
    },
    /// Get the tools that the other commands need, and say where they are
    Tools,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Run { args } => serve::run(&args),
        Command::Dev => serve::dev(),
        Command::Test { only } => test::run(only.as_deref()),
        Command::Build => build::release().map(|_| ()),
        Command::Site { public_url, out } => build::static_site(&public_url, &shell::root().join(out)),
        Command::Bench { only } => bench::run(only.as_deref()),
        Command::Tools => tools::print_all(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
