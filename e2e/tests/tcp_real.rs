//! What a learner takes away from the TCP page, and the same exchange for real, in both languages.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use firsthop_e2e::{
    App, Browser, SCREEN, Segment, Setup, Theme, saved, screenshots, sound, tshark, well_formed,
};
use serde_json::Value;

const STAGE: &str = ".stage";
const REAL: &str = "section.real";

/// The trace in all three kinds of file, each read by a program that knows nothing of this one.
async fn take_away(browser: &Browser, within: &str, name: &str, folder: &Path) -> Result<Vec<Segment>> {
    for kind in ["pcapng", "json", "svg"] {
        browser.press(&format!("{within} [data-save={kind}]")).await?;
    }
    let shown = browser.segments(&format!("{within} .ladder-pane[data-main]")).await?;
    let file = |kind: &str| folder.join(format!("{name}.{kind}"));
    saved(&file("pcapng")).await?;
    sound(&file("pcapng"))?;
    let fields = ["tcp.seq_raw", "tcp.ack_raw", "tcp.len"].iter().flat_map(|field| ["-e", field]);
    let rows = tshark(&file("pcapng"), &["-T", "fields"].into_iter().chain(fields).collect::<Vec<_>>())?;
    let expected: Vec<_> = shown
        .iter()
        .map(|s| format!("{}\t{}\t{}", s.number_of("seq"), s.number_of("ack"), s.number_of("len")))
        .collect();
    ensure!(rows == expected, "tshark reads {rows:#?}, the ladder shows {expected:#?}");
    let json: Value = serde_json::from_slice(&saved(&file("json")).await?)?;
    let events = json.as_array().context("no list of events")?;
    let frames = events.iter().filter(|event| event["event"] == "frame").count();
    ensure!(frames == shown.len(), "{frames} frames in the JSON, {} on the ladder", shown.len());
    saved(&file("svg")).await?;
    well_formed(&file("svg"))?;
    Ok(shown)
}

#[tokio::test]
async fn a_segment_opens_its_bytes_and_a_link_reopens_all_of_it() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    for language in ["en", "zh"] {
        browser.open(&format!("{}/tcp?lang={language}", app.url())).await?;
        browser.choose("ending", "server").await?;
        browser.choose("loss", "data").await?;
        browser.press(".stage .arrow[data-number='2']").await?;
        browser.find(".stage .selected-frame[data-number='2']").await?;
        // The bytes of the SYN, ACK: its sequence number 5000 at the header's fifth byte.
        let bytes = "[38, 39, 40, 41].map(at => document.querySelector(`.stage .selected-frame [data-byte='${at}']`).textContent).join('')";
        browser.until_is(bytes, format!("{:08x}", 5000)).await?;
        for _ in 0..5 {
            browser.press(".stage .player [data-do=back]").await?;
        }
        browser.until("['ending=server', 'loss=data', 'segment=2', `at=${document.querySelector('.stage .player').dataset.micros}`].every(part => location.search.includes(part))").await?;
        let what = "JSON.stringify([
            [...document.querySelectorAll('.stage .arrow')].map(a => [a.dataset.info, 'lost' in a.dataset]),
            [...document.querySelectorAll('.stage .states')].map(f => f.dataset.state),
            [...document.querySelectorAll('.stage [data-cell]')].map(c => c.textContent),
            document.querySelector('.stage .player').dataset.micros,
            document.querySelector('.stage .selected-frame')?.dataset.number,
            document.querySelector('select[name=ending]').value, document.documentElement.lang])";
        let before = browser.value(what).await?;
        let link = browser.client.current_url().await?;
        browser.open(&format!("{}/", app.url())).await?;
        browser.open(link.as_str()).await?;
        browser.until_is(what, before).await?;
    }
    browser.close().await
}

#[tokio::test]
async fn the_simulated_trace_is_saved_for_other_programs() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    let folder = tempfile::tempdir()?;
    browser.resize(SCREEN).await?;
    browser.save_to(folder.path()).await?;
    browser.open(&format!("{}/tcp?lang=zh&loss=syn-ack&modern=true&up=3000", app.url())).await?;
    let shown = take_away(&browser, STAGE, "firsthop-tcp", folder.path()).await?;
    assert!(shown.len() > 12, "{}", shown.len());
    browser.close().await
}

/// Runs what is set up on the server; false where frames cannot be captured.
async fn run_for_real(browser: &Browser) -> Result<bool> {
    let captures = browser.captures().await?;
    if captures {
        browser.run().await?;
    }
    Ok(captures)
}

/// An exchange for real.
struct Case {
    /// The inputs that are chosen, by name.
    chosen: &'static [(&'static str, &'static str)],
    /// What is lost, and by whom.
    lost: &'static [&'static str],
    /// Whether something is sent again.
    again: bool,
    /// The states of client and server at the end.
    end: [&'static str; 2],
}

impl Case {
    const fn new(
        chosen: &'static [(&'static str, &'static str)],
        lost: &'static [&'static str],
        again: bool,
        end: [&'static str; 2],
    ) -> Self {
        Self { chosen, lost, again, end }
    }
}

