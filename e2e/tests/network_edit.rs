//! A learner draws a network: with a pointer, by keyboard alone, from a file and by a link; in both languages.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use firsthop_e2e::{Browser, Lesson, PHONE, axe, saved, screenshots};

const LANGUAGES: [&str; 2] = ["en", "zh"];
const EMPTY: &str = "/network?edit=true&scenario=none";
const DEVICES: &str = "document.querySelector('.editor').dataset.devices";
const CABLES: &str = "document.querySelector('.editor').dataset.cables";

async fn press(browser: &Browser, button: &str) -> Result<()> {
    browser.press(&format!(".editor [data-do={button}]")).await
}

/// The middle of a device in the window.
async fn middle(browser: &Browser, device: &str) -> Result<(f64, f64)> {
    Ok(browser.place(&format!(".editor-pane [data-device={device}] .body")).await?.middle())
}

#[tokio::test]
async fn two_hosts_are_drawn_cabled_and_run() -> Result<()> {
    for language in LANGUAGES {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        let browser = &lesson.browser;
        lesson.open(EMPTY).await?;
        for count in ["1", "2"] {
            browser.press(".editor [data-add=host]").await?;
            browser.until_is(DEVICES, count).await?;
        }
        // A cable: begun at the second, which is selected, ended at the first.
        press(browser, "cable").await?;
        browser.click(".editor-pane [data-device=H1]").await?;
        browser.until_is(CABLES, "1").await?;
        // Dragged, it is somewhere else, and back where it was when that is taken back.
        let place = "document.querySelector('[data-device=H1]').getAttribute('transform')";
        let (before, stood) = (middle(browser, "H1").await?, browser.value(place).await?);
        browser.drag(before, (before.0 - 80.0, before.1 + 60.0)).await?;
        let after = middle(browser, "H1").await?;
        ensure!(
            (after.0 - before.0 + 80.0).abs() < 3.0 && (after.1 - before.1 - 60.0).abs() < 3.0,
            "{before:?} {after:?}"
        );
        press(browser, "undo").await?;
        browser.until_is(place, stood).await?;
        press(browser, "redo").await?;
        press(browser, "fit").await?;
        // Renamed and given another address, by its settings.
        browser.click(".editor-pane [data-device=H2]").await?;
        browser.type_into("#device-name", "printer").await?;
        browser.type_into("#device-address", "10.0.0.77/24").await?;
        press(browser, "apply").await?;
        browser.find(".editor-pane [data-device=printer]").await?;
        press(browser, "ping").await?;
        let wrong = axe::violations(&lesson.setup, browser).await?;
        ensure!(wrong.is_empty(), "{wrong:#?}");
        browser.screenshot(&screenshots()?.join(format!("network-drawn-{language}.png"))).await?;
        press(browser, "run").await?;
        browser.find(".packet.of-arp").await?;
        browser.press(".stage .player [data-do=end]").await?;
        browser.until("document.querySelectorAll('table.packets tbody tr').length >= 4").await?;
        ensure!(browser.text("table.packets").await?.contains("10.0.0.77"), "the new address is not used");
        // The address of the page, as soon as it is written, brings it back, and on a phone nothing sticks out.
        browser.until("location.search.includes('draft=') && !location.search.includes('edit=')").await?;
        let address = browser.client.current_url().await?;
        browser.resize(PHONE).await?;
        browser.open(address.as_str()).await?;
        browser.find(".device[data-device=printer]").await?;
        browser.press("[data-do=edit]").await?;
        browser.until_is(DEVICES, "2").await?;
        ensure!(browser.overflow().await? == 0, "something sticks out");
        lesson.end("network-drawn-phone").await?;
    }
    Ok(())
}

