//! The subnet calculator: exercises, copying, links that reopen it, and what is said of bad input.

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use firsthop_e2e::{Lesson, python};
use serde_json::json;

/// What an exercise of a kind asks, worked out by Python from the first address with a prefix in the question.
const SOLVE: &str = "
import ipaddress, re
kind, question = given
nets = [ipaddress.ip_interface(m) for m in re.findall(r'\\d+(?:\\.\\d+){3}/\\d+', question)]
prefix = [int(m) for m in re.findall(r'/(\\d+)', question)]
n = nets[0].network if nets else None
answer = str({'network': lambda: n[0], 'broadcast': lambda: n[-1], 'first-host': lambda: n[1], 'last-host': lambda: n[-2],
    'mask': lambda: ipaddress.ip_network(f'0.0.0.0/{prefix[0]}').netmask,
    'host-count': lambda: 2 ** (32 - prefix[0]) - 2,
    'class': lambda: 'AAAAAAAABBBBCCDE'[int(re.search(r'\\d+(?=\\.)', question)[0]) >> 4]}[kind]())
";

const KINDS: [&str; 7] = ["class", "mask", "network", "broadcast", "first-host", "last-host", "host-count"];

async fn exercises(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/subnet").await?;
    let browser = &lesson.browser;
    let verdict = "document.querySelector('.practice [data-verdict]').dataset.verdict";
    for (round, kind) in KINDS.into_iter().enumerate() {
        browser.pick_option("select[name=kind]", kind).await?;
        let asked_for = "new URLSearchParams(location.search).get('kind') ?? 'network'";
        browser.until_is(asked_for, kind).await?;
        let before = browser.text(".question").await?;
        browser.click("[data-do=next]").await?;
        browser
            .until(&format!("document.querySelector('.question').innerText !== {}", json!(before)))
            .await?;
        let question = browser.text(".question").await?;
        let answer = python(SOLVE, &json!([kind, question]))?;
        let answer = answer.as_str().context("no answer")?;
        // A wrong answer, by the button; then the solution, which must come to the right one; then that, by the keyboard.
        browser.type_into("#answer", "not a number").await?;
        browser.click(".practice [type=submit]").await?;
        browser.until_is(verdict, "bad").await?;
        ensure!(
            !browser.text(".practice [data-verdict]").await?.is_empty(),
            "nothing says that the answer is wrong"
        );
        browser.click("[data-do=solution]").await?;
        browser.find(".practice .reasons li").await?;
        let steps = browser.texts(".practice .reasons li").await?;
        ensure!(
            steps.iter().any(|step| step.contains(answer)),
            "{kind}: {question} The solution never says {answer}: {steps:?}"
        );
        if language == "zh" {
            let english: Vec<_> = steps.iter().filter(|step| !step.chars().any(is_chinese)).collect();
            ensure!(english.is_empty(), "not in Chinese: {english:?}");
        }
        browser.type_into("#answer", answer).await?;
        browser.tap(Key::Enter).await?;
        browser.until_is(verdict, "good").await?;
        if round == 0 {
            // What was asked and solved is gone with the next one.
            browser.click("[data-do=next]").await?;
            browser.until_is("document.querySelector('#answer').value", "").await?;
            browser.until("!document.querySelector('.practice .reasons')").await?;
        }
    }
    lesson.end("subnet-exercise").await
}

