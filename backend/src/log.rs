//! What is logged, and how what strangers send looks there.

use std::{
    fmt::{self, Write},
    io::{self, IsTerminal},
};

use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Logs to standard error what `filter` lets pass (`info`, `firsthop_server::services=debug`), in colour on a terminal.
///
/// # Errors
/// When the filter is not understood.
pub fn begin(filter: &str) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).parse(filter)?;
    let colours = io::stderr().is_terminal();
    // It fails only when there is one already.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(io::stderr)
        .try_init()
        .ok();
    Ok(())
}

/// Characters of a stranger's text that are logged.
const MOST: usize = 120;

/// A stranger's text, as it is logged: escaped, and no more than its beginning.
///
/// ```
/// # use firsthop_server::log::Foreign;
/// assert_eq!(Foreign("a\n\u{1b}[31m").to_string(), "a\\n\\u{1b}[31m");
/// assert_eq!(Foreign(&"x".repeat(60_000)).to_string().chars().count(), 121);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Foreign<'a>(pub &'a str);

impl fmt::Display for Foreign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, character) in self.0.chars().enumerate() {
            if count == MOST {
                return f.write_char('…');
            }
            write!(f, "{}", character.escape_debug())?;
        }
        Ok(())
    }
}
