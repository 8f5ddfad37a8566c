//! The HTTP lab as a learner uses it: a file, a request of one's own, one that is wrong, one that never ends.

use anyhow::{Result, ensure};
use firsthop_e2e::{App, Browser, RUN, SCREEN, Setup, axe, saved, screenshots, sound, tshark};

#[tokio::test]
async fn what_is_typed_is_sent_and_answered() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    let folder = tempfile::tempdir()?;
    browser.save_to(folder.path()).await?;
    browser.resize(SCREEN).await?;
    for language in ["en", "zh"] {
        let captures = browser.open_lab(&app, &format!("lang={language}&lab=http")).await?;
        // Each: what is typed, the status that comes.
        for (typed, status) in [
            ("GET /hello.txt HTTP/1.1\nHost: here\n\n", "200"),
            ("GET /no.txt HTTP/1.1\nHost: here\nConnection: close\n\n", "404"),
            ("GET / HTTP/1.1\n\n", "400"),
        ] {
            browser.paste("#request", typed).await?;
            browser.run().await?;
            let log = browser.text(".log").await?;
            ensure!(log.contains(status), "no {status} in {log}");
            if !captures {
                continue;
            }
            browser.press("[data-save=pcapng]").await?;
            let file = folder.path().join("firsthop-http.pcapng");
            saved(&file).await?;
            sound(&file)?;
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
    browser.open_lab(&app, "lang=en&lab=http").await?;
    browser.paste("#request", "GET / HTTP/1.1\nHost: here\n").await?;
    // The server waits for two seconds, then says that it did in vain.
    browser.run().await?;
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