fn is_chinese(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

async fn copying(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/subnet?address=10.9.8.7/21").await?;
    let browser = &lesson.browser;
    browser.find("[data-fact=network]").await?;
    let names: Vec<String> = serde_json::from_value(
        browser.value("[...document.querySelectorAll('[data-fact]')].map(row => row.dataset.fact)").await?,
    )?;
    ensure!(names.len() == 9, "{names:?}");
    for name in names {
        let row = format!("[data-fact={name}]");
        browser.click(&format!("{row} button")).await?;
        browser.until(&format!("document.querySelector('{row} [role=status]').innerText !== ''")).await?;
        let (copied, shown) = (browser.clipboard().await?, browser.text(&format!("{row} .mono")).await?);
        ensure!(copied == shown, "{name}: {copied} was copied, not {shown}");
    }
    lesson.end("subnet-copied").await
}

async fn links(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/subnet").await?;
    let browser = &lesson.browser;
    let fields = [
        ("#address", "10.66.0.9/17"),
        ("#split", "20"),
        ("#hosts", "400 3 90"),
        ("#other", "10.66.128.1/16"),
    ];
    for (field, text) in fields {
        browser.type_into(field, text).await?;
    }
    browser.pick_option("select[name=kind]", "last-host").await?;
    browser.pick_option("select[name=level]", "2").await?;
    browser.click("[data-do=next]").await?;
    browser.until("new URLSearchParams(location.search).get('seed') === '2'").await?;
    let state = "[...document.querySelectorAll('main input, main select')].map(e => e.value)
        .concat(document.querySelector('.question').innerText, document.querySelector('.facts').innerText)";
    let before = browser.value(state).await?;
    let link = browser.client.current_url().await?;
    browser.client.refresh().await?;
    browser.find(".facts").await?;
    browser.until_is(state, before.clone()).await?;
    // The link alone does it, too: opened from another page, and by someone who never was here.
    lesson.open("/").await?;
    browser.value("(localStorage.clear(), true)").await?;
    browser.open(link.as_str()).await?;
    browser.until_is(state, before).await?;
    for (field, text) in fields {
        browser.until_is(&format!("document.querySelector('{field}').value"), text).await?;
    }
    // And back through the history to what was before.
    browser.client.back().await?;
    browser.until("location.pathname === '/'").await?;
    lesson.end("subnet-linked").await
}

async fn errors(language: &'static str) -> Result<()> {
    let Some(lesson) = Lesson::begin(language).await? else { return Ok(()) };
    lesson.open("/subnet").await?;
    let browser = &lesson.browser;
    browser.find("#address").await?;
    for (field, wrong, right) in [
        ("address", "10.0.0/8", "10.0.0.0/8"),
        ("address", "10.0.300.1/8", "10.0.30.1/8"),
        ("address", "10.0.0.1", "10.0.0.1/8"),
        ("address", "10.0.0.1/33", "10.0.0.1/30"),
        ("address", "10.0.0.1 255.0.255.0", "10.0.0.1 255.255.0.0"),
        ("address", "2001:db8::1::2/64", "2001:db8::1/64"),
        ("address", "x", "192.168.10.77/26"),
        ("split", "25", "27"),
        ("split", "many", "28"),
        ("hosts", "20 ten", "20 10"),
        ("hosts", "4000", "4"),
        ("hosts", "0", "1"),
        ("other", "192.168.10.256/26", "192.168.10.25/26"),
    ] {
        let (input, said) = (format!("#{field}"), format!("#{field}-error"));
        // The place for errors is there before the error, or screen readers would not notice it.
        let live = browser.attribute(&said, "aria-live").await?;
        ensure!(live.as_deref() == Some("polite"), "{said} is not a live region: {live:?}");
        browser.type_into(&input, wrong).await?;
        browser
            .until_is(&format!("document.querySelector('{input}').getAttribute('aria-invalid')"), "true")
            .await?;
        let text = browser.text(&said).await?;
        ensure!(text.chars().count() > 10, "{wrong}: too short to be of help: {text}");
        ensure!(
            text.chars().any(is_chinese) == (language == "zh"),
            "{wrong}: not in the page's language: {text}"
        );
        let described = browser.attribute(&input, "aria-describedby").await?.unwrap_or_default();
        ensure!(
            described.split(' ').any(|id| format!("#{id}") == said),
            "{input} is described by {described}"
        );
        browser.type_into(&input, right).await?;
        browser.until(&format!("!document.querySelector('{input}').hasAttribute('aria-invalid')")).await?;
        ensure!(browser.text(&said).await?.is_empty(), "{right} is right, and the error stays");
    }
    for (field, wrong) in [("#address", "192.168.10.77"), ("#split", "x"), ("#other", "10.0.0.1/40")] {
        browser.type_into(field, wrong).await?;
    }
    browser.until("document.querySelectorAll('[aria-invalid=true]').length >= 2").await?;
    let found = firsthop_e2e::axe::violations(&lesson.setup, browser).await?;
    ensure!(found.is_empty(), "with errors shown: {found:#?}");
    lesson.end("subnet-errors").await
}

#[tokio::test]
async fn exercises_are_marked_and_solved() -> Result<()> {
    exercises("en").await?;
    exercises("zh").await
}

#[tokio::test]
async fn results_are_copied() -> Result<()> {
    copying("en").await?;
    copying("zh").await
}

#[tokio::test]
async fn a_link_reopens_everything() -> Result<()> {
    links("en").await?;
    links("zh").await
}

#[tokio::test]
async fn errors_are_readable_and_announced() -> Result<()> {
    errors("en").await?;
    errors("zh").await
}
