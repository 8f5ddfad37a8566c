//! The labs when the server is left, dies, or was never there.

use anyhow::Result;
use firsthop_e2e::{App, Browser, PHONE, RUN, SCREEN, SERVER, Setup, StaticHost, axe, screenshots};

/// A transfer of 2049 blocks.
const LONG: &str = "lab=tftp&size=1048576";

/// Opens a lab and starts a long run.
async fn start(browser: &Browser, app: &App, language: &str) -> Result<()> {
    browser.open(&format!("{}/labs?lang={language}&{LONG}", app.url())).await?;
    browser.until_served().await?;
    browser.press("[data-do=run]").await
}

#[tokio::test]
async fn who_leaves_the_page_ends_the_run() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(SCREEN).await?;
    browser.open(&format!("{}/tcp?lang=en", app.url())).await?;
    // Every connection the page opens from now on is remembered.
    let remember = "const Real = WebSocket; window.opened = [];
        window.WebSocket = class extends Real { constructor(...a) { super(...a); window.opened.push(this); } };";
    browser.client.execute(remember, vec![]).await?;
    browser.press(".nav a[href$='labs']").await?;
    browser.find(".labs").await?;
    browser.until_served().await?;
    browser.until("window.opened.length === 1 && window.opened[0].readyState === WebSocket.OPEN").await?;
    browser.press("[data-do=run]").await?;
    browser.press(".nav a[href$='subnet']").await?;
    browser.until("!document.querySelector('.run-panel')").await?;
    browser.until("window.opened.every(socket => socket.readyState >= WebSocket.CLOSING)").await?;
    for _ in 0..200 {
        if app.runs()? == 0 {
            return browser.close().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the run goes on though nobody sees it")
}

#[tokio::test]
async fn a_server_that_dies_is_missed_and_found_again() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let browser = Browser::start(&setup).await?;
    browser.resize(SCREEN).await?;
    for language in ["en", "zh"] {
        let app = App::start(&setup)?;
        start(&browser, &app, language).await?;
        let address = app.address().to_owned();
        drop(app);
        browser.until_is(RUN, "gone").await?;
        browser.until_is(SERVER, "absent").await?;
        // It says so, and what to do.
        browser
            .until("document.querySelector('.run-panel > [role=status]').innerText.trim().length > 9")
            .await?;
        browser.find(".run-panel .command code").await?;
        let wrong = axe::violations(&setup, &browser).await?;
        assert!(wrong.is_empty(), "{wrong:#?}");
        browser.picture_from_top(&screenshots()?.join(format!("labs-server-gone-{language}.png"))).await?;
        let _again = App::start_at(&setup, &address)?;
        browser.until_served().await?;
        browser.press("[role=tab]").await?;
        browser.run().await?;
    }
    browser.close().await
}

#[tokio::test]
async fn a_static_host_says_what_the_real_half_needs() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let (host, browser) = (StaticHost::start(&setup)?, Browser::start(&setup).await?);
    browser.resize(PHONE).await?;
    for language in ["en", "zh"] {
        browser.open(&format!("{}?lang={language}", host.url())).await?;
        browser.press(".nav a[href$='labs']").await?;
        browser.find(".labs .run-panel").await?;
        browser.until_is(SERVER, "absent").await?;
        let command = browser.find(".run-panel .command code").await?.text().await?;
        assert_eq!(command, "cargo xtask run");
        assert_eq!(browser.count("[data-do=run]").await?, 0, "there is nothing to run it on");
        assert_eq!(browser.overflow().await?, 0);
        // A recording stands in, and says that it is one.
        browser.press("[data-do=recording]").await?;
        browser.until_is("document.querySelector('.run-panel').dataset.run", "recorded").await?;
        assert!(browser.segments("main").await?.len() > 3);
        browser.picture_from_top(&screenshots()?.join(format!("labs-static-{language}.png"))).await?;
        // What is simulated works all the same, and its real half says what it lacks.
        browser.press(".nav a[href$='tcp']").await?;
        browser.until("document.querySelectorAll('.stage .arrow').length > 8").await?;
        browser.until_is(SERVER, "absent").await?;
        browser.press(".real [data-do=retry]").await?;
        browser.until_is(SERVER, "absent").await?;
        browser.press(".real [data-do=recording]").await?;
        browser.until("document.querySelectorAll('.real .ladder-pane[data-main] .arrow').length > 8").await?;
        browser.find(".comparison").await?;
    }
    browser.close().await
}
