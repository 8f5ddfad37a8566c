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

/// A sentence, and the section that orders what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cited {
    /// The key in the catalogues.
    pub id: &'static str,
    /// The English, with placeholders: `{host}`.
    pub english: &'static str,
    /// The section: `RFC 1350 §4`.
    pub rfc: &'static str,
}

impl Cited {
    /// The text with its values filled in; `rfc` is among them.
    pub fn text(&self, args: &[(&str, &dyn Display)]) -> Text {
        let Self { id, english, rfc } = *self;
        Message { id, english }.with(args).arg("rfc", rfc)
    }
}

/// Makes a constant of each sentence with its section, and a list `ALL` of them as [`messages`] does.
macro_rules! cited {
    ($($name:ident = $id:literal, $english:literal, $rfc:literal;)*) => {
        $(pub(super) const $name: $crate::trace::Cited =
            $crate::trace::Cited { id: $id, english: $english, rfc: $rfc };)*
        /// Every identifier with its English: what a catalogue must translate.
        pub const ALL: &[(&str, &str)] = &[$(($id, $english)),*];
    };
}

pub(crate) use cited;
