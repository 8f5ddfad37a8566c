//! What is around every page: language, theme, titles, the page for addresses that are none, motion, a static host.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use firsthop_e2e::{Browser, Lesson, PHONE, StaticHost, Theme};
use serde_json::json;

const PAGES: [&str; 7] = ["/", "/tcp", "/subnet", "/packets", "/network", "/labs", "/no/such/page"];

const ZH: &str = "input[name=language][value=zh-CN]";
const EN: &str = "input[name=language][value=en]";
const LANGUAGE: &str = "document.documentElement.lang";

fn is_chinese(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

#[tokio::test]
async fn language_is_switched_in_place_and_remembered() -> Result<()> {
    let Some(lesson) = Lesson::begin("zh").await? else { return Ok(()) };
    let browser = &lesson.browser;
    browser.open(&format!("{}/subnet?address=10.3.2.1/9", lesson.app.url())).await?;
    browser.until_is(LANGUAGE, "en").await?;
    browser.value("(window.kept = true)").await?;
    let titles = [browser.client.title().await?, browser.text("h1").await?];
    browser.click(&format!("label:has({ZH})")).await?;
    browser.until_is(LANGUAGE, "zh-CN").await?;
    browser.until(&format!("document.title !== {}", json!(titles[0]))).await?;
    ensure!(browser.text("h1").await?.chars().any(is_chinese), "the heading is not in Chinese");
    ensure!(browser.value("window.kept === true").await? == json!(true), "the page was loaded again");
    browser.until_is("document.querySelector('#address').value", "10.3.2.1/9").await?;
    // Loaded again, and on another page, and asked for in a link.
    browser.client.refresh().await?;
    browser.find("#address").await?;
    browser.until_is(LANGUAGE, "zh-CN").await?;
    browser.open(&format!("{}/packets", lesson.app.url())).await?;
    browser.until_is(LANGUAGE, "zh-CN").await?;
    browser.open(&format!("{}/packets?lang=en", lesson.app.url())).await?;
    browser.until_is(LANGUAGE, "en").await?;
    // By keyboard, in a page whose link asked for the other language: the choice is stronger, also when loaded again.
    browser.value("document.querySelector('input[name=language]:checked').focus()").await?;
    browser.tap(Key::Right).await?;
    browser.until_is(LANGUAGE, "zh-CN").await?;
    browser.client.refresh().await?;
    browser.find("h1").await?;
    browser.until_is(LANGUAGE, "zh-CN").await?;
    browser.click(&format!("label:has({EN})")).await?;
    browser.until_is(LANGUAGE, "en").await?;
    browser.client.refresh().await?;
    browser.find("h1").await?;
    browser.until_is(LANGUAGE, "en").await?;
    browser.click(&format!("label:has({ZH})")).await?;
    lesson.end("shell-language").await
}

#[tokio::test]
async fn every_page_has_a_title_in_each_language_and_links_say_where_one_is() -> Result<()> {
    let Some(lesson) = Lesson::begin("en").await? else { return Ok(()) };
    let browser = &lesson.browser;
    let mut titles = BTreeSet::new();
    for language in ["en", "zh"] {
        for page in PAGES {
            browser.open(&format!("{}{page}?lang={language}", lesson.app.url())).await?;
            browser.until("document.title.includes('·')").await?;
            titles.insert(browser.client.title().await?);
            let heading = browser.text("h1").await?;
            ensure!(heading.chars().any(is_chinese) == (language == "zh"), "{page} in {language}: {heading}");
            let current = browser.texts("a[aria-current=page]").await?.len();
            ensure!(
                current == usize::from(PAGES[1..6].contains(&page)),
                "{page}: {current} links lead to it"
            );
            // What is in the other language on purpose is marked.
            let unnamed = browser.count("main :is(input, select, textarea, button):not([hidden])").await?;
            ensure!(page == "/" || page.len() > 8 || unnamed > 0, "{page} is empty");
        }
    }
    ensure!(titles.len() == 2 * PAGES.len(), "titles of pages are the same: {titles:?}");
    ensure!(titles.iter().all(|title| title.ends_with("Firsthop")), "{titles:?}");
    // The title changes on the way, too.
    browser.open(&format!("{}/?lang=en", lesson.app.url())).await?;
    let mut last = browser.client.title().await?;
    for page in ["tcp", "subnet", "packets", "network", "labs"] {
        browser.click(&format!(".nav a[href$='/{page}']")).await?;
        browser
            .until(&format!("location.pathname === '/{page}' && document.title !== {}", json!(last)))
            .await?;
        browser
            .until_is("document.querySelector('[aria-current=page]')?.pathname", format!("/{page}"))
            .await?;
        last = browser.client.title().await?;
        ensure!(titles.contains(&last), "{page} has the title {last} when it is reached by a link");
    }
    browser.client.back().await?;
    browser
        .until("location.pathname === '/network' && document.querySelector('.topology, .network')")
        .await?;
    browser.until(&format!("document.title !== {}", json!(last))).await?;
    lesson.end("shell-titles").await
}

/// How bright the page is behind everything, from 0 to 255.
async fn brightness(browser: &Browser) -> Result<f64> {
    let script = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3";
    browser.value(script).await?.as_f64().context("no colour")
}

#[tokio::test]
async fn theme_is_switched_and_remembered() -> Result<()> {
    let Some(lesson) = Lesson::begin("en").await? else { return Ok(()) };
    let browser = &lesson.browser;
    browser.theme(Theme::Light).await?;
    lesson.open("/").await?;
    ensure!(brightness(browser).await? > 200.0, "not light, though the system is");
    browser.theme(Theme::Dark).await?;
    ensure!(brightness(browser).await? < 60.0, "not dark, though the system is");
    let theme = "document.documentElement.dataset.theme";
    for (choice, system, dark) in
        [("light", Theme::Dark, false), ("dark", Theme::Light, true), ("system", Theme::Light, false)]
    {
        browser.theme(system).await?;
        browser.pick_option(".theme select", choice).await?;
        browser.until_is(theme, choice).await?;
        ensure!((brightness(browser).await? < 60.0) == dark, "{choice} is of the other brightness");
        browser.client.refresh().await?;
        browser.find("main h1").await?;
        browser.until_is(theme, choice).await?;
        browser.until_is("document.querySelector('.theme select').value", choice).await?;
        ensure!((brightness(browser).await? < 60.0) == dark, "{choice} was not remembered");
    }
    browser.pick_option(".theme select", "dark").await?;
    browser.until_is(theme, "dark").await?;
    lesson.end("shell-theme").await
}

#[tokio::test]
async fn an_address_that_is_none_says_so_and_leads_back() -> Result<()> {
    for language in ["en", "zh"] {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        lesson.open("/no/such/page").await?;
        ensure!(lesson.browser.count("main .lead").await? == 1, "nothing is said");
        lesson.browser.click("main a").await?;
        lesson.browser.until("location.pathname === '/' && document.querySelector('.hero')").await?;
        lesson.open("/no/such/page").await?;
        lesson.end("shell-not-found").await?;
    }
    Ok(())
}

/// The longest transition or animation of anything on the page, in seconds.
const LONGEST: &str =
    "Math.max(...[...document.querySelectorAll('*')].flatMap(e => { const s = getComputedStyle(e);
    return (s.transitionDuration + ',' + s.animationDuration).split(',').map(parseFloat); }))";

