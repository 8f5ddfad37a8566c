//! axe-core: what is on the page that some people cannot use?

use anyhow::{Context, Result};

use crate::{Browser, Setup};

/// Every violation on the page as it is now, a line each; empty when there is none.
///
/// # Errors
/// When axe-core cannot run.
pub async fn violations(setup: &Setup, browser: &Browser) -> Result<Vec<String>> {
    let script = std::fs::read_to_string(&setup.axe).context("cannot read axe-core")?;
    // As a function's body it is not subject to the page's Content-Security-Policy.
    browser.client.execute(&format!("if (!window.axe) {{ {script} }}"), vec![]).await?;
    let run = "const done = arguments[arguments.length - 1];
        window.axe.run(document, { resultTypes: ['violations'] }).then(
            result => done(result.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${v.help}: ${n.html.slice(0, 200)} ${n.failureSummary}`))),
            error => done(['axe-core failed: ' + error]));";
    let found = browser.client.execute_async(run, vec![]).await?;
    let list = found.as_array().context("axe-core returned no list")?;
    Ok(list.iter().map(|line| line.as_str().unwrap_or("?").to_owned()).collect())
}
