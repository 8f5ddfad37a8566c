//! The kinds of file that a trace is saved as, and a button for each.

use yew::prelude::*;

use crate::settings::use_messages;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// For Wireshark.
    Pcapng,
    /// Every event with all that is known of it.
    Json,
    /// The ladder as a drawing.
    Svg,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Pcapng, Self::Json, Self::Svg];

    /// What the file's name ends with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pcapng => "pcapng",
            Self::Json => "json",
            Self::Svg => "svg",
        }
    }

    /// Its media type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pcapng => "application/x-pcapng",
            Self::Json => "application/json",
            Self::Svg => "image/svg+xml",
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct SaveAsProps {
    /// Whether there is nothing to save.
    #[prop_or_default]
    pub disabled: bool,
    /// One was chosen.
    pub onsave: Callback<Kind>,
}

/// A button for each kind of file.
#[component]
pub fn SaveAs(props: &SaveAsProps) -> Html {
    let title = use_messages().export.title;
    let button = |kind: Kind| {
        let onclick = props.onsave.reform(move |_: MouseEvent| kind);
        html! {
            <button type="button" data-save={kind.extension()} disabled={props.disabled} {onclick}>{ kind.extension() }</button>
        }
    };
    html! {
        <div class="export" role="group" aria-label={title}>
            <span class="label">{ title }</span>
            for kind in Kind::ALL {
                { button(kind) }
            }
        </div>
    }
}