#[tokio::test]
async fn less_motion_is_less_motion() -> Result<()> {
    let Some(lesson) = Lesson::begin("en").await? else { return Ok(()) };
    let browser = &lesson.browser;
    lesson.open("/tcp").await?;
    let longest = browser.value(LONGEST).await?.as_f64().context("no number")?;
    ensure!(longest > 0.05, "nothing on the page moves, so this test proves nothing");
    let (instants, played) = (stepped(browser).await?, played(browser).await?);
    ensure!(!played.is_subset(&instants), "with motion, it shows nothing between {instants:?}");
    browser.less_motion().await?;
    lesson.open("/tcp").await?;
    let longest = browser.value(LONGEST).await?.as_f64().context("no number")?;
    ensure!(longest < 0.001, "something still takes {longest} s to change");
    let played = self::played(browser).await?;
    ensure!(played.len() > 3, "it does not play any more: {played:?}");
    ensure!(played.is_subset(&instants), "{played:?} are not all among the steps {instants:?}");
    lesson.end("shell-less-motion").await
}

/// How far a player has come, from 0 to 1000.
const SHARE: &str = "document.querySelector('.player input[type=range]').value";

/// Where the player stands after each step from the beginning to the end.
async fn stepped(browser: &Browser) -> Result<BTreeSet<String>> {
    browser.click(".player .buttons button:first-child").await?;
    let mut seen = BTreeSet::new();
    loop {
        let share = browser.value(SHARE).await?.as_str().unwrap_or_default().to_owned();
        if !seen.insert(share) {
            return Ok(seen);
        }
        browser.click(".player .buttons button:nth-child(4)").await?;
    }
}

