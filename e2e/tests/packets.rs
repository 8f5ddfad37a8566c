//! Packet diagrams as a learner uses them, in both languages; what is saved is judged by tshark.

#![allow(clippy::indexing_slicing, reason = "a test that panics is a test that fails")]

use std::path::Path;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use firsthop_e2e::{Browser, Lesson, axe, frames_of, saved, text2pcap, wrong_frames};
use serde_json::{Value, json};

const HEX: &str = "document.querySelector('#hex').value";
const LAYERS: &str =
    "[...document.querySelectorAll('.field-tree .layer')].map(e => e.className.match(/of-(\\S+)/)[1])";

fn bytes(hex: &str) -> Result<Vec<u8>> {
    hex.split_whitespace().map(|byte| Ok(u8::from_str_radix(byte, 16)?)).collect()
}

async fn packet(browser: &Browser) -> Result<Vec<u8>> {
    bytes(browser.value(HEX).await?.as_str().context("no bytes")?)
}

/// The field of this name, as the marks on grid, bytes and tree say it. Names are the RFC's in every language.
async fn field(browser: &Browser, name: &str) -> Result<String> {
    let script = format!(
        "[...document.querySelectorAll('.field-row')]
            .find(row => row.querySelector('.field-name').firstChild.textContent.trim() === '{name}')?.dataset.field"
    );
    browser.until(&script).await?;
    Ok(browser.value(&script).await?.as_str().context("no such field")?.to_owned())
}

/// All sample frames, each after its page was looked at.
async fn every_sample(browser: &Browser) -> Result<Vec<(String, Vec<u8>, Vec<String>)>> {
    browser.find("select[name=sample] option[value]").await?;
    let names = "[...document.querySelector('select[name=sample]').options].map(o => o.value).filter(v => v)";
    let names: Vec<String> = serde_json::from_value(browser.value(names).await?)?;
    let mut frames = Vec::new();
    for name in names {
        browser.pick_option("select[name=sample]", &name).await?;
        browser.until_is("document.querySelector('select[name=sample]').value", name.clone()).await?;
        let bytes = packet(browser).await?;
        // Three views of the same bytes.
        browser.until_is("document.querySelectorAll('.dump-bytes [data-byte]').length", bytes.len()).await?;
        let layers: Vec<String> = serde_json::from_value(browser.value(LAYERS).await?)?;
        browser.until_is("document.querySelectorAll('.bit-grid').length", layers.len()).await?;
        ensure!(layers.first().is_some_and(|layer| layer == "ethernet"), "{name}: {layers:?}");
        ensure!(
            browser.count(".field-row .problem, .bit-cell.wrong").await? == 0,
            "{name} has something wrong"
        );
        frames.push((name, bytes, layers));
    }
    Ok(frames)
}

/// Whether tshark sees the page's layers, in their order (and maybe others between).
fn in_order(page: &[String], tshark: &str) -> bool {
    let mut seen = tshark.split(':');
    page.iter().filter(|layer| *layer != "data").all(|layer| {
        let theirs = match layer.as_str() {
            "ethernet" => "eth",
            "ipv4" => "ip",
            other => other,
        };
        seen.any(|name| name == theirs)
    })
}

/// What is listed as JSON and as a drawing: as many packets, between the addresses that they have.
async fn the_same_otherwise(browser: &Browser, folder: &Path, packets: usize) -> Result<()> {
    browser.click(".listing-foot [data-save=json]").await?;
    let events: Vec<Value> = serde_json::from_slice(&saved(&folder.join("packets.json")).await?)?;
    ensure!(events.len() == packets, "{} events for {packets} packets", events.len());
    ensure!(
        events.iter().all(|event| event["from"].as_str().is_some_and(|from| !from.is_empty())),
        "{events:?}"
    );
    browser.click(".listing-foot [data-save=svg]").await?;
    let svg = String::from_utf8(saved(&folder.join("packets.svg")).await?)?;
    let arrows = svg.matches("<path").count();
    ensure!(arrows == packets, "{arrows} arrows for {packets} packets");
    for event in &events {
        for end in [&event["from"], &event["to"]] {
            let name = format!(">{}</text>", end.as_str().unwrap_or_default());
            ensure!(svg.contains(&name), "the drawing lacks {end}");
        }
    }
    Ok(())
}

