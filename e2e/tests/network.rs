//! Simulated networks as a learner watches them, in both languages.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use firsthop_e2e::{Lesson, axe, saved, sound, tshark};

/// Where the player stands, in microseconds.
const NOW: &str = "Number(document.querySelector('.stage .player').dataset.micros)";
const LANGUAGES: [&str; 2] = ["en", "zh"];

#[tokio::test]
async fn packets_travel_and_everything_can_be_looked_into() -> Result<()> {
    for language in LANGUAGES {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        let browser = &lesson.browser;
        lesson.open("/network?scenario=arp").await?;
        // Before the first echo request there is an ARP request on the cable.
        browser.find(".packet.of-arp[data-number='1']").await?;
        let addresses = "[...document.querySelectorAll('.topology .address')].map(text => text.textContent)";
        browser.until_is(addresses, serde_json::json!(["10.0.0.1/24", "10.0.0.2/24"])).await?;
        let client = ".device[data-device=client]";
        browser.press(client).await?;
        browser.find(".selected-device[data-device=client]").await?;
        let known = "document.querySelectorAll('[data-table=arp] tbody tr:not(.gone) td').length > 0
            && document.querySelector('[data-table=arp]').innerText.includes('02:00:00:00:00:02')";
        browser.until(&format!("!({known})")).await?;
        // By the end of the player the answer has come: the table says so, at this instant and not before.
        browser.press(".stage .player [data-do=end]").await?;
        browser.until(known).await?;
        browser.press(".stage .player [data-do=rewind]").await?;
        browser.until(&format!("!({known})")).await?;
        // The legend hides a protocol's packets, and shows them again.
        for hidden in [true, false] {
            browser.press(".legend .of-arp button").await?;
            browser.until(&format!("(document.querySelector('.packet') === null) === {hidden}")).await?;
        }
        // A packet on the cable opens its bytes.
        browser.press(".packet[data-number='1']").await?;
        browser.find(".selected-frame[data-number='1'] [data-byte]").await?;
        browser.until("new URLSearchParams(location.search).get('segment') === '1'").await?;
        browser.until("new URLSearchParams(location.search).get('device') === 'client'").await?;
        let wrong = axe::violations(&lesson.setup, browser).await?;
        ensure!(wrong.is_empty(), "{wrong:#?}");
        lesson.end("network-looked-into").await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_player_moves_packets_and_a_link_brings_the_moment_back() -> Result<()> {
    for language in LANGUAGES {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        let browser = &lesson.browser;
        lesson.open("/network?scenario=lost-syn").await?;
        let place = "document.querySelector('.packet')?.getAttribute('transform')";
        browser.find(".packet").await?;
        let before = browser.value(place).await?;
        browser.press(".stage .player [data-do=toggle]").await?;
        browser.until(&format!("{place} && {place} !== {before}")).await?;
        // The first SYN never arrives: a cross marks where it was lost.
        browser.find(".packet.lost .cross").await?;
        browser.until("document.querySelector('.stage .player').dataset.playing === 'false'").await?;
        lesson.open("/network?scenario=lost-syn&at=20000").await?;
        browser.until_is(NOW, 20_000).await?;
        lesson.end("network-moment").await?;
    }
    Ok(())
}

#[tokio::test]
async fn without_a_pointer_and_without_sight() -> Result<()> {
    for language in LANGUAGES {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        let browser = &lesson.browser;
        browser.less_motion().await?;
        lesson.open("/network?scenario=udp-echo").await?;
        // What is on its way rests in the middle of its cable.
        browser.find(".packet[data-number='1']").await?;
        let said = browser.text(".stage [role=status]").await?;
        ensure!(said.contains("ARP"), "{said}");
        // Arrow keys go from device to device and on to the packets; Enter opens.
        browser.value("document.querySelector('.device').focus()").await?;
        browser.tap(Key::Right).await?;
        browser.until("document.activeElement.dataset.device === 'server'").await?;
        ensure!(browser.focus_is_seen().await?, "nothing shows the focus");
        browser.tap(Key::Enter).await?;
        browser.find(".selected-device[data-device=server]").await?;
        browser.tap(Key::Right).await?;
        browser.until("document.activeElement.matches('.packet')").await?;
        browser.tap(Key::Enter).await?;
        browser.find(".selected-frame[data-number='1']").await?;
        // Every device and every packet has a name that says what it is.
        let names =
            "[...document.querySelectorAll('.topology [role=button]')].every(e => e.ariaLabel.length > 6)";
        browser.until(names).await?;
        // The same in tables.
        assert_eq!(browser.count("table.devices tbody tr").await?, 2);
        browser.press(".stage .player [data-do=forward]").await?;
        browser
            .until(&format!(
                "document.querySelector('.stage [role=status]').textContent !== {}",
                serde_json::json!(said)
            ))
            .await?;
        lesson.end("network-at-rest").await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_saved_is_what_was_seen() -> Result<()> {
    let Some(lesson) = Lesson::begin("en").await? else { return Ok(()) };
    let browser = &lesson.browser;
    let folder = tempfile::tempdir()?;
    browser.save_to(folder.path()).await?;
    lesson.open("/network?scenario=arp").await?;
    browser.press(".stage .player [data-do=end]").await?;
    browser.find("table.packets tbody tr").await?;
    let listed = browser.count("table.packets tbody tr").await?;
    browser.press("[data-save=pcapng]").await?;
    let file = folder.path().join("firsthop-network.pcapng");
    saved(&file).await?;
    sound(&file)?;
    assert_eq!(tshark(&file, &["-T", "fields", "-e", "frame.number"])?.len(), listed);
    lesson.end("network-saved").await
}

#[tokio::test]
async fn a_scenario_that_is_not_there_is_said_to_be_missing() -> Result<()> {
    for language in LANGUAGES {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        lesson.open("/network?scenario=no-such-thing").await?;
        lesson
            .browser
            .until("document.querySelector('.network [role=alert]').innerText.includes('no-such-thing')")
            .await?;
        lesson.browser.choose("scenario", "udp-echo").await?;
        lesson.browser.find(".packet").await?;
        lesson.browser.until("document.querySelector('.network [role=alert]').innerText === ''").await?;
        lesson.end("network-missing").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_packet_is_followed_across_a_switch() -> Result<()> {
    for language in LANGUAGES {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        let browser = &lesson.browser;
        lesson.open("/network?scenario=switch&segment=1").await?;
        browser.find(".device.switch[data-device=S1]").await?;
        // The first frame is a broadcast: it goes on to everybody, as it came.
        let hops = "[...document.querySelectorAll('.journey [data-hop]')].map(hop => hop.dataset.hop)";
        browser.until_is(hops, serde_json::json!(["1", "2", "3"])).await?;
        assert_eq!(browser.count(".journey td.changed").await?, 0, "a switch changes nothing");
        let row = ".journey tr[data-field='ethernet.dst'] td";
        assert_eq!(browser.count(row).await?, 3);
        // On another cable it is another frame of the list, and the same packet.
        browser.press(".journey [data-hop='3'] button").await?;
        browser.find(".selected-frame[data-number='3']").await?;
        browser.until_is(hops, serde_json::json!(["1", "3"])).await?;
        // A switch reads no further than Ethernet; the host it goes to reads all of it.
        browser.press(".followed summary").await?;
        browser.find(".layer-side.down li").await?;
        let layers = |side: &str| {
            format!("[...document.querySelectorAll('.layer-side.{side} li')].map(li => li.dataset.layer)")
        };
        browser.until_is(&layers("down"), serde_json::json!(["ethernet"])).await?;
        browser.until_is(&layers("up"), serde_json::json!(["arp", "ethernet"])).await?;
        let wrong = axe::violations(&lesson.setup, browser).await?;
        ensure!(wrong.is_empty(), "{wrong:#?}");
        lesson.end("network-followed").await?;
    }
    Ok(())
}
