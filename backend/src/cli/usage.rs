//! What is wrong with a command line, in one line.

use std::{env, ffi::OsString, fmt::Display, ops::RangeInclusive, str::FromStr};

use clap::{
    CommandFactory,
    builder::TypedValueParser,
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
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => None,
        _ => Some(line(error, &env::args_os().skip(1).collect::<Vec<_>>())),
    }
}

/// Takes a whole number, and says which are wanted when it is none of them.
pub(super) fn whole<T>(range: RangeInclusive<T>) -> impl TypedValueParser<Value = T>
where
    T: FromStr + Display + PartialOrd + Clone + Send + Sync + 'static,
{
    move |text: &str| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| format!("a whole number from {} to {} is wanted", range.start(), range.end()))
    }
}

fn line(error: &clap::Error, given: &[OsString]) -> String {
    let (command, path) = deepest(given);
    let known = || {
        let names = command.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "help");
        names.collect::<Vec<_>>().join(", ")
    };
    // clap would print the whole help.
    if let ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand = error.kind() {
        let name = command.get_subcommand_value_name().unwrap_or("COMMAND");
        return format!("{path} wants a {name}, one of {} (`{path} --help` says more)", known());
    }
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
        said.push_str(&format!(" [possible values: {}]", known()));
    }
    // What Rust says of numbers is about its types.
    for (rusts, ours) in [
        ("invalid digit found in string", "a whole number is wanted"),
        ("cannot parse integer from empty string", "a whole number is wanted"),
        ("number too large to fit in target type", "so large a number it cannot be"),
    ] {
        said = said.replace(rusts, ours);
    }
    // Whoever did not write the option on the command line looks for it there in vain.
    let named = context(ContextKind::InvalidArg);
    // clap takes the number for an option of its own, and advises what would make it an argument.
    if error.kind() == ErrorKind::UnknownArgument
        && named.starts_with('-')
        && named.parse::<f64>().is_ok()
        && let Some(option) = before(given, named)
            .and_then(|option| command.get_arguments().find(|argument| argument.get_long() == Some(option)))
    {
        return format!(
            "invalid value '{named}' for '{option}': a number from 0 on is wanted (`{path} --help` says more)"
        );
    }
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

/// The option, without its dashes, after which a word was given.
fn before<'g>(given: &'g [OsString], word: &str) -> Option<&'g str> {
    let at = given.iter().position(|given| given == word)?;
    given.get(at.checked_sub(1)?)?.to_str()?.strip_prefix("--")
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
