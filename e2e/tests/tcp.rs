//! The simulated half of the TCP page as a learner uses it, in both languages. What is expected is what RFC 9293 says.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use firsthop_e2e::{App, Browser, SCREEN, Segment, Setup, screenshots};

/// The simulated half of the page.
const STAGE: &str = ".stage";
const LANGUAGES: [&str; 2] = ["en", "zh"];
/// Where the player stands, in microseconds.
const NOW: &str = "Number(document.querySelector('.stage .player').dataset.micros)";
const PLAYING: &str = "document.querySelector('.stage .player').dataset.playing";
const CLIENT_FIRST: [&[&str]; 2] = [
    &[
        "CLOSED>SYN-SENT",
        "SYN-SENT>ESTABLISHED",
        "ESTABLISHED>FIN-WAIT-1",
        "FIN-WAIT-1>FIN-WAIT-2",
        "FIN-WAIT-2>TIME-WAIT",
        "TIME-WAIT>CLOSED",
    ],
    &[
        "CLOSED>LISTEN",
        "LISTEN>SYN-RECEIVED",
        "SYN-RECEIVED>ESTABLISHED",
        "ESTABLISHED>CLOSE-WAIT",
        "CLOSE-WAIT>LAST-ACK",
        "LAST-ACK>CLOSED",
    ],
];
const SERVER_FIRST: [&[&str]; 2] = [
    &[
        "CLOSED>SYN-SENT",
        "SYN-SENT>ESTABLISHED",
        "ESTABLISHED>CLOSE-WAIT",
        "CLOSE-WAIT>LAST-ACK",
        "LAST-ACK>CLOSED",
    ],
    &[
        "CLOSED>LISTEN",
        "LISTEN>SYN-RECEIVED",
        "SYN-RECEIVED>ESTABLISHED",
        "ESTABLISHED>FIN-WAIT-1",
        "FIN-WAIT-1>FIN-WAIT-2",
        "FIN-WAIT-2>TIME-WAIT",
        "TIME-WAIT>CLOSED",
    ],
];

/// Opens the page and waits for its ladder.
async fn open(browser: &Browser, app: &App, query: &str) -> Result<()> {
    browser.open(&format!("{}/tcp?{query}", app.url())).await?;
    browser.until("document.querySelector('.stage .arrow')").await
}

async fn press(browser: &Browser, button: &str) -> Result<()> {
    browser.press(&format!(".stage .player [data-do={button}]")).await
}

/// What holds of every exchange: RFC 9293 §3.4 (sequence numbers), §3.10.7 (an ACK in all but the first).
fn lawful(segments: &[Segment]) -> Result<()> {
    for node in ["client", "server"] {
        let own: Vec<_> = segments.iter().filter(|segment| segment.from == node).collect();
        for (before, after) in own.iter().zip(own.iter().skip(1)) {
            let reset = after.flags().contains("RST");
            ensure!(reset || after.flags().contains("ACK") || after.flags() == "SYN", "{after:?} has no ACK");
            ensure!(
                reset || after.number_of("ack") >= before.number_of("ack"),
                "{after:?} takes an ACK back"
            );
        }
        for segment in own.iter().filter(|segment| segment.flags().contains("ACK")) {
            let sent = segments.iter().filter(|other| other.from != node && other.number < segment.number);
            let most = sent.map(next).max().unwrap_or(0);
            ensure!(segment.number_of("ack") <= most, "{segment:?} acknowledges what was not sent");
        }
    }
    Ok(())
}

/// The sequence number after a segment: data, SYN and FIN take their place (RFC 9293 §3.4).
fn next(segment: &Segment) -> u64 {
    let places = ["SYN", "FIN"].iter().filter(|flag| segment.flags().contains(**flag)).count() as u64;
    segment.number_of("seq") + segment.number_of("len") + places
}