async fn samples(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/packets").await?;
    let (browser, folder) = (&lesson.browser, tempfile::tempdir()?);
    let frames = every_sample(browser).await?;
    ensure!(frames.len() >= 20, "only {} samples", frames.len());
    // As a file that text2pcap made, they are opened, filtered, and saved again.
    let made = folder.path().join("made.pcapng");
    text2pcap(&frames.iter().map(|(_, bytes, _)| bytes.clone()).collect::<Vec<_>>(), &made)?;
    ensure!(wrong_frames(&made)?.is_empty(), "tshark finds fault with samples: {:#?}", wrong_frames(&made)?);
    let theirs = frames_of(&made, &["-T", "fields", "-e", "frame.protocols"])?;
    ensure!(theirs.len() == frames.len(), "tshark sees {} frames", theirs.len());
    for ((name, _, layers), theirs) in frames.iter().zip(&theirs) {
        ensure!(in_order(layers, theirs), "{name} is {layers:?}; tshark says {theirs}");
    }
    browser.upload("input[type=file]", &made).await?;
    let listed = "document.querySelectorAll('.capture li').length";
    browser.until_is(listed, frames.len()).await?;
    // A line leads to its packet.
    for number in [7, 3] {
        browser.click(&format!(".capture li:nth-child({number}) button")).await?;
        browser
            .until_is("document.querySelector('select[name=sample]').value", frames[number - 1].0.clone())
            .await?;
    }
    for (filter, theirs) in [
        ("udp", "udp"),
        ("tcp and syn", "tcp.flags.syn == 1"),
        ("not ip", "!ip && !ipv6"),
        ("port 53 or arp", "udp.port == 53 || arp"),
        ("host 192.168.1.20 and icmp", "ip.addr == 192.168.1.20 && icmp"),
    ] {
        browser.type_into("#filter", filter).await?;
        let expected = frames_of(&made, &["-Y", theirs])?.len();
        ensure!(expected > 0, "{theirs} chooses nothing, so this proves nothing");
        browser.until_is(listed, expected).await?;
    }
    // A filter that is none says where; the list stays as it was.
    let before = browser.count(".capture li").await?;
    browser.type_into("#filter", "tcp and prot").await?;
    browser.until("document.querySelector('#filter').getAttribute('aria-invalid') === 'true'").await?;
    ensure!(
        browser.text("#filter-error").await?.contains('9'),
        "it does not say where: {}",
        browser.text("#filter-error").await?
    );
    browser.type_into("#filter", "udp").await?;
    browser.until(&format!("{listed} !== {before}")).await?;
    browser.save_to(folder.path()).await?;
    browser.click(".listing-foot [data-save=pcapng]").await?;
    let file = folder.path().join("packets.pcapng");
    saved(&file).await?;
    ensure!(wrong_frames(&file)?.is_empty(), "tshark: {:#?}", wrong_frames(&file)?);
    the_same_otherwise(browser, folder.path(), frames_of(&made, &["-Y", "udp"])?.len()).await?;
    let of = |file, filter: &str| {
        frames_of(
            file,
            &[
                "-Y",
                filter,
                "-T",
                "fields",
                "-e",
                "frame.len",
                "-e",
                "ip.checksum",
                "-e",
                "udp.checksum",
                "-e",
                "frame.time_epoch",
            ],
        )
    };
    ensure!(of(&file, "frame")? == of(&made, "udp")?, "what was saved is not what was chosen");
    let found = axe::violations(&lesson.setup, browser).await?;
    ensure!(found.is_empty(), "with a file open: {found:#?}");
    lesson.end("packets-capture").await
}

