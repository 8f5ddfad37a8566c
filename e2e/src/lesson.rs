//! A test's server and browser, in one language, with the picture at the end.

use anyhow::{Result, ensure};

use crate::{App, Browser, SCREEN, Setup, screenshots};

/// What a test of a learner's doings begins and ends with.
#[derive(Debug)]
pub struct Lesson {
    /// What was found outside.
    pub setup: Setup,
    /// The server.
    pub app: App,
    /// The browser.
    pub browser: Browser,
    /// The language of the app: `en` or `zh`.
    pub language: &'static str,
}

impl Lesson {
    /// Starts server and browser; `None` where something is missing and that is allowed.
    ///
    /// # Errors
    /// When either does not start.
    pub async fn begin(language: &'static str) -> Result<Option<Self>> {
        let Some(setup) = Setup::find()? else { return Ok(None) };
        let (app, browser) = (App::start(&setup)?, Browser::start(&setup).await?);
        browser.resize(SCREEN).await?;
        Ok(Some(Self { setup, app, browser, language }))
    }

    /// Opens a page in the lesson's language.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn open(&self, path: &str) -> Result<()> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}{path}{mark}lang={}", self.app.url(), self.language);
        self.browser.open(&url).await?;
        self.browser.until(&format!("document.documentElement.lang.startsWith('{}')", self.language)).await
    }

    /// Takes a picture, and ends; fails if the page wrote an error to the console.
    ///
    /// # Errors
    /// When it did, or the picture cannot be taken.
    pub async fn end(self, picture: &str) -> Result<()> {
        let file = screenshots()?.join(format!("{picture}-{}.png", self.language));
        self.browser.screenshot(&file).await?;
        let errors = self.browser.console_errors().await?;
        ensure!(errors.is_empty(), "errors in the console: {errors:#?}");
        self.browser.close().await
    }
}