/// Bytes of data that a side sent, counted once.
fn sent(segments: &[Segment], node: &str) -> u64 {
    let mut data: Vec<_> = segments.iter().filter(|s| s.from == node && s.number_of("len") > 0).collect();
    data.sort_by_key(|segment| segment.number_of("seq"));
    data.dedup_by_key(|segment| segment.number_of("seq"));
    data.iter().map(|segment| segment.number_of("len")).sum()
}

/// Both diagrams show these transitions and no others.
async fn went(browser: &Browser, expected: [&[&str]; 2]) -> Result<()> {
    for (node, expected) in ["client", "server"].into_iter().zip(expected) {
        let mut found = browser.transitions(STAGE, node).await?;
        let mut expected: Vec<_> = expected.iter().map(|edge| (*edge).to_owned()).collect();
        found.sort();
        expected.sort();
        ensure!(found == expected, "the {node} went {found:?}, not {expected:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_player_obeys_pointer_and_keyboard() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    for language in LANGUAGES {
        open(&browser, &app, &format!("lang={language}")).await?;
        let all = browser.segments(STAGE).await?.len();
        press(&browser, "rewind").await?;
        browser.until_is(NOW, 0).await?;
        assert_eq!(browser.lit(STAGE, "client").await?, "SYN-SENT");
        assert_eq!(browser.lit(STAGE, "server").await?, "LISTEN");
        // Steps go from instant to instant: the SYN arrives, then the SYN, ACK.
        press(&browser, "forward").await?;
        browser.until_is(NOW, 50_000).await?;
        assert_eq!(browser.lit(STAGE, "server").await?, "SYN-RECEIVED");
        assert_eq!(browser.variable("server", "RCV.NXT").await?, "1", "counted from the SYN");
        assert_eq!(browser.variable("client", "SND.UNA").await?, "0");
        assert_eq!(
            browser.text("td[data-cell='client ISS'] .raw").await?.split(' ').next_back(),
            Some("1000")
        );
        let why = ".stage .log li.present[data-node=server][data-rfc^='RFC 9293 §3.10.7']";
        browser.find(why).await?;
        press(&browser, "forward").await?;
        browser.until_is(NOW, 100_000).await?;
        assert_eq!(browser.lit(STAGE, "client").await?, "ESTABLISHED");
        assert_eq!(browser.variable("client", "SND.UNA").await?, "1", "the SYN is acknowledged");
        assert_eq!(browser.segments(STAGE).await?[2].info, "ACK seq=1001 ack=5001");
        press(&browser, "back").await?;
        browser.until_is(NOW, 50_000).await?;
        assert_eq!(browser.lit(STAGE, "client").await?, "SYN-SENT", "time goes back for the diagram too");
        // Keys on a button of the player.
        let toggle = ".stage .player [data-do=toggle]";
        for (key, then) in [(Key::Right, 100_000), (Key::Left, 50_000), (Key::Home, 0)] {
            browser.keys(toggle, &[key]).await?;
            browser.until_is(NOW, then).await?;
        }
        browser.keys(toggle, &[Key::Space]).await?;
        browser.until(&format!("{PLAYING} === 'true' && {NOW} > 50000")).await?;
        browser.keys(toggle, &[Key::Space]).await?;
        browser.until_is(PLAYING, "false").await?;
        let stood = browser.value(NOW).await?;
        browser
            .client
            .execute_async(
                "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));",
                vec![],
            )
            .await?;
        assert_eq!(browser.value(NOW).await?, stood, "paused is paused");
        // Played from here it comes to the end by itself.
        browser.choose("player-speed", "4").await?;
        press(&browser, "toggle").await?;
        browser.until(&format!("{PLAYING} === 'false' && {NOW} === 60340000")).await?;
        assert_eq!(browser.segments(STAGE).await?.len(), all);
        // Both TCBs are deleted by now; what they were is still there, and since when they are gone.
        for (node, since) in [("client", "60.340000"), ("server", "0.")] {
            assert_eq!(browser.variable(node, "state").await?, "CLOSED");
            ensure!(browser.variable(node, "RCV.NXT").await?.parse::<u32>()? > 1, "{node} has nothing left");
            let said = browser.text(&format!(".stage [data-deleted={node}]")).await?;
            ensure!(said.contains(since) && said.contains("CLOSED"), "{node}: {said}");
        }
        // The slider, by key and by pointer.
        browser.keys("#player-time", &[Key::Home]).await?;
        browser.until_is(NOW, 0).await?;
        browser.press_at("#player-time", 0.5).await?;
        browser.until("Math.abs(document.querySelector('#player-time').value - 500) < 60").await?;
        let some = browser.segments(STAGE).await?.len();
        assert!(1 < some && some < all, "{some} of {all} half-way");
        browser.keys("#player-time", &[Key::End]).await?;
        browser.until(&format!("document.querySelectorAll('.stage .arrow').length === {all}")).await?;
    }
    browser.close().await
}

/// How far the player comes in a second, measured while it plays.
async fn pace(browser: &Browser, speed: &str) -> Result<f64> {
    press(browser, "rewind").await?;
    browser.choose("player-speed", speed).await?;
    press(browser, "toggle").await?;
    let measure = "const done = arguments[0], slider = document.querySelector('#player-time');
        const start = [performance.now(), Number(slider.value)];
        const look = () => slider.value - start[1] < 25 ? requestAnimationFrame(look)
            : done((slider.value - start[1]) / (performance.now() - start[0]) * 1000);
        look();";
    let found = browser.client.execute_async(measure, vec![]).await?;
    press(browser, "toggle").await?;
    Ok(found.as_f64().unwrap_or_default())
}

#[tokio::test]
async fn speeds_differ_and_segments_move() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    open(&browser, &app, "lang=en").await?;
    let (slow, fast) = (pace(&browser, "0.5").await?, pace(&browser, "4").await?);
    assert!(fast > slow * 3.0, "{fast} at 4×, {slow} at 0.5×");
    // Half-way through the delay the SYN is half-way between the lifelines.
    open(&browser, &app, "lang=en&at=25000").await?;
    let way = "(() => { const at = (line, end) => Number(line.getAttribute(end)), line = document.querySelector('.stage .arrow .path'),
        [a, b] = document.querySelectorAll('.stage .lifeline');
        return (at(line, 'x2') - at(a, 'x1')) / (at(b, 'x1') - at(a, 'x1')); })()";
    let share = browser.value(way).await?.as_f64().unwrap();
    assert!((0.4..0.6).contains(&share), "{share} of the way");
    browser.close().await
}

