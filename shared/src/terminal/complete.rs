//! How a word may go on.

use super::{
    line::Complete,
    machine::Machine,
    shell::{COMMANDS, command},
};

/// Knows the commands, their options, and the names of machines and interfaces.
pub struct Completion<'m>(pub &'m dyn Machine);

impl Complete for Completion<'_> {
    fn candidates(&self, before: &[String], word: &str) -> Vec<String> {
        let names = || COMMANDS.iter().map(|command| command.name.to_owned());
        let mut all: Vec<String> = match before.first().map(String::as_str) {
            None => names().collect(),
            Some("help") => names().collect(),
            Some(name) => {
                let own = command(name).into_iter().flat_map(|it| it.words).map(|word| (*word).to_owned());
                let cards = self.0.interfaces().iter().map(|card| card.name.clone());
                own.chain(self.0.names()).chain(cards).collect()
            }
        };
        all.retain(|it| it.starts_with(word) && (!it.starts_with('-') || word.starts_with('-')));
        all.sort_unstable();
        all.dedup();
        all
    }
}
