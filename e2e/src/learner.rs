//! What a learner does on a page that shows a trace, and what they see there: by stable hooks, never by prose.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::{Browser, frames_of, oracle::WRONG};

/// An arrow of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its number, from 1.
    pub number: u64,
    /// The machine that sent it.
    pub from: String,
    /// Flags, seq, ack and len as in the header: `SYN, ACK seq=5000 ack=1001`.
    pub info: String,
    /// When it was sent, in microseconds.
    pub micros: u64,
    /// Whether it was lost.
    pub lost: bool,
}

impl Segment {
    /// The flags: `SYN, ACK`.
    pub fn flags(&self) -> &str {
        self.info.split(" seq=").next().unwrap_or_default()
    }

    /// A number of the line: `seq`, `ack` or `len`; a length that is not said is none.
    pub fn number_of(&self, name: &str) -> u64 {
        let start = format!("{name}=");
        self.info.split(' ').find_map(|word| word.strip_prefix(&start)?.parse().ok()).unwrap_or(0)
    }
}

impl Browser {
    /// Scrolls to an element and clicks it.
    ///
    /// # Errors
    /// When it does not appear or something covers it.
    pub async fn press(&self, css: &str) -> Result<()> {
        let element = self.find(css).await?;
        // In the middle of what scrolls nothing that stays in place covers it.
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client.execute(script, vec![json!(element)]).await?;
        self.click(css).await
    }

    /// Chooses a value from a list, and waits until the page shows it chosen.
    ///
    /// # Errors
    /// When there is no such list or value.
    pub async fn choose(&self, name: &str, value: &str) -> Result<()> {
        self.pick_option(&format!("select[name={name}]"), value).await?;
        self.until(&format!("document.querySelector('select[name={name}]').value === '{value}'")).await
    }

    /// Types keys while an element has the focus.
    ///
    /// # Errors
    /// When it does not appear or takes no keys.
    pub async fn keys(&self, css: &str, keys: &[Key]) -> Result<()> {
        let element = self.find(css).await?;
        self.client.execute("arguments[0].focus({ preventScroll: true })", vec![json!(element)]).await?;
        let text: String = keys.iter().map(|key| char::from(*key)).collect();
        Ok(element.send_keys(&text).await?)
    }

    /// Presses the mouse's button at a share of an element's width, in the middle of its height.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn press_at(&self, css: &str, share: f64) -> Result<()> {
        let script =
            "const r = arguments[0].getBoundingClientRect(); return [r.left, r.top, r.width, r.height];";
        let found = self.client.execute(script, vec![json!(self.find(css).await?)]).await?;
        let [x, y, width, height]: [f64; 4] = serde_json::from_value(found)?;
        let (x, y) = (x + width * share, y + height / 2.0);
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.devtools("Input.dispatchMouseEvent", event).await?;
        }
        Ok(())
    }

    /// The arrows of the ladder in the element.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn segments(&self, within: &str) -> Result<Vec<Segment>> {
        let script = format!(
            "[...document.querySelectorAll({})].map(a => ({{ ...a.dataset, lost: 'lost' in a.dataset }}))",
            json!(format!("{within} .arrow"))
        );
        let found = self.value(&script).await?;
        let number = |arrow: &Value, name: &str| -> Option<u64> { arrow.get(name)?.as_str()?.parse().ok() };
        let text = |arrow: &Value, name: &str| Some(arrow.get(name)?.as_str()?.to_owned());
        let segment = |arrow: &Value| {
            Some(Segment {
                number: number(arrow, "number")?,
                from: text(arrow, "from")?,
                info: text(arrow, "info")?,
                micros: number(arrow, "micros")?,
                lost: arrow.get("lost")?.as_bool()?,
            })
        };
        let arrows = found.as_array().context("no list of arrows")?;
        arrows
            .iter()
            .map(|arrow| segment(arrow).with_context(|| format!("a strange arrow: {arrow}")))
            .collect()
    }

    /// The transitions that a state diagram shows as taken: `CLOSED>SYN-SENT`, in the diagram's order.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn transitions(&self, within: &str, node: &str) -> Result<Vec<String>> {
        let script = format!(
            "[...document.querySelectorAll({})].map(edge => edge.dataset.edge)",
            json!(format!("{within} .states[data-node={node}] .edge:is(.taken, .last)"))
        );
        Ok(serde_json::from_value(self.value(&script).await?)?)
    }

    /// The state that a diagram lights.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn lit(&self, within: &str, node: &str) -> Result<String> {
        let lit = format!("{within} .states[data-node={node}] .node.current");
        let found = self.value(&format!("document.querySelector({})?.dataset.state", json!(lit))).await?;
        found.as_str().map(str::to_owned).with_context(|| format!("no state of {node} is lit"))
    }

    /// A machine's variable in the table; a sequence number counts from the connection's first.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn variable(&self, node: &str, name: &str) -> Result<String> {
        let cell = self.find(&format!("td[data-cell='{node} {name}'] .value")).await?;
        Ok(cell.text().await?)
    }

    /// A picture of the whole page as it is before it is scrolled: what stays in sight is where it begins.
    ///
    /// # Errors
    /// When the browser gives none or the file cannot be written.
    pub async fn picture_from_top(&self, file: &Path) -> Result<()> {
        self.value("scrollTo({ top: 0, behavior: 'instant' })").await?;
        self.screenshot(file).await
    }

    /// A picture of what the window shows, not of the whole page.
    ///
    /// # Errors
    /// When the browser gives none or the file cannot be written.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        Ok(std::fs::write(file, self.client.screenshot().await?)?)
    }

    /// Lets pages save files into a folder.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn save_to(&self, folder: &Path) -> Result<()> {
        let params = json!({ "behavior": "allow", "downloadPath": folder });
        self.devtools("Browser.setDownloadBehavior", params).await.map(drop)
    }
}

/// Waits for a file that the browser saves, and reads it.
///
/// # Errors
/// When it does not come.
pub async fn saved(file: &Path) -> Result<Vec<u8>> {
    // The browser writes under another name and renames at the end.
    for _ in 0..600 {
        if file.metadata().is_ok_and(|meta| meta.len() > 0) {
            return Ok(std::fs::read(file)?);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the browser did not save {}", file.display())
}

/// Lines that tshark prints about a capture of a lab.
///
/// # Errors
/// As [`frames_of`].
pub fn tshark(file: &Path, arguments: &[&str]) -> Result<Vec<String>> {
    // Ports of labs are taken at random: nothing above the transport is to be guessed from them.
    let ports = ["-d", "udp.port==1-65535,data", "-d", "tcp.port==1-65535,data"];
    frames_of(file, &[&ports, arguments].concat())
}

/// Whether tshark finds nothing wrong with the frames of a capture of a lab.
///
/// # Errors
/// What it finds.
pub fn sound(file: &Path) -> Result<()> {
    let wrong = tshark(file, &["-Y", WRONG])?;
    ensure!(wrong.is_empty(), "tshark finds wrong: {wrong:?}");
    Ok(())
}

/// Whether a file is well-formed XML, as Python's parser sees it.
///
/// # Errors
/// When it is not, or there is no Python.
pub fn well_formed(file: &Path) -> Result<()> {
    let parse = "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])";
    let output =
        Command::new("python3").args(["-c", parse]).arg(file).output().context("cannot start python3")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
