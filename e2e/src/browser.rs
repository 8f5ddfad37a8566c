//! A Chromium of its own for each test.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::{
    Setup,
    devtools::{Cdp, Log, Theme},
};

/// How long a page may take to show what a test waits for. Generous: it only matters when a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser, with the driver that steers it.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    _profile: tempfile::TempDir,
    /// The WebDriver session, for what this type does not offer.
    pub client: Client,
}

impl Browser {
    /// Starts chromedriver and a headless Chromium with an empty profile.
    ///
    /// # Errors
    /// When either does not start.
    pub async fn start(setup: &Setup) -> Result<Self> {
        let mut driver = Command::new(&setup.chromedriver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", setup.chromedriver.display()))?;
        let stdout = driver.stdout.take().context("no standard output")?;
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port: u16 = lines
            // It begins by saying "on port 0", which is what it was asked for.
            .find_map(|line| line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok())
            .context("chromedriver did not say its port")?;
        std::thread::spawn(move || lines.for_each(drop));

        let profile = tempfile::tempdir()?;
        let mut capabilities = serde_json::Map::new();
        capabilities.insert(
            "goog:chromeOptions".into(),
            json!({ "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--force-device-scale-factor=1", "--hide-scrollbars",
                format!("--user-data-dir={}", profile.path().display()),
            ]}),
        );
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("Chromium did not start")?;
        Ok(Self { driver, _profile: profile, client })
    }

    /// Sends a command of Chromium's DevTools protocol.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn devtools(&self, command: &'static str, params: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Cdp { command, params }).await?)
    }

    /// Makes the window `(width, height)` CSS pixels large, as a phone's if it is narrow.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn resize(&self, (width, height): (u32, u32)) -> Result<()> {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
    }

    /// Tells pages which theme the system has.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn theme(&self, theme: Theme) -> Result<()> {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme.name() }] });
        self.devtools("Emulation.setEmulatedMedia", features).await.map(drop)
    }

    /// Opens a page and waits until the app has drawn it.
    ///
    /// # Errors
    /// When it does not open, or draws no `main` with a heading.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.client.goto(url).await?;
        self.find("main h1").await.map(drop)
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn find(&self, css: &str) -> Result<Element> {
        self.client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await
            .with_context(|| format!("nothing on the page matches `{css}`"))
    }

    /// Waits until the JavaScript expression is true.
    ///
    /// # Errors
    /// When it stays false.
    pub async fn until(&self, expression: &str) -> Result<()> {
        let script = format!("return Boolean({expression});");
        let begun = std::time::Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.client.execute(&script, vec![]).await? == Value::Bool(true) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("never true: {expression}")
    }

    /// Waits until the page's main part contains the text.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn until_text(&self, text: &str) -> Result<()> {
        self.until(&format!("document.querySelector('main')?.innerText.includes({})", json!(text))).await
    }

    /// The value of a JavaScript expression.
    ///
    /// # Errors
    /// When it throws.
    pub async fn value(&self, expression: &str) -> Result<Value> {
        Ok(self.client.execute(&format!("return {expression};"), vec![]).await?)
    }

    /// By how many pixels the page is wider than its window; zero unless something sticks out.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn overflow(&self) -> Result<i64> {
        let script = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        self.value(script).await?.as_i64().context("not a number")
    }

    /// What the page wrote to the console as errors since the last call.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let entries = self.client.issue_cmd(Log).await?;
        Ok(entries
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry.get("level").is_some_and(|level| level == "SEVERE"))
            .filter_map(|entry| entry.get("message").and_then(Value::as_str).map(str::to_owned))
            .collect())
    }

    /// Saves a picture of the whole page.
    ///
    /// # Errors
    /// When the browser gives none or the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        let picture =
            self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await?;
        let data = picture.get("data").and_then(Value::as_str).context("no picture")?;
        Ok(std::fs::write(file, from_base64(data)?)?)
    }

    /// Ends the session; the driver and the browser end with it.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.clone().close().await?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to end, chromedriver ends its browser too; killed outright it would leave it behind.
        if let Ok(pid) = i32::try_from(self.driver.id()) {
            Command::new("kill").arg(pid.to_string()).status().ok();
        }
        self.driver.wait().ok();
    }
}

/// Base64 as DevTools sends pictures.
fn from_base64(text: &str) -> Result<Vec<u8>> {
    use base64::Engine;
    Ok(base64::engine::general_purpose::STANDARD.decode(text)?)
}
