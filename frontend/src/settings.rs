//! What a learner chooses once: language and theme. Remembered by the browser.
//!
//! Two contexts, because whoever shows text need not be drawn again when the theme changes.

use yew::prelude::*;

use crate::{
    i18n::{Catalogue, Language},
    platform,
    query::Query,
};

const LANGUAGE: &str = "firsthop.language";
const LANGUAGE_PARAMETER: &str = "lang";
const THEME: &str = "firsthop.theme";

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in storage and in the style sheets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// A setting's value and how to change it.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T: PartialEq> {
    /// The value now.
    pub value: T,
    /// Changes it, and has the browser remember it.
    pub set: Callback<T>,
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

/// Keeps the settings and hands them to everything inside.
#[component]
pub(crate) fn SettingsProvider(props: &Props) -> Html {
    let language = use_state(first_language);
    let theme =
        use_state(|| platform::stored(THEME).and_then(|name| Theme::from_name(&name)).unwrap_or_default());

    use_effect_with(*language, |language| platform::set_document_language(language.tag()));
    use_effect_with(*theme, |theme| platform::set_document_theme(theme.name()));

    let set_language = {
        let language = language.setter();
        use_callback((), move |chosen: Language, ()| {
            platform::store(LANGUAGE, chosen.tag());
            // A link that asks for a language would undo the choice when the page is loaded again.
            let mut query = Query::parse(&platform::query());
            if query.change(LANGUAGE_PARAMETER, chosen.tag()) {
                platform::set_query(&query.to_string());
            }
            language.set(chosen);
        })
    };
    let set_theme = {
        let theme = theme.setter();
        use_callback((), move |chosen: Theme, ()| {
            platform::store(THEME, chosen.name());
            theme.set(chosen);
        })
    };
    html! {
        <ContextProvider<Setting<Language>> context={Setting { value: *language, set: set_language }}>
            <ContextProvider<Setting<Theme>> context={Setting { value: *theme, set: set_theme }}>
                { props.children.clone() }
            </ContextProvider<Setting<Theme>>>
        </ContextProvider<Setting<Language>>>
    }
}

/// `?lang=` in the address, else what was chosen before, else what the browser asks for, else English.
fn first_language() -> Language {
    platform::query_parameter(LANGUAGE_PARAMETER)
        .inspect(|tag| {
            // It holds on the next page, too.
            if let Some(language) = Language::from_tag(tag) {
                platform::store(LANGUAGE, language.tag());
            }
        })
        .or_else(|| platform::stored(LANGUAGE))
        .or_else(platform::browser_language)
        .and_then(|tag| Language::from_tag(&tag))
        .unwrap_or_default()
}

/// The language and how to change it.
#[hook]
pub fn use_language() -> Setting<Language> {
    use_context().unwrap_or(Setting { value: Language::default(), set: Callback::noop() })
}

/// The theme and how to change it.
#[hook]
pub fn use_theme() -> Setting<Theme> {
    use_context().unwrap_or(Setting { value: Theme::default(), set: Callback::noop() })
}

/// The messages in the learner's language.
#[hook]
pub fn use_messages() -> &'static Catalogue {
    use_language().value.catalogue()
}
