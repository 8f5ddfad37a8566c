//! What is wrong with a command line, in one line.

use std::{env, ffi::OsString};

use clap::{
    CommandFactory,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::Cli;

/// What was asked for makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Senseless(pub(super) String);

/// Makes one line of what clap says in several; `None` when it says nothing wrong, but the help.
pub(super) fn explain(error: &clap::Error) -> Option<String> {
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => None,
        _ => Some(line(error, &env::args_os().skip(1).collect::<Vec<_>>())),
    }
}

fn line(error: &clap::Error, given: &[OsString]) -> String {
    let (command, path) = deepest(given);
    let text = error.to_string();
    let said = text.lines().take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let said: Vec<&str> = said.map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut said = said.join(" ").replace(" tip: ", "; ");
    if let Some(rest) = said.strip_prefix("error: ") {
        said = rest.to_owned();
    }
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    if error.kind() == ErrorKind::InvalidSubcommand {
        let known: Vec<&str> =
            command.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "help").collect();
        said.push_str(&format!(" [possible values: {}]", known.join(", ")));
    }
    // Whoever did not write the option on the command line looks for it there in vain.
    let named = context(ContextKind::InvalidArg);
    let argument = command.get_arguments().find(|argument| argument.to_string() == named);
    if let Some(argument) = argument
        && let (Some(variable), Some(option)) = (argument.get_env(), argument.get_long())
        && env::var_os(variable).is_some_and(|value| value == context(ContextKind::InvalidValue))
        && !given.iter().any(|word| word.to_string_lossy().starts_with(&format!("--{option}")))
    {
        said.push_str(&format!(" (it comes from the environment: {})", variable.display()));
    }
    format!("{said} (`{path} --help` says more)")
}

/// The subcommand that was meant, as far as it is known, and how it is called.
fn deepest(given: &[OsString]) -> (clap::Command, String) {
    let mut command = Cli::command();
    // It is not whole before.
    command.build();
    let mut path = command.get_name().to_owned();
    for word in given.iter().filter_map(|word| word.to_str()) {
        if let Some(next) = command.find_subcommand(word).cloned() {
            path.push_str(&format!(" {word}"));
            command = next;
        }
    }
    (command, path)
}
