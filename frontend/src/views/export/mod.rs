//! A trace as a file: pcapng for Wireshark, JSON, SVG of the ladder.

mod kind;

use firsthop_protocol::trace::pcapng;
use yew::prelude::*;

pub use self::kind::{Kind, SaveAs};
use crate::{
    platform,
    settings::use_language,
    views::{SharedTrace, ladder},
};

/// What is exported.
#[derive(Properties, PartialEq, Clone)]
pub struct ExportProps {
    /// The trace.
    pub trace: SharedTrace,
    /// The machines, in the order of their lifelines.
    #[prop_or_default]
    pub nodes: Vec<String>,
    /// The files' name, without an extension.
    pub name: AttrValue,
}

/// A button for each kind of file.
#[component]
pub fn Export(props: &ExportProps) -> Html {
    let language = use_language().value;
    let onsave = {
        let ExportProps { trace, nodes, name } = props.clone();
        Callback::from(move |kind: Kind| {
            let bytes = match kind {
                Kind::Pcapng => pcapng::write(&trace, &pcapng::Options::default()),
                Kind::Json => serde_json::to_vec_pretty(&*trace).unwrap_or_default(),
                Kind::Svg => ladder::to_svg(&trace, &nodes, language).into_bytes(),
            };
            platform::download(&format!("{name}.{}", kind.extension()), kind.mime(), &bytes);
        })
    };
    html! { <SaveAs {onsave} /> }
}