async fn pasted(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/packets").await?;
    let browser = &lesson.browser;
    let dump = "0000   02 00 00 00 00 14 02 00 00 00 00 0a 08 06 00 01   ................\n\
                0010   08 00 06 04 00 01 02 00 00 00 00 0a c0 a8 01 0a   ................\n\
                0020   00 00 00 00 00 00 c0 a8 01 14                     ..........";
    browser.paste("#hex", dump).await?;
    browser.until_is(LAYERS, json!(["ethernet", "arp"])).await?;
    browser.paste("#hex", "45000014000000004001\n").await?;
    browser.pick_option("select[name=link]", "IP").await?;
    browser.until_is(LAYERS, json!(["ipv4"])).await?;
    browser.find(".field-tree ~ .problem, .field-row .problem").await?;
    for (wrong, line) in [("02 00 0g", '1'), ("02 00\n4g", '2'), ("02 00\n\n0", '3')] {
        browser.paste("#hex", wrong).await?;
        browser.until("document.querySelector('#hex').getAttribute('aria-invalid') === 'true'").await?;
        let said = browser.text("#hex-error").await?;
        ensure!(said.contains(line), "{wrong:?}: it does not say in which line: {said}");
        ensure!(
            browser.attribute("#hex-error", "aria-live").await?.as_deref() == Some("polite"),
            "not announced"
        );
    }
    // A file that is none; then one dropped onto the page.
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("notes.pcap");
    std::fs::write(&file, "these are notes")?;
    browser.upload("input[type=file]", &file).await?;
    browser.until("document.querySelector('.drop .error').innerText.length > 20").await?;
    text2pcap(
        &[bytes(
            "02 00 00 00 00 14 02 00 00 00 00 0a 08 00 45 00 00 14 00 00 40 00 40 fd 39 97 0a 00 00 01 0a 00 00 02",
        )?],
        &file,
    )?;
    let content = std::fs::read(&file)?;
    let drop = "const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(arguments[0])], 'dropped.pcapng'));
        for (const kind of ['dragover', 'drop'])
            document.querySelector('.drop').dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));";
    browser.client.execute(drop, vec![json!(content)]).await?;
    browser.until_is("document.querySelectorAll('.capture li').length", 1).await?;
    browser.until_is("document.querySelector('.drop .error').innerText", "").await?;
    browser.until_is(LAYERS, json!(["ethernet", "ipv4"])).await?;
    // The packet is in the link, and comes back with it.
    browser.until("new URLSearchParams(location.search).get('hex')?.includes('39 97')").await?;
    let before = packet(browser).await?;
    browser.client.refresh().await?;
    browser.find("#hex").await?;
    ensure!(packet(browser).await? == before, "another packet after loading the page again");
    lesson.end("packets-pasted").await
}

/// The fields that are lit in the grid and in the tree, and the bytes that are.
const LIT: &str = "[
    [...new Set([...document.querySelectorAll('.bit-cell.lit')].map(e => e.dataset.field))],
    [...document.querySelectorAll('.field-row.lit')].map(e => e.dataset.field),
    [...document.querySelectorAll('.dump-bytes .lit')].map(e => +e.dataset.byte)]";

async fn linked(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/packets").await?;
    let browser = &lesson.browser;
    let (ttl, window) = (field(browser, "Time to Live").await?, field(browser, "Window").await?);
    // Wherever one points, all three light up. The time to live is the 9th byte of the IPv4 header, after 14 of Ethernet;
    // the window the 15th and 16th of TCP's.
    for (id, at) in [(&ttl, vec![22]), (&window, vec![48, 49])] {
        for place in [
            format!(".bit-cell[data-field='{id}']"),
            format!(".dump-bytes [data-byte='{}']", at[0]),
            format!(".field-row[data-field='{id}']"),
        ] {
            browser.point_at("h1").await?;
            browser.until_is(LIT, json!([[], [], []])).await?;
            browser.point_at(&place).await?;
            browser.until_is(LIT, json!([[id], [id], at])).await.with_context(|| place.clone())?;
        }
    }
    // A choice stays, and is in the link.
    browser.click(&format!(".bit-cell[data-field='{ttl}']")).await?;
    browser.point_at("h1").await?;
    browser.until_is(LIT, json!([[ttl], [ttl], [22]])).await?;
    browser.until_is("new URLSearchParams(location.search).get('field')", ttl.clone()).await?;
    browser.client.refresh().await?;
    browser.find(".inspector b").await?;
    browser.until_is(LIT, json!([[ttl], [ttl], [22]])).await?;
    // By keyboard in each of the three: the arrows go on, and what has the focus says what is chosen.
    for view in [".field-tree", ".bit-grid:nth-of-type(2) [role=listbox]", ".dump"] {
        let focus = format!("document.querySelector('{view}').focus()");
        let id = |row: &str| format!("document.querySelector('.field-row.selected').dataset.{row}");
        browser.value(&focus).await?;
        ensure!(browser.focus_is_seen().await?, "{view}: nothing shows the focus");
        let from = browser.value(&id("field")).await?;
        browser.tap(Key::Down).await?;
        browser.until(&format!("{} !== {from}", id("field"))).await?;
        let to = browser.value(&id("field")).await?;
        let lit = browser.value(LIT).await?;
        ensure!(lit[1] == json!([to]), "{view}: {to} is chosen, {lit} lit");
        if view != ".dump" {
            let active = format!("(() => {{ const e = document.getElementById(document.activeElement.getAttribute('aria-activedescendant'));
                return e !== null && e.getAttribute('aria-selected') === 'true' && e.dataset.field === {to}; }})()");
            browser.until(&active).await.with_context(|| view.to_owned())?;
        }
        browser.tap(Key::Up).await?;
        browser.until(&format!("{} === {from}", id("field"))).await?;
    }
    // What is chosen is in sight in the tree.
    browser.value("document.querySelector('.field-tree').focus()").await?;
    browser.tap(Key::End).await?;
    browser.until("document.querySelector('.field-row.selected') === [...document.querySelectorAll('.field-row')].at(-1)").await?;
    browser.until("(() => { const t = document.querySelector('.field-tree').getBoundingClientRect(), r = document.querySelector('.field-row.selected').getBoundingClientRect();
        return r.bottom <= t.bottom + 1 && r.top >= t.top - 1; })()").await.context("the field chosen is out of sight in the tree")?;
    // On the way back up, too, where a heading stays at the top.
    for _ in 0..30 {
        browser.tap(Key::Up).await?;
    }
    browser
        .until(
            "(() => { const row = document.querySelector('.field-row.selected'), r = row.getBoundingClientRect();
                return row.contains(document.elementFromPoint(r.left + r.width / 2, r.top + 3)); })()",
        )
        .await
        .context("the field chosen lies under a heading")?;
    lesson.end("packets-linked").await
}

