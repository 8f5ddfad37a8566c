//! The keys.

use yew::prelude::*;

use crate::{
    editor::{Command, KEYS, Key},
    i18n::Language,
    settings::{use_language, use_messages},
};

/// What is said of a command: the number of its part of the catalogue's `key_actions`.
const fn said(command: Command) -> usize {
    match command {
        Command::Add(_) => 0,
        Command::Cable => 1,
        Command::Press => 2,
        Command::Toggle => 3,
        Command::Nudge(..) => 4,
        Command::Rename => 5,
        Command::Delete => 6,
        Command::Undo => 7,
        Command::Redo => 8,
        Command::Copy | Command::Cut | Command::Paste => 9,
        Command::SelectAll => 10,
        Command::ZoomIn | Command::ZoomOut => 11,
        Command::Fit => 12,
        Command::Tidy => 13,
        Command::Escape => 14,
    }
}

/// A row for each thing that keys do.
fn rows(language: Language) -> Vec<(String, &'static str)> {
    let actions = language.catalogue().editor.key_actions.split('|');
    let keys = |number: usize| {
        let of_it = KEYS.iter().filter(|key| said(key.command) == number);
        of_it.map(|key| name(key, language)).collect::<Vec<_>>().join(language.catalogue().topology.comma)
    };
    actions.enumerate().map(|(number, action)| (keys(number), action)).collect()
}

fn name(key: &Key, language: Language) -> String {
    let own = match key.key {
        " " => language.catalogue().editor.space.to_owned(),
        "ArrowLeft" => "←".to_owned(),
        "ArrowRight" => "→".to_owned(),
        "ArrowUp" => "↑".to_owned(),
        "ArrowDown" => "↓".to_owned(),
        letter if letter.len() == 1 => letter.to_uppercase(),
        named => named.to_owned(),
    };
    let shift = if key.shift == Some(true) { "Shift+" } else { "" };
    format!("{}{shift}{own}", if key.control { "Ctrl+" } else { "" })
}

/// The table of keys, folded away.
#[component]
pub(super) fn Help() -> Html {
    let messages = use_messages().editor;
    let language = use_language().value;
    html! {
        <>
            <p class="hint" id="editor-keys">{ messages.keys_hint }</p>
            <details class="more">
                <summary>{ messages.keys }</summary>
                <table class="data keys">
                    <caption class="sr-only">{ messages.keys }</caption>
                    <tbody>
                        for (keys, action) in rows(language) {
                            <tr key={action}><th scope="row"><kbd>{ keys }</kbd></th><td>{ action }</td></tr>
                        }
                    </tbody>
                </table>
            </details>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_explained_in_both_languages() {
        for language in Language::ALL {
            let rows = rows(language);
            assert!(KEYS.iter().all(|key| said(key.command) < rows.len()));
            assert!(rows.iter().all(|(keys, action)| !keys.is_empty() && !action.is_empty()), "{rows:?}");
        }
    }
}
