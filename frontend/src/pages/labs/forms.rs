//! The inputs of each lab.

use firsthop_protocol::api::{Direction, Encoding, Ending, Loss};
use yew::prelude::*;

use super::state::{LabState, Name};
use crate::{
    controls::{NumberField, Segmented, Select, TextArea, TextField, captioned},
    settings::use_messages,
};

#[derive(Properties, PartialEq, Clone)]
pub(super) struct FormProps {
    pub(super) state: LabState,
    pub(super) set: Callback<LabState>,
}

impl FormProps {
    fn change(&self, apply: impl Fn(&mut LabState, AttrValue) + 'static) -> Callback<AttrValue> {
        let old = self.state.clone();
        self.set.reform(move |value| {
            let mut state = old.clone();
            apply(&mut state, value);
            state
        })
    }
}

/// The form of the lab that is chosen.
#[component]
pub(super) fn Form(props: &FormProps) -> Html {
    match props.state.lab {
        Name::UdpEcho => html! { <UdpForm ..props.clone() /> },
        Name::Tftp => html! { <TftpForm ..props.clone() /> },
        Name::Tcp => html! { <TcpForm ..props.clone() /> },
        Name::Http => html! { <HttpForm ..props.clone() /> },
    }
}

#[component]
fn UdpForm(props: &FormProps) -> Html {
    let messages = use_messages().labs;
    let value = if props.state.encoding == Encoding::Utf8 { "utf8" } else { "gb2312" };
    html! {
        <div class="form">
            <TextArea
                id="messages" label={messages.datagrams} rows={3} value={props.state.messages.clone()}
                oninput={props.change(|state, value| state.messages = value.to_string())}
            />
            <Segmented
                label={messages.encoding} name="encoding" {value} options={vec![("utf8".into(), "UTF-8".into()), ("gb2312".into(), "GB2312".into())]}
                onchange={props.change(|state, value| state.encoding = if value == "utf8" { Encoding::Utf8 } else { Encoding::Gb2312 })}
            />
        </div>
    }
}

#[component]
fn TftpForm(props: &FormProps) -> Html {
    let messages = use_messages().labs;
    let value = if props.state.direction == Direction::Download { "download" } else { "upload" };
    let tsize = if props.state.tsize { "yes" } else { "no" };
    let common = use_messages().common;
    html! {
        <div class="form">
            <Segmented
                label={messages.direction} name="direction" {value}
                options={vec![("download".into(), messages.download.into()), ("upload".into(), messages.upload.into())]}
                onchange={props.change(|state, value| state.direction = if value == "download" { Direction::Download } else { Direction::Upload })}
            />
            <NumberField id="size" label={messages.size} value={props.state.size.clone()} oninput={props.change(|state, value| state.size = value.to_string())} />
            <NumberField id="blksize" label={messages.blksize} value={props.state.blksize.clone()} oninput={props.change(|state, value| state.blksize = value.to_string())} />
            <NumberField id="windowsize" label={messages.windowsize} value={props.state.windowsize.clone()} oninput={props.change(|state, value| state.windowsize = value.to_string())} />
            <Segmented
                label={messages.tsize} name="tsize" value={tsize} options={vec![("no".into(), common.no.into()), ("yes".into(), common.yes.into())]}
                onchange={props.change(|state, value| state.tsize = value == "yes")}
            />
        </div>
    }
}

#[component]
fn TcpForm(props: &FormProps) -> Html {
    let messages = use_messages().labs;
    let tcp = use_messages().tcp;
    html! {
        <div class="form">
            <TextField id="message" label={messages.message} value={props.state.message.clone()} oninput={props.change(|state, value| state.message = value.to_string())} />
            <Select
                label={tcp.ending} name="ending" value={props.state.ending.name()} options={captioned(Ending::ALL.iter().map(|value| value.name()), tcp.endings)}
                onchange={props.change(|state, value| state.ending = Ending::named(&value).unwrap_or_default())}
            />
            <Select
                label={tcp.loss} name="loss" value={props.state.loss.name()} options={captioned(Loss::ALL.iter().map(|value| value.name()), tcp.losses)}
                onchange={props.change(|state, value| state.loss = Loss::named(&value).unwrap_or_default())}
            />
        </div>
    }
}

#[component]
fn HttpForm(props: &FormProps) -> Html {
    let messages = use_messages().labs;
    html! {
        <div class="form wide">
            <TextArea
                id="request" label={messages.request} hint={messages.request_hint} mono=true rows={7} value={props.state.request.clone()}
                oninput={props.change(|state, value| state.request = value.to_string())}
            />
        </div>
    }
}
