//! Every page and view drawn in Chinese: whatever is written or read out on it has no English left.
//!
//! Drawn natively, so effects do not run: simulations are drawn at their end by the views themselves.
#![allow(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

use firsthop_protocol::{
    sim::{Scenario, Simulation, library},
    trace::Time,
};
use yew::{ServerRenderer, prelude::*};
use yew_router::{
    Router,
    history::{AnyHistory, MemoryHistory},
};

use crate::{
    i18n::Language,
    pages::{
        home::Home, labs::Labs, network::Network, not_found::NotFound, packets::Packets, subnet::Subnet,
        tcp::Tcp,
    },
    settings::Setting,
    shell::Shell,
    views::{
        SharedTrace,
        calls::CallList,
        states::StateDiagram,
        study::Study,
        tables::{RowsView, VariablesView},
    },
};

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shown {
    Home,
    NotFound,
    Subnet,
    Packets,
    Tcp,
    Network,
    Labs,
    /// Everything about a scenario of this text, run to its end.
    Scenario(&'static str),
}

#[derive(Properties, PartialEq)]
struct Props {
    shown: Shown,
}

#[component]
fn InChinese(props: &Props) -> Html {
    let setting = Setting { value: Language::Chinese, set: Callback::noop() };
    let page = match props.shown {
        Shown::Home => html! { <Home /> },
        Shown::NotFound => html! { <NotFound /> },
        Shown::Subnet => html! { <Subnet /> },
        Shown::Packets => html! { <Packets /> },
        Shown::Tcp => html! { <Tcp /> },
        Shown::Network => html! { <Network /> },
        Shown::Labs => html! { <Labs /> },
        Shown::Scenario(text) => everything_about(text),
    };
    html! {
        <ContextProvider<Setting<Language>> context={setting}>
            <Router history={AnyHistory::from(MemoryHistory::new())}><Shell>{ page }</Shell></Router>
        </ContextProvider<Setting<Language>>>
    }
}

fn everything_about(scenario: &str) -> Html {
    let mut simulation = Simulation::new(Scenario::parse(scenario).unwrap(), 1).unwrap();
    simulation.run();
    let trace = SharedTrace::new(simulation.trace().clone());
    let nodes: Vec<String> = ["client", "server"].map(str::to_owned).to_vec();
    let now = Time(u64::MAX);
    html! {
        <Study trace={trace.clone()} {now} nodes={nodes.clone()} name="trace">
            <VariablesView trace={trace.clone()} {now} nodes={nodes.clone()} table="tcb" title="表" />
            for table in ["sockets", "arp", "interfaces"] {
                <RowsView trace={trace.clone()} {now} nodes={nodes.clone()} {table} title="表" />
            }
            <StateDiagram trace={trace.clone()} {now} node="client" />
            <CallList trace={trace.clone()} {now} />
        </Study>
    }
}

/// What is written on a page or read out: text, and the attributes that assistive technology reads. Program text and
/// what the learner typed are no English to be translated.
fn read(html: &str) -> Vec<String> {
    const VOID: [&str; 6] = ["input", "br", "hr", "img", "meta", "link"];
    let mut read = Vec::new();
    let mut inside: Vec<(String, bool)> = Vec::new();
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        if tag.starts_with('/') {
            inside.pop();
        } else if !tag.starts_with('!') {
            let name = tag.split_whitespace().next().unwrap_or_default().to_owned();
            for attribute in ["aria-label=\"", "title=\"", "aria-valuetext=\"", "placeholder=\""] {
                read.extend(
                    tag.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
                );
            }
            let left = inside.last().is_some_and(|(_, left)| *left)
                || ["code", "textarea"].contains(&name.as_str())
                // The name of a field is the RFC's; its meaning stands behind it.
                || tag.contains("class=\"field-name\"");
            if !VOID.contains(&name.as_str()) && !tag.ends_with('/') {
                inside.push((name, left));
            }
        }
        if !inside.last().is_some_and(|(_, left)| *left) {
            read.push(text.to_owned());
        }
    }
    read
}

/// Whether a word in Latin letters may stand on a Chinese page: in capitals, or a name.
fn is_name(word: &str) -> bool {
    const NAMES: &str = "Firsthop English Linux cooked Ethernet Wireshark tcpdump xxd hexdump editcap pcap pcapng json svg \
        seq ack len win syn not and port host udp tcp arp echo cwnd ssthresh FlightSize Recv Send Wind Shift Snd Rcv \
        Recent Proto HWaddress Python Rust App IPv ICMPv bind recv socket connect listen accept send sendto recvfrom close \
        via src dst srcport dstport checksum default shutdown setsockopt onoff linger imr multiaddr interface ping traceroute Not eth blksize windowsize tsize data fin";
    let bare = word.trim_matches(|letter: char| !letter.is_ascii_alphabetic());
    bare.len() < 3
        || !bare.bytes().any(|byte| byte.is_ascii_lowercase())
        || NAMES.split_whitespace().any(|name| name == bare)
}

async fn english_on(shown: Shown) -> Vec<String> {
    let html =
        ServerRenderer::<InChinese>::with_props(move || Props { shown }).hydratable(false).render().await;
    assert!(html.contains("跳到正文"), "not drawn in Chinese");
    let read = read(&html);
    assert!(read.len() > 20, "{html}");
    read.into_iter().filter(|text| has_english(text)).collect()
}

/// Leaves out what is quoted, for it is data, and what is in brackets behind Chinese, for it is the RFC's name of it.
fn has_english(text: &str) -> bool {
    let text = text.replace("&#x27;", "'").replace("&quot;", "\"").replace("&amp;", "&").replace("\\\"", "");
    let unquoted: String = text.split('"').step_by(2).collect();
    let mut rest = unquoted.as_str();
    let mut left = String::new();
    while let Some((before, after)) = rest.split_once(" (") {
        left.push_str(before);
        let chinese = before.chars().next_back().is_some_and(|letter| !letter.is_ascii());
        match after.split_once(')').filter(|_| chinese) {
            Some((_, behind)) => rest = behind,
            None => {
                left.push(' ');
                rest = after;
            }
        }
    }
    left.push_str(rest);
    left.split(|letter: char| !letter.is_ascii_alphabetic()).any(|word| !is_name(word))
}

#[tokio::test(flavor = "current_thread")]
async fn no_page_has_english_left() {
    for shown in
        [Shown::Home, Shown::NotFound, Shown::Subnet, Shown::Packets, Shown::Tcp, Shown::Network, Shown::Labs]
    {
        let english = english_on(shown).await;
        assert!(english.is_empty(), "{shown:?}: {english:#?}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn no_scenario_has_english_left() {
    for (name, text) in library::ALL {
        let english = english_on(Shown::Scenario(text)).await;
        assert!(english.is_empty(), "{name}: {english:#?}");
    }
}

#[test]
fn english_would_be_found() {
    let html = r#"<p title="some words">SYN <b>lost</b></p><code>let it = 1;</code><input aria-label="more"><p title="序号 (Sequence Number)">中 "quoted"</p>"#;
    let found: Vec<_> = read(html).into_iter().filter(|text| has_english(text)).collect();
    assert_eq!(found, ["some words", "lost", "more"]);
}
