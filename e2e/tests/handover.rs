//! The first page is small; the whole app takes over when a page needs it, without the learner noticing more than that.

use anyhow::{Result, ensure};
use firsthop_e2e::{App, Browser, Setup};
use serde_json::json;

/// The files of the whole app that the page has fetched.
const FETCHED: &str =
    "performance.getEntriesByType('resource').filter(e => /firsthop-app[._]/.test(e.name)).length";

async fn errors(browser: &Browser) -> Result<()> {
    let errors = browser.console_errors().await?;
    ensure!(errors.is_empty(), "console: {errors:?}");
    Ok(())
}

#[tokio::test]
async fn pages_that_need_little_load_little_and_the_others_take_over_in_place() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let app = App::start(&setup)?;
    let browser = Browser::start(&setup).await?;
    browser.open(&format!("{}/?lang=zh", app.url())).await?;
    browser.value("window.untouched = true").await?;
    browser.find("nav a[href='/subnet']").await?.click().await?;
    browser.until("location.pathname === '/subnet' && document.querySelector('main h1')").await?;

    // Pointing at a link has fetched the files, but nothing of them runs: there is still one app.
    browser.find("nav a[href='/tcp']").await?.click().await?;
    browser.until("location.pathname === '/tcp' && document.querySelector('main h1')").await?;
    browser.until("document.querySelectorAll('.app').length === 1").await?;
    ensure!(browser.value("window.untouched").await? == json!(true), "the page was loaded anew");
    ensure!(browser.value("document.querySelectorAll('header.header').length").await? == json!(1));
    ensure!(browser.value("document.activeElement.id").await? == json!("main"), "the focus is lost");
    ensure!(browser.value("document.documentElement.lang").await? == json!("zh-CN"));

    // Back and forth, all in the whole app now; the settings reach it.
    browser.value("history.back()").await?;
    browser
        .until("location.pathname === '/subnet' && document.querySelectorAll('main h1').length === 1")
        .await?;
    browser.find("input[name='language'][value='en']").await?.click().await?;
    browser.until("document.documentElement.lang === 'en'").await?;
    browser.value("history.forward()").await?;
    browser.until("location.pathname === '/tcp' && document.querySelector('main h1')").await?;
    ensure!(browser.value("document.documentElement.lang").await? == json!("en"));
    ensure!(browser.value("document.title").await?.as_str().is_some_and(|title| title.contains("TCP")));
    errors(&browser).await?;
    browser.close().await
}

#[tokio::test]
async fn the_first_page_alone_does_not_load_the_whole_app() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let app = App::start(&setup)?;
    let browser = Browser::start(&setup).await?;
    for path in ["/", "/subnet", "/no/such/page"] {
        browser.open(&format!("{}{path}", app.url())).await?;
        ensure!(browser.value(FETCHED).await? == json!(0), "{path} loads the whole app");
    }
    browser.open(&format!("{}/tcp", app.url())).await?;
    ensure!(browser.value(FETCHED).await? == json!(2), "/tcp runs without the whole app?");
    browser.close().await
}

#[tokio::test]
async fn when_the_app_cannot_be_loaded_the_page_says_so_and_tries_again() -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let app = App::start(&setup)?;
    let browser = Browser::start(&setup).await?;
    for file in ["*firsthop-app.js*", "*firsthop-app_bg.wasm*"] {
        browser.open(app.url()).await?;
        browser.devtools("Network.enable", json!({})).await?;
        browser.devtools("Network.setBlockedURLs", json!({ "urls": [file] })).await?;
        browser.find("nav a[href='/packets']").await?.click().await?;
        browser.find("main [role='alert'] button").await?;
        browser.devtools("Network.setBlockedURLs", json!({ "urls": [] })).await?;
        browser.find("main [role='alert'] button").await?.click().await?;
        browser.until("location.pathname === '/packets' && document.querySelector('main h1')").await?;
    }
    browser.close().await
}
