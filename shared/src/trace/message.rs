//! Sentences with placeholders, from which a [`Text`] is made.

use std::fmt::Display;

use super::Text;

/// A sentence: placeholders stand in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// The key in the catalogues.
    pub id: &'static str,
    /// The English, with placeholders: `{host}`.
    pub english: &'static str,
}

impl Message {
    /// The text with its values filled in.
    pub fn with(&self, args: &[(&str, &dyn Display)]) -> Text {
        let mut english = self.english.to_owned();
        for (name, value) in args {
            english = english.replace(&format!("{{{name}}}"), &value.to_string());
        }
        args.iter().fold(Text::new(self.id, english), |text, (name, value)| text.arg(*name, value))
    }

    /// The text, which has no values.
    pub fn text(&self) -> Text {
        self.with(&[])
    }
}

/// Makes a constant of each sentence, and a list `ALL` of them: what a catalogue must translate.
macro_rules! messages {
    ($($name:ident = $id:literal, $english:literal;)*) => {
        $(pub(super) const $name: $crate::trace::Message = $crate::trace::Message { id: $id, english: $english };)*
        /// All of them: what a catalogue must translate.
        pub const ALL: &[$crate::trace::Message] = &[$($name),*];
    };
}

pub(crate) use messages;