#[tokio::test]
async fn by_keyboard_alone() -> Result<()> {
    for language in LANGUAGES {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        let browser = &lesson.browser;
        lesson.open(EMPTY).await?;
        browser.find(".editor-pane").await?;
        browser.value("document.querySelector('.editor-pane').focus()").await?;
        ensure!(browser.focus_is_seen().await?, "nothing shows that the drawing has the focus");
        for (keys, devices) in [("h", "1"), ("h", "2"), ("s", "3")] {
            browser.client.active_element().await?.send_keys(keys).await?;
            browser.until_is(DEVICES, devices).await?;
        }
        // From the switch, which is selected, to the first host: Tab goes to it, Enter ends the cable there.
        browser.client.active_element().await?.send_keys("c").await?;
        browser.until("document.querySelector('.device.cabling')").await?;
        browser.tap(Key::Tab).await?;
        browser.until("document.activeElement.dataset.device === 'H1'").await?;
        browser.tap(Key::Enter).await?;
        browser.until_is(CABLES, "1").await?;
        // Moved, deleted with its cable, taken back twice.
        let place = "document.querySelector('[data-device=H1]').getAttribute('transform')";
        let before = browser.value(place).await?;
        browser.value("document.querySelector('[data-device=H1]').focus()").await?;
        browser.tap(Key::Right).await?;
        browser.until(&format!("{place} !== {before}")).await?;
        browser.value("document.querySelector('[data-device=H1]').focus()").await?;
        browser.tap(Key::Delete).await?;
        browser.until_is(DEVICES, "2").await?;
        browser.until_is(CABLES, "0").await?;
        browser.value("document.querySelector('.editor-pane').focus()").await?;
        for _ in 0..2 {
            let control = char::from(Key::Control);
            browser
                .client
                .active_element()
                .await?
                .send_keys(&format!("{control}z{}", char::from(Key::Null)))
                .await?;
        }
        browser.until_is(DEVICES, "3").await?;
        browser.until_is(CABLES, "1").await?;
        browser.until(&format!("{place} === {before}")).await?;
        // Everything copied; F2 leads to the name.
        let control = char::from(Key::Control);
        let null = char::from(Key::Null);
        browser
            .client
            .active_element()
            .await?
            .send_keys(&format!("{control}a{null}{control}c{null}{control}v{null}"))
            .await?;
        browser.until_is(DEVICES, "6").await?;
        browser.until_is(CABLES, "2").await?;
        browser.value("document.querySelector('[data-device=H1]').focus()").await?;
        browser.tap(Key::Escape).await?;
        browser.tap(Key::Enter).await?;
        browser.find("#device-name").await?;
        browser.tap(Key::F2).await?;
        browser.until("document.activeElement.id === 'device-name'").await?;
        lesson.end("network-by-keyboard").await?;
    }
    Ok(())
}

#[tokio::test]
async fn kept_in_the_browser_in_a_file_and_in_a_link() -> Result<()> {
    let Some(lesson) = Lesson::begin("en").await? else { return Ok(()) };
    let browser = &lesson.browser;
    let folder = tempfile::tempdir()?;
    browser.save_to(folder.path()).await?;
    lesson.open("/network?scenario=udp-echo").await?;
    browser.press("[data-do=edit]").await?;
    browser.until_is(DEVICES, "2").await?;
    press(browser, "keep").await?;
    press(browser, "save").await?;
    let file = folder.path().join("network.toml");
    saved(&file).await?;
    let text = std::fs::read_to_string(&file)?;
    ensure!(text.contains("[[host]]") && text.contains("udp-send"), "{text}");
    // Emptied, opened from the browser; emptied, opened from the file.
    press(browser, "clear").await?;
    browser.until_is(DEVICES, "0").await?;
    press(browser, "fetch").await?;
    browser.until_is(DEVICES, "2").await?;
    press(browser, "clear").await?;
    browser.until_is(DEVICES, "0").await?;
    browser.upload(".editor input[type=file]", &file).await?;
    browser.until_is(DEVICES, "2").await?;
    // What cannot be read is said, and changes nothing.
    let broken = folder.path().join("broken.toml");
    std::fs::write(&broken, "[[host]\n")?;
    browser.upload(".editor input[type=file]", &broken).await?;
    browser.until("document.querySelector('.editor-files p[role=status]').innerText.length > 8").await?;
    browser.until_is(DEVICES, "2").await?;
    // The link, in another visit.
    browser.press(".editor-files .copy button").await?;
    let link = browser.clipboard().await?;
    browser.value("localStorage.clear()").await?;
    browser.open(&format!("{link}&lang=zh")).await?;
    browser.until_is(DEVICES, "2").await?;
    lesson.end("network-kept").await
}

#[tokio::test]
async fn what_cannot_be_run_says_why() -> Result<()> {
    for language in LANGUAGES {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        let browser = &lesson.browser;
        lesson.open("/network?edit=true").await?;
        browser.until_is(DEVICES, "2").await?;
        browser.click(".editor-pane [data-device=server]").await?;
        browser.type_into("#device-address", "10.0.0.300/24").await?;
        press(browser, "apply").await?;
        browser.find("[data-problem]").await?;
        browser.until("document.querySelector('[data-do=run]').disabled").await?;
        press(browser, "undo").await?;
        browser.until("!document.querySelector('[data-problem]') && !document.querySelector('[data-do=run]').disabled").await?;
        lesson.end("network-wrong").await?;
    }
    Ok(())
}
