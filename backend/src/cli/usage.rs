//! What is said about a command line that makes no sense: one line, as about every other bad input.

use std::process::ExitCode;

use clap::error::ErrorKind;

/// A command line that is not run: a wrong one, or one that only asks for help.
#[derive(Debug)]
pub struct Usage(clap::Error);

impl Usage {
    pub(super) const fn new(error: clap::Error) -> Self {
        Self(error)
    }

    /// Says it, help on standard output and what is wrong on standard error; the exit code is 2 for the latter.
    pub fn exit(&self) -> ExitCode {
        let help = matches!(
            self.0.kind(),
            ErrorKind::DisplayHelp
                | ErrorKind::DisplayVersion
                | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        );
        if help {
            // A closed standard output has nobody to tell.
            self.0.print().ok();
        } else {
            eprintln!("firsthop: {}", self.line());
        }
        if self.0.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
    }

    /// What clap says before its hints, on one line.
    fn line(&self) -> String {
        let text = self.0.render().to_string();
        let said = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        let words: Vec<&str> = said.split_whitespace().collect();
        format!("{} (--help says more)", words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cli;

    fn line(arguments: &[&str]) -> String {
        Cli::read_from(["firsthop"].iter().chain(arguments)).unwrap_err().line()
    }

    #[test]
    fn a_wrong_command_line_is_one_line_long() {
        assert_eq!(
            line(&["sim", "handshake", "--seed", "x"]),
            "invalid value 'x' for '--seed <SEED>': invalid digit found in string (--help says more)"
        );
        assert_eq!(
            line(&["dissect"]),
            "the following required arguments were not provided: <FILE> (--help says more)"
        );
    }
}