#[tokio::test]
async fn who_opens_and_who_closes_decides_the_states() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    for language in LANGUAGES {
        open(&browser, &app, &format!("lang={language}")).await?;
        let flags = |segments: &[Segment]| -> Vec<String> {
            segments.iter().map(|s| format!("{} {}", s.from, s.flags())).collect()
        };
        let first = browser.segments(STAGE).await?;
        lawful(&first)?;
        assert_eq!(flags(&first)[..3], ["client SYN", "server SYN, ACK", "client ACK"]);
        assert_eq!((sent(&first, "client"), sent(&first, "server")), (100, 300));
        went(&browser, CLIENT_FIRST).await?;

        browser.choose("ending", "server").await?;
        went(&browser, SERVER_FIRST).await?;
        lawful(&browser.segments(STAGE).await?)?;

        browser.choose("ending", "both").await?;
        for node in ["client", "server"] {
            let found = browser.transitions(STAGE, node).await?;
            for edge in ["FIN-WAIT-1>CLOSING", "CLOSING>TIME-WAIT"] {
                assert!(found.iter().any(|taken| taken == edge), "{node}: {found:?} lacks {edge}");
            }
        }

        // RFC 9293 §3.6: who has sent a FIN still receives.
        browser.choose("ending", "half").await?;
        let half = browser.segments(STAGE).await?;
        lawful(&half)?;
        let fin = half.iter().find(|s| s.flags().contains("FIN")).unwrap();
        assert_eq!(fin.from, "client");
        let after: Vec<_> = half.iter().filter(|s| s.number > fin.number).collect();
        assert!(after.iter().any(|s| s.from == "server" && s.number_of("len") > 0), "{after:?}");
        went(&browser, CLIENT_FIRST).await?;

        browser.choose("ending", "abort").await?;
        let abort = browser.segments(STAGE).await?;
        let last = abort.last().unwrap();
        assert!(last.from == "client" && last.flags().contains("RST"), "{last:?}");
        for node in ["client", "server"] {
            assert_eq!(browser.lit(STAGE, node).await?, "CLOSED");
            let found = browser.transitions(STAGE, node).await?;
            assert!(!found.iter().any(|edge| edge.contains("WAIT")), "nobody waits after a reset: {found:?}");
        }

        browser.choose("ending", "open").await?;
        assert!(browser.segments(STAGE).await?.iter().all(|s| !s.flags().contains("FIN")));
        assert_eq!(browser.lit(STAGE, "client").await?, "ESTABLISHED");
        assert_eq!(browser.lit(STAGE, "server").await?, "ESTABLISHED");

        // RFC 9293 Figure 7: two SYNs cross.
        browser.choose("opening", "simultaneous").await?;
        let both = browser.segments(STAGE).await?;
        lawful(&both)?;
        assert!(both[..2].iter().all(|s| s.flags() == "SYN") && both[0].from != both[1].from, "{both:?}");
        for node in ["client", "server"] {
            let found = browser.transitions(STAGE, node).await?;
            let expected = ["CLOSED>SYN-SENT", "SYN-SENT>SYN-RECEIVED", "SYN-RECEIVED>ESTABLISHED"];
            assert!(expected.iter().all(|edge| found.iter().any(|taken| taken == edge)), "{node}: {found:?}");
        }

        // RFC 9293 §3.10.7.1: a SYN for which there is no connection gets a reset that acknowledges it.
        browser.choose("opening", "closed-port").await?;
        let refused = browser.segments(STAGE).await?;
        assert_eq!(flags(&refused), ["client SYN", "server RST, ACK"]);
        assert_eq!(refused[1].number_of("ack"), next(&refused[0]));
        assert_eq!(browser.lit(STAGE, "client").await?, "CLOSED");
    }
    browser.picture_from_top(&screenshots()?.join("tcp-closed-port.png")).await?;
    browser.close().await
}

