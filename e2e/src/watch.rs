//! What a page shows while something runs on the server, noted as it changes.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{App, Browser};

impl Browser {
    /// From now on notes how the run is and the number of the newest arrow, each time the page changes; presses Stop as soon
    /// as there are more arrows than `stop_after`.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn watch_run(&self, stop_after: Option<i32>) -> Result<()> {
        let script = "const [most] = arguments, noted = window.noted = [], main = document.querySelector('main');
            window.noting?.disconnect();
            window.noting = new MutationObserver(() => {
                const run = main.querySelector('.run-panel').dataset.run;
                const arrows = main.querySelectorAll('.ladder-pane[data-main] .arrow');
                const count = Number(arrows[arrows.length - 1]?.dataset.number ?? 0);
                const last = noted.at(-1);
                if (!last || last[0] !== run || last[1] !== count) noted.push([run, count]);
                if (most !== null && run === 'running' && count > most) main.querySelector('[data-do=stop]')?.click();
            });
            noting.observe(main, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-run'] });";
        self.client.execute(script, vec![json!(stop_after)]).await.map(drop)?;
        Ok(())
    }

    /// What was noted: how the run was, and the number of the newest arrow.
    ///
    /// # Errors
    /// When nothing was being noted.
    pub async fn watched(&self) -> Result<Vec<(String, u64)>> {
        let noted: Value = self.value("window.noted").await?;
        serde_json::from_value(noted).context("nothing was being noted")
    }
}

impl App {
    /// How many runs are under way, by the server's own account.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn runs(&self) -> Result<u64> {
        let address = self.address();
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET /api/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.split_once("\r\n\r\n").context("an answer without a body")?.1;
        let health: Value = serde_json::from_str(body)?;
        health.get("runs").and_then(Value::as_u64).context("no number of runs")
    }

    /// Where it listens: `127.0.0.1:40000`.
    pub fn address(&self) -> &str {
        self.url().trim_start_matches("http://")
    }
}