/// Where it is seen while it plays from the beginning to the end.
async fn played(browser: &Browser) -> Result<BTreeSet<String>> {
    browser.pick_option("select[name$=speed]", "4").await?;
    browser.click(".player .buttons button:first-child").await?;
    browser.until_is(SHARE, "0").await?;
    let look = format!(
        "(() => {{ const seen = window.seen = []; const look = () => {{ seen.push({SHARE}); requestAnimationFrame(look); }}; look(); }})()"
    );
    browser.value(&look).await?;
    browser.click(".player .primary").await?;
    browser.until(&format!("{SHARE} === '1000'")).await?;
    Ok(serde_json::from_value(browser.value("[...new Set(window.seen)]").await?)?)
}

#[tokio::test]
async fn a_static_host_below_a_path_is_enough() -> Result<()> {
    let Some(lesson) = Lesson::begin("en").await? else { return Ok(()) };
    let (host, browser) = (StaticHost::start(&lesson.setup)?, &lesson.browser);
    browser.open(host.url()).await?;
    for page in ["subnet", "packets", "tcp", "network", "labs"] {
        browser.click(&format!(".nav a[href='/course/{page}']")).await?;
        browser.until_is("location.pathname", format!("/course/{page}")).await?;
        browser
            .until_is("document.querySelector('[aria-current=page]')?.pathname", format!("/course/{page}"))
            .await?;
    }
    // The real half says what it needs: a server, by a command that can be copied; and offers to look again.
    browser.find(".absent code").await?;
    ensure!(browser.count(".absent button").await? >= 2, "no way to copy the command or to try again");
    ensure!(
        browser.count(".run-panel .primary:not([disabled])").await? == 0,
        "a lab can be started without a server"
    );
    // Links with a state in them, opened directly.
    browser.open(&format!("{}subnet?address=10.1.2.3/20", host.url())).await?;
    browser.until_is("document.querySelector('[data-fact=network] .mono')?.innerText", "10.1.0.0/20").await?;
    browser.type_into("#address", "10.1.2.3/16").await?;
    browser.until("location.search.includes('10.1.2.3/16')").await?;
    browser.open(&format!("{}packets?field=1.0&lang=zh", host.url())).await?;
    browser.find(".inspector b").await?;
    browser.until_is(LANGUAGE, "zh-CN").await?;
    browser.open(&format!("{}tcp", host.url())).await?;
    browser.find(".player").await?;
    browser.find(".absent code").await?;
    let errors = browser.console_errors().await?;
    let strange: Vec<_> = errors.iter().filter(|line| !line.contains("WebSocket")).collect();
    ensure!(strange.is_empty(), "errors in the console: {strange:#?}");
    browser.resize(PHONE).await?;
    ensure!(browser.overflow().await? <= 0, "wider than a phone");
    browser.open(&format!("{}no/such/page", host.url())).await?;
    browser.click("main a").await?;
    browser.until_is("location.pathname", "/course/").await?;
    browser.console_errors().await?;
    browser.open(&format!("{}labs", host.url())).await?;
    browser.find(".absent code").await?;
    browser.console_errors().await?;
    lesson.end("shell-static-host").await
}