#[tokio::test]
async fn what_is_lost_is_sent_again() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    let flag = |flag: &'static str| move |s: &Segment| s.flags().split(", ").any(|found| found == flag);
    for language in LANGUAGES {
        open(&browser, &app, &format!("lang={language}")).await?;
        type Is<'a> = &'a dyn Fn(&Segment) -> bool;
        let cases: [(&str, &str, Is<'_>); 6] = [
            ("syn", "client", &|s| s.flags() == "SYN"),
            ("syn-ack", "server", &|s| s.flags() == "SYN, ACK"),
            ("handshake-ack", "client", &|s| s.flags() == "ACK" && s.number_of("len") == 0),
            ("data", "client", &|s| s.number_of("len") > 0),
            ("fin", "client", &flag("FIN")),
            ("second-fin", "server", &flag("FIN")),
        ];
        for (loss, from, is) in cases {
            browser.choose("loss", loss).await?;
            let segments = browser.segments(STAGE).await?;
            lawful(&segments)?;
            let lost: Vec<_> = segments.iter().filter(|s| s.lost).collect();
            assert_eq!(lost.len(), 1, "{loss}");
            assert!(lost[0].from == from && is(lost[0]), "{loss}: {:?}", lost[0]);
            // An ACK alone is never sent again (RFC 9293 §3.8): what follows it carries the same number.
            let again = segments.iter().any(|s| {
                s.number > lost[0].number
                    && s.from == from
                    && next(s) >= next(lost[0])
                    && !s.lost
                    && (loss == "handshake-ack" || s.number_of("seq") == lost[0].number_of("seq"))
            });
            assert!(again, "{loss}: nothing sent again in {segments:?}");
            assert_eq!((sent(&segments, "client"), sent(&segments, "server")), (100, 300), "{loss}");
            went(&browser, CLIENT_FIRST).await?;
        }
    }
    browser.picture_from_top(&screenshots()?.join("tcp-lost-fin.png")).await?;
    browser.close().await
}

