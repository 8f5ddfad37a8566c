//! The labs as a learner uses them: live from the server's sockets, in both languages.

use std::path::Path;

use anyhow::Result;
use fantoccini::key::Key;
use firsthop_e2e::{App, Browser, PHONE, RUN, SCREEN, Setup, axe, saved, screenshots, sound, tshark};

/// The calls that a side made, by name.
async fn calls(browser: &Browser, node: &str) -> Result<Vec<String>> {
    let list =
        format!("[...document.querySelectorAll('.calls [data-node={node}]')].map(call => call.dataset.call)");
    Ok(serde_json::from_value(browser.value(&list).await?)?)
}

/// The payload of each UDP datagram as tshark reads it from the trace that is saved; none may be wrong.
async fn payloads(browser: &Browser, folder: &Path, name: &str) -> Result<Vec<String>> {
    browser.press("[data-save=pcapng]").await?;
    let file = folder.join(format!("{name}.pcapng"));
    saved(&file).await?;
    sound(&file)?;
    let payloads = tshark(&file, &["-T", "fields", "-e", "udp.payload"])?;
    std::fs::remove_file(&file)?;
    Ok(payloads)
}

#[tokio::test]
async fn udp_echo_sends_text_in_both_encodings() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    let folder = tempfile::tempdir()?;
    browser.save_to(folder.path()).await?;
    browser.resize(SCREEN).await?;
    for language in ["en", "zh"] {
        let captures = browser.open_lab(&app, &format!("lang={language}")).await?;
        browser.type_into("#messages", "ping\n网络").await?;
        for (encoding, bytes) in [("utf8", "e7bd91e7bb9c"), ("gb2312", "cdf8c2e7")] {
            if encoding == "gb2312" {
                browser.keys("input[name=encoding][value=utf8]", &[Key::Right]).await?;
                browser.until("document.querySelector('input[name=encoding][value=gb2312]').checked").await?;
            }
            browser.run().await?;
            let (client, server) = (calls(&browser, "client").await?, calls(&browser, "server").await?);
            assert!(server.iter().any(|call| call == "bind"), "{server:?}");
            assert!(
                !client.iter().any(|call| call == "bind"),
                "a client needs no port of its choice: {client:?}"
            );
            assert_eq!(client.iter().filter(|call| *call == "sendto").count(), 2, "{client:?}");
            if captures {
                let payloads = payloads(&browser, folder.path(), "firsthop-udp-echo").await?;
                assert_eq!(payloads.len(), 4, "two there and two back: {payloads:?}");
                assert_eq!(
                    payloads.iter().filter(|payload| payload.contains(bytes)).count(),
                    2,
                    "{payloads:?}"
                );
                // The bytes in the browser are those on the wire.
                browser.press(".ladder-pane[data-main] .arrow[data-number='3']").await?;
                browser.find(".selected-frame[data-number='3'] [data-byte]").await?;
            }
        }
        let wrong = axe::violations(&setup, &browser).await?;
        assert!(wrong.is_empty(), "{wrong:#?}");
        browser.picture_from_top(&screenshots()?.join(format!("labs-udp-{language}.png"))).await?;
    }
    browser.close().await
}

#[tokio::test]
async fn tftp_goes_both_ways() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    let folder = tempfile::tempdir()?;
    browser.save_to(folder.path()).await?;
    browser.resize(SCREEN).await?;
    for language in ["en", "zh"] {
        let captures = browser.open_lab(&app, &format!("lang={language}&lab=tftp")).await?;
        browser.type_into("#size", "1024").await?;
        browser.run().await?;
        if captures {
            let sent = payloads(&browser, folder.path(), "firsthop-tftp").await?;
            let opcodes: Vec<_> = sent.iter().map(|payload| &payload[..4]).collect();
            // RFC 1350 §6: a multiple of 512 bytes ends with an empty block. Three blocks, each acknowledged.
            assert_eq!(opcodes, ["0001", "0003", "0004", "0003", "0004", "0003", "0004"]);
            assert_eq!(sent[5], "00030003", "the last block is empty");
        }
        browser.keys("input[name=direction][value=download]", &[Key::Right]).await?;
        browser.until("document.querySelector('input[name=direction][value=upload]').checked").await?;
        browser.type_into("#size", "700").await?;
        browser.type_into("#blksize", "600").await?;
        browser.run().await?;
        if captures {
            let sent = payloads(&browser, folder.path(), "firsthop-tftp").await?;
            let opcodes: Vec<_> = sent.iter().map(|payload| &payload[..4]).collect();
            // RFC 2347: options are asked for in the request and granted by an OACK.
            assert_eq!(opcodes, ["0002", "0006", "0003", "0004", "0003", "0004"]);
            assert_eq!((sent[2].len() / 2, sent[4].len() / 2), (4 + 600, 4 + 100));
        }
    }
    browser.picture_from_top(&screenshots()?.join("labs-tftp.png")).await?;
    browser.close().await
}

#[tokio::test]
async fn who_closes_a_tcp_connection_first_waits() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    for (language, first, second) in [("en", "client", "server"), ("zh", "server", "client")] {
        let captures = browser.open_lab(&app, &format!("lang={language}&lab=tcp")).await?;
        browser.type_into("#message", "hello 你好").await?;
        browser.choose("ending", first).await?;
        browser.run().await?;
        assert_eq!(browser.lit("main", first).await?, "TIME-WAIT");
        assert_eq!(browser.lit("main", second).await?, "CLOSED");
        for (node, call) in [("server", "listen"), ("server", "accept4"), ("client", "connect")] {
            assert!(calls(&browser, node).await?.iter().any(|name| name == call), "{node}: {call}");
        }
        if captures {
            let segments = browser.segments("main").await?;
            assert_eq!(segments.iter().find(|s| s.flags().contains("FIN")).unwrap().from, first);
        }
    }
    browser.resize(PHONE).await?;
    browser.picture_from_top(&screenshots()?.join("labs-tcp-phone.png")).await?;
    assert_eq!(browser.overflow().await?, 0);
    browser.close().await
}

/// A run long enough to be watched: the server waits two seconds for the empty line that does not come.
const LONG: &str = "lang=en&lab=http&request=GET+/+HTTP/1.1%0AHost:+here%0A";

#[tokio::test]
async fn events_appear_while_they_happen_and_a_run_can_be_stopped() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    if !browser.open_lab(&app, LONG).await? {
        return browser.close().await;
    }
    browser.watch_run(None).await?;
    browser.run().await?;
    let all = browser.segments("main").await?.last().map_or(0, |segment| segment.number);
    let noted = browser.watched().await?;
    let handshake = noted.iter().any(|(run, count)| run == "running" && (3..all).contains(count));
    assert!(handshake, "arrows came while it ran: {noted:?}");
    browser.open_lab(&app, LONG).await?;
    browser.watch_run(Some(2)).await?;
    browser.press("[data-do=run]").await?;
    browser.until_is(RUN, "stopped").await?;
    let stopped = browser.segments("main").await?.last().map_or(0, |segment| segment.number);
    let noted = browser.watched().await?;
    assert!(stopped < all, "{stopped} of {all} packets, though it was stopped: {noted:?}");
    browser.close().await
}
