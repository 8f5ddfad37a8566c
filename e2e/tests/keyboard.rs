//! Everything by keyboard alone: every page is walked through with the Tab key, there and back.

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use firsthop_e2e::{Browser, Lesson};
use serde_json::{Value, json};

/// What can be reached, in the page's order. Of the buttons of a choice one can, the one chosen.
const REACHABLE: &str = "(window.reachable = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
    .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility() && e.getClientRects().length > 0
        && !(e.type === 'radio' && !e.checked)))";

/// Where the focus is in that list; whether it is in the window; whether all of it lies under something else.
const FOCUS: &str = "(() => {
    const e = document.activeElement, b = (e.matches('[type=radio], .sr-only') ? e.closest('label') : e).getBoundingClientRect();
    const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].map(([x, y]) => [b.left + b.width * x, b.top + b.height * y]);
    const on_top = points.some(([x, y]) => { const top = document.elementFromPoint(x, y);
        return top && (e === top || e.contains(top) || e.closest('label')?.contains(top) || top.contains(e) && (top.tagName === 'LABEL' || e.matches('.sr-only'))); });
    return { at: window.reachable.indexOf(e), on_top, name: e.outerHTML.slice(0, 120) };
})()";

async fn walk(browser: &Browser, page: &str) -> Result<usize> {
    // From the very beginning of the page.
    browser
        .client
        .execute(
            "const b = document.body; b.tabIndex = -1; b.focus(); b.removeAttribute('tabindex');",
            vec![],
        )
        .await?;
    let all = browser.value(&format!("{REACHABLE}.length")).await?.as_u64().context("no number")?;
    let mut wrong = Vec::new();
    for step in 0..all {
        browser.tap(Key::Tab).await?;
        let found = browser.value(FOCUS).await?;
        let get = |name: &str| found.get(name).cloned().unwrap_or(Value::Null);
        if get("at") != json!(step) {
            wrong.push(format!("{page}: step {step} leads to {found}"));
            break;
        }
        if !browser.focus_is_seen().await? {
            wrong.push(format!("{page}: nothing shows the focus at {}", get("name")));
        }
        if get("on_top") != json!(true) {
            wrong.push(format!("{page}: out of sight, with the focus: {}", get("name")));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    for _ in 0..2 {
        browser.chord(&[Key::Shift, Key::Tab]).await?;
    }
    let back = browser.value(FOCUS).await?;
    ensure!(back.get("at") == Some(&json!(all.saturating_sub(3))), "{page}: of {all}, back leads to {back}");
    Ok(usize::try_from(all)?)
}

#[tokio::test]
async fn tab_leads_through_every_page_in_order_and_in_sight() -> Result<()> {
    let Some(lesson) = Lesson::begin("en").await? else { return Ok(()) };
    for page in ["/", "/subnet", "/packets?field=1.0", "/labs", "/tcp", "/network?at=10000", "/no/such/page"]
    {
        lesson.open(page).await?;
        lesson.browser.find("main h1").await?;
        if page == "/tcp" {
            // While it plays, there is ever more to reach.
            lesson.browser.click(".player .buttons button:last-child").await?;
        }
        let count = walk(&lesson.browser, page).await?;
        ensure!(count >= 8, "{page}: only {count} things can be reached");
    }
    lesson.end("keyboard-walk").await
}

#[tokio::test]
async fn the_first_key_offers_to_skip_the_header() -> Result<()> {
    for language in ["en", "zh"] {
        let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
        let browser = &lesson.browser;
        lesson.open("/subnet").await?;
        let place = browser.place(".skip").await?;
        ensure!(place.y + place.height <= 0.0, "the skip link is in sight before it is wanted");
        browser.tap(Key::Tab).await?;
        browser.until("document.activeElement.matches('.skip')").await?;
        browser.until("document.querySelector('.skip').getBoundingClientRect().top >= 0").await?;
        ensure!(browser.focus_is_seen().await?, "nothing shows that the skip link has the focus");
        browser.tap(Key::Enter).await?;
        browser.until("document.activeElement.id === 'main'").await?;
        browser.until_is("location.hash", "").await?;
        browser.tap(Key::Tab).await?;
        browser.until("document.activeElement.id === 'address'").await?;
        lesson.end("keyboard-skip").await?;
    }
    Ok(())
}

#[tokio::test]
async fn pages_are_changed_and_used_without_a_pointer() -> Result<()> {
    let Some(lesson) = Lesson::begin("zh").await? else { return Ok(()) };
    let browser = &lesson.browser;
    lesson.open("/").await?;
    // Skip link, brand, then the pages; the second page is the calculator.
    for _ in 0..4 {
        browser.tap(Key::Tab).await?;
    }
    browser.until("document.activeElement.pathname === '/subnet'").await?;
    browser.tap(Key::Enter).await?;
    browser.until("location.pathname === '/subnet' && document.querySelector('#address')").await?;
    // An exercise is answered: the list of kinds by its keys, the answer typed, Enter.
    browser.value("document.querySelector('select[name=kind]').focus()").await?;
    let kind = "document.querySelector('select[name=kind]').value";
    let before = browser.value(kind).await?;
    browser.tap(Key::Down).await?;
    browser.until(&format!("{kind} !== {before}")).await?;
    browser.value("document.querySelector('#answer').focus()").await?;
    browser.client.active_element().await?.send_keys("1.2.3.4").await?;
    browser.tap(Key::Enter).await?;
    browser.until("document.querySelector('.practice [data-verdict]').dataset.verdict !== ''").await?;
    lesson.end("keyboard-used").await
}
