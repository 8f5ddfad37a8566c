//! The button that runs something for real, and what the server says to it.

use firsthop_protocol::api::{self, Lab};
use yew::prelude::*;

use super::{LiveRun, Run, Server};
use crate::{
    controls::CopyButton,
    i18n::{Language, fill},
    settings::{use_language, use_messages},
};

/// The command that starts a server from a clone.
const COMMAND: &str = "cargo xtask run";

/// What the panel steers.
#[derive(Properties, PartialEq, Clone)]
pub struct RunPanelProps {
    /// The connection.
    pub run: LiveRun,
    /// What to run.
    pub lab: Lab,
    /// The recording that is shown where there is nothing to run it on, one of [`super::RECORDINGS`].
    pub recording: &'static str,
    /// Whether the lab's parameters make sense; if not, nothing can be started.
    #[prop_or(true)]
    pub enabled: bool,
}

/// Run, stop; how it goes; what is missing if it cannot.
#[component]
pub fn RunPanel(props: &RunPanelProps) -> Html {
    let messages = use_messages().live;
    let language = use_language().value;
    let live = &props.run.live;
    let running = live.run.is_open();
    let ready = matches!(live.server, Server::Ready { .. });
    let start = {
        let (start, lab) = (props.run.start.clone(), props.lab.clone());
        Callback::from(move |_: MouseEvent| start.emit(lab.clone()))
    };
    let stop = props.run.stop.reform(|_: MouseEvent| ());
    let caption = if live.run == Run::Idle { messages.run } else { messages.again };
    let show = {
        let (show, name) = (props.run.show_recording.clone(), props.recording);
        Callback::from(move |_: MouseEvent| show.emit(name))
    };
    html! {
        <div class="run-panel" data-server={server_name(&live.server)} data-run={run_name(&live.run)}>
            if live.server == Server::Absent {
                <Absent retry={props.run.retry.clone()} />
            } else {
                <div class="buttons">
                    <button type="button" class="primary" data-do="run" disabled={!ready || running || !props.enabled} onclick={start}>{ caption }</button>
                    if running { <button type="button" data-do="stop" onclick={stop}>{ messages.stop }</button> }
                </div>
            }
            if live.server == Server::Absent || matches!(live.server, Server::Ready { no_capture: Some(_) }) {
                <button type="button" data-do="recording" onclick={show}>{ messages.show_recording }</button>
            }
            <p class="hint" role="status">{ server(&live.server, language) }{ " " }{ progress(&live.run, language) }</p>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct AbsentProps {
    retry: Callback<()>,
}

/// What a learner without a server needs.
#[component]
fn Absent(props: &AbsentProps) -> Html {
    let messages = use_messages();
    html! {
        <div class="absent">
            <p>{ messages.live.absent }{ " " }{ messages.live.absent_how }</p>
            <p class="command"><code>{ COMMAND }</code><CopyButton text={COMMAND} what={COMMAND} /></p>
            <button type="button" data-do="retry" onclick={props.retry.reform(|_: MouseEvent| ())}>{ messages.live.retry }</button>
        </div>
    }
}

/// As it stands in an attribute, for style sheets and tests.
fn server_name(server: &Server) -> &'static str {
    match server {
        Server::Connecting => "connecting",
        Server::Absent => "absent",
        Server::Ready { no_capture: None } => "ready",
        Server::Ready { no_capture: Some(_) } => "ready-without-capture",
        Server::Outdated { .. } => "outdated",
    }
}

/// As it stands in an attribute, for style sheets and tests.
fn run_name(run: &Run) -> &'static str {
    match run {
        Run::Idle => "idle",
        Run::Waiting { .. } => "waiting",
        Run::Running => "running",
        Run::Ended => "ended",
        Run::Stopped => "stopped",
        Run::Failed(_) => "failed",
        Run::Refused(_) => "refused",
        Run::Gone => "gone",
        Run::Recorded => "recorded",
        Run::NoRecording => "no-recording",
    }
}

fn server(server: &Server, language: Language) -> String {
    let messages = language.catalogue().live;
    match server {
        Server::Connecting => messages.connecting.to_owned(),
        // Said above, where it is said what to do.
        Server::Absent => String::new(),
        Server::Ready { no_capture: None } => messages.ready.to_owned(),
        Server::Ready { no_capture: Some(why) } => fill(messages.no_capture, &[("why", &language.say(why))]),
        Server::Outdated { theirs } => {
            fill(messages.outdated, &[("ours", &api::VERSION), ("theirs", theirs)])
        }
    }
}

fn progress(run: &Run, language: Language) -> String {
    let messages = language.catalogue().live;
    match run {
        Run::Idle => String::new(),
        Run::Waiting { ahead } => fill(messages.waiting, &[("ahead", ahead)]),
        Run::Running => messages.running.to_owned(),
        Run::Ended => messages.ended.to_owned(),
        Run::Stopped => messages.stopped.to_owned(),
        Run::Failed(why) => fill(messages.ended_badly, &[("why", &language.say(why))]),
        Run::Refused(why) => fill(messages.refused, &[("why", &language.say(why))]),
        Run::Gone => messages.gone.to_owned(),
        Run::Recorded => messages.recorded.to_owned(),
        Run::NoRecording => messages.no_recording.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_waits_says_how_many_are_ahead() {
        let said = |language| progress(&Run::Waiting { ahead: 17 }, language);
        assert_eq!(said(Language::English), "Waiting for a place on the server; before you: 17.");
        assert_eq!(said(Language::Chinese), "正在等待服务器空位；前面还有 17 个。");
    }
}
