//! A trace with everything to study it by: the ladder, the packets, the bytes of the one selected, what happened and why.

use std::rc::Rc;

use firsthop_protocol::{
    trace::{EventKind, Time},
    wire::Conversations,
};
use yew::prelude::*;

use crate::{
    platform,
    settings::{use_language, use_messages},
    views::{
        SharedTrace, bytes::PacketBytes, export::Export, fold::Fold, ladder::Ladder, log::Log,
        packet_list::PacketList,
    },
};

/// What is studied.
#[derive(Properties, PartialEq, Clone)]
pub struct StudyProps {
    /// The trace.
    pub trace: SharedTrace,
    /// Up to which instant.
    pub now: Time,
    /// The machines, in the order of their lifelines.
    pub nodes: Vec<String>,
    /// The name of saved files, without an extension.
    pub name: AttrValue,
    /// The event that is selected first, and when this changes.
    #[prop_or_default]
    pub selected: Option<usize>,
    /// Another is selected, or none.
    #[prop_or_default]
    pub onselect: Callback<Option<usize>>,
    /// What else there is to say of the frame that is selected, or to do with it; by its event.
    #[prop_or_default]
    pub about: Option<Callback<usize, Html>>,
    /// What the ladder is called, where there are several.
    #[prop_or_default]
    pub title: Option<AttrValue>,
    /// What is looked at first, in place of the ladder, which is then folded away.
    #[prop_or_default]
    pub picture: Option<Html>,
    /// What stands beside the ladder, such as the ladder of another trace.
    #[prop_or_default]
    pub beside: Html,
    /// What follows: states, tables, calls.
    #[prop_or_default]
    pub children: Html,
}

/// Ladder and log, the bytes of a segment, whatever a page adds, the packets as a list.
#[component]
pub fn Study(props: &StudyProps) -> Html {
    let messages = use_messages();
    let selected = use_state_eq(|| props.selected);
    use_effect_with(props.selected, {
        let selected = selected.setter();
        move |asked| selected.set(*asked)
    });
    let choose = {
        let selected = selected.setter();
        use_callback(props.onselect.clone(), move |event: Option<usize>, tell| {
            selected.set(event);
            tell.emit(event);
        })
    };
    let onselect = use_callback(choose.clone(), |event: usize, choose| choose.emit(Some(event)));
    let (trace, now) = (props.trace.clone(), props.now);
    let wide = props.beside != Html::default();
    let drawn = (props.clone(), *selected, onselect.clone());
    let ladder = use_callback(drawn, |(), (props, selected, onselect)| {
        html! {
            <Ladder
                trace={props.trace.clone()} now={props.now} nodes={props.nodes.clone()} selected={*selected}
                onselect={onselect.clone()} label={props.title.clone()}
            />
        }
    });
    html! {
        <div class="study">
            <div class={classes!("study-main", wide.then_some("compared"))}>
                { props.beside.clone() }
                <div class="column">
                    if let Some(title) = &props.title { <h3>{ title }</h3> }
                    { props.picture.clone().unwrap_or_else(|| ladder.emit(())) }
                </div>
                <div class="study-side">
                    <h3>{ messages.log.title }</h3>
                    <Log trace={trace.clone()} {now} />
                    <Export trace={trace.clone()} nodes={props.nodes.clone()} name={props.name.clone()} />
                </div>
            </div>
            if let Some(event) = *selected {
                <SelectedFrame trace={trace.clone()} {event} about={props.about.as_ref().map(|about| about.emit(event))} onclose={choose.reform(|()| None)} />
            }
            { props.children.clone() }
            if props.picture.is_some() { <Fold title={messages.ladder.title} inside={ladder} /> }
            <div class="listed">
                <h3>{ messages.packet_list.title }</h3>
                <PacketList {trace} {now} selected={*selected} {onselect} />
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SelectedProps {
    trace: SharedTrace,
    event: usize,
    about: Option<Html>,
    onclose: Callback<()>,
}

/// The frame of an event, three ways.
#[component]
fn SelectedFrame(props: &SelectedProps) -> Html {
    let messages = use_messages();
    let language = use_language().value;
    let beginning = use_node_ref();
    use_effect_with((beginning.clone(), props.event), |(beginning, _)| platform::reveal(beginning));
    let frames = || props.trace.events().iter().enumerate();
    // What its ports carry was told by the frames before it.
    let mut conversations = Conversations::default();
    let mut number = 0;
    let found = frames().take(props.event + 1).find_map(|(index, event)| {
        let EventKind::Frame(frame) = &event.kind else { return None };
        number += 1;
        let dissection = conversations.follow(frame.link_type, &frame.bytes, frame.original_len());
        (index == props.event).then_some((frame, dissection))
    });
    let Some((frame, dissection)) = found else { return html! {} };
    let dissection = Rc::new(dissection);
    html! {
        <section aria-label={messages.packets.title} class="selected-frame" data-number={number.to_string()}>
            <div class="beginning" ref={beginning} />
            <div class="title-row">
                <h3>{ format!("{} {number}: {} → {}", messages.packet_list.number, language.node(&frame.from), language.node(&frame.to)) }</h3>
                <div class="buttons">
                    { props.about.clone() }
                    <button type="button" class="quiet" onclick={props.onclose.reform(|_: MouseEvent| ())}>{ messages.common.hide }</button>
                </div>
            </div>
            <PacketBytes bytes={Rc::from(frame.bytes.as_slice())} {dissection} narrow=true />
        </section>
    }
}