#[tokio::test]
async fn what_is_set_up_happens_on_kernel_sockets_too() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    let cases = [
        Case::new(&[("loss", "syn")], &["client SYN"], true, ["TIME-WAIT", "CLOSED"]),
        Case::new(&[("loss", "data")], &["client PSH, ACK"], true, ["TIME-WAIT", "CLOSED"]),
        Case::new(&[("ending", "half")], &[], false, ["TIME-WAIT", "CLOSED"]),
        Case::new(&[("ending", "abort")], &[], false, ["CLOSED", "CLOSED"]),
        Case::new(&[("ending", "both")], &["client FIN, ACK"], true, ["TIME-WAIT", "TIME-WAIT"]),
        Case::new(
            &[("opening", "simultaneous"), ("ending", "open")],
            &["client SYN"],
            false,
            ["ESTABLISHED", "ESTABLISHED"],
        ),
    ];
    for (index, Case { chosen, lost, again, end }) in cases.into_iter().enumerate() {
        let language = ["en", "zh"][index % 2];
        browser.open(&format!("{}/tcp?lang={language}&up=200&down=100", app.url())).await?;
        for (name, value) in chosen {
            browser.choose(name, value).await?;
        }
        if !run_for_real(&browser).await? {
            return browser.close().await;
        }
        let ladders = browser.segments(REAL).await?;
        let real = browser.segments(".real .ladder-pane[data-main]").await?;
        let simulated = &ladders[..ladders.len() - real.len()];
        let fallen = |ladder: &[Segment]| -> Vec<String> {
            let lost = ladder.iter().filter(|segment| segment.lost);
            lost.map(|segment| format!("{} {}", segment.from, segment.flags())).collect()
        };
        assert_eq!(fallen(&real), lost, "{chosen:?}");
        assert_eq!(fallen(simulated), lost, "{chosen:?}: the simulation beside it loses the same");
        for (node, state) in ["client", "server"].into_iter().zip(end) {
            assert_eq!(browser.lit(REAL, node).await?, state, "{chosen:?}: {node}");
        }
        let cell = "document.querySelector('[data-row=again] td:nth-of-type(2)').textContent";
        let sent_again = browser.value(cell).await?.as_str().unwrap_or_default().ends_with("ms");
        assert_eq!(sent_again, again, "{chosen:?}");
        let crosses = chosen.iter().any(|(_, value)| ["both", "simultaneous"].contains(value));
        let hinted = browser.value("!!document.querySelector('.real > .hint')").await?;
        assert_eq!(hinted, crosses, "{chosen:?}");
        let name = format!("tcp-real-{}.png", chosen[0].1);
        browser.picture_from_top(&screenshots()?.join(name)).await?;
    }
    browser.close().await
}

#[tokio::test]
async fn the_same_exchange_for_real_stands_beside_the_simulated_one() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    for (language, first, second) in [("en", "client", "server"), ("zh", "server", "client")] {
        let folder = tempfile::tempdir()?;
        browser.save_to(folder.path()).await?;
        browser.open(&format!("{}/tcp?lang={language}&ending={first}&up=200&down=300", app.url())).await?;
        if !run_for_real(&browser).await? {
            return browser.close().await;
        }
        // Two ladders, the first simulated: the same handshake on both.
        let ladders = browser.segments(REAL).await?;
        let real = browser.segments(".real .ladder-pane[data-main]").await?;
        let simulated = &ladders[..ladders.len() - real.len()];
        for ladder in [simulated, &real] {
            let opening: Vec<_> = ladder[..3].iter().map(|s| format!("{} {}", s.from, s.flags())).collect();
            assert_eq!(opening, ["client SYN", "server SYN, ACK", "client ACK"]);
            assert_eq!(ladder[1].number_of("ack"), ladder[0].number_of("seq") + 1);
            let data = |node: &str| -> u64 {
                ladder.iter().filter(|s| s.from == node).map(|s| s.number_of("len")).sum()
            };
            assert_eq!((data("client"), data("server")), (200, 300), "as much as was set up");
            assert_eq!(ladder.iter().find(|s| s.flags().contains("FIN")).unwrap().from, first);
        }
        // The kernel's own states: who closes first waits (RFC 9293 §3.6).
        assert_eq!(browser.lit(REAL, first).await?, "TIME-WAIT");
        assert_eq!(browser.lit(REAL, second).await?, "CLOSED");
        // Differences are pointed out.
        for row in ["isn", "options", "time"] {
            browser.find(&format!(".comparison tr.differs[data-row={row}]")).await?;
        }
        let isn =
            browser.value("document.querySelector('[data-row=isn] td:nth-of-type(2)').textContent").await?;
        assert_eq!(isn, format!("{}, {}", real[0].number_of("seq"), real[1].number_of("seq")));
        // Played back by the same player.
        browser.press(".real .player [data-do=rewind]").await?;
        browser
            .until(
                "document.querySelectorAll('.real .ladder-pane[data-main] .arrow').length === 0
            || document.querySelector('.real .player').dataset.micros === '0'",
            )
            .await?;
        browser.press(".real .player [data-do=end]").await?;
        browser
            .until(&format!(
                "document.querySelectorAll('.real .ladder-pane[data-main] .arrow').length === {}",
                real.len()
            ))
            .await?;
        take_away(&browser, REAL, "firsthop-tcp-real", folder.path()).await?;
        browser.picture_from_top(&screenshots()?.join(format!("tcp-real-{language}.png"))).await?;
    }
    browser.close().await
}

#[tokio::test]
async fn the_ladder_is_in_sight_on_a_laptop() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize((1280, 800)).await?;
    browser.theme(Theme::Light).await?;
    browser.open(&format!("{}/tcp?lang=en&loss=data&at=1130000", app.url())).await?;
    browser.until("document.querySelectorAll('.stage .arrow').length > 3").await?;
    let seen = "innerHeight - document.querySelector('.stage .ladder-pane').getBoundingClientRect().top";
    assert!(browser.value(seen).await?.as_f64().unwrap() > 500.0, "500 px of the ladder without scrolling");
    browser.picture(&screenshots()?.join("tcp.png")).await?;
    browser.close().await
}
