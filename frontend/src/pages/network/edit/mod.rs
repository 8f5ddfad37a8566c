//! A network is drawn: devices, cables, their settings, what happens; every step can be taken back.
//!
//! What is drawn is in [`editor`](crate::editor), which knows no browser; here it is shown, pointed at and typed into.

mod actions;
mod canvas;
mod files;
mod hand;
mod help;
mod settings;
mod toolbar;

use std::rc::Rc;

use firsthop_protocol::sim::Scenario;
use yew::prelude::*;

use self::{
    actions::Actions, canvas::Canvas, files::Files, help::Help, settings::Settings, toolbar::Toolbar,
};
use crate::{
    editor::{Act, Draft, Edit, Editor, Refused},
    i18n::{Explain, Language, fill},
    settings::{use_language, use_messages},
};

impl Reducible for Editor {
    type Action = Act;

    fn reduce(self: Rc<Self>, act: Act) -> Rc<Self> {
        let next = self.after(act);
        if next == *self { self } else { Rc::new(next) }
    }
}

/// The editor, to look at and to tell what to do.
pub(super) type Handle = UseReducerHandle<Editor>;

/// Does something to the editor when told to.
fn tell<E: 'static>(editor: &Handle, act: impl Fn(E) -> Act + 'static) -> Callback<E> {
    let dispatcher = editor.dispatcher();
    Callback::from(move |event| dispatcher.dispatch(act(event)))
}

/// What every part of the editor gets.
#[derive(Properties, PartialEq, Clone)]
pub(super) struct PartProps {
    pub(super) editor: Handle,
}

#[derive(Properties, PartialEq, Clone)]
pub(super) struct EditProps {
    /// The text of the network at first.
    pub(super) source: AttrValue,
    /// The text after each change.
    pub(super) onchange: Callback<String>,
    /// Enough drawn: have it run.
    pub(super) onrun: Callback<()>,
}

/// Tools, the drawing with the settings of what is selected, what happens, files, keys.
#[component]
pub(super) fn EditNetwork(props: &EditProps) -> Html {
    let messages = use_messages().editor;
    let language = use_language().value;
    let editor = use_reducer({
        let source = props.source.clone();
        move || Editor::new(Draft::read(&source).unwrap_or_default())
    });
    let source = use_memo(Rc::clone(&editor.draft), ToString::to_string);
    let problem = use_memo((Rc::clone(&source), language), |(source, language)| {
        Scenario::parse(source).err().map(|error| error.explain(*language))
    });
    let first = use_mut_ref(|| true);
    use_effect_with(Rc::clone(&source), {
        let onchange = props.onchange.clone();
        move |source: &Rc<String>| {
            if !first.replace(false) {
                onchange.emit((**source).clone());
            }
        }
    });
    let refused = editor.refused.as_ref().map(|refused| say(refused, language));
    html! {
        <section class="editor" aria-labelledby="editor-title" data-devices={editor.draft.devices.len().to_string()} data-cables={editor.draft.links.len().to_string()}>
            <div class="title-row">
                <h2 id="editor-title">{ messages.title }</h2>
                <button type="button" class="primary" data-do="run" disabled={problem.is_some()} onclick={props.onrun.reform(|_: MouseEvent| ())}>{ messages.run }</button>
            </div>
            <Toolbar editor={editor.clone()} />
            <div class="editor-main">
                <Canvas editor={editor.clone()} />
                <Settings editor={editor.clone()} />
            </div>
            <p class="said-now" role="status">{ refused.unwrap_or_else(|| says_now(&editor, language)) }</p>
            if let Some(problem) = &*problem { <p class="problem" data-problem="">{ fill(messages.cannot_run, &[("why", problem)]) }</p> }
            <Actions editor={editor.clone()} />
            <Files editor={editor.clone()} {source} />
            <Help />
        </section>
    }
}

/// What is selected, or what the learner is in the middle of.
fn says_now(editor: &Editor, language: Language) -> String {
    let messages = language.catalogue().editor;
    if let Some(from) = &editor.cabling {
        return fill(messages.cabling, &[("name", &language.node(from))]);
    }
    let names: Vec<&str> = editor.selected.iter().map(|name| language.node(name)).collect();
    if names.is_empty() {
        let (devices, cables) = (editor.draft.devices.len(), editor.draft.links.len());
        return fill(messages.counted, &[("devices", &devices), ("cables", &cables)]);
    }
    fill(messages.selected, &[("names", &names.join(language.catalogue().topology.comma))])
}

/// Why a change was not made.
fn say(refused: &Refused, language: Language) -> String {
    let messages = language.catalogue().editor;
    match refused {
        Refused::Missing(name) => fill(messages.missing, &[("name", name)]),
        Refused::Taken(name) => fill(messages.taken, &[("name", name)]),
        Refused::NoName(name) => fill(messages.no_name, &[("name", name)]),
        Refused::SameEnds => messages.same_ends.to_owned(),
    }
}

/// An edit that a press of a button makes.
fn on_press(editor: &Handle, edit: Edit) -> Callback<MouseEvent> {
    tell(editor, move |_| Act::Edit(edit.clone()))
}
