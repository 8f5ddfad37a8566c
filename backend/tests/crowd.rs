//! A classroom: many browsers at once, each with its own labs, and what is left when they leave.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

mod common;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use common::{Browser, PATIENCE, calls, can_capture, frames, notes, ports, process::Process, states};
use firsthop_protocol::{
    api::{ClientMessage, Direction, Encoding, Ending, Exchange, Lab, Loss, ServerMessage},
    trace::{Event, Frame},
};
use tokio::{sync::Barrier, task::JoinSet, time::sleep};

const BROWSERS: usize = 120;

/// What the transport carries in an IPv4 frame over Ethernet.
fn payload(frame: &Frame, tcp: bool) -> &[u8] {
    let ip = &frame.bytes[14..];
    let total = usize::from(u16::from_be_bytes([ip[2], ip[3]]));
    let transport = &ip[usize::from(ip[0] & 15) * 4..total];
    let header = if tcp { usize::from(transport[12] >> 4) * 4 } else { 8 };
    &transport[header..]
}

/// The ports that a run's own calls name.
fn own_ports(trace: &[Event]) -> BTreeSet<u16> {
    ["client", "server"]
        .iter()
        .flat_map(|node| calls(trace, node))
        .flat_map(|call| call.args.iter().map(|(_, value)| value.clone()).chain(call.result.clone().ok()))
        .flat_map(|text| text.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|word| word.strip_prefix("127.0.0.1:")?.trim_end_matches(':').parse().ok())
        .filter(|port| *port != 0)
        .collect()
}

fn assert_own(number: usize, trace: &[Event]) {
    let own = own_ports(trace);
    for frame in frames(trace) {
        let (from, to) = ports(frame);
        assert!(
            own.contains(&from) && own.contains(&to),
            "browser {number}: {from} to {to} is not in {own:?}"
        );
    }
}

/// Plays three labs with texts that no other browser has, and looks at what came.
async fn learn(number: usize, mut browser: Browser, see: bool) {
    let text = format!("browser {number}");
    let lab = Lab::UdpEcho { messages: vec![text.clone()], encoding: Encoding::Utf8 };
    let (trace, outcome) = browser.play(1, lab).await;
    assert_eq!(outcome, Ok(()), "browser {number}");
    let said: Vec<&Frame> = frames(&trace);
    if see {
        let said: Vec<&[u8]> = said.iter().map(|frame| payload(frame, false)).collect();
        assert_eq!(said, [text.as_bytes(), format!("#1 {text}").as_bytes()], "browser {number}");
        assert_own(number, &trace);
    }

    let (message, ending) =
        (text.repeat(100), if number.is_multiple_of(2) { Ending::Client } else { Ending::Server });
    let (trace, outcome) =
        browser.play(2, Lab::Tcp(Exchange { message: message.clone(), ending, ..Exchange::default() })).await;
    assert_eq!(outcome, Ok(()), "browser {number}");
    let first = ending.name();
    assert!(states(&trace, first).iter().any(|change| change.to == "TIME-WAIT"), "browser {number}");
    if see {
        for from in ["client", "server"] {
            let sent: Vec<u8> = frames(&trace)
                .iter()
                .filter(|frame| frame.from == from)
                .flat_map(|frame| payload(frame, true).to_vec())
                .collect();
            assert_eq!(String::from_utf8(sent).unwrap(), message, "browser {number}, {from}");
        }
        assert_own(number, &trace);
    }

    let size = 1000 + u32::try_from(number).unwrap();
    let lab =
        Lab::Tftp { direction: Direction::Upload, size, blksize: None, windowsize: Some(4), tsize: true };
    let (trace, outcome) = browser.play(3, lab).await;
    assert_eq!(outcome, Ok(()), "browser {number}");
    assert!(notes(&trace).contains(&"lab.tftp.same"), "browser {number}: {:?}", notes(&trace));
    if see {
        // The request, what the server says to its options, the blocks, and the last acknowledgment at least.
        let blocks = usize::try_from(size / 512).unwrap() + 1;
        assert!(frames(&trace).len() > 2 + blocks, "browser {number}");
        assert_own(number, &trace);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_runs_labs_at_once_and_each_sees_its_own_frames_whole() {
    let see = can_capture("a_class_runs_labs_at_once_and_each_sees_its_own_frames_whole");
    let process = Process::serve(&["--listen", "127.0.0.1:0", "--max-runs", "256"]);
    let all_here = Arc::new(Barrier::new(BROWSERS));
    let mut class = JoinSet::new();
    for number in 0..BROWSERS {
        let (address, all_here) = (process.address, all_here.clone());
        class.spawn(async move {
            let browser = Browser::at(address).await;
            all_here.wait().await;
            learn(number, browser, see).await;
        });
    }
    class.join_all().await;
    assert!(process.terminate().success());
}

/// With the limits as they are: more start at once than may run, and the others wait for their turn.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_who_click_at_once_are_all_served() {
    const CLASS: usize = 200;
    let process = Process::serve(&["--listen", "127.0.0.1:0"]);
    let all_here = Arc::new(Barrier::new(CLASS));
    let mut class = JoinSet::new();
    for number in 0..CLASS {
        let (address, all_here) = (process.address, all_here.clone());
        class.spawn(async move {
            let mut browser = Browser::at(address).await;
            all_here.wait().await;
            // What is lost is sent again after 200 ms at the earliest: no run is over before the others have asked.
            let message = format!("browser {number}");
            let lab = Lab::Tcp(Exchange { message, loss: Loss::Data, ..Exchange::default() });
            browser.say(&ClientMessage::Start { run: 1, lab }).await;
            let mut waited = false;
            loop {
                match browser.about(1).await {
                    ServerMessage::Queued { ahead, .. } => {
                        assert!(ahead < CLASS, "{ahead} before browser {number}");
                        waited = true;
                    }
                    ServerMessage::Ended { outcome, .. } => {
                        break assert_eq!(outcome, Ok(()), "browser {number}");
                    }
                    _ => {}
                }
            }
            waited
        });
    }
    let waited = class.join_all().await.into_iter().filter(|waited| *waited).count();
    assert!(waited > 0, "there was a place for each at once, and this has tested nothing");
    assert!(process.terminate().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stays_open_for_a_class_that_has_left() {
    let see = can_capture("nothing_stays_open_for_a_class_that_has_left");
    let process = Process::serve(&["--listen", "127.0.0.1:0", "--max-runs", "256"]);
    // Its server waits for the rest of the request, which never comes.
    let lab = Lab::Http { request: "GET / HTTP/1.1\r\n".to_owned() };
    let begin = async || {
        let mut browser = Browser::at(process.address).await;
        browser.say(&ClientMessage::Start { run: 1, lab: lab.clone() }).await;
        while !matches!(browser.next().await, Some(ServerMessage::Events { .. })) {}
        browser
    };
    let settled = async |most: usize| {
        let until = tokio::time::Instant::now() + PATIENCE;
        while process.captures() > 0 || process.descriptors().len() > most {
            assert!(tokio::time::Instant::now() < until, "still open: {:?}", process.descriptors());
            sleep(Duration::from_millis(20)).await;
        }
    };
    let before = process.descriptors().len();
    let (mut class, mut most) = (Vec::new(), 0);
    for _ in 0..40 {
        class.push(begin().await);
        most = most.max(process.captures());
    }
    assert!(process.descriptors().len() >= before + class.len());
    assert!(most > 0 || !see, "no capture was open while labs were under way");
    drop(class);
    settled(before).await;
    assert!(process.terminate().success());
}
