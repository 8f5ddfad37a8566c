//! A message that a view translates: an identifier, its values, and the plain English that a tool prints.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// A message with the identifier of its translation.
///
/// The browser looks `id` up in its catalogues and fills in `args`; the command line and pcapng comments
/// print `english`, so nothing is lost where there is no catalogue.
///
/// ```
/// use firsthop_protocol::trace::Text;
/// let text = Text::new("link.lost", "lost on the link, as the scenario asked").arg("nth", 2);
/// assert_eq!(text.to_string(), "lost on the link, as the scenario asked");
/// assert_eq!(text.args["nth"], "2");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The key in the message catalogues, dotted, lower case: `tcp.syn-received`.
    pub id: String,
    /// Values for the placeholders of the translation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// The same in plain English, values filled in.
    pub english: String,
}

impl Text {
    /// A message without values.
    pub fn new(id: impl Into<String>, english: impl Into<String>) -> Self {
        Self { id: id.into(), args: BTreeMap::new(), english: english.into() }
    }

    /// Adds a value for the placeholder `name`.
    #[must_use]
    pub fn arg(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.args.insert(name.into(), value.to_string());
        self
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}