async fn edited(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/packets").await?;
    let (browser, folder) = (&lesson.browser, tempfile::tempdir()?);
    let file = folder.path().join("packet.pcapng");
    browser.save_to(folder.path()).await?;
    let ttl = field(browser, "Time to Live").await?;
    browser.click(&format!(".field-row[data-field='{ttl}']")).await?;
    let before = packet(browser).await?;
    browser.type_into("#field-value", "7").await?;
    browser.until(&format!("/^[\\s\\S]{{66}}07/.test({HEX})")).await?;
    let after = packet(browser).await?;
    let differ: Vec<usize> = (0..before.len()).filter(|at| before[*at] != after[*at]).collect();
    ensure!(differ == [22, 24] || differ == [22, 24, 25], "the TTL and the checksum, not {differ:?}");
    browser.until_is("document.querySelectorAll('.field-row .problem').length", 0).await?;
    browser.click(".packet-options [data-save=pcapng]").await?;
    saved(&file).await?;
    ensure!(wrong_frames(&file)?.is_empty(), "tshark: {:#?}", wrong_frames(&file)?);
    ensure!(frames_of(&file, &["-T", "fields", "-e", "ip.ttl"])? == ["7"], "tshark sees another TTL");
    // Without checksums following, it is wrong, and everyone says so.
    browser.click(".toggle").await?;
    browser.until_is("document.querySelector('.toggle input').checked", false).await?;
    browser.type_into("#field-value", "9").await?;
    browser.until("document.querySelectorAll('.field-row .problem').length === 1").await?;
    ensure!(browser.count(".bit-cell.wrong").await? == 1, "the grid does not show the wrong checksum");
    ensure!(packet(browser).await?[24..26] == after[24..26], "the checksum followed all the same");
    std::fs::remove_file(&file)?;
    browser.click(".packet-options [data-save=pcapng]").await?;
    saved(&file).await?;
    ensure!(wrong_frames(&file)?.len() == 1, "tshark finds nothing wrong with a wrong checksum");
    // What does not fit is refused, with the reason; the bytes stay.
    let kept = packet(browser).await?;
    for wrong in ["300", "seven"] {
        browser.type_into("#field-value", wrong).await?;
        browser
            .until("document.querySelector('#field-value').getAttribute('aria-invalid') === 'true'")
            .await?;
        ensure!(!browser.text("#field-value-error").await?.is_empty(), "{wrong} is refused without a word");
    }
    ensure!(packet(browser).await?[22] != 44, "300 was taken, less what does not fit");
    browser.click(".toggle").await?;
    browser.type_into("#field-value", "0x40").await?;
    browser.until_is("document.querySelectorAll('.field-row .problem').length", 0).await?;
    ensure!(packet(browser).await? == before, "64 again, and not the same packet again: {kept:02x?}");
    lesson.end("packets-edited").await
}

#[tokio::test]
async fn samples_and_captures_are_shown_filtered_and_saved() -> Result<()> {
    samples("en").await?;
    samples("zh").await
}

#[tokio::test]
async fn hex_is_pasted_and_files_are_dropped() -> Result<()> {
    pasted("en").await?;
    pasted("zh").await
}

#[tokio::test]
async fn grid_bytes_and_fields_are_linked() -> Result<()> {
    linked("en").await?;
    linked("zh").await
}

#[tokio::test]
async fn a_field_is_edited_and_the_checksum_follows() -> Result<()> {
    edited("en").await?;
    edited("zh").await
}
