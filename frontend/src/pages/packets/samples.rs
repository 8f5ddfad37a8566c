//! Packets to begin with.

use firsthop_protocol::wire::samples;
use yew::prelude::*;

use super::capture::Picked;
use crate::{
    controls::Select,
    i18n::wire::sample,
    settings::{use_language, use_messages},
};

/// The packet that the page opens with: the SYN of a handshake.
pub(super) fn first() -> Vec<u8> {
    samples::all().into_iter().next().map(|sample| sample.frame).unwrap_or_default()
}

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// The packet shown, to say which sample it is, if it is one.
    pub(super) bytes: Option<std::rc::Rc<[u8]>>,
    pub(super) onpick: Callback<Picked>,
}

/// A list of samples by protocol.
#[component]
pub(super) fn Samples(props: &Props) -> Html {
    let messages = use_messages().packets;
    let language = use_language().value;
    let all = use_memo((), |()| samples::all());
    let shown = all.iter().find(|sample| props.bytes.as_deref() == Some(&sample.frame[..]));
    let first = [(AttrValue::from(""), AttrValue::from(messages.choose))];
    let names = all.iter().map(|it| (AttrValue::from(it.name), AttrValue::from(sample(language, it.name))));
    let value = shown.map(|sample| sample.name).unwrap_or_default();
    let onchange = {
        let (onpick, all) = (props.onpick.clone(), std::rc::Rc::clone(&all));
        Callback::from(move |chosen: AttrValue| {
            if let Some(sample) = all.iter().find(|sample| sample.name == chosen.as_str()) {
                onpick.emit(Picked { link: sample.link, bytes: sample.frame.clone(), original: None });
            }
        })
    };
    html! { <Select name="sample" label={messages.sample} options={first.into_iter().chain(names).collect::<Vec<_>>()} {value} {onchange} /> }
}