#[tokio::test]
async fn any_segment_can_be_lost_by_choosing_it_on_the_ladder() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    for language in LANGUAGES {
        open(&browser, &app, &format!("lang={language}")).await?;
        // The server's first data: none of the choices of the list.
        let data = |s: &&Segment| s.from == "server" && s.number_of("len") > 0;
        let number = browser.segments(STAGE).await?.iter().find(data).unwrap().number;
        browser.keys(&format!(".stage .arrow[data-number='{number}']"), &[Key::Enter]).await?;
        browser.press("[data-do=lose]").await?;
        browser.until("document.querySelectorAll('.stage .arrow[data-lost]').length === 1").await?;
        let segments = browser.segments(STAGE).await?;
        lawful(&segments)?;
        assert_eq!(segments.iter().find(|s| s.lost).unwrap().number, number);
        assert_eq!((sent(&segments, "client"), sent(&segments, "server")), (100, 300));
        browser.until("location.search.includes('dropped=s')").await?;
        browser.find(".picked").await?;
        assert_eq!(browser.attribute("[data-do=lose]", "aria-pressed").await?.as_deref(), Some("true"));
        browser.press("[data-do=lose]").await?;
        browser.until("document.querySelectorAll('.stage .arrow[data-lost]').length === 0").await?;
        went(&browser, CLIENT_FIRST).await?;
    }
    browser.close().await
}

#[tokio::test]
async fn delay_sizes_and_options_change_the_segments() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    open(&browser, &app, "lang=en").await?;
    let trip = |segments: &[Segment]| segments[1].micros - segments[0].micros;
    assert_eq!(trip(&browser.segments(STAGE).await?), 50_000);
    browser.keys("#delay", &[Key::End]).await?;
    browser.until("document.querySelectorAll('.stage .arrow')[1].dataset.micros === '500000'").await?;
    browser.keys("#delay", &[Key::Home]).await?;
    browser.until("document.querySelectorAll('.stage .arrow')[1].dataset.micros === '1000'").await?;
    browser.keys("#up", &[Key::Home]).await?;
    browser.until("document.querySelector('#up').value === '0'").await?;
    assert_eq!(sent(&browser.segments(STAGE).await?, "client"), 0);
    browser.keys("#down", &[Key::PageUp, Key::Right, Key::Right]).await?;
    browser.until("document.querySelector('#down').value > 2000").await?;
    let down: u64 =
        browser.value("document.querySelector('#down').value").await?.as_str().unwrap().parse()?;
    let segments = browser.segments(STAGE).await?;
    lawful(&segments)?;
    assert_eq!(sent(&segments, "server"), down);
    assert!(segments.iter().all(|s| s.number_of("len") <= 1460), "an Ethernet carries no more in a segment");

    // Options make the SYN longer: MSS alone, or window scale, SACK and timestamps as well.
    let syn = async |browser: &Browser| -> Result<usize> {
        browser.press(".stage .arrow[data-number='1']").await?;
        browser.find(".stage .selected-frame[data-number='1'] [data-byte='57']").await?;
        let count = "new Set([...document.querySelectorAll('.stage .selected-frame [data-byte]')].map(b => b.dataset.byte)).size";
        Ok(browser.value(count).await?.as_u64().unwrap() as usize)
    };
    assert_eq!(syn(&browser).await?, 14 + 20 + 20 + 4);
    browser.keys("input[name=options][value=textbook]", &[Key::Right]).await?;
    browser.until("document.querySelector('input[name=options][value=modern]').checked").await?;
    browser.find(".stage .selected-frame [data-byte='73']").await?;
    assert_eq!(syn(&browser).await?, 14 + 20 + 20 + 20);
    browser.close().await
}
