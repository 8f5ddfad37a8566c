//! Every page, in both languages, both themes and both sizes: nothing wrong for axe-core, nothing sticks out, no error
//! in the console; a picture of each for human eyes.

use anyhow::{Result, ensure};
use firsthop_e2e::{App, Browser, PHONE, SCREEN, Setup, Theme, axe, screenshots};

/// Animations that end have ended: colours that are still fading would be measured half-way.
const AT_REST: &str = "document.getAnimations().every(a => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)";

/// Whether there is a server is known, and buttons have the colours that go with it.
const SETTLED: &str =
    "[...document.querySelectorAll('.run-panel')].every(panel => panel.dataset.server !== 'connecting')";

/// One page in all its forms. Collects what is wrong with each, so that one run shows all.
async fn inspect(name: &str, path: &str) -> Result<()> {
    let Some(setup) = Setup::find()? else { return Ok(()) };
    let app = App::start(&setup)?;
    let browser = Browser::start(&setup).await?;
    let folder = screenshots()?;
    let mut wrong = Vec::new();
    for language in ["en", "zh"] {
        for theme in [Theme::Light, Theme::Dark] {
            for (size_name, size) in [("screen", SCREEN), ("phone", PHONE)] {
                let form = format!("{name}-{language}-{}-{size_name}", theme.name());
                browser.resize(size).await?;
                browser.theme(theme).await?;
                let mark = if path.contains('?') { '&' } else { '?' };
                browser.open(&format!("{}{path}{mark}lang={language}", app.url())).await?;
                browser.until(&format!("document.documentElement.lang.startsWith('{language}')")).await?;
                browser.until(SETTLED).await?;
                browser.until(AT_REST).await?;
                let found = axe::violations(&setup, &browser).await?;
                wrong.extend(found.into_iter().map(|line| format!("{form}: {line}")));
                let overflow = browser.overflow().await?;
                if overflow > 0 {
                    wrong.push(format!("{form}: the page is {overflow} px wider than its window"));
                }
                let errors = browser.console_errors().await?;
                wrong.extend(errors.into_iter().map(|line| format!("{form}: console: {line}")));
                browser.screenshot(&folder.join(format!("{form}.png"))).await?;
            }
        }
    }
    browser.close().await?;
    ensure!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[tokio::test]
async fn home() -> Result<()> {
    inspect("home", "/").await
}

#[tokio::test]
async fn subnet() -> Result<()> {
    inspect("subnet", "/subnet").await
}

#[tokio::test]
async fn packets() -> Result<()> {
    inspect("packets", "/packets").await
}

#[tokio::test]
async fn tcp() -> Result<()> {
    inspect("tcp", "/tcp").await
}

#[tokio::test]
async fn network() -> Result<()> {
    inspect("network", "/network").await
}

#[tokio::test]
async fn network_drawn() -> Result<()> {
    inspect("network-edit", "/network?edit=true").await
}

#[tokio::test]
async fn labs() -> Result<()> {
    inspect("labs", "/labs").await
}

#[tokio::test]
async fn not_found() -> Result<()> {
    inspect("not-found", "/no/such/page").await
}
