//! The binary `firsthop`: hands over to the command line.

fn main() -> std::process::ExitCode {
    firsthop_server::cli::main()
}
