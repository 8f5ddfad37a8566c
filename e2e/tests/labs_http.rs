//! The HTTP lab as a learner uses it: a file, a request of one's own, one that is wrong, one that never ends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics is a test that fails"
)]

use anyhow::{Result, ensure};
use firsthop_e2e::{App, Browser, SCREEN, Setup, axe, saved, screenshots, tshark};

const RUN: &str = "document.querySelector('.run-panel').dataset.run";
const SERVER: &str = "document.querySelector('.run-panel').dataset.server";

/// Whether frames can be captured.
async fn open(browser: &Browser, app: &App, language: &str) -> Result<bool> {
    browser.open(&format!("{}/labs?lang={language}&lab=http", app.url())).await?;
    browser.until(&format!("{SERVER}.startsWith('ready')")).await?;
    let captures = browser.value(SERVER).await? == "ready";
    if !captures {
        ensure!(std::env::var_os("CI").is_none(), "frames cannot be captured here");
        eprintln!("SKIPPED: what is said of frames, for they cannot be captured here");
    }
    Ok(captures)
}

#[tokio::test]
async fn what_is_typed_is_sent_and_answered() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    let folder = tempfile::tempdir()?;
    browser.save_to(folder.path()).await?;
    browser.resize(SCREEN).await?;
    for language in ["en", "zh"] {
        let captures = open(&browser, &app, language).await?;
        // Each: what is typed, the status that comes.
        for (typed, status) in [
            ("GET /hello.txt HTTP/1.1\nHost: here\n\n", "200"),
            ("GET /no.txt HTTP/1.1\nHost: here\nConnection: close\n\n", "404"),
            ("GET / HTTP/1.1\n\n", "400"),
        ] {
            browser.paste("#request", typed).await?;
            browser.press("[data-do=run]").await?;
            browser.until_is(RUN, "ended").await?;
            let log = browser.text(".log").await?;
            ensure!(log.contains(status), "no {status} in {log}");
            if !captures {
                continue;
            }
            browser.press("[data-save=pcapng]").await?;
            let file = folder.path().join("firsthop-http.pcapng");
            saved(&file).await?;
            let bad = tshark(&file, &["-Y", "_ws.malformed || tcp.checksum.status == 0"])?;
            ensure!(bad.is_empty(), "tshark finds wrong: {bad:?}");
            let port = tshark(&file, &["-T", "fields", "-e", "tcp.dstport"])?.remove(0);
            let decode = format!("tcp.port=={port},http");
            let read = |field| tshark(&file, &["-d", &decode, "-Y", field, "-T", "fields", "-e", field]);
            assert_eq!(read("http.response.code")?, [status]);
            assert_eq!(read("http.request.method")?, ["GET"]);
            std::fs::remove_file(&file)?;
        }
        let wrong = axe::violations(&setup, &browser).await?;
        assert!(wrong.is_empty(), "{wrong:#?}");
        browser.picture_from_top(&screenshots()?.join(format!("labs-http-{language}.png"))).await?;
    }
    browser.close().await
}

#[tokio::test]
async fn a_request_that_never_ends_can_be_stopped_or_left() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    open(&browser, &app, "en").await?;
    browser.paste("#request", "GET / HTTP/1.1\nHost: here\n").await?;
    // The server waits for two seconds, then says that it did in vain.
    browser.press("[data-do=run]").await?;
    browser.until_is(RUN, "ended").await?;
    ensure!(browser.text(".log").await?.contains("408"));

    browser.press("[data-do=run]").await?;
    browser.until_is(RUN, "running").await?;
    ensure!(app.runs()? == 1);
    browser.press("[data-do=stop]").await?;
    browser.until(&format!("{RUN} !== 'running'")).await?;

    browser.press("[data-do=run]").await?;
    browser.until_is(RUN, "running").await?;
    browser.press("a.brand").await?;
    browser.until("location.pathname === '/'").await?;
    // Long before the server's patience is over.
    let left = std::time::Instant::now();
    while app.runs()? > 0 {
        ensure!(left.elapsed().as_secs() < 30, "the run goes on without its learner");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    browser.close().await
}
